package main

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tallyman/trade"
)

// loadZUGFeRD reads the invoices inside hybrid PDFs: their XML is what the
// seller says the page shows.
func loadZUGFeRD(dir string) ([]set, error) {
	s := set{Name: "zugferd", Note: "counts: number, date, parties, currency, sum of lines, tax, total, lines (description, quantity, price, amount). " +
		"A name of several lines is right as a whole or by one of its lines; a description by the name of the goods, or name and description. " +
		"Type: corrections and credit notes count as invoices. Left out: lines without an amount, and values of the XML that the page does not print."}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".pdf" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		x := attachedInvoice(data)
		if x == nil {
			return nil
		}
		f, err := zugferdFacts(x)
		if err != nil {
			return err
		}
		s.Papers = append(s.Papers, paper{File: name, Type: trade.CommercialInvoice, Language: "de", Facts: f, Doubted: true})
		return nil
	})
	return []set{s}, err
}

// attachedInvoice finds the cross industry invoice among the streams of a PDF.
// It does not follow the tree of the file: it opens each stream and looks.
func attachedInvoice(pdf []byte) []byte {
	for at := 0; ; {
		i := bytes.Index(pdf[at:], []byte("stream"))
		if i < 0 {
			return nil
		}
		at += i + len("stream")
		if bytes.HasSuffix(pdf[:at], []byte("endstream")) {
			continue
		}
		body := bytes.TrimPrefix(bytes.TrimPrefix(pdf[at:], []byte("\r")), []byte("\n"))
		end := bytes.Index(body, []byte("endstream"))
		if end < 0 {
			return nil
		}
		body = body[:end]
		if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			// A stream may end early; what came before is judged all the same.
			body, _ = io.ReadAll(io.LimitReader(z, 16<<20))
		}
		if bytes.Contains(body, []byte("CrossIndustry")) && bytes.Contains(body, []byte("SellerTradeParty")) {
			return body
		}
	}
}

// A node is an element of XML without its namespaces.
type node struct {
	name  string
	attr  map[string]string
	text  string
	nodes []*node
}

func parseXML(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) { return in, nil }
	root := &node{}
	stack := []*node{root}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local, attr: map[string]string{}}
			for _, a := range t.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			top.nodes = append(top.nodes, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	return root, nil
}

// all returns the elements of that name below n, at any depth.
func (n *node) all(name string) []*node {
	if n == nil {
		return nil
	}
	var found []*node
	for _, c := range n.nodes {
		if c.name == name {
			found = append(found, c)
		} else {
			found = append(found, c.all(name)...)
		}
	}
	return found
}

// at follows names down, each at any depth; nil if there is none.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		found := n.all(name)
		if len(found) == 0 {
			return nil
		}
		n = found[0]
	}
	return n
}

// child is the text of the element of that name right below n.
func (n *node) child(name string) string {
	if n == nil {
		return ""
	}
	for _, c := range n.nodes {
		if c.name == name {
			return strings.TrimSpace(c.text)
		}
	}
	return ""
}

func (n *node) value() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// zugferdFacts reads a cross industry invoice of version 1 or 2; their elements
// differ in the first words of their names.
func zugferdFacts(data []byte) ([]fact, error) {
	root, err := parseXML(data)
	if err != nil {
		return nil, err
	}
	first := func(names ...string) *node {
		for _, name := range names {
			if n := root.at(name); n != nil {
				return n
			}
		}
		return nil
	}
	var f facts
	head := first("HeaderExchangedDocument", "ExchangedDocument")
	f.add("/number", head.child("ID"))
	f.add("/issueDate", isoDate(head.at("IssueDateTime", "DateTimeString").value()))
	f.add("/seller/name", linesOf(first("SellerTradeParty").child("Name"))...)
	f.add("/buyer/name", linesOf(first("BuyerTradeParty").child("Name"))...)
	settlement := first("ApplicableSupplyChainTradeSettlement", "ApplicableHeaderTradeSettlement")
	f.add("/currency", settlement.child("InvoiceCurrencyCode"))
	var sums *node
	for _, name := range []string{"SpecifiedTradeSettlementMonetarySummation", "SpecifiedTradeSettlementHeaderMonetarySummation"} {
		if n := settlement.at(name); n != nil {
			sums = n
		}
	}
	// One word may stand before the sum of the lines or the taxable sum, and
	// they are one figure where there are no charges.
	f.add("/subtotal", sums.child("LineTotalAmount"), sums.child("TaxBasisTotalAmount"))
	f.add("/tax", sums.child("TaxTotalAmount"))
	f.add("/invoiceTotal", sums.child("GrandTotalAmount"))
	n := 0
	for _, l := range root.all("IncludedSupplyChainTradeLineItem") {
		amount := l.at("LineTotalAmount").value()
		if amount == "" {
			continue
		}
		product := l.at("SpecifiedTradeProduct")
		goods, more := product.child("Name"), product.child("Description")
		f.add(item(n, "description"), append(linesOf(goods), goods+" "+more)...)
		f.add(item(n, "quantity"), l.at("BilledQuantity").value())
		f.add(item(n, "unitPrice"), l.at("NetPriceProductTradePrice", "ChargeAmount").value(), l.at("GrossPriceProductTradePrice", "ChargeAmount").value())
		f.add(item(n, "amount"), amount)
		n++
	}
	return f.list, nil
}

// linesOf returns a text of several lines, and each of the lines that has two
// words or more.
func linesOf(s string) []string {
	all := []string{s}
	if !strings.Contains(s, "\n") {
		return all
	}
	for line := range strings.Lines(s) {
		if len(strings.Fields(line)) > 1 {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}
