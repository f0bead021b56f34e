package train

import (
	"fmt"
	"os"
	"strings"
)

// Card writes the measures into the model card, between the marks of this kind
// of build.
func (r *Result) Card(path string, openOnly bool) error {
	mark := "all sources"
	if openOnly {
		mark = "open sources"
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := "<!-- measured: "+mark+" -->\n", "<!-- end -->"
	head, rest, ok := strings.Cut(string(old), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for %q", path, mark)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d texts were learned from; the weights take %.1f MB.\n\n", r.Trained, float64(len(r.Model))/1e6)
	b.WriteString("| held out | language | n | chapter | heading | in first five | subheading | calibration error | the same by luck | answered | of these chapter right |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, x := range r.Measures {
		if x.Source == "uk-vague" {
			continue
		}
		fmt.Fprintf(&b, "| %s | %v | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |\n",
			x.Source, x.Language, x.N, x.Chapter, x.Top1, x.Top5, x.Sub, x.CalibrationError, x.Luck, x.Answered, x.AnsweredChapter)
	}
	b.WriteString("\nHeading right, by similarity to the nearest text that was learned from (words in both over words in either):\n\n| held out | " + strings.Join(nearNames[:], " | ") + " |\n|---|---|---|---|\n")
	for _, x := range r.Measures {
		if x.Source == "uk-vague" {
			fmt.Fprintf(&b, "\nOf %d texts that customs found too vague, the model answered %.3f.\n", x.N, x.Answered)
			continue
		}
		fmt.Fprintf(&b, "| %s |", x.Source)
		for _, n := range x.Near {
			fmt.Fprintf(&b, " %.3f (n %d) |", n.Top1, n.N)
		}
		b.WriteString("\n")
	}
	return os.WriteFile(path, []byte(head+begin+b.String()+end+tail), 0o644)
}
