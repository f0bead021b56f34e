package trade

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	// numberLabel is what says that a number follows.
	numberLabel = regexp.MustCompile(`^(?i:(?:no|nr|nos|n°|nº|num|number|номер|нөмірі|номері)(?:[.:°]+\s*|\s+)|(?:№|#|号|號|编号)\s*[.:]*\s*|n[°º]\s*|[:=.]\s*)+`)
	// idLabel is what says that the number of a firm or an account follows.
	idLabel = regexp.MustCompile(`^(?i:(?:бин/иин|иин/бин|bin/iin|iin/bin|бсн/жсн|бин|иин|бсн|жсн|bin|iin|инн/кпп|инн|inn/kpp|inn|унп|унн|едрпоу|огрнип|огрн|ogrn|рнн|tin|tax\s+id(?:entification)?|tax\s+(?:no|number)|vat\s*(?:id|no|number|reg)?|vkn|vergi\s+(?:no|numarası)|uscc|统一社会信用代码|税号|eori|iban|ииk|иик|жск|а/с|р/с|acc(?:ount)?|a/c)(?:[\s.:№#°-]|$)[\s.:№#°-]*)+`)
	// datedTail is the date behind a number: "12 от 05.05.2024".
	datedTail = regexp.MustCompile(`(?i)[\s,]+(?:от|dated|dtd\.?|dd\.?|date[d:]*|vom|du|tarihli|de fecha)[\s:]+(.+)$`)
	noNumber  = map[string]bool{"бн": true, "bn": true, "na": true, "none": true, "nil": true, "нет": true, "без номера": true, "жоқ": true, "无": true, "without number": true}
)

// parseReference reads a number of a paper, a firm, a seal: without the label
// before it and the punctuation and date behind it, else as printed.
func parseReference(s Statement) ([]Alternative[string], error) {
	text := strings.Join(strings.Fields(s.Text), " ")
	firm := strings.HasSuffix(s.Path, "/id") && !strings.HasPrefix(s.Path, "/equipment/") || strings.HasSuffix(s.Path, "/account")
	for was := ""; was != text; {
		was = text
		text = strings.TrimRight(strings.TrimLeft(text, " ,;:"), " ,;:.")
		if loc := numberLabel.FindStringIndex(text); loc != nil && loc[1] < len(text) {
			text = text[loc[1]:]
		}
		if loc := idLabel.FindStringIndex(text); firm && loc != nil && loc[1] < len(text) && strings.ContainsFunc(text[loc[1]:], unicode.IsDigit) {
			text = text[loc[1]:]
		}
		if m := datedTail.FindStringSubmatchIndex(text); m != nil {
			if _, err := dates(text[m[2]:m[3]]); err == nil {
				text = text[:m[0]]
			}
		}
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) ||
		noNumber[strings.ToLower(strings.NewReplacer("/", "", ".", "").Replace(text))] {
		return nil, errNoNumber
	}
	if strings.HasPrefix(s.Path, "/equipment/") && strings.HasSuffix(s.Path, "/id") {
		text = equipmentID(text)
	}
	return []Alternative[string]{{text, 1}}, nil
}

var containerShape = regexp.MustCompile(`^[A-Z]{4}\d{6,7}$|^\d{8}$`)

// equipmentID writes the number of a container or wagon without spaces and
// dashes, in Latin capitals; other texts stay as printed.
func equipmentID(text string) string {
	if id := FoldIdentifier(text); containerShape.MatchString(id) {
		return id
	}
	return text
}

// parseWords keeps a text as printed, in one line.
func parseWords(s Statement) ([]Alternative[string], error) {
	return []Alternative[string]{{strings.Join(strings.Fields(s.Text), " "), 1}}, nil
}

var errNoPage = errors.New("no page number is printed here")

// parsePageNumber reads "2 of 3", "Стр. 2 из 3", 第2页 共3页. A paper that puts
// the total first says so with 共.
func parsePageNumber(s Statement) ([]Alternative[PageNumber], error) {
	var numbers []int
	text := normalise(s.Text)
	totalFirst := false
	for _, t := range lex(chineseDigits(text)) {
		switch {
		case t.kind == aNumeral && t.num.isCount() && len(t.num.groups[0]) <= 5:
			n, err := strconv.Atoi(t.num.groups[0])
			if err != nil {
				return nil, errNoPage
			}
			numbers = append(numbers, n)
		case t.kind == aNumeral || t.kind == aCode:
			return nil, errNoPage
		case len(numbers) == 0 && strings.ContainsAny(t.text, "共总總"):
			totalFirst = true
		}
	}
	if len(numbers) != 2 || numbers[0] < 1 || numbers[1] < 1 {
		return nil, errNoPage
	}
	if totalFirst {
		numbers[0], numbers[1] = numbers[1], numbers[0]
	}
	return []Alternative[PageNumber]{{PageNumber{numbers[0], numbers[1]}, 1}}, nil
}
