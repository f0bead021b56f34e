package audit_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/xuri/excelize/v2"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tallyman/audit"
	"tallyman/audit/audittest"
	"tallyman/rules"
)

// listReports makes the test binary print the SHA-256 of every report.
const listReports = "TALLYMAN_TEST_LIST_REPORTS"

func TestMain(m *testing.M) {
	if os.Getenv(listReports) != "" {
		if err := printReports(os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// The key of the tests' own ledger, made once and for all: Ed25519 signatures
// are the same each time.
const (
	inspected = "2026-03-05T11:22:33Z"
)

type seedReader struct{ r *mathrand.ChaCha8 }

func (s seedReader) Read(p []byte) (int, error) { return s.r.Read(p) }

func testKey(seed byte) (note.Signer, string) {
	secret, public, err := note.GenerateKey(seedReader{mathrand.NewChaCha8([32]byte{seed})}, "tallyman-test")
	if err != nil {
		panic(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		panic(err)
	}
	return signer, public
}

// account makes an account with a ledger of its own.
func account(n int) (*audit.Account, note.Signer, string) {
	signer, public := testKey(1)
	d := audittest.Make(n, inspected)
	a := &audit.Account{Evidence: d.Evidence, Pictures: d.Pictures}
	f := d.Evidence.Findings[0]
	a.Decisions = []audit.Decision{{
		ID: d.Evidence.ID + ".d000001", Dossier: d.Evidence.ID, Inspection: d.Evidence.ID + ".1", Finding: f.ID, Verdict: audit.Confirmed,
		By: "A. Example", At: "2026-03-06T08:00:00Z", Note: "=weighed again", Message: f.Message,
	}}
	var log []tlog.Hash
	reader := tlog.HashReaderFunc(func(x []int64) (all []tlog.Hash, err error) {
		for _, i := range x {
			all = append(all, log[i])
		}
		return all, nil
	})
	leaves := []audit.Leaf{
		{Kind: "identity", At: inspected, Subject: "tallyman-test", Rows: []audit.Group{}},
		{Kind: audit.LeafInspection, At: inspected, Subject: d.Evidence.ID + ".1", Digest: d.Evidence.Digest(), Rows: []audit.Group{}},
		{Kind: audit.LeafDecision, At: "2026-03-06T08:00:00Z", Subject: a.Decisions[0].ID, Digest: a.Decisions[0].Digest(), Rows: []audit.Group{}},
	}
	for i := range leaves {
		leaves[i].Seq = int64(i)
		h, err := tlog.StoredHashes(int64(i), leaves[i].Canonical(), reader)
		if err != nil {
			panic(err)
		}
		log = append(log, h...)
	}
	root, err := tlog.TreeHash(3, reader)
	if err != nil {
		panic(err)
	}
	head := audit.Head{Origin: "tallyman-test", Size: 3, Root: root}
	signed, err := note.Sign(&note.Note{Text: head.Text()}, signer)
	if err != nil {
		panic(err)
	}
	a.Proof = &audit.Proof{Inspection: d.Evidence.ID + ".1", Key: public, Checkpoint: string(signed)}
	for i := int64(1); i < 3; i++ {
		p, err := tlog.ProveRecord(3, i, reader)
		if err != nil {
			panic(err)
		}
		e := audit.Entry{Index: i, Data: string(leaves[i].Canonical()), Proof: []string{}}
		for _, h := range p {
			e.Proof = append(e.Proof, h.String())
		}
		a.Proof.Entries = append(a.Proof.Entries, e)
	}
	return a, signer, public
}

func write(t testing.TB, a *audit.Account, f audit.Format, l audit.Lang, s note.Signer) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := a.Write(&b, f, l, s); err != nil {
		t.Fatalf("%s %s: %v", f, l, err)
	}
	return b.Bytes()
}

func printReports(w io.Writer) error {
	for n := range 3 {
		a, signer, _ := account(n)
		for _, l := range audit.Langs {
			for _, f := range audit.Formats {
				var b bytes.Buffer
				if err := a.Write(&b, f, l, signer); err != nil {
					return err
				}
				fmt.Fprintf(w, "%d %s %s %x\n", n, l, f, sha256.Sum256(b.Bytes()))
			}
		}
	}
	return nil
}

// The same evidence gives the same bytes whatever the zone, the language, the
// number of processors and the folder are.
func TestReportsAreTheSameEverywhere(t *testing.T) {
	var first string
	zones := []string{"UTC", "Asia/Almaty", "America/St_Johns", "Pacific/Kiritimati"}
	langs := []string{"C", "ru_RU.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8"}
	runs := 8
	if os.Getenv("TALLYMAN_TORTURE") != "" {
		runs = 20
	}
	for run := range runs {
		cmd := exec.Command(os.Args[0])
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), listReports+"=1", "TZ="+zones[run%4], "LANG="+langs[run%4], "LC_ALL="+langs[(run+1)%4],
			fmt.Sprint("GOMAXPROCS=", 1+run*3%8), "HOME="+cmd.Dir, fmt.Sprint("GOGC=", 20+100*run))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if run == 0 {
			first = string(out)
			if n := strings.Count(first, "\n"); n != 36 {
				t.Fatalf("%d reports, want 36", n)
			}
		} else if diff := cmp.Diff(first, string(out)); diff != "" {
			t.Fatalf("run %d differs:\n%s", run, diff)
		}
	}
}

func TestReportsVerify(t *testing.T) {
	for n := 0; n < len(audittest.Hostile); n += 6 {
		a, signer, public := account(n)
		for _, f := range audit.Formats {
			data := write(t, a, f, audit.English, signer)
			for _, key := range []string{"", public} {
				o, err := audit.VerifyReport(data, key)
				if err != nil || !o.OK() || o.Unproved {
					t.Fatalf("dossier %d, %s: %v %+v", n, f, err, o)
				}
			}
			_, other := testKey(2)
			if o, err := audit.VerifyReport(data, other); err != nil || o.OK() {
				t.Errorf("%s holds under a key that did not sign it", f)
			}
		}
	}
}

func TestReportWithoutStoreIsNotProved(t *testing.T) {
	a, _, public := account(0)
	a.Proof, a.Decisions = nil, nil
	for _, f := range audit.Formats {
		data := write(t, a, f, audit.Russian, nil)
		o, err := audit.VerifyReport(data, "")
		if err != nil || !o.OK() || !o.Unproved {
			t.Errorf("%s: %v %+v", f, err, o)
		}
		if o, err := audit.VerifyReport(data, public); err != nil || o.OK() {
			t.Errorf("%s: a report that nobody signed holds under a key", f)
		}
	}
}

// Whoever has no key cannot pass off other content: not with the seal of another
// report, not with a seal of his own, not as unsigned.
func TestForgedReports(t *testing.T) {
	a, signer, public := account(0)
	b, _, _ := account(1)
	word := regexp.MustCompile(`tallyman-seal-1:[A-Za-z0-9_-]+;`)
	for _, f := range []audit.Format{audit.HTML, audit.CSV, audit.JSON, audit.SARIF} {
		real, other := write(t, a, f, audit.English, signer), write(t, b, f, audit.English, signer)
		seals := word.FindAll(real, -1)
		seal := seals[len(seals)-1]
		i := bytes.LastIndex(other, word.FindAll(other, -1)[len(word.FindAll(other, -1))-1])
		swapped := append(append(slices.Clone(other[:i]), seal...), other[i+len(word.FindAll(other, -1)[len(word.FindAll(other, -1))-1]):]...)
		if o, err := audit.VerifyReport(swapped, ""); err == nil && o.OK() {
			t.Errorf("%s: the seal of another report holds", f)
		}
		thief, _ := testKey(9)
		a2 := *a
		forged := write(t, &a2, f, audit.English, thief)
		if o, err := audit.VerifyReport(forged, public); err == nil && o.OK() {
			t.Errorf("%s: a seal signed with another key holds", f)
		}
	}
	// An entry that says what one would like, and is not in the ledger.
	b.Proof.Entries[0].Data = strings.Replace(b.Proof.Entries[0].Data, b.Evidence.Digest(), strings.Repeat("0", 64), 1)
	b.Evidence.Findings = nil
	b.Proof.Entries[0].Data = strings.Replace(b.Proof.Entries[0].Data, strings.Repeat("0", 64), b.Evidence.Digest(), 1)
	if o, err := audit.VerifyReport(write(t, b, audit.CSV, audit.English, signer), ""); err != nil || o.OK() {
		t.Error("a report whose entry is not in the ledger holds")
	}
	// Evidence that the ledger does not hold.
	a.Evidence.Findings[0].Message = "gross mass 1205 kg here, 1205 kg on invoice.pdf"
	if o, err := audit.VerifyReport(write(t, a, audit.PDF, audit.English, signer), ""); err != nil || o.OK() {
		t.Error("a report of other evidence than the ledger has holds")
	}
}

// edits changes one byte of a file at a time and says where it went unseen.
func edits(t *testing.T, data []byte, at []int, seen func([]byte) bool) {
	t.Helper()
	missed := 0
	for k, i := range at {
		was := data[i]
		data[i] ^= byte(1 + (i*7+k)%255)
		if !seen(data) {
			if missed++; missed < 5 {
				t.Errorf("byte %d of %d, %q to %q, went unseen", i, len(data), was, data[i])
			}
		}
		data[i] = was
	}
	if missed >= 5 {
		t.Errorf("%d of %d changed bytes went unseen", missed, len(at))
	}
}

// places spreads n offsets over a file, its first and last bytes among them.
func places(size, n int) []int {
	r := mathrand.New(mathrand.NewPCG(uint64(size), 3))
	var all []int
	for i := range min(16, size) {
		all = append(all, i, size-1-i)
	}
	for len(all) < n {
		all = append(all, r.IntN(size))
	}
	return all
}

func TestSingleByteEditsOfReports(t *testing.T)        { editReports(t, 60) }
func TestTortureSingleByteEditsOfReports(t *testing.T) { torture(t); editReports(t, 2500) }

func TestTortureReportsAreTheSameEverywhere(t *testing.T) {
	torture(t)
	TestReportsAreTheSameEverywhere(t)
}

func torture(t *testing.T) {
	if os.Getenv("TALLYMAN_TORTURE") == "" {
		t.Skip("a long run: make torture")
	}
}

func editReports(t *testing.T, n int) {
	for _, signed := range []bool{true, false} {
		a, signer, _ := account(4)
		if !signed {
			a.Proof, a.Decisions, signer = nil, nil, nil
		}
		for _, f := range audit.Formats {
			data := write(t, a, f, audit.English, signer)
			at := places(len(data), n)
			// Half of the edits go into the seal, where every character counts too.
			i := bytes.LastIndex(data, []byte("tallyman-seal-1:"))
			end := i + bytes.IndexByte(data[i:], ';')
			for range n {
				at = append(at, i+len(at)*31%(end-i+1))
			}
			edits(t, data, at, func(b []byte) bool {
				o, err := audit.VerifyReport(b, "")
				return err != nil || !o.OK()
			})
		}
	}
}

// The last character of a signature has bits that mean nothing: it still has one
// spelling only, in reports as in the checkpoints of a store.
func TestSignatureHasOneSpelling(t *testing.T) {
	a, signer, public := account(0)
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.OpenCheckpoint(a.Proof.Checkpoint, verifier); err != nil {
		t.Fatal(err)
	}
	good := strings.TrimSuffix(a.Proof.Checkpoint, "=\n")
	for d := byte(1); d < 4; d++ {
		twin := good[:len(good)-1] + string(good[len(good)-1]+d) + "=\n"
		if _, err := audit.OpenCheckpoint(twin, verifier); err == nil {
			t.Errorf("a checkpoint that ends in %q holds as well as one in %q", twin[len(twin)-4:], a.Proof.Checkpoint[len(twin)-4:])
		}
	}
	// Every character at the end of the seal, which ends in the signature.
	data := write(t, a, audit.JSON, audit.English, signer)
	end := bytes.LastIndexByte(data, ';')
	for at := end - 12; at < end; at++ {
		was := data[at]
		for c := range 128 {
			data[at] = byte(c)
			if o, err := audit.VerifyReport(data, ""); data[at] != was && err == nil && o.OK() {
				t.Errorf("byte %d may be %q as well as %q", at, rune(c), was)
			}
		}
		data[at] = was
	}
}

func TestFormulasStayText(t *testing.T) {
	for n := range len(audittest.Hostile) {
		a, signer, _ := account(n)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(write(t, a, audit.CSV, audit.English, signer), []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, c := range r {
				if c != "" && strings.ContainsAny(c[:1], "=+@\t\r") || strings.HasPrefix(c, "-") && strings.ContainsAny(c, "+(|") {
					t.Errorf("a spreadsheet takes %q for a formula", c)
				}
			}
		}
		data := write(t, a, audit.XLSX, audit.Russian, signer)
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range z.File {
			r, _ := p.Open()
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(`<f[ >/]|<hyperlink|externalLink`).Match(text) {
				t.Errorf("%s has a formula or a link", p.Name)
			}
			if !p.Modified.UTC().Equal(p.Modified) || p.Modified.Year() != 2000 {
				t.Errorf("%s has the time %v", p.Name, p.Modified)
			}
		}
	}
}

func TestWorkbookSaysWhatThePapersSay(t *testing.T) {
	a, signer, _ := account(0)
	f, err := excelize.OpenReader(bytes.NewReader(write(t, a, audit.XLSX, audit.English, signer)))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range f.GetSheetList() {
		rows, err := f.GetRows(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			all = append(all, r...)
		}
	}
	for _, want := range []string{"The papers contradict each other", "gross mass 3405 kg here, 1205 kg on invoice.pdf", "3405 kg", "UCP 600, article 14(d)",
		"the carrier weighed the container", "confirmed by A. Example, 2026-03-06T08:00:00Z: =weighed again", `=HYPERLINK("http://example.invalid","x")`, "no date of receipt is known", "The file needs a password."} {
		if !slices.ContainsFunc(all, func(c string) bool { return strings.Contains(c, want) }) {
			t.Errorf("the workbook lacks %q", want)
		}
	}
}

func TestHTMLTakesNothingFromPapersAsMarkup(t *testing.T) {
	for n := range len(audittest.Hostile) {
		a, signer, _ := account(n)
		got := string(write(t, a, audit.HTML, audit.English, signer))
		for _, bad := range []string{"<script", "<img src=x", `src="/`, "@import", "url(", "<link", "<iframe", "\u202e"} {
			if strings.Contains(got, bad) {
				t.Errorf("dossier %d: the page holds %q", n, bad)
			}
		}
	}
}

func TestSARIFIsValid(t *testing.T) {
	a, signer, _ := account(2)
	log, err := sarif.FromBytes(write(t, a, audit.SARIF, audit.English, signer))
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Validate(); err != nil {
		t.Error(err)
	}
	if n := len(log.Runs[0].Results); n != 2 {
		t.Errorf("%d results, want 2", n)
	}
	if got := log.Runs[0].Results[0]; got.Level != "error" || *got.RuleID != "XD-01" || len(got.RelatedLocations) != 2 {
		t.Errorf("the first result is %s %s", got.Level, *got.RuleID)
	}
}

func TestJSONCarriesTheEvidence(t *testing.T) {
	a, signer, _ := account(3)
	var got struct {
		Evidence json.RawMessage
		Verdict  string
	}
	if err := json.Unmarshal(write(t, a, audit.JSON, audit.English, signer), &got); err != nil {
		t.Fatal(err)
	}
	e, err := audit.ParseEvidence(got.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Evidence, e); diff != "" || got.Verdict != "high" {
		t.Errorf("verdict %s, evidence differs:\n%s", got.Verdict, diff)
	}
}

func TestPDFCanBeRead(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed (poppler-utils)")
	}
	a, signer, _ := account(0)
	for lang, want := range map[audit.Lang][]string{
		audit.English: {"The papers contradict each other", "gross mass 3405 kg here", "3405 kg", "UCP 600, article 14(d)", "the carrier weighed the container", "confirmed by A. Example", "ТОО «Пример»", "page 1"},
		audit.Russian: {"Документы противоречат друг другу", "масса брутто", "подтверждено", "1 расхождение; проверено: 3 документа", "UCP 600, article 14(d)"},
	} {
		cmd := exec.Command(tool, "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(write(t, a, audit.PDF, lang, signer))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(out), w) {
				t.Errorf("%s: the PDF lacks %q:\n%s", lang, w, out)
			}
		}
	}
}

