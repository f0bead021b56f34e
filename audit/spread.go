package audit

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"tallyman/rules"
)

// spread draws where a figure lies among what is usual, on a logarithmic scale:
// a band for nine lots in ten, a stroke for the middle, and the figure. Empty if
// the finding shows no such range.
func (l Lang) spread(figures []rules.Figure) template.HTML {
	var value, low, middle, high float64
	var unit string
	for _, f := range figures {
		v, err := strconv.ParseFloat(f.Value, 64)
		if err != nil || v <= 0 {
			continue
		}
		switch {
		case strings.HasPrefix(f.Name, "usual, 5 of 100 are below"):
			low = v
		case strings.HasPrefix(f.Name, "usual, the middle"):
			middle = v
		case strings.HasPrefix(f.Name, "usual, 5 of 100 are above"):
			high = v
		case f.Percentile > 0:
			value, unit = v, f.Unit
		}
	}
	if value == 0 || low == 0 || middle == 0 || high <= low {
		return ""
	}
	const width, left, right, line = 560.0, 20.0, 20.0, 34.0
	from, to := math.Log(min(value, low)/2), math.Log(max(value, high)*2)
	at := func(v float64) float64 { return left + (width-left-right)*(math.Log(v)-from)/(to-from) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spread" viewBox="0 0 %.0f 62" width="%.0f" height="62" role="img" aria-label="%s"><title>%[3]s</title>`, width, width,
		template.HTMLEscapeString(l.say("s.range", rules.Round(value), rules.Round(low), rules.Round(high), l.unit(unit))))
	fmt.Fprintf(&b, `<line x1="%.1f" y1="%.0f" x2="%.1f" y2="%.0f" stroke="#888"/>`, left, line, width-right, line)
	fmt.Fprintf(&b, `<rect x="%.1f" y="%.0f" width="%.1f" height="14" fill="#9bbfe0"/>`, at(low), line-7, at(high)-at(low))
	fmt.Fprintf(&b, `<line x1="%.1f" y1="%.0f" x2="%.1[1]f" y2="%.0[3]f" stroke="#235a8c" stroke-width="2"/>`, at(middle), line-7, line+7)
	fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.0f" r="6" fill="#b3261e"/>`, at(value), line)
	text := func(x, y float64, s string) {
		anchor, half := "middle", 3.6*float64(len([]rune(s)))
		if x < half+4 {
			anchor, x = "start", 4
		} else if x > width-half-4 {
			anchor, x = "end", width-4
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.0f" font-size="12" text-anchor="%s">%s</text>`, x, y, anchor, template.HTMLEscapeString(s))
	}
	text(at(value), 16, l.say("s.papers", rules.Round(value)))
	text(at(low), 58, rules.Round(low))
	text(at(high), 58, rules.Round(high)+" "+l.unit(unit))
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
