package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		path, want, got string
		equal           bool
	}{
		{"/grossMass", "8264.40 KGM", "8264.4 KGM", true},
		{"/grossMass", "8264.40 KGM", "8264.40 LBR", false},
		{"/grossMass", "8264.40 KGM", "8264.40", false},
		{"/grossMass", "8264.40", "8264.40 KGM", true},
		{"/grossMass", "8264.40 KGM", "8264.04 KGM", false},
		{"/items/3/amount", "300", "300.00 USD", true},
		{"/items/3/amount", "300", "30000 USD", false},
		{"/packages", "80 DR", "80 PX", false},
		{"/issueDate", "2026-03-12", "2026-03-12", true},
		{"/issueDate", "2026-03-12", "2026-12-03", false},
		{"/number", "INV/2026/12", "inv / 2026/12", true},
		{"/number", "#A-12", "A-12", true},
		{"/number", "A-12", "A-13", false},
		{"/number", "A-12", "A12", false},
		{"/vehicle/0/plate", "01 382 TA", "01 382 ТА", true}, // Latin, Cyrillic
		{"/carrier/name", "ОсОО «Тулпар»", "OcOO Тулпар", true},
		{"/carrier/name", "ООО «Тулпар»", "000 «Тулпар»", false},
		{"/items/0/tariffCode", "61044200", "61044200", true},
		{"/items/0/tariffCode", "61044200", "610442", false},
		{"/equipment/0/seals/1", "SL 1", "SL1", true},
		{"/seller/name", "Example Trading Co., Ltd.", "EXAMPLE TRADING CO LTD", true},
		{"/seller/name", "Example Trading Co., Ltd.", "Example", false},
		{"/seller/name", "Example Trading and Forwarding Company Limited", "Example Tradlng and Forwarding Company Limited", true},
		{"/seller/name", "Example Trading", "Example Tradlng", false},
		{"/seller/name", "示例贸易有限公司", "示例贸易有限公司", true},
		{"/seller/name", "示例贸易有限公司", "甲乙丙丁", false},
		{"/deliveryTerms", "FCA Chengdu", "FCA CHENGDU", true},
		{"/deliveryTerms", "FCA", "FCA Chengdu", true},
		{"/deliveryTerms", "FCA Chengdu", "FOB Chengdu", false},
		{"/deliveryTerms", "FCA Chengdu", "FCA", false},
		{"/marks", "N/M", "", false},
	} {
		if got := equal(c.path, c.want, c.got); got != c.equal {
			t.Errorf("equal(%s, %q, %q) = %v", c.path, c.want, c.got, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want []string
	}{
		{"245,50", []string{"245.50"}},
		{"2 946,00", []string{"2946.00"}},
		{"2.880,00", []string{"2880.00"}},
		{"2,04,810.00", []string{"204810.00"}},
		{"1,200", []string{"1.200", "1200"}},
		{"0.125", []string{"0.125"}},
		{"1.234.567", []string{"1234567"}},
		{"$8.20", []string{"8.20"}},
		{"RM367.10", []string{"367.10"}},
		{"12", []string{"12"}},
		{"-1,412.60", []string{"-1412.60"}},
		{"١٢٣", []string{"123"}},
		{"१२.५०", []string{"12.50"}},
		{"4,500.-", []string{"4.500", "4500"}},
		{"n/a", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(c.want, numbers(c.raw)); diff != "" {
			t.Errorf("numbers(%q): %s", c.raw, diff)
		}
	}
}

func TestIsoDate(t *testing.T) {
	for raw, want := range map[string]string{
		"2026-03-12": "2026-03-12", "12/03/2026": "2026-03-12", "9/3/2018": "2018-03-09", "28-12-17": "2017-12-28",
		"12 MAR 2018": "2018-03-12", "July 23, 2026": "2026-07-23", "20130305": "2013-03-05", "31/02/2018": "", "soon": "",
	} {
		if got := isoDate(raw); got != want {
			t.Errorf("isoDate(%q) = %q, want %q", raw, got, want)
		}
	}
	if got := usDate("6/18/2017"); got != "2017-06-18" {
		t.Errorf("usDate = %q", got)
	}
}
