package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"tallyman/classify"
	"tallyman/trade"
)

// classified is what classify --json prints; docs/classify.schema.json describes it.
type classified struct {
	Words     []likeHeading `json:"words"`
	Numbers   []likeHeading `json:"numbers"`
	Together  []likeHeading `json:"together"`
	Refused   float64       `json:"refused"`           // probability that the words are not those of the goods
	Instead   []likeHeading `json:"instead,omitempty"` // by the numbers, if the goods are not the declared ones
	Declared  *declared     `json:"declared,omitempty"`
	Repair    string        `json:"repair"`
	Abstained bool          `json:"abstained"`
	Reason    string        `json:"reason,omitempty"`
	Reference string        `json:"reference"`
	Model     string        `json:"model"`
	// Calibrated is how many of the user's own accepted lines were used.
	Calibrated int `json:"calibrated"`
}

type likeHeading struct {
	Heading     string  `json:"heading"`
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

type declared struct {
	Code     string     `json:"code"`
	Label    string     `json:"label"`
	WordsP   *float64   `json:"wordsP"`   // of the heading by the words; null if they say nothing
	NumbersP *float64   `json:"numbersP"` // share of such goods with ratios as unusual; null if there are none
	Ratios   []ratioFit `json:"ratios"`
}

type ratioFit struct {
	Name       string  `json:"name"`
	Value      string  `json:"value"`
	Unit       string  `json:"unit"`
	Percentile float64 `json:"percentile"`
	P5         string  `json:"p5"`
	P50        string  `json:"p50"`
	P95        string  `json:"p95"`
	N          int     `json:"n"`
	Of         string  `json:"of"` // the digits whose figures were used
	Years      string  `json:"years"`
	Source     string  `json:"source"`
}

func newClassify() *cobra.Command {
	var describe, code, value, net, gross, quantity, calibration string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "classify --describe TEXT",
		Short: "which goods words and numbers describe, and how a declared code fits them",
		Long: `classify names the headings of the Harmonized System that the words describe and
those that the numbers look like. Prices are no proof: they are a reason to ask.`,
		Example: `  tallyman classify --describe "women's wigs, synthetic hair"
  tallyman classify --describe "парики" --code 670411 --value "588000 USD" --net "120 kg" --quantity "4000 PCE"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if describe == "" && value == "" && net == "" && quantity == "" {
				return &usageError{errors.New("say what to classify: --describe, or figures such as --value and --net")}
			}
			var d trade.Document
			for _, f := range []struct{ flag, path, text string }{
				{"code", "tariffCode", code}, {"value", "amount", value}, {"net", "netMass", net}, {"gross", "grossMass", gross}, {"quantity", "quantity", quantity},
			} {
				if f.text == "" {
					continue
				}
				if err := d.Set(trade.Statement{Path: "/items/0/" + f.path, Text: f.text}); err != nil {
					return &usageError{fmt.Errorf("--%s: %w", f.flag, err)}
				}
			}
			d.Set(trade.Statement{Path: "/items/0/description", Text: describe})
			it := d.Items[0]
			for _, r := range []struct{ flag, problem string }{
				{"code", it.TariffCode.Problem}, {"value", it.Amount.Problem}, {"net", it.NetMass.Problem}, {"gross", it.GrossMass.Problem}, {"quantity", it.Quantity.Problem},
			} {
				if r.problem != "" {
					return &usageError{fmt.Errorf("--%s: %s", r.flag, r.problem)}
				}
			}
			m, err := calibratedModel(calibration)
			if err != nil {
				return err
			}
			if it.Amount.Known() {
				if it.Amount.Value.Currency == "" {
					return &usageError{errors.New("--value: name the currency, such as 588000 USD")}
				}
				if _, ok := m.USD(it.Amount.Value); !ok {
					return &usageError{fmt.Errorf("--value: no rate is known for %s", it.Amount.Value.Currency)}
				}
			}
			lines := (&trade.Dossier{Documents: []*trade.Document{&d}}).Lines(m.USD)
			c := appraise(m, lines[0], describe)
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetEscapeHTML(false)
				return e.Encode(c)
			}
			c.print(cmd.OutOrStdout())
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&describe, "describe", "", "what the papers call the goods")
	f.StringVar(&code, "code", "", "declared tariff code, 4 to 12 digits")
	f.StringVar(&value, "value", "", "value with its currency, such as \"588000 USD\"")
	f.StringVar(&net, "net", "", "net mass with its unit, such as \"120 kg\"")
	f.StringVar(&gross, "gross", "", "gross mass with its unit")
	f.StringVar(&quantity, "quantity", "", "quantity with its unit, such as \"4000 PCE\"")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	addCalibration(f, &calibration)
	return cmd
}

// unusual is the share of honest lines from which it is worth asking what the
// numbers look like if the goods are not the declared ones.
const unusual = 0.05

func appraise(m classify.Model, l trade.Line, describe string) classified {
	c := classified{Words: []likeHeading{}, Numbers: []likeHeading{}, Together: []likeHeading{}, Reference: "sha256:" + m.ReferenceHash(), Model: "sha256:" + m.WordsHash(), Calibrated: m.Calibrated()}
	words := m.Goods(describe)
	c.Words, c.Reason = list(words), words.Abstained
	numbers := l.Ratios.ValuePerMass > 0 || l.Ratios.MassPerPiece > 0 || l.Ratios.ValuePerPiece > 0
	if numbers {
		c.Numbers = list(m.Looks(l.Ratios))
	}
	together := m.Together(describe, l.Ratios)
	c.Together, c.Refused = list(together), rounded(together.Refused)
	c.Abstained = c.Reason != ""
	if l.Code == "" {
		return c
	}
	d := &declared{Code: string(l.Code), Label: classify.Label(string(l.Code), "en"), Ratios: []ratioFit{}}
	c.Declared = d
	if len(words.Best) > 0 {
		p := rounded(m.Describes(l.Code, describe).Heading)
		d.WordsP = &p
	}
	fit := m.Fits(l.Code, l.Ratios)
	for _, r := range fit.Ratios {
		d.Ratios = append(d.Ratios, ratioFit{
			r.Name, figure(r.Value), r.Unit, rounded(r.Percentile), figure(r.P5), figure(r.P50), figure(r.P95), r.N, r.Expected, classify.Years(r.From, r.To), r.Source,
		})
	}
	if len(fit.Ratios) > 0 && numbers {
		p := rounded(fit.P)
		d.NumbersP = &p
		if fit.P <= unusual {
			c.Instead = list(m.Instead(l.Code, l.Ratios))
		}
	}
	if r, ok := m.Repair(l.Code, l.Ratios); ok {
		c.Repair = r.Means
	}
	return c
}

func list(h trade.Headings) []likeHeading {
	all := []likeHeading{}
	for _, b := range h.Best[:min(10, len(h.Best))] {
		all = append(all, likeHeading{b.Code, b.Label, rounded(b.Probability)})
	}
	return all
}

// rounded keeps four digits after the point: more would claim more than is known.
func rounded(p float64) float64 { return math.Round(p*1e4) / 1e4 }

// figure prints three significant digits without an exponent.
func figure(x float64) string {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return "0"
	}
	digits := 2 - int(math.Floor(math.Log10(math.Abs(x))))
	scale := math.Pow(10, float64(digits))
	return strconv.FormatFloat(math.Round(x*scale)/scale, 'f', max(0, digits), 64)
}

func (c *classified) print(w io.Writer) {
	show := func(title string, all []likeHeading) {
		if len(all) == 0 {
			return
		}
		fmt.Fprintln(w, title)
		for i, h := range all {
			if i == 5 {
				break
			}
			fmt.Fprintf(w, "  %s %4.0f%%  %s\n", h.Heading, 100*h.Probability, h.Label)
		}
	}
	if c.Abstained {
		fmt.Fprintln(w, "by the words no goods can be named:", c.Reason)
	} else {
		show("the words describe", c.Words)
	}
	show("the numbers look like", c.Numbers)
	if len(c.Numbers) > 0 && len(c.Words) > 0 {
		show("words and numbers together", c.Together)
		if c.Refused >= 0.05 {
			fmt.Fprintf(w, "  the words are not those of the goods with probability %.2f; before the numbers it was 0.01\n", c.Refused)
		}
	}
	if d := c.Declared; d != nil {
		fmt.Fprintf(w, "declared %s (%s)\n", d.Code, d.Label)
		if d.WordsP != nil && !c.Abstained {
			fmt.Fprintf(w, "  the words describe that heading with probability %.3f\n", *d.WordsP)
		}
		for _, r := range d.Ratios {
			fmt.Fprintf(w, "  %s %s %s: percentile %.1f of %s; 5%% to 95%% are %s to %s, half is %s (n %d; %s, %s)\n", r.Name, r.Value, r.Unit, 100*r.Percentile, r.Of, r.P5, r.P95, r.P50, r.N, r.Source, r.Years)
		}
		if d.NumbersP != nil {
			fmt.Fprintf(w, "  as unusual or more: %.4f of such goods", *d.NumbersP)
			if c.Calibrated == 0 {
				fmt.Fprint(w, " by public figures; not calibrated on papers of your own")
			}
			fmt.Fprintln(w)
		}
		show("if the goods are not the declared ones, the numbers and what is known to be sought look like", c.Instead)
	}
	if c.Repair != "" {
		fmt.Fprintln(w, c.Repair)
	}
}

// calibrationFile is where calibrate keeps what it learned, unless it is told.
func calibrationFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "tallyman", "calibration.json")
}

// calibratedModel returns the model with the calibration in the file; without a
// name, with that of the user if there is one.
func calibratedModel(name string) (classify.Model, error) {
	m := classify.NewModel()
	own := name == ""
	if own {
		if name = calibrationFile(); name == "" {
			return m, nil
		}
	}
	data, err := os.ReadFile(name)
	if own && errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("read the calibration: %w", err)
	}
	c, err := classify.UnmarshalCalibration(data)
	if err != nil {
		return m, fmt.Errorf("%s: %w", name, err)
	}
	return m.With(c), nil
}
