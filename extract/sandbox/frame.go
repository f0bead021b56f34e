package sandbox

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// A frame is a message on a pipe: twelve bytes of lengths, a head in JSON, and
// a body of bytes.
const (
	maxHead = 64 << 20
	maxBody = 1 << 30
)

func writeFrame(w io.Writer, head any, body []byte) error {
	h, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if len(h) > maxHead || len(body) > maxBody {
		return fmt.Errorf("message of %d and %d bytes is too long", len(h), len(body))
	}
	var size [12]byte
	binary.BigEndian.PutUint32(size[:4], uint32(len(h)))
	binary.BigEndian.PutUint64(size[4:], uint64(len(body)))
	if _, err := w.Write(append(size[:], h...)); err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

// readFrame reads one message. It allocates as bytes arrive, not as the
// lengths promise.
func readFrame(r io.Reader, limit int64) (head, body []byte, err error) {
	var size [12]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, nil, err
	}
	h := int64(binary.BigEndian.Uint32(size[:4]))
	b := binary.BigEndian.Uint64(size[4:])
	if h > maxHead || b > maxBody || limit > 0 && (h > limit || b > uint64(limit)) {
		return nil, nil, errTooLong
	}
	if head, err = readBytes(r, h); err != nil {
		return nil, nil, err
	}
	body, err = readBytes(r, int64(b))
	return head, body, err
}

var errTooLong = fmt.Errorf("message is too long")

func readBytes(r io.Reader, n int64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	const step = 8 << 20
	if n <= step {
		b := make([]byte, n)
		_, err := io.ReadFull(r, b)
		return b, err
	}
	var buf bytes.Buffer
	got, err := io.CopyN(&buf, r, n)
	if err == nil && got != n {
		err = io.ErrUnexpectedEOF
	}
	return buf.Bytes(), err
}

// maxObjects and maxValues bound what a head may hold: the shortest objects in
// JSON take fifty times their length once they are read.
const (
	maxObjects = 1_000_000
	maxValues  = 16_000_000
)

// decode reads a head strictly: an unknown field or a second value is an error.
func decode(head []byte, into any) error {
	if bytes.Count(head, []byte{'{'}) > maxObjects || bytes.Count(head, []byte{','}) > maxValues {
		return errTooLong
	}
	d := json.NewDecoder(bytes.NewReader(head))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more than one value")
	}
	return nil
}
