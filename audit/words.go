package audit

import (
	"fmt"
	"slices"
	"strings"

	reading "tallyman/extract/page"
	"tallyman/rules"
	"tallyman/rules/language"
	"tallyman/trade"
)

// Lang is a language of reports, as in ISO 639-1.
type Lang string

// Languages of the frame of a report. What a rule says is translated by
// tallyman/rules/language; see [Lang.Rule].
const (
	English Lang = "en"
	Russian Lang = "ru"
)

// Langs are all languages that reports are written in.
var Langs = []Lang{English, Russian}

// ParseLang reads a language.
func ParseLang(s string) (Lang, error) {
	if !slices.Contains(Langs, Lang(s)) {
		return "", fmt.Errorf("there is no language %q: it is en or ru", s)
	}
	return Lang(s), nil
}

// say returns the phrase in the language, filled in.
func (l Lang) say(key string, args ...any) string {
	p, ok := phrases[key]
	if !ok {
		panic("audit: no phrase " + key) // a test walks every format in every language
	}
	text := p[0]
	if l == Russian {
		text = p[1]
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Rule says in the language what a rule said in English: a message, an innocent
// explanation, the name of a figure, a reason. It reports false, and returns the
// English, if there is no translation. Papers are the names of the papers that
// the text may hold.
func (l Lang) Rule(english string, papers ...string) (string, bool) {
	if l != Russian || english == "" {
		return english, true
	}
	return language.Russian().Say(english, papers...)
}

// Word picks the word of the language.
func (l Lang) Word(english, russian string) string {
	if l == Russian {
		return russian
	}
	return english
}

// Severity says a severity in the language.
func (l Lang) Severity(s rules.Severity) string {
	if l == Russian {
		return l.severity(s)
	}
	return s.String()
}

// SeverityWidth is the width of a column of severities.
func (l Lang) SeverityWidth() int {
	width := 0
	for _, s := range []rules.Severity{rules.Low, rules.Medium, rules.High} {
		width = max(width, len([]rune(l.Severity(s))))
	}
	return width
}

// Why says what the code of a file means, and what to do about it.
func (l Lang) Why(code string) (says, action string) { return l.why(code) }

// Verdict says in a sentence what was found in a dossier.
func (l Lang) Verdict(d Dossier) string {
	sentence, _ := Verdict(d)
	if l != Russian {
		return sentence
	}
	papers, missing, serious := l.count(len(d.Papers), "paper"), len(d.Missing()), d.Count(rules.Medium)
	switch {
	case serious > 0:
		sentence = l.count(serious, "contradiction") + "; проверено: " + papers
	case len(d.Papers) == 0 && missing == 0:
		return l.say("verdict.empty")
	case len(d.Papers) == 0:
		sentence = l.say("verdict.nothing")
	case d.Count(rules.Low) > 0:
		sentence = l.count(d.Count(rules.Low), "thing") + "; проверено: " + papers
	default:
		sentence = "расхождений нет; проверено: " + papers
	}
	if missing > 0 {
		sentence += "; не прочитано полностью: " + l.count(missing, "file")
	}
	return sentence
}

// Dossier returns the dossier with what rules said in the language. IDs, paths,
// values and codes stay.
func (l Lang) Dossier(d Dossier) Dossier {
	if l != Russian {
		return d
	}
	var names []string
	for _, p := range d.Papers {
		names = append(names, p.Name, p.ID)
	}
	say := func(text string) string {
		s, _ := l.Rule(text, names...)
		return s
	}
	d.Findings, d.NotRun = slices.Clone(d.Findings), slices.Clone(d.NotRun)
	for i := range d.Findings {
		f := &d.Findings[i]
		f.Message = say(f.Message)
		f.Innocent, f.Figures = slices.Clone(f.Innocent), slices.Clone(f.Figures)
		for k := range f.Innocent {
			f.Innocent[k] = say(f.Innocent[k])
		}
		for k := range f.Figures {
			f.Figures[k].Name = say(f.Figures[k].Name)
		}
	}
	for i := range d.NotRun {
		d.NotRun[i].Reason = say(d.NotRun[i].Reason)
	}
	return d
}

// figure says the value of a figure: numbers stay as they are, to be copied.
func (l Lang) figure(value string) string {
	s, _ := l.Rule(value)
	return s
}

// RuleText says the title and the text of a rule in the language. It reports
// false if one of them is not translated; that one is in English.
func (l Lang) RuleText(id, title, doc string) (string, string, bool) {
	if l != Russian {
		return title, doc, true
	}
	if t, d, ok := language.Russian().Rule(id, title, doc); ok {
		return t, d, true
	}
	title, _ = language.Russian().Say(title)
	return title, doc, false
}

func (l Lang) ruleText(r RuleRecord) (title, doc string, translated bool) {
	return l.RuleText(r.ID, r.Title, r.Doc)
}

// phrases are the words of the frame: English, then Russian.
var phrases = map[string][2]string{
	"title":          {"Report on the papers of a consignment", "Отчёт о проверке документов на партию груза"},
	"dossier":        {"Dossier", "Досье"},
	"dossier.id":     {"Dossier number", "Номер досье"},
	"inspected":      {"Inspected at", "Время проверки"},
	"inspected.none": {"not recorded: the report was made without a store", "не записано: отчёт сделан без хранилища"},
	"checked.on":     {"Dates compared with", "Даты сравнивались с"},
	"what":           {"A program compared what these papers state. Each finding below shows what each paper says and where, which rule it breaks and on what authority the rule rests. A finding is a reason to ask or to look at the goods. It is no proof, and a person decides.", "Программа сравнила сведения, указанные в документах. Для каждого замечания показано, что и в каком месте указано в каждом документе, какое правило нарушено и на чём оно основано. Замечание — повод задать вопрос или осмотреть товар. Оно не является доказательством; решение принимает человек."},
	"english":        {"The texts of the checks are in English.", "Часть текстов проверок дана на английском языке."},

	"verdict.serious": {"The papers contradict each other", "Документы противоречат друг другу"},
	"verdict.low":     {"No contradiction was found, but there is something to look at", "Противоречий не найдено, но есть на что обратить внимание"},
	"verdict.clear":   {"No contradiction was found", "Противоречий не найдено"},
	"verdict.unread":  {"No contradiction was found in what could be read", "В том, что удалось прочитать, противоречий не найдено"},
	"verdict.nothing": {"No paper could be read", "Ни один документ не удалось прочитать"},
	"verdict.empty":   {"No paper lies here", "Документов здесь нет"},
	"verdict.gap":     {"%s could not be read, or not whole: nothing can be said about what is not read.", "%s не удалось прочитать полностью: о непрочитанном ничего сказать нельзя."},
	"verdict.count":   {"%s in %s.", "%s; проверено: %s."},
	"verdict.decided": {"Decided by a person: %d of %d.", "Решение принято человеком: %d из %d."},
	"verdict.all":     {"%s compared.", "Сравнено: %s."},

	"findings":    {"Findings", "Замечания"},
	"notes":       {"Smaller notes", "Менее важные замечания"},
	"severity":    {"Severity", "Важность"},
	"message":     {"What was found", "Что найдено"},
	"rule":        {"Rule", "Правило"},
	"doubtful":    {"One misread character would explain this: look at the place again first.", "Объясняется одним неверно прочитанным знаком: сначала посмотрите на это место ещё раз."},
	"says":        {"What the papers say", "Что указано в документах"},
	"arithmetic":  {"The arithmetic", "Расчёт"},
	"looks":       {"What the figures look like", "На что похожи показатели"},
	"clears":      {"What would clear it", "Что объяснило бы расхождение"},
	"authority":   {"On what authority", "На чём основано правило"},
	"unverified":  {"general knowledge, not yet verified", "общеизвестное, ещё не проверено по источнику"},
	"about":       {"About this check", "Об этой проверке"},
	"decision":    {"Decision", "Решение"},
	"undecided":   {"No decision is recorded.", "Решение не записано."},
	"decided":     {"%s by %s, %s", "%s: %s, %s"},
	"reworded":    {"The finding was seen as: %s", "Замечание тогда выглядело так: %s"},
	"page":        {"page %d", "стр. %d"},
	"pages.copy":  {"Copies of the pages, with the places marked", "Копии страниц с отмеченными местами"},
	"pages.note":  {"The numbers are those of the findings. A page that was read from a picture is shown upright and straightened.", "Номера соответствуют замечаниям. Страница, прочитанная с изображения, показана повёрнутой и выровненной."},
	"printed":     {"As printed", "Как напечатано"},
	"value":       {"Understood as", "Понято как"},
	"field":       {"Field", "Поле"},
	"paper":       {"Paper", "Документ"},
	"papers":      {"The papers", "Документы"},
	"number":      {"Number", "Номер"},
	"date":        {"Date", "Дата"},
	"pages":       {"Pages", "Стр."},
	"file":        {"File", "Файл"},
	"size":        {"Bytes", "Байт"},
	"read":        {"Read", "Прочитано"},
	"compare":     {"What each paper says, side by side", "Сведения документов рядом"},
	"unread":      {"Not read, or not whole", "Не прочитано или прочитано не полностью"},
	"unread.none": {"Every file was read.", "Прочитаны все файлы."},
	"happened":    {"What happened", "Что произошло"},
	"action":      {"What to do", "Что делать"},
	"earlier":     {"Decisions about findings of earlier inspections", "Решения по замечаниям прежних проверок"},
	"earlier.why": {"The newest inspection does not make these findings any more; what was decided about them stays.", "Последняя проверка этих замечаний уже не даёт; принятые по ним решения сохраняются."},
	"code":        {"Code", "Код"},
	"aside":       {"No papers, left aside", "Не документы, отложены"},
	"not.run":     {"Checks that could not be made", "Проверки, которые не удалось провести"},
	"made.check":  {"made", "проведена"},
	"result":      {"Result", "Итог"},
	"ran":         {"Checks that were made", "Проведённые проверки"},
	"reason":      {"Why", "Почему"},
	"where":       {"Where", "Где"},
	"reader":      {"How read", "Как прочитано"},
	"sure":        {"Certainty", "Уверенность"},
	"source":      {"Source", "Источник"},
	"name":        {"Name", "Наименование"},
	"by":          {"By", "Кто"},
	"at":          {"When", "Когда"},
	"note":        {"Note", "Пояснение"},

	"made":         {"What made this report", "Чем сделан отчёт"},
	"v.program":    {"Tallyman", "Tallyman"},
	"v.rules":      {"Rules", "Правила"},
	"v.reference":  {"Reference figures", "Справочные данные"},
	"v.model":      {"Model", "Модель"},
	"v.readers":    {"Readers", "Средства чтения"},
	"none":         {"none", "нет"},
	"proof":        {"How to verify this report", "Как проверить этот отчёт"},
	"proof.how":    {"Run  tallyman verify FILE  on the file of this report. It needs no network. It says whether a byte was changed since the report was made and whether the ledger below holds this evidence. With  --db  it also compares the report with the store.", "Запустите  tallyman verify ФАЙЛ  для файла этого отчёта. Сеть не нужна. Команда скажет, изменён ли после составления отчёта хотя бы один байт и записаны ли эти сведения в указанном ниже журнале. С параметром  --db  отчёт сравнивается и с хранилищем."},
	"proof.none":   {"This report was made without a store. It carries the digest of its content, but no ledger and no signature: whoever changes it can also make a new digest.", "Отчёт сделан без хранилища. Он содержит контрольную сумму, но не подписан и не записан в журнал: тот, кто его изменит, сможет вычислить и новую сумму."},
	"p.evidence":   {"Evidence, SHA-256", "Сведения, SHA-256"},
	"p.ledger":     {"Ledger", "Журнал"},
	"p.entry":      {"Entry of the inspection", "Запись о проверке"},
	"p.inspection": {"Inspection", "Проверка"},
	"p.head":       {"Head of the ledger, entries:root hash", "Состояние журнала, записей:корневой хеш"},
	"p.key":        {"Public key", "Открытый ключ"},
	"fingerprints": {"Fingerprints of the files", "Контрольные суммы файлов"},
	"missing":      {"A character that the font of this report lacks is shown by its Unicode number in angle brackets.", "Знак, которого нет в шрифте отчёта, показан номером Юникода в угловых скобках."},
	"earlierFile":  {"an earlier version of the file", "более ранняя версия файла"},
	"footer":       {"Page %d of %s", "Стр. %d из %s"},

	"r.title":    {"Tallyman report", "Отчёт Tallyman"},
	"r.titled":   {"Tallyman report of %s", "Отчёт Tallyman от %s"},
	"r.unread":   {"Nothing can be said about these files.", "Об этих файлах ничего сказать нельзя."},
	"r.notrun":   {"%s could not be made", "Не удалось провести: %s"},
	"r.place":    {"the place on the page", "место на странице"},
	"r.footer":   {"A finding is a reason to ask or to look at the goods. It is no proof, and a person decides.", "Замечание – повод задать вопрос или осмотреть товар. Оно не является доказательством; решение принимает человек."},
	"r.versions": {"Tallyman %s; rules %s; reference %s; model %s; readers: %s.", "Tallyman %s; правила %s; справочные данные %s; модель %s; средства чтения: %s."},
	"s.papers":   {"these papers: %s", "эти документы: %s"},
	"s.range":    {"%s among what is usual: %s to %s %s", "%s среди обычного: от %s до %s %s"},

	"high": {"high", "высокая"}, "medium": {"medium", "средняя"}, "low": {"low", "низкая"}, "info": {"for information", "для сведения"},
	"confirmed": {"confirmed", "подтверждено"}, "explained": {"explained", "объяснено"}, "misread": {"misread by the program", "неверно прочитано программой"},
	"done": {"whole", "полностью"}, "partial": {"in part", "частично"}, "quarantined": {"could not be read", "не удалось прочитать"}, "rejected": {"no paper that the program reads", "не документ, который читает программа"},
	"text": {"from the text of the file", "из текста файла"}, "ocr": {"read from the picture", "прочитано с изображения"}, "ocr2": {"read from the picture", "прочитано с изображения"},
	"both": {"read twice from the picture", "дважды прочитано с изображения"}, "structured": {"from a data file", "из файла данных"}, "hand": {"typed by hand", "введено вручную"},

	"sheet.verdict": {"Verdict", "Вывод"}, "sheet.findings": {"Findings", "Замечания"}, "sheet.places": {"Places", "Места"},
	"sheet.compare": {"Side by side", "Рядом"}, "sheet.papers": {"Papers", "Документы"}, "sheet.statements": {"Statements", "Сведения"},
	"sheet.unread": {"Not read", "Не прочитано"}, "sheet.checks": {"Checks", "Проверки"}, "sheet.proof": {"Proof", "Подтверждение"},
	"sheet.decisions": {"Decisions", "Решения"}, "sheet.authority": {"Authority", "Основания"},
}

// nouns are counted things: English one and many; Russian one, few, many.
var nouns = map[string][2][3]string{
	"dossier":       {{"dossier", "dossiers", "dossiers"}, {"досье", "досье", "досье"}},
	"check":         {{"check", "checks", "checks"}, {"проверка", "проверки", "проверок"}},
	"paper":         {{"paper", "papers", "papers"}, {"документ", "документа", "документов"}},
	"file":          {{"file", "files", "files"}, {"файл", "файла", "файлов"}},
	"contradiction": {{"discrepancy", "discrepancies", "discrepancies"}, {"расхождение", "расхождения", "расхождений"}},
	"thing":         {{"smaller note", "smaller notes", "smaller notes"}, {"менее важное замечание", "менее важных замечания", "менее важных замечаний"}},
}

// why says in the language what the code of a file means, and what to do. A code
// that this version does not know is shown as it is.
func (l Lang) why(code string) (says, action string) {
	r, ok := reading.ReasonOf(code)
	switch {
	case !ok:
		return code, ""
	case l == Russian:
		return r.Says.Russian, r.Action.Russian
	}
	return r.Says.English, r.Action.English
}

// count writes a number and its noun in the language.
func (l Lang) count(n int, noun string) string {
	forms := nouns[noun][0]
	i := 1
	if n == 1 {
		i = 0
	}
	if l == Russian {
		forms = nouns[noun][1]
		switch {
		case n%10 == 1 && n%100 != 11:
			i = 0
		case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
			i = 1
		default:
			i = 2
		}
	}
	return fmt.Sprintf("%d %s", n, forms[i])
}

var typesRussian = map[trade.DocumentType]string{
	trade.OtherPaper: "иной документ", trade.PackingList: "упаковочный лист", trade.Contract: "контракт", trade.ProformaInvoice: "проформа-инвойс",
	trade.CommercialInvoice: "коммерческий инвойс", trade.InsuranceCertificate: "страховой сертификат", trade.HouseWaybill: "домашняя накладная",
	trade.MasterBillOfLading: "основной коносамент", trade.BillOfLading: "коносамент", trade.SeaWaybill: "морская накладная",
	trade.HouseBillOfLading: "домашний коносамент", trade.RailConsignmentNote: "железнодорожная накладная", trade.RoadConsignmentNote: "автомобильная накладная (CMR)",
	trade.AirWaybill: "авиагрузовая накладная", trade.MasterAirWaybill: "основная авиагрузовая накладная", trade.ExportDeclaration: "декларация на экспорт",
	trade.ImportDeclaration: "декларация на импорт", trade.CertificateOfOrigin: "сертификат происхождения",
}

func (l Lang) typeName(t trade.DocumentType) string {
	if l == Russian {
		if n, ok := typesRussian[t]; ok {
			return n
		}
		return "документ " + string(t)
	}
	return t.Name()
}

// fieldWordsRussian are fieldWords in Russian.
var fieldWordsRussian = map[string]string{
	"number": "номер", "issueDate": "дата", "currency": "валюта", "name": "наименование", "address": "адрес", "country": "страна", "id": "номер",
	"phone": "телефон", "email": "эл. почта", "account": "счёт", "seller": "продавец", "buyer": "покупатель", "consignor": "отправитель", "consignee": "получатель",
	"notifyParty": "уведомляемое лицо", "carrier": "перевозчик", "declarant": "декларант", "contract": "контракт", "invoice": "инвойс",
	"transportDocument": "транспортный документ", "date": "дата", "deliveryTerms": "условия поставки", "placeOfLoading": "место погрузки",
	"placeOfUnloading": "место разгрузки", "placeOfDelivery": "место доставки", "borderPost": "пункт пропуска", "countryOfOrigin": "страна происхождения",
	"countryOfDestination": "страна назначения", "grossMass": "масса брутто", "netMass": "масса нетто", "chargeableMass": "оплачиваемая масса",
	"tareMass": "масса тары", "grossVolume": "объём", "packages": "число мест", "totalQuantity": "общее количество", "subtotal": "промежуточный итог",
	"freight": "фрахт", "insurance": "страхование", "otherCharges": "прочие расходы", "discount": "скидка", "taxRate": "ставка налога", "tax": "налог",
	"invoiceTotal": "итог инвойса", "amountInWords": "сумма прописью", "customsValue": "таможенная стоимость", "marks": "маркировка", "paymentTerms": "условия оплаты",
	"means": "судно или рейс", "equipment": "контейнер или вагон", "seals": "пломба", "vehicle": "транспортное средство", "plate": "рег. номер", "items": "строка",
	"description": "наименование товара", "articleNumber": "артикул", "tariffCode": "код ТН ВЭД", "origin": "происхождение", "brand": "марка",
	"serialNumbers": "серийные номера", "quantity": "количество", "unitPrice": "цена за единицу", "amount": "стоимость", "packageDimensions": "размеры места",
	"quantityPerPackage": "количество в месте", "sequence": "номер строки", "pageTotals": "страница", "pageNumbers": "номер страницы",
	"broughtForward": "перенос с предыдущей", "carriedForward": "перенос на следующую", "total": "итог",
}

var unitSymbolsRussian = map[string]string{
	"KGM": "кг", "GRM": "г", "TNE": "т", "LBR": "фунт", "ONZ": "унция", "MTQ": "м³", "LTR": "л", "FTQ": "фут³",
	"CMT": "см", "MMT": "мм", "MTR": "м", "MTK": "м²", "PCE": "шт.", "C62": "шт.", "P1": "%", "DAY": "дн.",
}

// fieldName says a field path in the words of the language.
func (l Lang) fieldName(path string) string {
	if l == Russian {
		return fieldName(path, fieldWordsRussian)
	}
	return FieldName(path)
}

func (l Lang) unit(unit string) string {
	if l == Russian {
		return unitName(unit, unitSymbolsRussian)
	}
	return unitSymbol(unit)
}

func (l Lang) severity(s rules.Severity) string { return l.say(s.String()) }

// verdict says what was found: a sentence in plain words, then what it rests
// on, and the class of the worst: high, medium, low, unread or clear.
func (l Lang) verdict(e *Evidence) (sentence string, more []string, class string) {
	serious, low, missing := e.Count(rules.Medium), e.Count(rules.Low)-e.Count(rules.Medium), len(e.Missing())
	papers := l.count(len(e.Papers), "paper")
	switch {
	case serious > 0:
		sentence, class = l.say("verdict.serious"), "medium"
		if e.Count(rules.High) > 0 {
			class = "high"
		}
		more = append(more, l.say("verdict.count", l.count(serious, "contradiction"), papers))
	case len(e.Papers) == 0 && missing == 0:
		return l.say("verdict.empty"), nil, "clear"
	case len(e.Papers) == 0:
		sentence, class = l.say("verdict.nothing"), "unread"
	case missing > 0:
		sentence, class = l.say("verdict.unread"), "unread"
		more = append(more, l.say("verdict.all", papers))
	case low > 0:
		sentence, class = l.say("verdict.low"), "low"
		more = append(more, l.say("verdict.count", l.count(low, "thing"), papers))
	default:
		sentence, class = l.say("verdict.clear"), "clear"
		more = append(more, l.say("verdict.all", papers))
	}
	if missing > 0 {
		more = append(more, l.say("verdict.gap", l.count(missing, "file")))
	}
	return sentence, more, class
}

// splitDoc parts the text of a rule into paragraphs, each on one line.
func splitDoc(doc string) []string {
	var all []string
	for _, p := range strings.Split(strings.TrimSpace(doc), "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			all = append(all, p)
		}
	}
	return all
}
