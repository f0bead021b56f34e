package flows

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/xuri/excelize/v2"

	"tallyman/trade"
)

// maxSize is the largest table that is read, in bytes once unpacked.
const maxSize = 2 << 30

// Read reads one table: CSV (comma, semicolon or tab, also packed with gzip) or
// XLSX. Three shapes are known: a row for each figure (UN Comtrade, Eurostat
// Comext), a row for each partner and year with a column for exports and one for
// imports, and a column for each year. Reporter is the country that counted, for
// tables that do not say; flow likewise. Figures of groups of countries are left
// out, and counted as such.
func Read(name string, data []byte, reporter string, flow Flow) ([]Observation, Source, error) {
	src := Source{File: filepath.Base(name), LeftOut: map[string]int{}}
	var tables [][][]string
	var err error
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		tables, err = sheets(data)
	case bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, src, errors.New("this is an old Excel file (XLS): save it as XLSX or CSV")
	default:
		tables, err = commaSeparated(data)
	}
	if err != nil {
		return nil, src, err
	}
	r := &reader{source: &src, reporter: reporter, flow: flow}
	err = errNoTable
	for _, t := range tables {
		e := r.table(t)
		if e == nil || errors.Is(err, errNoTable) {
			err = e
		}
		if e == nil {
			break
		}
	}
	if err != nil {
		return nil, src, err
	}
	src.Used = len(r.all)
	for _, o := range r.all {
		if src.First == 0 || o.Year < src.First {
			src.First = o.Year
		}
		src.Last = max(src.Last, o.Year)
	}
	if len(r.all) == 0 {
		return nil, src, fmt.Errorf("no figure could be used: %v", src.LeftOut)
	}
	return r.all, src, nil
}

var errNoTable = errors.New("no table of trade is known in it: it needs columns for the partner, the period and the value, or a column for each year")

func sheets(data []byte) ([][][]string, error) {
	x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxSize, RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer x.Close()
	var all [][][]string
	for _, name := range x.GetSheetList() {
		rows, err := x.GetRows(name)
		if err != nil {
			return nil, err
		}
		all = append(all, rows)
	}
	return all, nil
}

