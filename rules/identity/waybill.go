package identity

import (
	"fmt"

	"tallyman/rules"
	"tallyman/trade"
)

// AirWaybillFails checks the check digit of air waybills.
var AirWaybillFails = &rules.Rule{
	ID:    "ID-03",
	Title: "air waybill number fails its check digit",
	Doc: `The number of an airline's waybill has three digits of the airline, seven of the
serial and a check digit: the serial modulo 7. A number that fails was never
issued, or a digit is wrong. The airline's tracking page knows the true one.

House waybills of forwarders are numbered freely. Only numbers of three and
eight digits on an air waybill, or cited as one, are checked.`,
	Severity: rules.Medium,
	Sources:  []rules.Source{{Title: "Australian Border Force: air waybill number, serial modulo 7", URL: "https://www.abf.gov.au"}},
	Run: func(p *rules.Pass) error {
		var all []mention
		air := false
		for _, d := range p.Dossier.Documents {
			air = air || airWaybill(d)
		}
		for _, d := range p.Dossier.Documents {
			if d.Type == trade.AirWaybill || d.Type == trade.MasterAirWaybill {
				all = append(all, airNumber(d, d.Number)...)
			}
			if air || airWaybill(d) {
				all = append(all, airNumber(d, d.TransportDocument.Number)...)
			}
		}
		for _, c := range complaints(all, func(s string) error { return trade.CheckAirWaybill(digits(s)) }) {
			p.Report(rules.Finding{
				At: c.At, Related: c.again, Doubtful: c.doubtful,
				Message:  fmt.Sprintf("air waybill %s: %v", c.Value, c.err),
				Innocent: innocentTyping,
			})
		}
		return nil
	},
}

func airWaybill(d *trade.Document) bool {
	return d.Type == trade.AirWaybill || d.Type == trade.MasterAirWaybill || d.Type == trade.HouseWaybill
}

func airNumber(d *trade.Document, r trade.Reading[string]) []mention {
	if s := trade.FoldIdentifier(r.Value); !r.Known() || len(s) != 11 || len(digits(s)) != 11 {
		return nil
	}
	return []mention{{d, r}}
}
