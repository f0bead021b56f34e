package audit

import (
	"strings"
	"testing"

	"tallyman/rules"
	"tallyman/trade"
)

func TestVerdictInRussian(t *testing.T) {
	dossier := func(serious, low, papers int) Dossier {
		d := Dossier{Papers: make([]*trade.Document, papers)}
		for range serious {
			d.Findings = append(d.Findings, rules.Finding{Severity: rules.Medium})
		}
		for range low {
			d.Findings = append(d.Findings, rules.Finding{Severity: rules.Low})
		}
		return d
	}
	for _, c := range []struct {
		d    Dossier
		want string
	}{
		{dossier(1, 0, 1), "1 расхождение; проверено: 1 документ"},
		{dossier(3, 0, 3), "3 расхождения; проверено: 3 документа"},
		{dossier(11, 2, 21), "11 расхождений; проверено: 21 документ"},
		{dossier(22, 0, 5), "22 расхождения; проверено: 5 документов"},
		{dossier(0, 2, 12), "2 менее важных замечания; проверено: 12 документов"},
		{dossier(0, 0, 2), "расхождений нет; проверено: 2 документа"},
		{dossier(0, 0, 0), "Документов здесь нет"},
	} {
		if got := Russian.Verdict(c.d); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	d := Dossier{Papers: make([]*trade.Document, 1), Unread: []Unread{{File: "a"}, {File: "b"}}}
	if got, want := Russian.Verdict(d), "расхождений нет; проверено: 1 документ; не прочитано полностью: 2 файла"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is handed to another language is a copy: the evidence keeps its English.
func TestDossierInRussian(t *testing.T) {
	d := Dossier{
		Papers: []*trade.Document{{ID: "1", Name: "here, on sea.pdf"}},
		Findings: []rules.Finding{{
			Rule: "XD-01", Message: "gross mass 3405 kg here, 1205 kg on here, on sea.pdf", Figures: []rules.Figure{{Name: "difference", Value: "1.5"}},
			Innocent: []string{"the goods were weighed again: a weighing slip would show it"},
		}},
		NotRun: []rules.NotRun{{Rule: "XD-04", Reason: "no model of names and goods is loaded"}},
	}
	ru := Russian.Dossier(d)
	f := ru.Findings[0]
	if f.Message != "масса брутто здесь 3405 кг, а в документе here, on sea.pdf – 1205 кг" || f.Figures[0].Name != "разница" || f.Figures[0].Value != "1.5" ||
		f.Innocent[0] != "товар перевесили: это видно из весовой квитанции" || ru.NotRun[0].Reason != "не загружена модель наименований и товаров" {
		t.Errorf("got %+v, %+v", f, ru.NotRun)
	}
	e := d.Findings[0]
	if e.Message[:10] != "gross mass" || e.Figures[0].Name != "difference" || e.Innocent[0][:9] != "the goods" || d.NotRun[0].Reason[:8] != "no model" {
		t.Errorf("the English was changed: %+v, %+v", e, d.NotRun)
	}
	if f.ID() != e.ID() {
		t.Error("the finding has another ID in Russian")
	}
	if same := English.Dossier(d); same.Findings[0].Message != e.Message {
		t.Errorf("English says %q", same.Findings[0].Message)
	}
}

func TestProblemInRussian(t *testing.T) {
	reason := "corrupt: The file is damaged and cannot be opened as a PDF; ask the sender for a new copy."
	if got := English.problem(reason); got != reason {
		t.Errorf("English says %q", got)
	}
	for reason, want := range map[string]string{
		reason:                           "Файл повреждён, открыть его как PDF нельзя; запросите у отправителя новую копию.",
		"corrupt: something unheard of.": "Файл повреждён.",
		"":                               "",
	} {
		if got := Russian.problem(reason); got != want {
			t.Errorf("%q: got %q, want %q", reason, got, want)
		}
	}
}

func TestPageInRussian(t *testing.T) {
	r := sample(t)
	r.Lang = Russian
	r.Rules["XD-01"].Sources = append(r.Rules["XD-01"].Sources, rules.Source{Title: "UCP 600, article 14(d): data must not conflict"})
	got := page(t, r)
	for _, want := range []string{
		`<html lang="ru">`, "Отчёт Tallyman от 2026-03-05", "1 расхождение; проверено: 2 документа", "масса брутто здесь 3405 кг", "в документах разная масса брутто",
		`class="finding high"`, ">высокая<", "2200 кг", "Файл защищён паролем", "упаковочный лист", "продавец", "из текста файла", "UCP 600, статья 14(d): данные не должны",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"What ", "About", "The papers", "page 1", ">high<", "Not read", "Fingerprints", "packing list<", "from the text", "Tallyman report", "not yet verified"} {
		if strings.Contains(got, not) {
			t.Errorf("the page says %q", not)
		}
	}
	if english := page(t, sample(t)); !strings.Contains(english, "Tallyman report of 2026-03-05") {
		t.Error("the language of one page became that of the next")
	}
}