func commaSeparated(data []byte) ([][][]string, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(io.LimitReader(z, maxSize)); err != nil {
			return nil, err
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	head, _, _ := bytes.Cut(data, []byte("\n"))
	c := csv.NewReader(bytes.NewReader(data))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	for _, sep := range ";\t" {
		if bytes.Count(head, []byte(string(sep))) > bytes.Count(head, []byte(string(c.Comma))) {
			c.Comma = sep
		}
	}
	rows, err := c.ReadAll()
	return [][][]string{rows}, err
}

type reader struct {
	source   *Source
	reporter string
	flow     Flow
	all      []Observation
	currency string
	scale    float64
}

// Headings by which a column is known, small letters and without signs; the
// newer names of UN Comtrade stand before the older.
var headings = map[string][]string{
	"reporter": {"reporteriso", "reporterdesc", "reporter", "declarant", "declarantlab", "reportercode", "reportername"},
	"partner":  {"partneriso", "partnerdesc", "partner", "partnerlab", "partnername", "country", "countryru", "страна", "странапартнер", "partnercode"},
	"code":     {"cmdcode", "commoditycode", "product", "productnc", "hscode", "hs", "hs6", "code", "тнвэд", "кодтнвэд"},
	"period":   {"refperiodid", "period", "month", "timeperiod", "timeperiodlab", "yearmonth"},
	"year":     {"refyear", "year", "год"},
	"flow":     {"flowdesc", "flowcode", "flow", "tradeflow"},
	"value":    {"primaryvalue", "valueineuros", "valueineur", "valueeur", "valueusd", "tradevalueus", "tradevalue", "value", "obsvalue"},
	"export":   {"exportkusd", "exportusd", "export", "экспорт"},
	"import":   {"importkusd", "importusd", "import", "импорт"},
}

var notAWord = regexp.MustCompile(`[^\p{L}\p{N}]+`)

func plain(s string) string { return notAWord.ReplaceAllString(strings.ToLower(s), "") }

// table reads one table of whatever shape is recognised in its first rows.
func (r *reader) table(rows [][]string) error {
	for i, row := range rows[:min(len(rows), 20)] {
		cols := map[string]int{}
		for kind, names := range headings {
			for _, want := range names {
				if at := slices.IndexFunc(row, func(c string) bool { return plain(c) == want }); at >= 0 {
					cols[kind] = at
					break
				}
			}
		}
		has := func(kinds ...string) bool {
			return !slices.ContainsFunc(kinds, func(k string) bool { _, ok := cols[k]; return !ok })
		}
		_, period := cols["period"]
		_, year := cols["year"]
		if !has("partner") || !(period || year) || !(has("value") || has("export") || has("import")) {
			continue
		}
		r.unit(strings.Join(row, " "))
		r.long(rows[i+1:], cols)
		return nil
	}
	return r.wide(rows)
}

// long reads a table with a row for each figure, or for each pair of them.
func (r *reader) long(rows [][]string, cols map[string]int) {
	for _, row := range rows {
		r.source.Rows++
		get := func(kind string) string {
			if i, ok := cols[kind]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		o := Observation{Reporter: r.country(get("reporter")), Partner: r.country(get("partner")), Code: code(get("code")), Flow: flowOf(get("flow"))}
		if get("reporter") == "" {
			o.Reporter = r.reporter
		}
		if o.Flow == "" {
			o.Flow = r.flow
		}
		o.Year, o.Month = period(get("period"))
		if o.Year == 0 {
			o.Year, _ = period(get("year"))
			if m, err := strconv.Atoi(get("period")); err == nil && m >= 1 && m <= 12 {
				o.Month = m
			}
		}
		if _, ok := cols["value"]; ok {
			if o.Flow == "" {
				o.Flow = Export // what a table is of that names neither
			}
			r.add(o, get("value"))
			continue
		}
		for _, f := range []Flow{Export, Import} {
			if _, ok := cols[string(f)]; ok {
				o.Flow = f
				r.add(o, get(string(f)))
			}
		}
	}
}

// wide reads a table with a column for each year. Its title says the flow.
func (r *reader) wide(rows [][]string) error {
	for i, row := range rows[:min(len(rows), 20)] {
		years := map[int]int{}
		first := -1
		for c, cell := range row {
			if y, m := period(cell); y > 0 && m == 0 {
				years[c] = y
				if first < 0 {
					first = c
				}
			}
		}
		if len(years) < 3 || first == 0 {
			continue
		}
		var title strings.Builder
		for _, t := range rows[:i+1] {
			title.WriteString(strings.Join(t, " ") + " ")
		}
		flow := r.flow
		if flow == "" {
			flow = flowOf(title.String())
		}
		if flow == "" {
			return errors.New("nothing in the title says whether these are exports or imports")
		}
		r.unit(title.String())
		for _, line := range rows[i+1:] {
			r.source.Rows++
			partner := ""
			for c := min(first, len(line)) - 1; c >= 0 && partner == ""; c-- { // the label nearest to the figures first
				partner = r.country(line[c])
			}
			for c := first; c < len(line); c++ {
				if y, ok := years[c]; ok {
					r.add(Observation{Flow: flow, Reporter: r.reporter, Partner: partner, Code: Total, Year: y}, line[c])
				}
			}
		}
		return nil
	}
	return errNoTable
}

func (r *reader) add(o Observation, value string) {
	left := func(why string) { r.source.LeftOut[why]++ }
	v, ok := figure(value)
	switch {
	case strings.Trim(value, " -–—.") == "":
		left("no figure")
	case !ok:
		left("the figure cannot be read")
	case v < 0:
		left("the figure is negative")
	case o.Reporter == "":
		left("no reporter is named")
	case o.Partner == "":
		left("the partner is no country, or a group of countries")
	case o.Partner == o.Reporter:
		left("the partner is the reporter")
	case o.Year == 0:
		left("no period is named")
	case o.Code == "":
		left("the code is no code of goods")
	default:
		o.Value, o.Currency, o.Source = v*r.scale, r.currency, r.source.File
		r.all = append(r.all, o)
	}
}

// unit finds the currency and the thousands in what stands above the figures.
func (r *reader) unit(text string) {
	text = strings.ToLower(text)
	r.scale, r.currency = 1, "USD"
	switch {
	case strings.Contains(text, "_kusd"), strings.Contains(text, "thousand"), strings.Contains(text, "тыс"):
		r.scale = 1e3
	case strings.Contains(text, "million"), strings.Contains(text, "млн"):
		r.scale = 1e6
	}
	switch {
	case strings.Contains(text, "eur"):
		r.currency = "EUR"
	case strings.Contains(text, "сомов"), strings.Contains(text, "soms"):
		r.currency = "KGS"
	}
}

// countries remembers what tables call countries: they repeat a few names.
var countries sync.Map

// country reads a country; groups of countries and totals give "".
func (r *reader) country(text string) string { return Country(text) }

// Country returns the ISO 3166-1 alpha-2 code of a country named in a table, by
// name in any language of the papers or by its code; "" if it names none.
func Country(text string) string {
	text = strings.TrimSpace(text)
	if c, ok := countries.Load(text); ok {
		return c.(string)
	}
	var d trade.Document
	_ = d.Set(trade.Statement{Path: "/countryOfDestination", Text: text})
	c := ""
	if d.CountryOfDestination.Known() && !strings.Contains(strings.ToLower(text), "excl") {
		c = d.CountryOfDestination.Value
	}
	countries.Store(text, c)
	return c
}

// code reads a code of goods: digits, or Total.
func code(s string) string {
	t := plain(s)
	switch t {
	case "", "total", "all", "ag", "всего":
		return Total
	}
	if strings.Trim(t, "0123456789") != "" || len(t) > 10 {
		return ""
	}
	if len(t)%2 == 1 { // a spreadsheet took the leading zero away
		t = "0" + t
	}
	return t
}

func flowOf(s string) Flow {
	s = strings.ToLower(s)
	switch {
	case s == "x", s == "2", strings.Contains(s, "export"), strings.Contains(s, "экспорт"):
		return Export
	case s == "m", s == "1", strings.Contains(s, "import"), strings.Contains(s, "импорт"):
		return Import
	}
	return ""
}

var periodForm = regexp.MustCompile(`^(?:Y)?(\d{4})(?:(?:[-./M]|-M)?(\d{2}))?(?:-?\d{2})?$`)

// period reads 2022, Y2022, 202203, 2022-03, 2022M03 and 20220301.
func period(s string) (year, month int) {
	m := periodForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, 0
	}
	year, _ = strconv.Atoi(m[1])
	if year < 1962 || year > 2100 { // UN Comtrade begins in 1962
		return 0, 0
	}
	month, _ = strconv.Atoi(m[2])
	if month > 12 { // Comext writes 202252 for the whole year
		month = 0
	}
	return year, month
}

// figure reads a published figure: 341,091.4 and 341 091,4 and 341091.4.
func figure(s string) (float64, bool) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\'':
			return -1
		}
		return r
	}, s)
	if i := strings.LastIndexByte(s, ','); i >= 0 {
		if strings.Contains(s, ".") || len(s)-i-1 == 3 {
			s = strings.ReplaceAll(s, ",", "")
		} else {
			s = strings.Replace(s, ",", ".", 1)
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && v == v && v < 1e18
}
