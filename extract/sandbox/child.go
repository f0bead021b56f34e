package sandbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"tallyman/extract/page"
)

// Argument is the hidden first argument of a child; the second is its kind.
const Argument = "read-untrusted-file"

// marker is set in the environment of every child, so that a child that by
// mistake runs the whole program does not start children of its own.
const marker = "TALLYMAN_READER"

// A Handler answers one kind of request inside a child.
type Handler interface {
	// Handle answers one request. A *page.Problem is passed on to the parent;
	// any other error ends there as a crash.
	Handle(op string, arg json.RawMessage, body []byte) (answer any, out []byte, err error)
}

// A Maker starts a reader inside a child, with the argument the parent gave.
type Maker func(setup json.RawMessage) (Handler, error)

// answerFD is the descriptor that answers go out on.
const answerFD = 3

// Requests are numbered, and so are their answers: one answer too many is never
// taken for that to the next request.
type request struct {
	Number uint64
	Op     string
	Arg    json.RawMessage `json:",omitempty"`
}

type response struct {
	Number  uint64
	Answer  json.RawMessage `json:",omitempty"`
	Problem *page.Problem   `json:",omitempty"`
	Failure string          `json:",omitempty"`
}

// IsChild reports whether this process is a reader.
func IsChild() bool { return os.Getenv(marker) != "" }

// Main serves as a child, if the arguments of the program say so, and then
// ends the process; otherwise it returns at once. A program that opens an
// Extractor calls it before anything else.
func Main(makers map[string]Maker) {
	if len(os.Args) != 5 || os.Args[1] != Argument {
		return
	}
	var b bounds
	if err := decode([]byte(os.Args[4]), &b); err != nil {
		os.Exit(2)
	}
	// Readers print to standard output when they like; the answers go out on a
	// descriptor of their own.
	answers := os.NewFile(answerFD, "answers")
	if answers == nil {
		os.Exit(2)
	}
	early(b)
	debug.SetMaxStack(64 << 20)
	maker, ok := makers[os.Args[2]]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such reader:", os.Args[2])
		os.Exit(2)
	}
	h, err := maker(json.RawMessage(os.Args[3]))
	if err != nil {
		writeFrame(answers, response{Failure: err.Error()}, nil)
		os.Exit(2)
	}
	// The engine is warm and no untrusted byte was read: now the fence goes up.
	missing := confine(b)
	first := response{}
	if b.Require && len(missing) > 0 {
		first.Failure = "not confined"
	}
	first.Answer, _ = json.Marshal(hello{missing})
	if err := writeFrame(answers, first, nil); err != nil || first.Failure != "" {
		os.Exit(2)
	}
	if err := serve(bufio.NewReaderSize(os.Stdin, 1<<20), answers, h); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(0)
}

// serve answers requests until the parent closes the pipe.
func serve(in io.Reader, out io.Writer, h Handler) error {
	for {
		head, body, err := readFrame(in, 0)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var req request
		if err := decode(head, &req); err != nil {
			return err
		}
		resp := response{Number: req.Number}
		answer, data, err := h.Handle(req.Op, req.Arg, body)
		switch p, isProblem := err.(*page.Problem); {
		case isProblem:
			resp.Problem, data = p, nil
		case err != nil:
			resp.Failure, data = err.Error(), nil
		default:
			if resp.Answer, err = json.Marshal(answer); err != nil {
				return err
			}
		}
		if err := writeFrame(out, resp, data); err != nil {
			return err
		}
	}
}