func TestEvidenceHasOneForm(t *testing.T) {
	for n := range len(audittest.Hostile) {
		e := audittest.Make(n, inspected).Evidence
		data := e.Canonical()
		again, err := audit.ParseEvidence(data)
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest() != e.Digest() {
			t.Error("the evidence reads back as another")
		}
		if _, err := audit.ParseEvidence(append([]byte(" "), data...)); err == nil {
			t.Error("evidence with a space before it is read")
		}
	}
}

func TestEvidenceDoesNotNameTheMachine(t *testing.T) {
	e := audittest.Make(0, "").Evidence
	if text := string(e.Canonical()); strings.Contains(text, "/in/") {
		t.Errorf("the evidence says where the dossier lay: %s", text)
	}
	if e.Count(rules.High) != 1 || len(e.Missing()) != 1 || len(e.Pages) != 3 {
		t.Errorf("%d high findings, %d missing files, %d page copies", e.Count(rules.High), len(e.Missing()), len(e.Pages))
	}
}

func TestHeadHasOneForm(t *testing.T) {
	h := audit.Head{Origin: "x", Size: 7}
	if got, err := audit.ParseHead(h.Text()); err != nil || got != h {
		t.Errorf("%v %v", got, err)
	}
	for _, bad := range []string{"", "x\n07\n" + h.Root.String() + "\n", "x\n7\n" + h.Root.String(), "x\n-1\n" + h.Root.String() + "\n", "x\n7 \n" + h.Root.String() + "\n"} {
		if _, err := audit.ParseHead(bad); err == nil {
			t.Errorf("%q is read as a head", bad)
		}
	}
}

func FuzzVerifyReport(f *testing.F) {
	a, signer, public := account(0)
	real := map[[32]byte]bool{}
	for _, format := range []audit.Format{audit.JSON, audit.CSV} {
		var b bytes.Buffer
		if err := a.Write(&b, format, audit.English, signer); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(b.Bytes()[b.Len()/2:])
		real[sha256.Sum256(b.Bytes())] = true
	}
	f.Add([]byte("tallyman-seal-1:e30;"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := audit.VerifyReport(data, public)
		if err == nil && o.OK() && !real[sha256.Sum256(data)] {
			t.Errorf("a file that nobody signed holds: %s", hex.EncodeToString(data[:min(64, len(data))]))
		}
	})
}
