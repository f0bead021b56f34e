package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"tallyman/extract/format"
	"tallyman/extract/page"
)

type member struct {
	name string
	data string
	kind byte // of tar; 0 is a file
}

func zipped(t *testing.T, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Deflate, NonUTF8: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tarred(t *testing.T, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Size: int64(len(m.data)), Mode: 0o644, Typeflag: tar.TypeReg}
		if m.kind != 0 {
			h.Typeflag, h.Size, h.Linkname = m.kind, 0, "/etc/passwd"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if m.kind == 0 {
			if _, err := io.WriteString(w, m.data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// packed packs data by one of the methods for single files.
func packed(t *testing.T, method string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch method {
	case "gz":
		g := gzip.NewWriter(&out)
		g.Name = "inner.tar"
		w = g
	case "xz":
		w, err = xz.NewWriter(&out)
	case "zst":
		w, err = zstd.NewWriter(&out)
	}
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// list writes what was taken out, one a line: name, and size or reason.
func list(a format.Answer) string {
	var b strings.Builder
	for _, p := range a.Parts {
		if p.Problem != nil {
			fmt.Fprintf(&b, "%s: %s\n", p.Name, p.Problem.Code)
		} else {
			fmt.Fprintf(&b, "%s: %d\n", p.Name, len(p.Data))
		}
	}
	if a.Partial != nil {
		fmt.Fprintf(&b, "partial: %s\n", a.Partial.Code)
	}
	return b.String()
}

// Archives of 7-Zip with the files of TestRead: open, encrypted, and encrypted
// with its list of names.
const (
	seven       = "377abcaf271c0003619a70a98000000000000000210000000000000071c3448100379b88d37e06ab67fe84fffffe3930000000813307ae0fcf04718c07c8438083815bffac76cf783f0e5f3645636f80f7636249bd50f3ef27e4e39104e0a6a0d7c8cc881df613ca9510eae7e3fdd93fd8100aad5b6d1194b7b394941156ca85e1ef1699042c24a06c8a68f36ab9a90b26ec80e870578687419c7fffc281400017061101096f00070b01000123030101055d000080000c809a0a01876dc3c30000"
	sevenLocked = "377abcaf271c0004b2fa3c201000000000000000620000000000000097cf79a3cabde03f933224ec0200168e9b92a50c0104060001091000070b0100022406f1070112530f464e4c93a543d078f07f58edf0011b1c2121010001000c080400080a017d66c19000000501190100110d0062002e007000640066000000140a01005d5a2301617bdd01150601002080a4810000"
	sevenHidden = "377abcaf271c0004b223517980000000000000002e0000000000000001010885955a10e42efd21f9d95f2294abfa51806d0e960f153d9b84d6a2cd65d1e10d2ad6b0da448908252db495755f0db554fad5059deba9c02d412fb212ce2b47aee7ed6188558605776bab3384142eab29ad9ed129c1113d169e0ed541db7d869c0115e88d2b6f42031f841900a610f3a787ba39577dce31690d27ca68eafcbf32a117061001097000070b0100012406f1070112530f5ae3a3d717cd597d4fe5063edfe2819d0c620a017d7d5ea00000"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	files := []member{{name: "dir/a.pdf", data: "one"}, {name: "b.pdf", data: "four"}}
	russian, _ := charmap.CodePage866.NewEncoder().String("Инвойс.pdf")
	chinese, _ := simplifiedchinese.GBK.NewEncoder().String("装箱单.pdf")
	bomb := strings.Repeat("\x00", 3<<20)
	locked := zipped(t, member{name: "secret.pdf", data: "x"})
	locked[6] |= 1 // the local header, and the directory's
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	torn := zipped(t, member{name: "a.pdf", data: strings.Repeat("text ", 99)}, member{name: "b.pdf", data: "fine"})
	torn[40] ^= 0x55
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"zip", zipped(t, files...), "dir/a.pdf: 3\nb.pdf: 4\n"},
		{"tar", tarred(t, files...), "dir/a.pdf: 3\nb.pdf: 4\n"},
		{"tar.gz", packed(t, "gz", tarred(t, files...)), "dir/a.pdf: 3\nb.pdf: 4\n"},
		{"tar.xz", packed(t, "xz", tarred(t, files...)), "dir/a.pdf: 3\nb.pdf: 4\n"},
		{"tar.zst", packed(t, "zst", tarred(t, files...)), "dir/a.pdf: 3\nb.pdf: 4\n"},
		{"7z", unhex(t, seven), "dir/a.pdf: 3\nb.pdf: 4\n"},
		{"an encrypted 7z", unhex(t, sevenLocked), "b.pdf: needs_password\n"},
		{"a 7z with encrypted names", unhex(t, sevenHidden), "partial: needs_password\n"},
		{"gz of one file", packed(t, "gz", []byte("text")), "inner.tar: 4\n"},
		{"xz of one file", packed(t, "xz", []byte("text")), ": 4\n"},
		{"names of Windows", zipped(t, member{name: russian, data: "1"}, member{name: chinese, data: "22"}, member{name: `dir\c.pdf`, data: "333"}), "Инвойс.pdf: 1\n装箱单.pdf: 2\ndir/c.pdf: 3\n"},
		{"links and devices", tarred(t, member{name: "ok.pdf", data: "1"}, member{name: "l", kind: tar.TypeSymlink}, member{name: "h", kind: tar.TypeLink}, member{name: "d", kind: tar.TypeChar}), "ok.pdf: 1\nl: not_a_file\nh: not_a_file\nd: not_a_file\n"},
		{"names twice", zipped(t, member{name: "a.pdf", data: "1"}, member{name: "a.pdf", data: "22"}), "a.pdf: 1\na.pdf: 2\n"},
		{"a bomb beside a paper", zipped(t, member{name: "bomb.pdf", data: bomb}, member{name: "a.pdf", data: "1"}), "bomb.pdf: limit.ratio\na.pdf: 1\n"},
		{"a bomb in gzip", packed(t, "gz", []byte(bomb)), "inner.tar: limit.ratio\n"},
		{"an encrypted member", locked, "secret.pdf: needs_password\n"},
		{"a damaged member", torn, "a.pdf: corrupt\nb.pdf: 4\n"},
		{"no file", zipped(t), "partial: empty_file\n"},
		{"a cut archive", zipped(t, files...)[:60], "partial: corrupt\n"},
		{"a cut tar", tarred(t, member{name: "a.pdf", data: strings.Repeat("x", 2000)})[:1000], "a.pdf: corrupt\npartial: corrupt\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if Detect(tt.data) == "" {
				t.Fatal("not taken for an archive")
			}
			a, err := Read(tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, list(a)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	var many []member
	for i := range maxMembers + 1 {
		many = append(many, member{name: fmt.Sprint(i)})
	}
	a, err := Read(zipped(t, many...))
	if err != nil || a.Partial == nil || a.Partial.Code != page.LimitMembers || len(a.Parts) != 0 {
		t.Errorf("zip: %d parts, %v, %v", len(a.Parts), a.Partial, err)
	}
	a, err = Read(tarred(t, many...))
	if err != nil || a.Partial == nil || a.Partial.Code != page.LimitMembers || len(a.Parts) != maxMembers {
		t.Errorf("tar: %d parts, %v, %v", len(a.Parts), a.Partial, err)
	}
	var bombs []member
	for i := range 2 * maxBombs {
		bombs = append(bombs, member{name: fmt.Sprint(i), data: strings.Repeat("\x00", 2<<20)})
	}
	a, err = Read(zipped(t, bombs...))
	if err != nil || a.Partial == nil || a.Partial.Code != page.LimitRatio || len(a.Parts) != maxBombs {
		t.Errorf("bombs: %d parts, %v, %v", len(a.Parts), a.Partial, err)
	}
}

func TestHostileNames(t *testing.T) {
	a, err := Read(zipped(t, member{name: "../../x.pdf", data: "1"}, member{name: "/etc/y", data: "1"}, member{name: "C:\\z.pdf", data: "1"}, member{name: "a\x00b.pdf", data: "1"},
		member{name: "fdp\u202e.pdf", data: "1"}, member{name: strings.Repeat("n", 4000), data: "1"}, member{name: "honest name (1).pdf", data: "1"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Parts) != 7 || len(a.Notes) != 6 {
		t.Errorf("%d parts and %d notes, want 7 and 6: %v", len(a.Parts), len(a.Notes), a.Notes)
	}
	for _, p := range a.Parts {
		if len(p.Name) > maxName {
			t.Errorf("a name of %d bytes", len(p.Name))
		}
	}
}

func TestDetect(t *testing.T) {
	for _, s := range []string{"", "PK", "BZhello", "%PDF-1.7", strings.Repeat("text ", 200), strings.Repeat("\x00", 600)} {
		if k := Detect([]byte(s)); k != "" {
			t.Errorf("%.20q is taken for %s", s, k)
		}
	}
}

func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, _ := z.Create("a.pdf")
	io.WriteString(w, "text")
	z.Close()
	f.Add(out.Bytes())
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("7z\xbc\xaf\x27\x1c\x00\x04"))
	f.Add([]byte("Rar!\x1a\x07\x01\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if Detect(data) == "" {
			return
		}
		a, err := Read(data)
		var p *page.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		if err == nil && len(a.Parts) == 0 && a.Partial == nil {
			t.Fatal("neither a file nor a reason")
		}
	})
}
