package outcomes

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Table is a file of declarations, one a row, as printed.
type Table struct {
	Columns []string
	Rows    [][]string
}

// MaxRows is the largest number of rows that is read.
const MaxRows = 5_000_000

// Read reads a CSV file with a header, separated by comma, semicolon or tab.
func Read(r io.Reader) (*Table, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	head, _, _ := strings.Cut(text, "\n")
	c := csv.NewReader(strings.NewReader(text))
	for _, sep := range ";\t" {
		if strings.Count(head, string(sep)) > strings.Count(head, string(c.Comma)) {
			c.Comma = sep
		}
	}
	t := &Table{}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if t.Columns == nil {
			for _, name := range row {
				t.Columns = append(t.Columns, strings.TrimSpace(name))
			}
			continue
		}
		if len(t.Rows) == MaxRows {
			return nil, fmt.Errorf("more than %d rows", MaxRows)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return nil, errors.New("the table holds no rows below its header")
	}
	return t, nil
}

// column returns where a column stands, or -1. Case does not matter.
func (t *Table) column(name string) int {
	for i, c := range t.Columns {
		if strings.EqualFold(c, name) {
			return i
		}
	}
	return -1
}

// outcomeNames are the headings taken for the outcome if none is named.
var outcomeNames = []string{"outcome", "confirmed", "fraud", "illicit", "label", "result"}

// outcome finds the column of outcomes.
func (t *Table) outcome(name string) (int, error) {
	if name != "" {
		if i := t.column(name); i >= 0 {
			return i, nil
		}
		return -1, fmt.Errorf("there is no column %q; the columns are %s", name, strings.Join(t.Columns, ", "))
	}
	for _, n := range outcomeNames {
		if i := t.column(n); i >= 0 {
			return i, nil
		}
	}
	return -1, fmt.Errorf("no column is called %s; name the one that holds the outcome", strings.Join(outcomeNames, ", "))
}

// labels reads the outcomes: confirmed or not. A row without one is an error,
// as a row that nobody examined teaches nothing.
func (t *Table) labels(column int) ([]bool, error) {
	labels := make([]bool, len(t.Rows))
	for i, row := range t.Rows {
		switch strings.ToLower(strings.TrimSpace(row[column])) {
		case "1", "true", "yes", "confirmed", "да":
			labels[i] = true
		case "0", "false", "no", "clean", "explained", "нет":
		default:
			return nil, fmt.Errorf("row %d: the outcome %q is neither yes nor no; leave out rows that nobody examined", i+2, row[column])
		}
	}
	return labels, nil
}
