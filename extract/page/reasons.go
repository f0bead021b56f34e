package page

import "strings"

// Words are a text in the languages of the program.
type Words struct{ English, Russian string }

// A Reason is what a code of a [Problem] means, and what a person can do.
type Reason struct {
	Code   string
	Says   Words // one sentence
	Action Words // one sentence
}

// Reasons are all codes that a file or a page can end with, in the order of
// their constants. The program uses no other, and takes no other from a reader.
var Reasons = []Reason{
	{NeedsPassword,
		Words{"The file is locked with a password.", "Файл защищён паролем."},
		Words{"Ask the sender for an open copy, or open it with the password and save it without.", "Запросите у отправителя копию без пароля или откройте файл с паролем и сохраните без него."}},
	{Corrupt,
		Words{"The file is damaged.", "Файл повреждён."},
		Words{"Ask the sender for a new copy.", "Запросите у отправителя новую копию."}},
	{UnsupportedType,
		Words{"This kind of file is not read.", "Файлы этого вида не читаются."},
		Words{"Save it as PDF or XLSX, or print and scan it, and hand that over.", "Сохраните его как PDF или XLSX либо распечатайте и отсканируйте, затем передайте результат."}},
	{EmptyFile,
		Words{"The file holds nothing.", "Файл пуст."},
		Words{"Ask the sender for it again.", "Запросите файл у отправителя ещё раз."}},
	{EmptyPage,
		Words{"Nothing stands on the page.", "На странице ничего нет."},
		Words{"Look whether the scan is blank; if it is not, scan it again.", "Проверьте, не пуст ли скан; если нет, отсканируйте ещё раз."}},
	{Unreadable,
		Words{"There is ink on the page, but no word could be made out.", "На странице есть изображение, но ни одного слова разобрать не удалось."},
		Words{"Read it by hand, or ask for a sharper scan of 300 dots an inch.", "Прочитайте страницу сами или запросите более чёткий скан, 300 точек на дюйм."}},
	{LimitBytes,
		Words{"The file is larger than what is read.", "Файл больше допустимого размера."},
		Words{"Split it, and hand over the parts.", "Разделите файл и передайте части."}},
	{LimitPages,
		Words{"The file has more pages than are read.", "В файле больше страниц, чем читается."},
		Words{"Split it, and hand over the parts.", "Разделите файл и передайте части."}},
	{LimitPageSize,
		Words{"The page is larger than any sheet of paper.", "Страница больше любого листа бумаги."},
		Words{"Ask for a copy on pages of an ordinary size.", "Запросите копию на листах обычного размера."}},
	{LimitPixels,
		Words{"The picture has more dots than are read.", "В изображении больше точек, чем читается."},
		Words{"Ask for a scan of 300 dots an inch.", "Запросите скан с разрешением 300 точек на дюйм."}},
	{LimitMemory,
		Words{"Reading took more memory than a paper needs, and was stopped.", "Чтение потребовало больше памяти, чем нужно документу, и было остановлено."},
		Words{"Ask for a simpler copy or a scan; a trap for programs looks like this too.", "Запросите более простую копию или скан; так же выглядит и файл-ловушка."}},
	{LimitAnswer,
		Words{"The reader gave no proper answer.", "Программа чтения дала неверный ответ."},
		Words{"Read it by hand, and treat the file with caution: it may be made to mislead programs.", "Прочитайте документ сами и будьте осторожны: файл может быть создан для обмана программ."}},
	{LimitRatio,
		Words{"The file unpacks to far more than a paper can hold.", "При распаковке файл становится намного больше любого документа."},
		Words{"Ask the sender what this is, and for a PDF.", "Спросите отправителя, что это за файл, и запросите PDF."}},
	{LimitMembers,
		Words{"The archive or letter holds more files than are read.", "В архиве или письме больше файлов, чем читается."},
		Words{"Split it, and hand over the parts.", "Разделите его и передайте части."}},
	{LimitDepth,
		Words{"Archives or letters lie within each other deeper than is read.", "Архивы или письма вложены друг в друга глубже, чем читается."},
		Words{"Take the inner files out, and hand them over.", "Извлеките вложенные файлы и передайте их отдельно."}},
	{NotAFile,
		Words{"This is a link, a device or the like, no file.", "Это ссылка, устройство или подобное, а не файл."},
		Words{"Hand over the file itself.", "Передайте сам файл."}},
	{NotAPaper,
		Words{"This is no paper, such as a note, a signature or a logo.", "Это не документ, а, например, заметка, подпись или логотип."},
		Words{"Nothing need be done, unless a paper was expected here.", "Ничего делать не нужно, если документа здесь не ожидалось."}},
	{NoPaper,
		Words{"The file was read, and no paper was found in it.", "Файл прочитан, но документов в нём не найдено."},
		Words{"Look at it by hand.", "Посмотрите файл сами."}},
	{NotFound,
		Words{"There is no file or folder of that name.", "Файла или папки с таким именем нет."},
		Words{"Check the name, and run the check again.", "Проверьте имя и запустите проверку снова."}},
	{NotOpened,
		Words{"The file could not be opened or read.", "Файл не удалось открыть или прочитать."},
		Words{"See to its permissions and its disk, and run the check again.", "Проверьте права доступа и диск и запустите проверку снова."}},
	{TimeoutTotal,
		Words{"Reading the file took too long and was stopped.", "Чтение файла заняло слишком много времени и было остановлено."},
		Words{"Split it, or ask for a simpler copy or a scan.", "Разделите файл либо запросите более простую копию или скан."}},
	{TimeoutPage,
		Words{"Reading a page took too long and was stopped.", "Чтение страницы заняло слишком много времени и было остановлено."},
		Words{"Ask for a simpler copy or a scan.", "Запросите более простую копию или скан."}},
	{TimeoutStall,
		Words{"The reader stood still and was stopped.", "Программа чтения перестала работать и была остановлена."},
		Words{"Run the check again; if it happens again, ask for another copy or a scan.", "Запустите проверку снова; если это повторится, запросите другую копию или скан."}},
	{Crashed,
		Words{"The reader crashed on the file, twice.", "Программа чтения дважды аварийно завершилась на этом файле."},
		Words{"Read it by hand, or ask for another copy; a file made to attack programs looks like this too.", "Прочитайте документ сами или запросите другую копию; так же выглядит и файл, созданный для атаки на программы."}},
	{Interrupted,
		Words{"The run was stopped before this was read.", "Проверка была остановлена до чтения этого файла."},
		Words{"Run the check again.", "Запустите проверку снова."}},
	{NotConfined,
		Words{"Readers cannot be confined on this machine, so none was started.", "На этой машине нельзя изолировать программы чтения, поэтому они не запускались."},
		Words{"Use a kernel with Landlock and seccomp, or allow it with --require-sandbox=false.", "Используйте ядро с Landlock и seccomp или разрешите чтение параметром --require-sandbox=false."}},
}

var reasons = func() map[string]Reason {
	all := map[string]Reason{}
	for _, r := range Reasons {
		all[r.Code] = r
	}
	return all
}()

// ReasonOf returns what a code means; ok is false if there is no such code.
func ReasonOf(code string) (r Reason, ok bool) {
	r, ok = reasons[code]
	return r, ok
}

// Proper says whether a problem, as a reader tells it, has a code that there is.
// Readers saw untrusted files, so what they say is held to this.
func (p *Problem) Proper() bool {
	if p == nil {
		return true
	}
	_, ok := reasons[p.Code]
	return ok && len(p.Text) <= 4096 && strings.ToValidUTF8(p.Text, "") == p.Text
}
