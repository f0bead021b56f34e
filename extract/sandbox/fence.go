package sandbox

import "strings"

// A limit is one of the things that hold a child. Each can be left out, so that
// a test can show that it is this one that holds.
type limit uint

const (
	byLandlock    limit = 1 << iota // no files but those of the kind, no network, no signals
	bySeccomp                       // no system calls but those that reading takes
	byFileSize                      // RLIMIT_FSIZE: no byte into any file
	byOpenFiles                     // RLIMIT_NOFILE
	byData                          // RLIMIT_DATA: memory that could be written
	byCPU                           // RLIMIT_CPU: of the whole life of the child
	byCore                          // RLIMIT_CORE: no core files, which would hold the papers
	byDescriptors                   // descriptors that were left open are closed
	byEnvironment                   // no environment
	byMemoryWatch                   // the parent looks at the resident memory
	byThreadWatch                   // the parent counts the threads

	allLimits = byThreadWatch<<1 - 1
)

const (
	openFiles = 64  // descriptors of a child; it needs about ten
	threads   = 256 // of a child; Go and the engines need about twenty
	// lifeCPU is the processor time of the whole life of a child, in seconds. The
	// budget of a call is kept by the parent; this is for a parent that cannot.
	lifeCPU = 4 * 3600
)

// bounds is what a child is told about its fence.
type bounds struct {
	Read    []string `json:",omitempty"` // folders and files that may be read once the engine is warm
	Data    int64    // bytes
	CPU     int64    // seconds
	Require bool     `json:",omitempty"` // refuse to serve without a whole fence
	Off     limit    `json:",omitempty"`
}

func (b bounds) on(l limit) bool { return b.Off&l == 0 }

// hello is the first answer of a child: what of its fence does not stand.
type hello struct {
	Missing []string `json:",omitempty"`
}

// Refusal is the error for a machine on which readers cannot be confined.
type Refusal struct{ Missing []string }

func (r *Refusal) Error() string {
	return "the readers cannot be confined on this machine: it lacks " + strings.Join(r.Missing, " and ")
}
