package trade

import (
	"strings"
	"time"
	"unicode/utf8"
)

// monthNames are the months in the languages of the trade, each in the forms
// that dates are printed in: English, Russian, Kazakh, Turkish, German, French,
// Spanish, Ukrainian, Italian, Portuguese, Polish, Belarusian, Uzbek, Dutch.
// The first three letters or more of a name count as the name.
var monthNames = [12]string{
	"january январь января қаңтар қаңтардың ocak januar jänner janvier enero січень січня gennaio janeiro styczeń stycznia студзень студзеня yanvar yanvar' januari",
	"february февраль февраля ақпан şubat februar février fevrier febrero лютий лютого febbraio fevereiro luty lutego люты лютага fevral februari",
	"march март марта наурыз mart märz maerz mrz mars marzo березень березня março marzec marca сакавік сакавіка maart",
	"april апрель апреля сәуір nisan avril abril квітень квітня aprile kwiecień kwietnia красавік красавіка aprel",
	"may май мая мамыр mayıs mai mayo травень травня maggio maio maj maja травень траўня mei",
	"june июнь июня маусым haziran juni juin junio червень червня giugno junho czerwiec czerwca чэрвень чэрвеня iyun",
	"july июль июля шілде temmuz juli juillet julio липень липня luglio julho lipiec lipca ліпень ліпеня iyul",
	"august август августа тамыз ağustos août aout agosto серпень серпня sierpień sierpnia жнівень жніўня avgust augustus",
	"september сентябрь сентября қыркүйек eylül septembre septiembre setiembre вересень вересня settembre setembro wrzesień września верасень верасня sentabr sentyabr",
	"october октябрь октября қазан ekim oktober octobre octubre жовтень жовтня ottobre outubro październik października кастрычнік кастрычніка oktabr oktyabr",
	"november ноябрь ноября қараша kasım novembre noviembre листопад листопада novembro listopad listopada лістапад лістапада noyabr",
	"december декабрь декабря желтоқсан aralık dezember décembre diciembre грудень грудня dicembre dezembro grudzień grudnia снежань снежня dekabr",
}

// months maps every folded name, and every beginning of three letters or more
// that belongs to one month only, to its month.
var months = func() map[string]time.Month {
	all := map[string]time.Month{}
	const several = -1
	for i, names := range monthNames {
		for _, name := range strings.Fields(names) {
			name = foldWord(name)
			for to := range name {
				part := name[:to]
				if utf8.RuneCountInString(part) < 3 {
					continue
				}
				if m := all[part]; m != 0 && m != time.Month(i+1) {
					all[part] = several
				} else {
					all[part] = time.Month(i + 1)
				}
			}
		}
	}
	for i, names := range monthNames { // a whole name wins over a beginning
		for _, name := range strings.Fields(names) {
			all[foldWord(name)] = time.Month(i + 1)
		}
	}
	for part, m := range all {
		if m == several {
			delete(all, part)
		}
	}
	all["sept"] = time.September
	return all
}()

// romanMonths are printed in dates such as 5.XI.2024.
var romanMonths = map[string]time.Month{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12}

// monthOf returns the month that a folded word names, or 0.
func monthOf(word string) time.Month {
	if m := months[word]; m != 0 {
		return m
	}
	return romanMonths[word]
}
