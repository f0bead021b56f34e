package forgery

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"tallyman/rules"
	"tallyman/trade"
)

// squeezed is a text without spaces.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// worth reports whether a figure is one that somebody would forge: it is stated in
// a field other than a date, a page number or a name.
func worth(d *trade.Document, o trade.Observation) bool {
	f, ok := fieldAt(d, o.Page, o.Box)
	return ok && !strings.HasPrefix(f.Path, "/pageNumbers") && !strings.HasPrefix(f.Path, "/pageTotals")
}

// OddPrint finds a figure that is printed otherwise than what stands around it.
var OddPrint = &rules.Rule{
	ID:    "FG-08",
	Title: "one figure is printed otherwise than its neighbours",
	Doc: `A program prints a line in one go. Here one figure, or one digit of it, has another
font, another size or another height than what stands beside it, as it has when it was
put in later by hand.

It is harmless if a form is filled in by two programs: then other fields look so too.
Look at the picture, and ask for the file as it was issued.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "Bertrand, Gomez-Krämer, Terrades, Franco, Ogier: A System Based on Intrinsic Features for Fraudulent Document Detection (ICDAR 2013)", Unverified: true}},
	Run: func(p *rules.Pass) error {
		each(p, trade.OddPrint, func(d *trade.Document, o trade.Observation) {
			var what string
			switch o.Print {
			case "font":
				if f, ok := fieldAt(d, o.Page, o.Box); ok && !measured(f.Path) {
					return // a number or a date is often filled in by another program
				}
				what = fmt.Sprintf("has a font of its own; its neighbours are set in %s", quoted(o.Against))
			case "size":
				what = "has digits of several sizes"
			case "baseline":
				what = "has digits that do not stand on one line"
			default:
				return
			}
			reportPrint(p, d, o, what)
		})
		return nil
	},
}

// measured reports whether a field is an amount, a mass or a number of things.
func measured(path string) bool {
	path = strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	for _, s := range []string{"total", "amount", "price", "mass", "value", "quantity", "packages", "volume", "freight", "insurance", "charges", "tax", "discount"} {
		if strings.HasSuffix(path, s) {
			return true
		}
	}
	return false
}

func reportPrint(p *rules.Pass, d *trade.Document, o trade.Observation, what string) {
	f := rules.Finding{
		At:       place(d, o),
		Message:  fmt.Sprintf("%s %s", quoted(o.Text), what),
		Innocent: []string{"The sender's program sets this field so on every paper: an earlier paper shows it."},
	}
	weigh(p, f, worth(d, o))
}

// SecondSubset finds digits that come from a second copy of a font.
var SecondSubset = &rules.Rule{
	ID:    "FG-09",
	Title: "a digit comes from another copy of the font",
	Doc: `A program takes a font into a file once, with the letters that it needs. Here a
figure has digits of two copies of one font, as it has when one digit was put in later
by another program.

Files that were joined have several copies too, each in pages of its own and never
within one figure.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "ISO 32000-2:2020, 9.9.2: font subsets"}},
	Run: func(p *rules.Pass) error {
		each(p, trade.OddPrint, func(d *trade.Document, o trade.Observation) {
			if o.Print == "subset" {
				reportPrint(p, d, o, fmt.Sprintf("is set from two copies of one font (%s)", o.Against))
			}
		})
		return nil
	},
}

