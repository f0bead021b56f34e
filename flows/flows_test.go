package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestStoryOf2022 reads the published tables, where they are at hand, and finds
// what became of trade with Kazakhstan from 2021 to 2022.
func TestStoryOf2022(t *testing.T) {
	var all []Observation
	for _, f := range []struct{ name, reporter string }{
		{"kz-trade-official/kz_trade_by_country_2018_2023.csv", "KZ"},
		{"eu-sanctioned-exports/eu_export_sanctioned_cn_monthly_2020_2022.csv.gz", ""},
		{"kz-trade-official/kyrgyz_import_yearly.csv", ""},
		{"kz-trade-official/uzbek_import_yearly.csv", ""},
		{"kz-trade-official/4.03.00.18__*.xlsx", "KG"},
	} {
		names, _ := filepath.Glob(filepath.Join("../../shared/refdata", f.name))
		if len(names) != 1 {
			t.Skip("the published tables are not here")
		}
		data, err := os.ReadFile(names[0])
		if err != nil {
			t.Fatal(err)
		}
		part, src, err := Read(names[0], data, f.reporter, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d of %d rows, %s", src.File, src.Used, src.Rows, src.Omitted())
		all = append(all, part...)
	}
	found := Find(all, Options{Year: 2022})
	count := map[Kind]int{}
	for _, f := range found {
		count[f.Kind]++
		if f.Rank <= 12 {
			t.Logf("%s %d: %s", f.Kind, f.Rank, f.Sentence)
		}
	}
	t.Log(count)
	for _, want := range []struct {
		flow          Flow
		lane, code    string
		kinds         string
		previous, now float64 // millions, as published
		least         float64
	}{
		{Export, "KZ > RU", Total, "rise break", 7018.7, 9091.4, 1.29},
		{Import, "CN > KZ", Total, "rise break", 8228.5, 11143.7, 1.35},
		{Export, "EU > KZ", "84", "rise break", 532.6, 1081.6, 2},
		{Export, "EU > KZ", "85", "break", 0, 469.2, 2},
	} {
		ok := false
		for _, f := range found {
			if f.Flow != want.flow || f.Lane != want.lane || f.Code != want.code || !strings.Contains(want.kinds, string(f.Kind)) {
				continue
			}
			ok = true
			t.Logf("%s %d: %s", f.Kind, f.Rank, f.Sentence)
			if f.Growth < want.least || f.Value < (want.now-0.1)*1e6 || f.Value > (want.now+0.1)*1e6 {
				t.Errorf("%s %s: %v, growth %v", want.lane, want.code, f.Value, f.Growth)
			}
			if want.previous > 0 && (f.Previous < (want.previous-0.1)*1e6 || f.Previous > (want.previous+0.1)*1e6) {
				t.Errorf("%s %s: %v before", want.lane, want.code, f.Previous)
			}
		}
		if !ok {
			t.Errorf("%s %s is not found", want.lane, want.code)
		}
	}
}

// table is a CSV of UN Comtrade's columns over the years 2018 to 2022.
func table(lines ...string) []byte {
	return []byte("reporterISO,partnerISO,cmdCode,flowCode,refYear,primaryValue\n" + strings.Join(lines, "\n") + "\n")
}

// calm are lanes that grow by a few percent a year, so that there is something
// to compare with.
func calm(least float64) []string {
	var lines []string
	for i, p := range strings.Fields("AE AR AU BR CA CH CL CN EG ID IN JP") {
		for y := range 5 {
			growth := 1 + 0.03*float64(y) + 0.01*float64((i*7+y*3)%5)
			lines = append(lines, fmt.Sprintf("TR,%s,8542,X,%d,%.0f", p, 2018+y, least*(5+float64(i))*growth))
		}
	}
	return lines
}

func lane(reporter, partner, flow string, values ...float64) []string {
	var lines []string
	for i, v := range values {
		lines = append(lines, fmt.Sprintf("%s,%s,8542,%s,%d,%.0f", reporter, partner, flow, 2018+i, v))
	}
	return lines
}

func find(t *testing.T, opts Options, data []byte) []Finding {
	t.Helper()
	all, _, err := Read("t.csv", data, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return Find(all, opts)
}

func TestFind(t *testing.T) {
	const m = 1e6
	for _, c := range []struct {
		name  string
		lines []string
		want  []string // kind lane
	}{
		{"all calm", nil, nil},
		{"one lane grew fivefold", lane("TR", "KZ", "X", 8*m, 8*m, 9*m, 9*m, 45*m), []string{"break TR > KZ"}},
		{"a lane too small to speak of", lane("TR", "KZ", "X", 1e4, 1e4, 1e4, 1e4, 9e5), nil},
		{"back to where it was after one bad year", lane("TR", "KZ", "X", 40*m, 40*m, 41*m, 9*m, 42*m), nil},
		{"to a neighbour instead", append(lane("TR", "RU", "X", 50*m, 52*m, 51*m, 50*m, 10*m), lane("TR", "KZ", "X", 8*m, 8*m, 9*m, 9*m, 45*m)...),
			[]string{"break TR > KZ", "substitution TR > KZ"}},
		{"through a third country", append(append(lane("TR", "RU", "X", 50*m, 52*m, 51*m, 50*m, 10*m), lane("TR", "KZ", "X", 8*m, 8*m, 9*m, 9*m, 45*m)...),
			lane("KZ", "RU", "X", 2*m, 2*m, 2*m, 2*m, 30*m)...),
			[]string{"break TR > KZ", "substitution TR > KZ", "passage TR > KZ > RU", "rise KZ > RU"}},
		{"two sides of one lane", append(lane("TR", "KZ", "X", 20*m, 20*m, 20*m, 20*m, 20*m), lane("KZ", "TR", "M", 9*m, 9*m, 9*m, 9*m, 9*m)...),
			[]string{"mirror TR > KZ"}},
		{"freight explains the rest", append(lane("TR", "KZ", "X", 20*m, 20*m, 20*m, 20*m, 20*m), lane("KZ", "TR", "M", 23*m, 23*m, 23*m, 23*m, 23*m)...), nil},
	} {
		found := find(t, Options{}, table(append(calm(m), c.lines...)...))
		var got []string
		for _, f := range found {
			got = append(got, string(f.Kind)+" "+f.Lane)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

// A year of which eleven months are published is held against the same eleven.
func TestMonthsInCommon(t *testing.T) {
	var lines []string
	for y := 2020; y <= 2022; y++ {
		for mo := 1; mo <= 12; mo++ {
			if y == 2022 && mo == 12 {
				continue
			}
			v := 1e6
			if y == 2022 {
				v = 2e6
			}
			if mo == 12 {
				v = 9e6 // a December like no other month
			}
			lines = append(lines, fmt.Sprintf("DE,KZ,84,X,%d%02d,%.0f", y, mo, v))
		}
	}
	found := find(t, Options{}, []byte("reporter,partner,cmdCode,flow,period,primaryValue\n"+strings.Join(lines, "\n")))
	if len(found) != 1 || found[0].Months != 11 || found[0].Growth != 2 || found[0].Reporter != EU {
		t.Errorf("%+v", found)
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text, reporter string
		want                 []Observation
	}{
		{"Comext", "REPORTER,PARTNER,PRODUCT,FLOW,STAT_PROCEDURE,PERIOD,VALUE_IN_EUR\nKazakhstan,China,TOTAL,IMPORT,NORMAL,Y2019,6061.5\nKazakhstan,Africa,TOTAL,IMPORT,NORMAL,Y2019,1\n", "",
			[]Observation{{Import, "KZ", "CN", Total, 2019, 0, 6061.5, "EUR", "t.csv"}}},
		{"older Comtrade", "Year,Period,Trade Flow,Reporter,Partner,Commodity Code,Netweight (kg),Trade Value (US$)\n2021,2021,Export,Turkey,Russian Federation,8542,12,345\n", "",
			[]Observation{{Export, "TR", "RU", "8542", 2021, 0, 345, "USD", "t.csv"}}},
		{"national, thousands", "\ufeffyear;country_ru;export_kusd;import_kusd\n2022;Россия;9091390,9;-\n2022;Страны СНГ;1;2\n", "KZ",
			[]Observation{{Export, "KZ", "RU", Total, 2022, 0, 9091390.9e3, "USD", "t.csv"}}},
		{"a column for each year", "Export of goods,,,\n(thousand US dollars),,,\n,2020,2021,2022\nTotal,9,9,9\nChina,\"1,000.5\",-,2\n", "KG",
			[]Observation{{Export, "KG", "CN", Total, 2020, 0, 1000500, "USD", "t.csv"}, {Export, "KG", "CN", Total, 2022, 0, 2000, "USD", "t.csv"}}},
		{"months", "code,reporter,partner,month,value_eur\n8407,Austria,Kazakhstan,2022-10,12650\n407,Austria,Kazakhstan,2022-11,5\n", "",
			[]Observation{{Export, "AT", "KZ", "8407", 2022, 10, 12650, "EUR", "t.csv"}, {Export, "AT", "KZ", "0407", 2022, 11, 5, "EUR", "t.csv"}}},
	} {
		got, _, err := Read("t.csv", []byte(c.text), c.reporter, "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
	for name, text := range map[string]string{"empty": "", "prose": "dear sir,\nplease find\n", "no reporter": "country,year,export\nChina,2022,5\n"} {
		if _, _, err := Read("t.csv", []byte(text), "", ""); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// Figures of a code and of the heading it belongs to are not summed twice, nor
// is a figure that two files state.
func TestNothingTwice(t *testing.T) {
	all, _, _ := Read("a.csv", table("TR,KZ,8542,X,2022,10", "TR,KZ,854231,X,2022,4", "TR,KZ,85423110,X,2022,1", "TR,KZ,853400,X,2022,5"), "", "")
	more, _, _ := Read("b.csv", table("TR,KZ,8542,X,2022,11"), "", "")
	lanes, _ := gather(append(all, more...), 2)
	if len(lanes) != 1 || lanes[0].months[2022][0] != 15 {
		t.Errorf("%+v", lanes[0])
	}
}

func TestPrior(t *testing.T) {
	for _, l := range Lanes() {
		if l.Z < leastZ || l.Growth < leastGrowth || l.Source == "" || l.Months < 1 || len(l.Code) != 2 {
			t.Errorf("%+v", l)
		}
	}
	if l, ok := Prior("DE", "KZ", "854231"); !ok || l.Growth < 2 {
		t.Errorf("chips from Germany to Kazakhstan: %v, %v", l, ok)
	}
	if l, ok := Prior("DE", "FR", "854231"); ok {
		t.Errorf("chips within the Union: %v", l)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("code,reporter,partner,month,value_eur\n8407,Austria,Kazakhstan,2022-10,12650\n"))
	f.Add([]byte("Export,,,\n,2020,2021,2022\nChina,1,2,3\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, _, err := Read("f.csv", data, "KZ", Export)
		if err == nil {
			Find(all, Options{})
		}
	})
}

func TestPictureHoldsNoMarkup(t *testing.T) {
	var b strings.Builder
	if err := WriteHTML(&b, []Finding{{Kind: Break, Rank: 1, Lane: "<b>", Code: "84", Sentence: "<script>", History: []Point{{2021, 1}, {2022, 2}}}}, []Source{{File: "<i>"}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>") || strings.Contains(b.String(), "<i>") || !strings.Contains(b.String(), "<rect") {
		t.Error(b.String())
	}
}
