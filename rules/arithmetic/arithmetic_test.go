package arithmetic

import (
	"fmt"
	"testing"
	"time"

	"tallyman/rules"
	"tallyman/rules/rulestest"
	"tallyman/trade"
)

func TestRules(t *testing.T) { rulestest.Run(t, Rules...) }

// Thousands of lines, each of which can be read in two ways, are checked in a moment.
func TestManyLines(t *testing.T) {
	d := &trade.Document{ID: "invoice", Type: trade.CommercialInvoice, Status: trade.Done, Pages: []int{1}}
	const lines = 5_000
	for i := range lines {
		for field, text := range map[string]string{
			"sequence": fmt.Sprint(i + 1), "quantity": "10 PCS", "unitPrice": "$1.50", "amount": "$15.00",
			"netMass": "1,205 KG", "grossMass": "1,300 KG", "packages": "1 CTN",
		} {
			if err := d.Set(trade.Statement{Path: fmt.Sprintf("/items/%d/%s", i, field), Text: text, Page: 1, Reader: trade.TextLayer}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for path, text := range map[string]string{"/subtotal": "$299,999.00", "/packages": "19999 CTNS", "/netMass": "30000.0 KG", "/grossMass": "26000 KG"} {
		if err := d.Set(trade.Statement{Path: path, Text: text, Page: 1, Reader: trade.TextLayer}); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	findings, notRun := rules.Run(&trade.Dossier{Documents: []*trade.Document{d}}, nil, Rules...)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("%d lines took %v", lines, took)
	}
	for _, f := range findings {
		t.Logf("%s %v: %.120s", f.Rule, f.Severity, f.Message)
	}
	if len(notRun) > 0 {
		t.Errorf("rules did not run: %v", notRun)
	}
}
