package trade

import "testing"

func TestTariffCode(t *testing.T) {
	check(t, "/items/0/tariffCode", []printed{
		{"6104.42.00", "", "61044200"},
		{"8517 13 000 0", "", "8517130000"},
		{"8517130000", "", "8517130000"},
		{"8517.13", "", "851713"},
		{"8517.13.0000", "", "8517130000"},
		{"8517.130000", "", "8517130000"},
		{"85 17 13", "", "851713"},
		{"85.17.13.00", "", "85171300"},
		{"HS CODE: 8517.13.00", "", "85171300"},
		{"Код ТН ВЭД 8517 13 000 0", "", "8517130000"},
		{"8517", "", "8517"},
		{"2008.11.10", "", "20081110"},
		{"85l7.13", "", "851713"},
		{"12.03.2026", "", "!"},
		{"12.03.26", "", "!"},
		{"2026-03-05", "", "!"},
		{"2026.03.05", "", "!"},
		{"1,205.50", "", "!"},
		{"1205,50", "", "!"},
		{"$1205.50", "", "!"},
		{"120.50", "", "!"},
		{"85.17", "", "!"},
		{"851", "", "!"},
		{"8517130000123", "", "!"},
		{"8517130000; 8517620000", "", "! more than one tariff code is printed here"},
		{"0000.00", "", "!"},
		{"cotton", "", "!"},
	})
}

func TestDeliveryTerms(t *testing.T) {
	check(t, "/deliveryTerms", []printed{
		{"FCA Almaty (Incoterms 2020)", "", "FCA Almaty 2020"},
		{"CPT - Москва", "", "CPT Москва"},
		{"DAP, г. Казань", "", "DAP г. Казань"},
		{"fob shanghai", "", "FOB shanghai"},
		{"Incoterms® 2010 FOB Shanghai", "", "FOB Shanghai 2010"},
		{"INCOTERMS 2010: CIP ALMATY, KAZAKHSTAN", "", "CIP ALMATY, KAZAKHSTAN 2010"},
		{"СРТ Москва, Инкотермс 2020 г.", "", "CPT Москва 2020"}, // Cyrillic СРТ
		{"Delivery terms: EXW Istanbul", "", "EXW Istanbul"},
		{"Shanghai FOB", "", "FOB Shanghai"},
		{"FCA (Almaty)", "", "FCA Almaty"},
		{"FOB Shanghai 2020", "", "FOB Shanghai 2020"},
		{"DAP Almaty (airport)", "", "DAP Almaty (airport)"},
		{"F0B Qingdao", "", "FOB Qingdao"},
		{"DAF Dostyk (Incoterms 2000)", "", "DAF Dostyk 2000"},
		{"CIF", "", "CIF"},
		{"C&F Karachi", "", "!"},
		{"date des marchandises", "", "!"},
		{"FOB Shanghai / CIF Almaty", "", "!"},
		{"prepaid", "", "!"},
	})
}

func TestReference(t *testing.T) {
	check(t, "/number", []printed{
		{"KT-286/2025", "", "KT-286/2025"},
		{"No. KT-286/2025", "", "KT-286/2025"},
		{"№ 12", "", "12"},
		{"№12", "", "12"},
		{"Nr. 4711.", "", "4711"},
		{"N° 12/A", "", "12/A"},
		{": 12,", "", "12"},
		{"NOVA-12", "", "NOVA-12"},
		{"12 от 05.05.2024 г.", "", "12"},
		{"EXP-118 dated 10 Mar 2026", "", "EXP-118"},
		{"12 от руки", "", "12 от руки"},
		{"б/н", "", "!"},
		{"-", "", "!"},
	})
	check(t, "/seller/id", []printed{
		{"БИН 940140000385", "", "940140000385"},
		{"BIN: 940140000385", "", "940140000385"},
		{"ИНН/КПП 7707083893/773601001", "", "7707083893/773601001"},
		{"BINGO", "", "BINGO"},
	})
	check(t, "/seller/account", []printed{
		{"IBAN: KZ86 125K ZT50 0410 0100", "", "KZ86 125K ZT50 0410 0100"},
	})
	check(t, "/equipment/0/id", []printed{
		{"CSQU 305438-3", "", "CSQU3054383"},
		{"СSQU3054383", "", "CSQU3054383"}, // Cyrillic С
		{"52567476", "", "52567476"},
	})
	check(t, "/pageNumbers/0", []printed{
		{"2 of 3", "", "2 of 3"},
		{"Page 2/3", "", "2 of 3"},
		{"Стр. 2 из 3", "", "2 of 3"},
		{"第2页 共3页", "", "2 of 3"},
		{"共3页 第2页", "", "2 of 3"},
		{"2", "", "!"},
		{"2-3-4", "", "!"},
	})
	check(t, "/currency", []printed{
		{"USD", "", "USD"},
		{"US Dollars", "", "USD"},
		{"USD ($)", "", "USD"},
		{"доллары США", "", "USD"},
		{"тенге", "", "KZT"},
		{"人民币", "", "CNY"},
		{"ALL", "", "ALL"},
		{"USD/EUR", "", "!"},
		{"total for all", "", "!"},
	})
}
