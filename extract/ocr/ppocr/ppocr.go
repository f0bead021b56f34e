// Package ppocr is the second optical reader: the two networks of PP-OCR, one
// that finds lines of print in a bitmap and one that reads a line, run by ONNX
// Runtime. What the networks answer is made into words by our own code.
//
// It reads Latin letters, digits and Chinese better than the first reader does
// where print is bad, and no Cyrillic at all: there it answers Latin letters
// that look alike.
//
// Networks and runtime are no part of the program (see [Pins]); without them
// [Open] returns [ErrAbsent].
package ppocr

import (
	"fmt"
	"image"
	"path/filepath"

	ort "github.com/yalue/onnxruntime_go"
)

// A Word is a run of characters without a space.
type Word struct {
	Text string
	// X0, Y0, X1, Y1 are the box in dots of the bitmap.
	X0, Y0, X1, Y1 float64
	// Least and Mean are of the probabilities of its characters, 0 to 1.
	Least, Mean float64
}

// A Job says what of a bitmap to read.
type Job struct {
	// Lines are boxes, each around a line of print or a part of one, that are
	// read as they are.
	Lines []image.Rectangle
	// Find looks for lines of print all over the bitmap besides.
	Find bool
	// Skip are boxes of print that need no reading: a line that is found and
	// lies on them for the most part is left out, unless something of Doubt lies
	// on it too.
	Skip, Doubt []image.Rectangle
}

// A Reader holds the networks. It is for one goroutine.
type Reader struct {
	find, read *ort.DynamicAdvancedSession
	chars      []string
}

// Open loads the networks in dir. A process loads one runtime, from the folder
// that is asked for first.
func Open(dir string) (*Reader, error) {
	if err := present(dir); err != nil {
		return nil, err
	}
	if !ort.IsInitialized() {
		ort.SetSharedLibraryPath(filepath.Join(dir, runtimeFile))
		if err := ort.InitializeEnvironment(); err != nil {
			return nil, fmt.Errorf("start the runtime of the second optical reader: %w", err)
		}
	}
	r := &Reader{}
	var err error
	if r.chars, err = characters(filepath.Join(dir, charactersFile)); err != nil {
		return nil, err
	}
	if r.find, err = session(filepath.Join(dir, detectorFile)); err != nil {
		return nil, err
	}
	if r.read, err = session(filepath.Join(dir, recogniserFile)); err != nil {
		r.find.Destroy()
		return nil, err
	}
	return r, nil
}

// session loads a network with one input and one output.
func session(name string) (*ort.DynamicAdvancedSession, error) {
	fail := func(err error) (*ort.DynamicAdvancedSession, error) {
		return nil, fmt.Errorf("load %s: %w", filepath.Base(name), err)
	}
	in, out, err := ort.GetInputOutputInfo(name)
	if err != nil {
		return fail(err)
	}
	if len(in) != 1 || len(out) != 1 {
		return fail(fmt.Errorf("it has %d inputs and %d outputs, not one of each", len(in), len(out)))
	}
	o, err := ort.NewSessionOptions()
	if err != nil {
		return fail(err)
	}
	defer o.Destroy()
	// A second thread costs a fifth more processor time a page; pages are read
	// side by side instead. The arena would keep the memory of the largest page.
	for _, err := range []error{o.SetIntraOpNumThreads(1), o.SetInterOpNumThreads(1), o.SetCpuMemArena(false), o.SetMemPattern(false)} {
		if err != nil {
			return fail(err)
		}
	}
	s, err := ort.NewDynamicAdvancedSession(name, []string{in[0].Name}, []string{out[0].Name}, o)
	if err != nil {
		return fail(err)
	}
	return s, nil
}

// Close frees the networks.
func (r *Reader) Close() {
	r.find.Destroy()
	r.read.Destroy()
}

// run sends a tensor through a network and returns a copy of what comes out.
func run(s *ort.DynamicAdvancedSession, shape ort.Shape, data []float32) ([]float32, ort.Shape, error) {
	in, err := ort.NewTensor(shape, data)
	if err != nil {
		return nil, nil, err
	}
	defer in.Destroy()
	outs := []ort.Value{nil}
	if err := s.Run([]ort.Value{in}, outs); err != nil {
		return nil, nil, err
	}
	defer outs[0].Destroy()
	t, ok := outs[0].(*ort.Tensor[float32])
	if !ok {
		return nil, nil, fmt.Errorf("the network answers %T, not numbers", outs[0])
	}
	return append([]float32(nil), t.GetData()...), t.GetShape().Clone(), nil
}

// Read reads what the job says of the bitmap.
func (r *Reader) Read(g *image.Gray, job Job) ([]Word, error) {
	if g == nil || g.Rect.Dx() < 8 || g.Rect.Dy() < 8 {
		return nil, nil
	}
	var strips []strip
	for _, l := range job.Lines {
		if l = l.Intersect(g.Rect); l.Dx() >= 4 && l.Dy() >= 4 {
			strips = append(strips, level(l))
		}
	}
	if job.Find {
		found, err := r.lines(g)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			if !s.known(job.Skip, job.Doubt) {
				strips = append(strips, s)
			}
		}
	}
	var words []Word
	for _, s := range strips {
		w, err := r.line(g, s)
		if err != nil {
			return nil, err
		}
		words = append(words, w...)
	}
	return words, nil
}
