package trade

import "testing"

func TestAmountInWords(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"SAY US DOLLARS FIFTY THOUSAND NINE HUNDRED SIXTY FOUR AND CENTS SIXTY ONLY", "50964.60"},
		{"Fifty thousand nine hundred sixty-four US dollars and sixty cents", "50964.60"},
		{"SAY US DOLLARS FIFTY THOUSAND NINE HUNDRED SIXTY-FOUR AND 60/100 ONLY", "50964.60"},
		{"TOTAL US DOLLARS FIFTY THOUSAND AND CENTS SIXTY ONLY", "50000.60"},
		{"say US dollars fifty thousand and sixty cents", "50000.60"},
		{"one thousand two hundred and five euro", "1205"},
		{"one hundred euro and no/100", "100.00"},
		{"SAY EURO TWELVE MILLION ONLY", "12000000"},
		{"two lakh fifty thousand rupees only", "250000"},
		{"Пятьдесят тысяч девятьсот шестьдесят четыре доллара США 60 центов", "50964.60"},
		{"Пятьдесят тысяч девятьсот шестьдесят четыре доллара США шестьдесят центов", "50964.60"},
		{"Сто двадцать одна тысяча рублей 00 копеек", "121000.00"},
		{"Итого: тысяча сто евро", "1100"},
		{"50 964,60 (Пятьдесят тысяч девятьсот шестьдесят четыре) доллара США 60 центов", "50964.60"},
		{"Один миллион двести тысяч тенге 00 тиын", "1200000.00"},
		{"Бір миллион екі жүз мың теңге", "1200000"},
		{"Елу мың тоғыз жүз алпыс төрт теңге 60 тиын", "50964.60"},
		{"zero euro", "0"},
		{"sixty cents", "0.60"},
		{"ninteen dollars", ""},
		{"fourty dollars", ""},
		{"fifty sixty dollars", ""},
		{"он бір мың теңге", "11000"},
		{"ten five dollars", ""},
		{"twenty eleven dollars", ""},
		{"пятдесят рублей", ""},
		{"five thousand six thousand dollars", ""},
		{"two hundred cents", ""},
		{"fifty dollars 1234", ""},
		{"dollars", ""},
		{"50964.60", ""},
		{"as agreed", ""},
		{"", ""},
	} {
		got, err := ParseAmountInWords(tt.text)
		if tt.want == "" {
			if err == nil {
				t.Errorf("%q is %v, want an error", tt.text, got)
			}
			continue
		}
		if err != nil || got.String() != tt.want {
			t.Errorf("%q is %v, %v; want %s", tt.text, got, err, tt.want)
		}
	}
}
