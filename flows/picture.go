package flows

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// shown is how many lanes of each kind a picture draws.
const shown = 8

// WriteHTML writes one page with a bar for each lane, most money first, and how
// each moved: no script, no other file.
func WriteHTML(w io.Writer, findings []Finding, sources []Source) error {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Trade flows out of line</title><style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f24;background:#fff}
figure{margin:0 0 1.2rem;display:grid;grid-template-columns:17rem 1fr;gap:1rem;align-items:center;border-top:1px solid #d8dee4;padding-top:.8rem}
b.kind{display:inline-block;min-width:6.5em}table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
text{font:11px system-ui,sans-serif;fill:#57606a}.now{fill:#b35900}.before{fill:#8c959f}p.note{color:#57606a}
</style><h1>Trade flows out of line</h1>
<p class="note">These are sums over countries and codes. They say where to look, and nothing about any consignment. Figures on the bars are millions of the currency named.</p>
`)
	if len(findings) == 0 {
		b.WriteString("<p>No lane is out of line by the thresholds given.</p>\n")
	}
	left := 0
	for _, f := range findings {
		if f.Rank > shown {
			left++
			continue
		}
		fmt.Fprintf(&b, "<figure>%s<figcaption><b class=\"kind\">%d. %s</b> %s, %s<br>%s</figcaption></figure>\n",
			chart(f), f.Rank, f.Kind, html.EscapeString(f.Lane), html.EscapeString(goods(f.Code)), html.EscapeString(f.Sentence))
	}
	if left > 0 {
		fmt.Fprintf(&b, "<p>%d more are in the JSON.</p>\n", left)
	}
	b.WriteString("<h2>What was compared</h2><table><tr><th>File</th><th>Years</th><th>Rows</th><th>Figures used</th><th>Left out</th></tr>\n")
	for _, s := range sources {
		fmt.Fprintf(&b, "<tr><td>%s</td><td>%d to %d</td><td>%d</td><td>%d</td><td>%s</td></tr>\n",
			html.EscapeString(s.File), s.First, s.Last, s.Rows, s.Used, html.EscapeString(s.Omitted()))
	}
	b.WriteString("</table></html>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// chart draws the years of one lane as bars, the year in question in colour.
func chart(f Finding) string {
	const width, height, foot = 260.0, 110.0, 16.0
	points := f.History
	if f.Kind == Mirror { // two bars: what each side states
		points = []Point{{0, f.Value}, {1, f.Other}}
	}
	top := 1.0
	for _, p := range points {
		top = math.Max(top, p.Value)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" width="%g" height="%g" role="img"><title>%s</title>`, width, height, width, height, html.EscapeString(f.Sentence))
	step := width / float64(max(1, len(points)))
	for i, p := range points {
		h := (height - 2*foot) * p.Value / top
		class, label := "before", fmt.Sprint(p.Year)
		switch {
		case f.Kind == Mirror && i == 0:
			label = f.Reporter + " states"
		case f.Kind == Mirror:
			label, class = f.Partner+" states", "now"
		case i == len(points)-1:
			class = "now"
		}
		x := float64(i)*step + step*0.15
		fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, x, height-foot-h, step*0.7, math.Max(h, 0.5))
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f">%s</text><text x="%.1f" y="%.1f">%s</text>`,
			x, height-4, html.EscapeString(label), x, height-foot-h-3, grouped(p.Value/1e6))
	}
	b.WriteString("</svg>")
	return b.String()
}
