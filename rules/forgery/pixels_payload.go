package forgery

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"

	"tallyman/trade"
)

// A claim is one thing that a barcode says of the paper that it stands on.
type claim struct {
	what  string   // for a sentence, such as "the total"
	paths []string // fields that may state it, the likeliest first
	text  string
	unit  string
}

// A payload is the content of a barcode in a layout that is published.
type payload struct {
	layout string // for a sentence, such as "Swiss QR-bill"
	claims []claim
}

// payloadOf reads the content of a barcode. It knows published layouts only; any
// other content says nothing.
func payloadOf(symbology, text string) (payload, bool) {
	for _, layout := range []func(symbology, text string) (payload, bool){
		epc, swissBill, zatca, russianPayment, fiscalReceipt, turkishInvoice, indianInvoice, chineseInvoice, portugueseInvoice, airWaybill, container,
	} {
		if p, ok := layout(symbology, text); ok {
			kept := p.claims[:0]
			for _, c := range p.claims {
				if c.text = strings.TrimSpace(c.text); c.text != "" {
					kept = append(kept, c)
				}
			}
			p.claims = kept
			return p, len(kept) > 0
		}
	}
	return payload{}, false
}

func total(text, currency string) claim {
	return claim{"the total", []string{"/invoiceTotal", "/subtotal", "/customsValue"}, plainAmount(text), currency}
}
func tax(text, currency string) claim {
	return claim{"the tax", []string{"/tax"}, plainAmount(text), currency}
}
func number(text string) claim {
	return claim{"the number of the paper", []string{"/number", "/invoice/number"}, text, ""}
}
func issued(text string) claim {
	return claim{"the date of the paper", []string{"/issueDate"}, isoDate(text), ""}
}
func account(text string) claim {
	return claim{"the account to pay to", []string{"/seller/account", "/consignor/account"}, text, ""}
}
func sellerID(text string) claim {
	return claim{"the tax number of the seller", []string{"/seller/id", "/consignor/id"}, text, ""}
}
func buyerID(text string) claim {
	return claim{"the tax number of the buyer", []string{"/buyer/id", "/consignee/id"}, text, ""}
}

// plainAmount returns the text if it is an amount as programs write it, without
// marks of thousands, and nothing otherwise. Zero is how some write "none".
func plainAmount(s string) string {
	s = strings.TrimSpace(s)
	if !amountText.MatchString(s) || strings.Trim(s, "0.") == "" {
		return ""
	}
	if whole, part, ok := strings.Cut(s, "."); ok {
		for len(part) < 2 {
			part += "0"
		}
		return whole + "." + part
	}
	return s + ".00"
}

var (
	amountText = regexp.MustCompile(`^[0-9]{1,13}(\.[0-9]{1,4})?$`)
	dateText   = regexp.MustCompile(`^(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])`)
	dayFirst   = regexp.MustCompile(`^([0-3][0-9])/([01][0-9])/(20[0-9]{2})$`)
)

// isoDate returns the day of a date as 2026-03-01, or nothing.
func isoDate(s string) string {
	s = strings.TrimSpace(s)
	if m := dateText.FindStringSubmatch(s); m != nil {
		return m[1] + "-" + m[2] + "-" + m[3]
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return m[3] + "-" + m[2] + "-" + m[1]
	}
	return ""
}

func lines(text string, most int) []string {
	all := strings.Split(text, "\n")
	for len(all) < most {
		all = append(all, "")
	}
	return all
}

// epc is the quick response code of a SEPA credit transfer (European Payments
// Council, EPC069-12).
func epc(_, text string) (payload, bool) {
	l := lines(text, 12)
	if l[0] != "BCD" || (l[1] != "001" && l[1] != "002") || l[3] != "SCT" {
		return payload{}, false
	}
	return payload{"SEPA payment code", []claim{account(l[6]), total(strings.TrimPrefix(l[7], "EUR"), "EUR")}}, true
}

// swissBill is the Swiss QR Code (SIX, Swiss Payment Standards); the billing
// information follows the syntax definition of Swico.
func swissBill(_, text string) (payload, bool) {
	l := lines(text, 33)
	if l[0] != "SPC" || !strings.HasPrefix(l[1], "02") {
		return payload{}, false
	}
	p := payload{"Swiss QR-bill", []claim{account(l[3]), total(l[18], l[19])}}
	if bill, ok := strings.CutPrefix(l[31], "//S1/"); ok {
		parts := strings.Split(bill, "/")
		for i := 0; i+1 < len(parts); i += 2 {
			switch v := parts[i+1]; parts[i] {
			case "10":
				p.claims = append(p.claims, number(v))
			case "11":
				if len(v) == 6 {
					p.claims = append(p.claims, issued("20"+v))
				}
			}
		}
	}
	return p, true
}

// zatca is the code of a Saudi e-invoice: tags, lengths and values in Base64.
func zatca(_, text string) (payload, bool) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) < 20 || b[0] != 1 {
		return payload{}, false
	}
	tags := map[byte]string{}
	for len(b) >= 2 {
		n := int(b[1])
		if n > 127 || len(b) < 2+n || (len(tags) < 5 && int(b[0]) != len(tags)+1) {
			break
		}
		tags[b[0]] = string(b[2 : 2+n])
		b = b[2+n:]
	}
	if tags[4] == "" || isoDate(tags[3]) == "" || plainAmount(tags[4]) == "" {
		return payload{}, false
	}
	return payload{"Saudi e-invoice code", []claim{sellerID(tags[2]), issued(tags[3]), total(tags[4], ""), tax(tags[5], "")}}, true
}

