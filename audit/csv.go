package audit

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// csvHead are the columns of the CSV report. One line is one thing: its kind
// stands in the first column.
var csvHead = []string{"record", "finding", "rule", "severity", "text", "paper", "file", "page", "field", "printed", "value", "unit", "source", "by", "at", "digest"}

// renderCSV writes one table for a spreadsheet or a script. It begins with a
// byte order mark, without which spreadsheets take UTF-8 for another code.
func renderCSV(v *view, seal string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	row := func(record string, cells map[string]string) {
		line := make([]string, len(csvHead))
		for i, name := range csvHead {
			line[i] = harmless(cells[name])
		}
		line[0] = record
		_ = w.Write(line) // into memory
	}
	_ = w.Write(csvHead)
	e := v.Account.Evidence
	row("verdict", map[string]string{"text": strings.Join(append([]string{v.Sentence + "."}, v.More...), " "), "severity": v.Class, "value": strconv.FormatFloat(e.Risk(), 'f', 2, 64)})
	for _, p := range v.About {
		row("about", map[string]string{"field": p.Name, "value": p.Value})
	}
	texts := map[string]RuleRecord{}
	for _, r := range e.Rules {
		texts[r.ID] = r
	}
	for _, f := range append(append([]shownFinding(nil), v.Findings...), v.Notes...) {
		id := map[string]string{"finding": f.ID, "rule": f.Rule, "severity": f.Class}
		with := func(more map[string]string) map[string]string {
			for k, x := range id {
				more[k] = x
			}
			return more
		}
		text := f.Message
		if f.Doubtful {
			text += ". " + v.Lang.say("doubtful")
		}
		row("finding", with(map[string]string{"text": text, "field": f.Title}))
		for _, p := range f.Places {
			row("place", with(map[string]string{"paper": p.Paper, "file": p.File, "page": number(p.Page), "field": p.Path, "printed": p.Text, "value": p.Value, "source": p.Reader}))
		}
		for _, x := range e.Finding(f.ID).Figures {
			row("figure", with(map[string]string{"text": x.Name, "value": x.Value, "unit": x.Unit, "source": x.Source}))
		}
		for _, x := range f.LooksLike {
			row("looks like", with(map[string]string{"text": x.Label, "value": x.Heading, "unit": strconv.FormatFloat(x.Probability, 'f', 3, 64)}))
		}
		for _, x := range f.Innocent {
			row("would clear it", with(map[string]string{"text": x}))
		}
		for _, s := range texts[f.Rule].Sources {
			title := s.Title
			if s.Unverified {
				title += " (" + v.Lang.say("unverified") + ")"
			}
			row("authority", with(map[string]string{"text": title, "source": s.URL}))
		}
		for _, d := range f.Decisions {
			row("decision", with(map[string]string{"text": d.Note, "value": d.Ruling, "by": d.By, "at": d.At, "digest": d.Digest()}))
		}
	}
	for _, d := range v.Earlier {
		row("earlier decision", map[string]string{"finding": d.Finding, "text": d.Note, "value": d.Ruling, "printed": d.Message, "by": d.By, "at": d.At, "digest": d.Digest()})
	}
	for _, p := range v.Papers {
		row("paper", map[string]string{"paper": p.Name, "file": p.File, "page": p.PageList, "field": p.TypeName, "value": p.Number, "at": p.Date, "text": p.StatusName, "digest": p.SHA256})
		for _, f := range p.Fields {
			text := f.Problem
			if f.Restatement {
				text = "stated again"
			}
			row("statement", map[string]string{"paper": p.Name, "file": p.File, "page": number(f.Page), "field": f.Path, "printed": f.Text, "value": f.Value, "text": text, "source": v.Lang.say(string(f.Reader))})
		}
	}
	for _, f := range v.Unread {
		row("not read", map[string]string{"file": f.Name, "text": f.Says + " " + f.Action, "source": f.Code})
	}
	for _, f := range e.Files {
		row("file", map[string]string{"file": f.Name, "text": f.Reason, "value": string(f.Status), "source": f.Code, "digest": f.SHA256, "unit": fmt.Sprint(f.Size)})
	}
	for _, id := range e.Ran {
		row("check made", map[string]string{"rule": id})
	}
	for _, n := range e.NotRun {
		row("check not made", map[string]string{"rule": n.Rule, "text": n.Reason})
	}
	for _, p := range v.Versions {
		row("version", map[string]string{"field": p.Name, "value": p.Value})
	}
	for _, p := range v.Proof {
		row("proof", map[string]string{"field": p.Name, "value": p.Value})
	}
	row("seal", map[string]string{"digest": seal})
	w.Flush()
	return b.Bytes(), w.Error()
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// harmless makes a cell that no spreadsheet takes for a formula: an apostrophe
// goes before the signs that begin one. A plain number such as -2.50 is none and
// stays as it is.
func harmless(s string) string {
	s = readable(s)
	if strings.TrimLeft(s, " ") == "" || !strings.ContainsAny(strings.TrimLeft(s, " ")[:1], "=+-@|%'") && !strings.HasPrefix(strings.TrimLeft(s, " "), "＝") {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "xXpPiInN_") {
		return s
	}
	return "'" + s
}
