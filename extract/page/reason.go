package page

// Reasons why a file or a page could not be read. The codes are stable: they
// stand in reports and in the answers of programs.
const (
	NeedsPassword   = "needs_password"
	Corrupt         = "corrupt"
	UnsupportedType = "unsupported_type"
	EmptyFile       = "empty_file"
	EmptyPage       = "empty_page"
	Unreadable      = "unreadable" // ink, but no word could be made out
	LimitBytes      = "limit.bytes"
	LimitPages      = "limit.pages"
	LimitPageSize   = "limit.page_size"
	LimitPixels     = "limit.pixels"
	LimitMemory     = "limit.memory"
	LimitAnswer     = "limit.answer"
	LimitRatio      = "limit.ratio"   // unpacks to far more than it is
	LimitMembers    = "limit.members" // too many files in one archive
	LimitDepth      = "limit.depth"   // archives within archives
	NotAFile        = "not_a_file"    // a link, a device or the like
	NotAPaper       = "not_a_paper"   // a note, a signature, a logo: nobody need ask for it again
	NoPaper         = "no_paper"      // it was read, and no paper was found in it
	NotFound        = "not_found"     // there is no file of that name
	NotOpened       = "not_opened"    // the system did not let us read it
	TimeoutTotal    = "timeout.total"
	TimeoutPage     = "timeout.page"
	TimeoutStall    = "timeout.stall" // the reader stood still
	Crashed         = "crashed.extractor"
	Interrupted     = "interrupted"
	NotConfined     = "not_confined" // no reader may start on this machine
)

// Codes of notes.
const (
	TextLayerMismatch = "text_layer_mismatch" // the text layer says other figures than the image
	ReadersDisagree   = "readers_disagree"    // two readers of the text layer differ in figures
	OneReader         = "one_reader"          // the second optical reader failed on the page
	HiddenText        = "hidden_text"         // text that the page does not show
	NoHistory         = "history_unread"      // earlier versions of the file could not be compared
	HiddenContent     = "hidden_content"      // rows, columns or sheets that the file does not show
	FormulaNoValue    = "formula_no_value"    // a formula whose result the file does not hold
	HostileName       = "hostile_name"        // the name of a member is made to mislead
	LeftOut           = "left_out"            // something that is not drawn, such as a picture
)