// russianPayment is the payment code of GOST R 56042.
func russianPayment(_, text string) (payload, bool) {
	if !strings.HasPrefix(text, "ST0001") || len(text) < 10 {
		return payload{}, false
	}
	p := payload{layout: "payment code of GOST R 56042"}
	for _, part := range strings.Split(text[7:], text[7:8]) {
		name, v, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		switch strings.ToLower(name) {
		case "personalacc":
			p.claims = append(p.claims, account(v))
		case "payeeinn":
			p.claims = append(p.claims, sellerID(v))
		case "sum": // in kopecks
			if len(v) >= 3 {
				p.claims = append(p.claims, total(v[:len(v)-2]+"."+v[len(v)-2:], "RUB"))
			}
		}
	}
	return p, len(p.claims) > 0
}

// fiscalReceipt is the code of a receipt of a cash register of Russia, and the
// address that those of Kazakhstan and Kyrgyzstan print.
func fiscalReceipt(_, text string) (payload, bool) {
	query := text
	if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		_, query, _ = strings.Cut(text, "?")
	}
	v := map[string]string{}
	for _, part := range strings.Split(query, "&") {
		if name, value, ok := strings.Cut(part, "="); ok {
			v[name] = value
		}
	}
	if v["t"] == "" || v["s"] == "" || (v["fn"] == "" && v["f"] == "" && v["i"] == "") {
		return payload{}, false
	}
	day := isoDate(v["t"])
	if day == "" || plainAmount(v["s"]) == "" {
		return payload{}, false
	}
	return payload{"code of a cash register", []claim{issued(day), total(v["s"], "")}}, true
}

// turkishInvoice is the code of a Turkish e-invoice, a JSON object.
func turkishInvoice(_, text string) (payload, bool) {
	m, ok := object(text)
	if !ok || m["vkntckn"] == "" || m["tarih"] == "" || m["no"] == "" {
		return payload{}, false
	}
	sum := m["odenecek"]
	if sum == "" {
		sum = m["vergidahil"]
	}
	return payload{"Turkish e-invoice code", []claim{
		number(m["no"]), issued(m["tarih"]), total(sum, m["parabirimi"]), sellerID(m["vkntckn"]), buyerID(m["avkntckn"]),
	}}, true
}

// object reads a flat JSON object; keys become small letters.
func object(text string) (map[string]string, bool) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var raw map[string]any
	if d.Decode(&raw) != nil {
		return nil, false
	}
	m := map[string]string{}
	for k, v := range raw {
		switch v := v.(type) {
		case string:
			m[strings.ToLower(k)] = v
		case json.Number:
			m[strings.ToLower(k)] = v.String()
		}
	}
	return m, true
}

// indianInvoice is the signed code of an Indian e-invoice, a JSON Web Token. The
// signature is not checked: the paper is compared with what it carries.
func indianInvoice(_, text string) (payload, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || !strings.HasPrefix(text, "eyJ") {
		return payload{}, false
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return payload{}, false
	}
	m, ok := object(string(b))
	if ok && m["data"] != "" {
		m, ok = object(m["data"])
	}
	if !ok || m["docno"] == "" || m["docdt"] == "" || m["sellergstin"] == "" {
		return payload{}, false
	}
	buyer := m["buyergstin"]
	if buyer == "URP" { // unregistered person: the buyer is abroad
		buyer = ""
	}
	return payload{"Indian e-invoice code", []claim{
		number(m["docno"]), issued(m["docdt"]), total(m["totinvval"], ""), sellerID(m["sellergstin"]), buyerID(buyer),
	}}, true
}

// chineseInvoice is the code of a Chinese VAT invoice (fapiao).
func chineseInvoice(_, text string) (payload, bool) {
	f := strings.Split(text, ",")
	if len(f) < 6 || f[0] != "01" || len(f[1]) != 2 || len(f[3]) < 8 || plainAmount(f[4]) == "" || isoDate(f[5]) == "" {
		return payload{}, false
	}
	return payload{"code of a Chinese VAT invoice", []claim{number(f[3]), issued(f[5]), total(f[4], "CNY")}}, true
}

// portugueseInvoice is the code that Portaria 195/2020 asks for.
func portugueseInvoice(_, text string) (payload, bool) {
	if !strings.HasPrefix(text, "A:") || !strings.Contains(text, "*B:") || !strings.Contains(text, "*O:") {
		return payload{}, false
	}
	m := map[string]string{}
	for _, part := range strings.Split(text, "*") {
		if k, v, ok := strings.Cut(part, ":"); ok {
			m[k] = v
		}
	}
	buyer := m["B"]
	if buyer == "999999990" { // final consumer
		buyer = ""
	}
	return payload{"Portuguese invoice code", []claim{
		number(m["G"]), issued(m["F"]), total(m["O"], ""), tax(m["N"], ""), sellerID(m["A"]), buyerID(buyer),
	}}, true
}

var awbText = regexp.MustCompile(`^[0-9]{11}([0-9]{5})?$`)

// airWaybill is the barcode of IATA Resolution 606: eleven digits of the air
// waybill, and five of the piece.
func airWaybill(symbology, text string) (payload, bool) {
	if symbology != "code128" || !awbText.MatchString(text) || trade.CheckAirWaybill(text[:11]) != nil {
		return payload{}, false
	}
	return payload{"air waybill barcode", []claim{
		{"the number of the air waybill", []string{waybill}, text[:3] + "-" + text[3:11], ""},
	}}, true
}

// container is a number of ISO 6346 with its check digit.
func container(_, text string) (payload, bool) {
	if len(text) != 11 || trade.CheckContainer(text) != nil {
		return payload{}, false
	}
	return payload{"container number", []claim{{"the container", []string{equipment}, text, ""}}}, true
}