// TypedOnScan finds text that was written over a scan.
var TypedOnScan = &rules.Rule{
	ID:    "FG-10",
	Title: "typed over a scanned page",
	Doc: `The page is a picture of a paper, and over the picture stands text that the file
draws itself, at a place where the paper states a value, or an amount with decimals.

Offices print the number and date of receipt over scans, in the margin; that is not
meant. Ask for a scan without it, or for the original.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "ISO 32000-2:2020, 8.9: images; 9.4: text objects"}},
	Run: func(p *rules.Pass) error {
		each(p, trade.TextOnScan, func(d *trade.Document, o trade.Observation) {
			f := rules.Finding{At: place(d, o), Message: fmt.Sprintf("%s was typed over the picture of the page", quoted(o.Text))}
			f.Innocent = []string{"A form was scanned and then filled in on the screen: then all its values are typed."}
			weigh(p, f, figure(o.Text) && (worth(d, o) || sum(o.Text)))
		})
		return nil
	},
}

// sum reports whether a text is an amount with decimals and nothing else, as nobody
// prints in a margin. What a scan prints beneath it may not have been made out.
func sum(text string) bool { return sumOnly.MatchString(text) }

var sumOnly = regexp.MustCompile(`^\d{1,3}(?:[ \x{a0}.,']?\d{3})*[.,]\d{2,3}$`)

// MixedPages finds a paper whose pages come from different places.
var MixedPages = &rules.Rule{
	ID:    "FG-19",
	Title: "one page of the paper is of another origin",
	Doc: `The pages say that they are one paper, and one of them is a picture while the
others are text, or has another size of sheet. A page may have been exchanged.

It is harmless if a signed page was scanned and put back, or an annex comes from
somebody else.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "Practice of document examiners: pages of one paper share their making", Unverified: true}},
	Run: func(p *rules.Pass) error {
		for _, d := range p.Dossier.Documents {
			mixedPages(p, d)
		}
		return nil
	},
}

func mixedPages(p *rules.Pass, d *trade.Document) {
	// Only pages that number themselves belong together for certain.
	of, numbered := 0, map[int]bool{}
	for _, n := range d.PageNumbers {
		if !n.Known() || len(n.Candidates()) != 1 {
			return
		}
		v := n.Value
		if of == 0 {
			of = v.Of
		}
		if v.Of != of || numbered[n.At.Page] {
			return
		}
		numbered[n.At.Page] = true
	}
	// The number of a page that is a picture may not have been made out; then the
	// paper has as many pages as the others say.
	pages := observed(d, trade.PageOrigin)
	if of < 2 || len(pages) != of || len(d.Pages) != of {
		return
	}
	for _, o := range pages {
		if !numbered[o.Page] && o.Print != "scan" {
			return
		}
	}
	count := map[string]int{}
	for _, o := range pages {
		count[origin(o)]++
	}
	if len(count) != 2 {
		return
	}
	for i, o := range pages {
		other := pages[(i+1)%len(pages)]
		for k := range pages {
			if origin(pages[k]) != origin(o) {
				other = pages[k]
				break
			}
		}
		// Of two pages the second is named; else the one that is alone.
		if len(pages) == 2 && i == 0 || len(pages) > 2 && count[origin(o)] != 1 {
			continue
		}
		scan := o.Print != other.Print
		size := sheetOf(o) != sheetOf(other)
		f := rules.Finding{
			At: o.Place(d), Related: []trade.Place{other.Place(d)},
			Message: fmt.Sprintf("page %d is %s, and page %d of the same paper is %s", o.Page, described(o), other.Page, described(other)),
			Innocent: []string{
				"The signed page was scanned and put back: it bears a signature or a stamp.",
				"The page is an annex of somebody else.",
			},
		}
		if scan && size {
			p.Report(f)
		} else {
			p.Note(f)
		}
	}
}

func origin(o trade.Observation) string { return o.Print + sheetOf(o) }

// sheetOf is the size of a page without its position, to five points.
func sheetOf(o trade.Observation) string {
	w, h := o.Figure("width"), o.Figure("height")
	return fmt.Sprintf("%d×%d", int(min(w, h)+2.5)/5, int(max(w, h)+2.5)/5)
}

func described(o trade.Observation) string {
	kind := "text"
	if o.Print == "scan" {
		kind = "a picture"
	}
	const mm = 25.4 / 72
	return fmt.Sprintf("%s of %.0f × %.0f mm", kind, o.Figure("width")*mm, o.Figure("height")*mm)
}

// amount reports whether a text would be a number but for one letter.
func amount(text string) bool {
	letters := 0
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letters++
		case !unicode.IsDigit(r) && !strings.ContainsRune(".,' \u00a0", r):
			return false
		}
	}
	return letters == 1
}

// OddLetters finds characters that pass for others.
var OddLetters = &rules.Rule{
	ID:    "FG-21",
	Title: "letters that pass for others, or for nothing",
	Doc: `A figure, a code or a name holds a letter of another alphabet that looks the same
(the Cyrillic О for a zero), a character without width, or one that turns the direction
of writing. A person sees one thing and a program compares another, so that lists and
other papers are not matched.

Typists mix alphabets by mistake in names of goods and types; only figures, codes and
names of parties are meant.`,
	Severity: rules.Medium,
	Sources: []rules.Source{
		{Title: "Unicode Technical Standard #39: Unicode Security Mechanisms", URL: "https://www.unicode.org/reports/tr39/"},
	},
	Run: func(p *rules.Pass) error {
		each(p, trade.OddLetters, func(d *trade.Document, o trade.Observation) {
			f := rules.Finding{At: place(d, o), Message: fmt.Sprintf("%s holds %s", quoted(o.Text), o.Against)}
			f.Innocent = []string{"It was typed so by mistake: the sender's other papers spell it the same way."}
			weigh(p, f, worth(d, o) || o.Print != "homoglyph" || amount(o.Text))
		})
		return nil
	},
}
