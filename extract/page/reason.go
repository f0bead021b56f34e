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
	OCRFailed       = "ocr_failed"
	LimitBytes      = "limit.bytes"
	LimitPages      = "limit.pages"
	LimitPageSize   = "limit.page_size"
	LimitPixels     = "limit.pixels"
	LimitMemory     = "limit.memory"
	LimitAnswer     = "limit.answer"
	TimeoutTotal    = "timeout.total"
	TimeoutPage     = "timeout.page"
	Crashed         = "crashed.extractor"
	Interrupted     = "interrupted"
)

// Codes of notes.
const (
	TextLayerMismatch = "text_layer_mismatch" // the text layer says other figures than the image
	ReadersDisagree   = "readers_disagree"    // two readers of the text layer differ in figures
	HiddenText        = "hidden_text"         // text that the page does not show
)
