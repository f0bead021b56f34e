package language

import (
	"strings"
	"testing"
)

func table(t *testing.T, phrases string) *Table {
	t.Helper()
	table, err := parse(phrases, "## XX-01 "+Sum("a title", "a text")+"\nзаголовок\n\nтекст\n")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestSay(t *testing.T) {
	some := table(t, `gross mass
	масса брутто
net
	нетто
net mass
	масса нетто
%s %s here, %s on %s
	%w здесь %s, в документе %[4]s – %[3]s
tariff code %s here, %s on %s
	код здесь %s, в документе %[3]s – %[2]s
; they are in %s and %s
	; страны %s и %s
the paper counts %d pages
	в документе %d{лист|листа|листов}
%q could not be read: %s
	%q не прочитано: %w
the digit is %c, %.0f %%
	цифра %c, %.0f %%
no number is printed here
	здесь нет числа
unit kg
	кг
`)
	for _, c := range []struct {
		english, want string
		papers        []string
	}{
		{english: "gross mass", want: "масса брутто"},
		{english: "gross mass 3405 kg here, 1205 kg on list.pdf", want: "масса брутто здесь 3405 кг, в документе list.pdf – 1205 кг"},
		// "net" is a phrase too, and "mass 2 kg" no value: the longer phrase counts.
		{english: "net mass 2 kg here, 3 kg on a.pdf", want: "масса нетто здесь 2 кг, в документе a.pdf – 3 кг"},
		{english: "tariff code 851713 here, 851714 on a.pdf; they are in KZ and CN", want: "код здесь 851713, в документе a.pdf – 851714; страны KZ и CN"},
		{english: "the paper counts 1 pages", want: "в документе 1 лист"},
		{english: "the paper counts 3 pages", want: "в документе 3 листа"},
		{english: "the paper counts 12 pages", want: "в документе 12 листов"},
		{english: `"a \" could not be read: b" could not be read: no number is printed here`, want: `"a \" could not be read: b" не прочитано: здесь нет числа`},
		{english: "the digit is 7, 61 %", want: "цифра 7, 61 %"},
		// The name of a paper decides where it begins.
		{english: "tariff code 1 here, 2 on sale on shelf.pdf", papers: []string{"sale on shelf.pdf"}, want: "код здесь 1, в документе sale on shelf.pdf – 2"},
		// Without it nobody knows.
		{english: "tariff code 1 here, 2 on sale on shelf.pdf"},
		{english: `"x" could not be read: something else`},
		{english: "colour red here, blue on a.pdf"},
		{english: "the paper counts many pages"},
		{english: ""},
	} {
		got, ok := some.Say(c.english, c.papers...)
		if ok != (c.want != "") || ok && got != c.want || !ok && got != c.english {
			t.Errorf("%q is %q, %v; want %q", c.english, got, ok, c.want)
		}
	}
}

// Whatever a paper calls itself, taking a text apart comes to an end.
func TestSayEnds(t *testing.T) {
	evil := strings.Repeat(" here, a on ", 400)
	if got, ok := Russian().Say("seller a here, "+evil+" on b", "b"); ok {
		t.Errorf("%.60q was told apart", got)
	}
}

func TestRuleOfThatText(t *testing.T) {
	some := table(t, "a\n\tа\n")
	if title, doc, ok := some.Rule("XX-01", "a title", "a text"); !ok || title != "заголовок" || doc != "текст" {
		t.Errorf("got %q, %q, %v", title, doc, ok)
	}
	if title, doc, ok := some.Rule("XX-01", "a title", "another text"); ok || title != "a title" || doc != "another text" {
		t.Errorf("a translation of another text is shown: %q, %q", title, doc)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, bad := range []string{
		"a %s\n\tа\n",         // a value is not said
		"a %s\n\tа %s и %s\n", // said, but not there
		"a\nb\n\tб\n",         // not translated
		"a\n\tа\na\n\tб\n",    // twice
		"a",                   // the end
		"\tа\n",               // of nothing
		"%d pages\n\t%d{лист|листов}\n", // two forms
	} {
		if _, err := parse(bad, ""); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzSay(f *testing.F) {
	f.Add("gross mass 3405 kg here, 1205 kg on list.pdf")
	f.Add("\"\\\" could not be read: %s")
	f.Add("; they are in ; they are in and and")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := Russian().Say(text, "a")
		if !ok && got != text {
			t.Errorf("%q became %q", text, got)
		}
		again, _ := Russian().Say(text, "a")
		if again != got {
			t.Errorf("%q is said in two ways", text)
		}
	})
}
