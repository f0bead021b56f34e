package audit

import (
	"strings"
	"testing"

	"github.com/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/font/sfnt"

	"tallyman/trade"
)

// Words that are the same in both languages.
var same = map[string]bool{"v.program": true}

func TestEveryPhraseIsInEveryLanguage(t *testing.T) {
	for key, p := range phrases {
		if p[0] == "" || p[1] == "" || p[0] == p[1] && !same[key] {
			t.Errorf("%s: %q, %q", key, p[0], p[1])
		}
		if strings.Count(p[0], "%") != strings.Count(p[1], "%") {
			t.Errorf("%s: the languages fill in different things: %q, %q", key, p[0], p[1])
		}
	}
	for key := range fieldWords {
		if fieldWordsRussian[key] == "" {
			t.Errorf("no Russian word for the field %s", key)
		}
	}
	for key := range unitSymbols {
		if unitSymbolsRussian[key] == "" {
			t.Errorf("no Russian sign for the unit %s", key)
		}
	}
	for _, d := range []trade.DocumentType{trade.OtherPaper, trade.CommercialInvoice, trade.RailConsignmentNote, trade.CertificateOfOrigin} {
		if Russian.typeName(d) == d.Name() {
			t.Errorf("no Russian word for %s", d.Name())
		}
	}
}

func TestRussianCounts(t *testing.T) {
	for n, want := range map[int]string{1: "1 документ", 2: "2 документа", 5: "5 документов", 11: "11 документов", 12: "12 документов", 21: "21 документ", 22: "22 документа", 111: "111 документов", 0: "0 документов"} {
		if got := Russian.count(n, "paper"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFontHasTheLettersOfItsLanguages(t *testing.T) {
	for _, r := range "АБВяёЁҚқҒғҮүҰұҢңӨөҺһІіЇїЄєҐґĞğİıŞşÇçÄäÖöÜüßÉé№«»„“–—…•€₸₽²³°" {
		if !plainFace.has(r) || !boldFace.has(r) {
			t.Errorf("the font lacks %c", r)
		}
	}
	if _, err := sfnt.Parse(dejavusans.TTF); err != nil {
		t.Error(err)
	}
}

func TestCharacterWithoutGlyphIsShownByItsNumber(t *testing.T) {
	p := &pen{}
	runs := p.runs("a\U0001F642b", body)
	if !p.missing || len(runs) != 1 || runs[0].text != "a<U+1F642>b" {
		t.Errorf("got %+v, missing %v", runs, p.missing)
	}
}

func TestReadableShowsWhatIsHidden(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202eb": "a⟨U+202E⟩b", "a\u200bb": "a⟨U+200B⟩b", "a\x00b": "a⟨U+0000⟩b", "a\nb\tc": "a b c", "Қазақ 宁波 №": "Қазақ 宁波 №", "\ufeffx": "⟨U+FEFF⟩x",
	} {
		if got := readable(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+A1": "'+A1", "-2.50": "-2.50", "-2+3": "'-2+3", "@x": "'@x", " =1": "' =1", "plain": "plain", "": "", "-": "'-", "+7 701 000 00 00": "'+7 701 000 00 00", "'x": "''x", "-inf": "'-inf",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestVerdictInBothLanguages(t *testing.T) {
	e := &Evidence{Papers: make([]PaperRecord, 2)}
	for _, tt := range []struct {
		files []FileRecord
		class string
		ru    string
	}{
		{nil, "clear", "Противоречий не найдено"},
		{[]FileRecord{{Status: trade.Quarantined, Code: "io"}}, "unread", "В том, что удалось прочитать, противоречий не найдено"},
		{[]FileRecord{{Status: trade.Rejected, Aside: true}}, "clear", "Противоречий не найдено"},
	} {
		e.Files = tt.files
		if s, _, c := Russian.verdict(e); s != tt.ru || c != tt.class {
			t.Errorf("got %q %s, want %q %s", s, c, tt.ru, tt.class)
		}
	}
}
