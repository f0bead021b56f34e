package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Proof shows that evidence and decisions stand in a ledger.
type Proof struct {
	Inspection string // which of the inspections of the dossier: its ID and a number
	Key        string // public key of the ledger, in the form of package note
	Checkpoint string // signed note: origin, size and root of the ledger
	// Entries are the ledger entries of the inspection and of each decision, in
	// this order, each with its proof of inclusion under the checkpoint.
	Entries []Entry
}

// An Entry is one entry of a ledger and its proof of inclusion.
type Entry struct {
	Index int64    `json:"index"` // counted from 0
	Data  string   `json:"data"`  // canonical JSON
	Proof []string `json:"proof"` // hashes, base64
}

// A Leaf is what the data of an entry say.
type Leaf struct {
	Seq     int64   `json:"seq"` // equals the index
	At      string  `json:"at"`  // RFC 3339 in UTC
	Kind    string  `json:"kind"`
	Subject string  `json:"subject"` // such as the ID of the inspection
	Digest  string  `json:"digest"`  // SHA-256 of the canonical JSON of the subject, hex; empty if Rows say all
	Rows    []Group `json:"rows"`
}

// A Group is the rows of one table that a leaf vouches for.
type Group struct {
	Table  string `json:"table"`
	Key    string `json:"key"`
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"`
}

// Canonical returns the one JSON text of the leaf.
func (l *Leaf) Canonical() []byte { return canonical(l) }

// ParseLeaf reads the data of an entry and refuses any but canonical JSON.
func ParseLeaf(data []byte) (*Leaf, error) {
	l := &Leaf{}
	if err := parseCanonical(data, l); err != nil {
		return nil, err
	}
	return l, nil
}

// Kinds of leaves that a report refers to.
const (
	LeafInspection = "inspection"
	LeafDecision   = "decision"
)

// Head is the state of a ledger: how many entries, and the hash over them.
type Head struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Text is the text of a checkpoint, as C2SP tlog-checkpoint lays it out.
func (h Head) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", h.Origin, h.Size, h.Root)
}

func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Size, h.Root) }

// ParseHead reads the text of a checkpoint.
func ParseHead(text string) (Head, error) {
	parts := strings.Split(text, "\n")
	if len(parts) != 4 || parts[3] != "" {
		return Head{}, errors.New("a checkpoint has three lines")
	}
	var h Head
	root, err := tlog.ParseHash(parts[2])
	if err != nil {
		return Head{}, fmt.Errorf("root of the checkpoint: %w", err)
	}
	h.Origin, h.Root = parts[0], root
	if _, err := fmt.Sscanf(parts[1], "%d", &h.Size); err != nil || h.Size < 0 || h.Text() != text {
		return Head{}, errors.New("the checkpoint is not in its one form")
	}
	return h, nil
}

// OpenCheckpoint checks the signature of a checkpoint and returns its head.
func OpenCheckpoint(signed string, key note.Verifier) (Head, error) {
	n, err := openNote(signed, key)
	if err != nil {
		return Head{}, err
	}
	return ParseHead(n.Text)
}

// openNote checks the one signature of a note. A signature has one spelling
// only: the last character of its base64 has two bits that mean nothing, and
// they are nought.
func openNote(signed string, key note.Verifier) (*note.Note, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(key))
	if err != nil {
		return nil, err
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return nil, errors.New("it has more than one signature")
	}
	sig := n.Sigs[0]
	if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
		return nil, errors.New("the signature is not in its one form")
	}
	if n.Text+"\n— "+sig.Name+" "+sig.Base64+"\n" != signed {
		return nil, errors.New("the note is not in its one form")
	}
	return n, nil
}

// seal binds a report file to the evidence and to the ledger. It lies in the
// file as one word; the content digest covers every other byte of the file.
type seal struct {
	Format     string  `json:"format"`
	Language   string  `json:"language"`
	Dossier    string  `json:"dossier"`
	Evidence   string  `json:"evidence"`  // SHA-256 of the canonical evidence, hex
	Decisions  string  `json:"decisions"` // SHA-256 over those of the decisions, hex
	Content    string  `json:"content"`   // SHA-256 of the file without the seal, hex
	Inspection string  `json:"inspection"`
	Key        string  `json:"key"`
	Checkpoint string  `json:"checkpoint"`
	Entries    []Entry `json:"entries"`
	// Signature is the signature of the ledger's key over the other fields; a
	// report that was made without a store has their SHA-256 instead.
	Signature string `json:"signature"`
}

const sealMark = "tallyman-seal-1:"

var sealWord = regexp.MustCompile(regexp.QuoteMeta(sealMark) + `[A-Za-z0-9_-]+;`)

func (s seal) word() string {
	return sealMark + base64.RawURLEncoding.EncodeToString(canonical(s)) + ";"
}

func parseSeal(word string) (*seal, error) {
	body := strings.TrimSuffix(strings.TrimPrefix(word, sealMark), ";")
	data, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil {
		return nil, err
	}
	s := &seal{}
	return s, parseCanonical(data, s)
}

// signedText is what the signature is over.
func (s seal) signedText() string {
	s.Signature = ""
	return "tallyman report\n" + string(canonical(s)) + "\n"
}

func (s *seal) sign(signer note.Signer) error {
	if signer == nil {
		s.Signature = digest([]byte(s.signedText()))
		return nil
	}
	text := s.signedText()
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return fmt.Errorf("sign the report: %w", err)
	}
	s.Signature = strings.TrimPrefix(string(signed), text)
	return nil
}

// newSeal fills in all but the content, with the length that it will have.
func (a *Account) newSeal(format Format, lang Lang, signer note.Signer) (*seal, error) {
	s := &seal{
		Format: string(format), Language: string(lang), Dossier: a.Evidence.ID, Evidence: a.Evidence.Digest(),
		Decisions: decisionsDigest(a.Decisions), Content: strings.Repeat("0", 64), Entries: []Entry{},
	}
	if a.Proof != nil {
		s.Inspection, s.Key, s.Checkpoint, s.Entries = a.Proof.Inspection, a.Proof.Key, a.Proof.Checkpoint, a.Proof.Entries
	}
	return s, s.sign(signer)
}

// seal renders the file with a seal of the right length and then puts the true
// one in its place. The seal is the last such word of the file, so that no text
// of a paper can pass for it.
func (a *Account) seal(w io.Writer, format Format, lang Lang, signer note.Signer, render func(seal string) ([]byte, error)) error {
	s, err := a.newSeal(format, lang, signer)
	if err != nil {
		return err
	}
	blank := s.word()
	file, err := render(blank)
	if err != nil {
		return err
	}
	i := bytes.LastIndex(file, []byte(blank))
	if i < 0 {
		return fmt.Errorf("write the report: the %s file lost its seal", format)
	}
	head, tail := file[:i], file[i+len(blank):]
	s.Content = digest(append(append([]byte(nil), head...), tail...))
	if err := s.sign(signer); err != nil {
		return err
	}
	word := s.word()
	if len(word) != len(blank) {
		return fmt.Errorf("write the report: the seal changed its length")
	}
	for _, part := range [][]byte{head, []byte(word), tail} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// A Check is one thing that was verified, or failed to be.
type Check struct {
	OK   bool
	Text string // one sentence
	// Unread says that the thing could not be looked at, so that nothing is
	// known of it; OK is false then.
	Unread bool
}

// An Outcome is all that was verified of one report or ledger.
type Outcome struct {
	Checks []Check
	// Unproved says that nothing is wrong, but that nobody vouches either: the
	// report carries no signature.
	Unproved bool
	Head     *Head // of the ledger, if there is one
	Evidence string
	Dossier  string
}

// OK reports whether every check held.
func (o *Outcome) OK() bool {
	for _, c := range o.Checks {
		if !c.OK {
			return false
		}
	}
	return true
}

// Altered reports whether some check failed, rather than not being possible.
func (o *Outcome) Altered() bool {
	for _, c := range o.Checks {
		if !c.OK && !c.Unread {
			return true
		}
	}
	return false
}

// Pass adds a check that held.
func (o *Outcome) Pass(format string, args ...any) {
	o.Checks = append(o.Checks, Check{OK: true, Text: fmt.Sprintf(format, args...)})
}

// Fail adds a check that did not.
func (o *Outcome) Fail(format string, args ...any) {
	o.Checks = append(o.Checks, Check{Text: fmt.Sprintf(format, args...)})
}

// Skip adds a check that could not be made.
func (o *Outcome) Skip(format string, args ...any) {
	o.Checks = append(o.Checks, Check{Unread: true, Text: fmt.Sprintf(format, args...)})
}

// ErrNoSeal says that a file is no report, or that its seal is damaged.
var ErrNoSeal = errors.New("the file carries no seal of a Tallyman report")

// VerifyReport checks one report file by itself: no store, no network. key is
// the public key that the reader trusts; if it is empty, the key in the file is
// taken and named. The error is [ErrNoSeal] or nil.
func VerifyReport(file []byte, key string) (*Outcome, error) {
	all := sealWord.FindAllIndex(file, -1)
	if len(all) == 0 {
		return nil, ErrNoSeal
	}
	at := all[len(all)-1]
	s, err := parseSeal(string(file[at[0]:at[1]]))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoSeal, err)
	}
	o := &Outcome{Evidence: s.Evidence, Dossier: s.Dossier}
	rest := append(append([]byte(nil), file[:at[0]]...), file[at[1]:]...)
	if got := digest(rest); got == s.Content {
		o.Pass("no byte of the %s file changed since it was sealed (SHA-256 %s without the seal)", s.Format, got)
	} else {
		o.Fail("the file was changed after it was sealed: SHA-256 %s without the seal, %s when it was sealed", got, s.Content)
	}
	if s.Format == string(JSON) {
		o.verifyJSON(rest, s)
	}
	if s.Key == "" {
		o.Unproved = true
		if s.Signature != digest([]byte(s.signedText())) {
			o.Fail("the seal itself was changed")
		}
		if key != "" {
			o.Fail("the report carries no signature, and a key was given to check one")
		}
		return o, nil
	}
	o.verifySigned(s, key)
	return o, nil
}

// verifySigned checks the signatures and that the ledger holds what the report
// is about.
func (o *Outcome) verifySigned(s *seal, key string) {
	use := s.Key
	if key != "" {
		use = strings.TrimSpace(key)
		if use != s.Key {
			o.Fail("the report is signed with the key %s, not with %s", KeyName(s.Key), KeyName(use))
		}
	}
	verifier, err := note.NewVerifier(use)
	if err != nil {
		o.Fail("the public key cannot be used: %v", err)
		return
	}
	if _, err := openNote(s.signedText()+s.Signature, verifier); err != nil {
		o.Fail("the signature of the report does not hold under the key %s", KeyName(use))
		return
	}
	if key != "" {
		o.Pass("the report was signed with the key that you gave, %s", KeyName(use))
	} else {
		o.Pass("the report was signed with the key %s that it carries; whose key that is, only a copy from its owner can tell (--key)", KeyName(use))
	}
	head, err := OpenCheckpoint(s.Checkpoint, verifier)
	if err != nil {
		o.Fail("the checkpoint of the ledger does not hold: %v", err)
		return
	}
	o.Head = &head
	o.Pass("the ledger %s had %d entries and the root %s", head.Origin, head.Size, head.Root)
	if len(s.Entries) == 0 {
		o.Fail("the seal names no entry of the ledger")
	}
	decisions := []string{}
	for i, e := range s.Entries {
		leaf, err := e.check(head)
		switch {
		case err != nil:
			o.Fail("entry %d is not in that ledger: %v", e.Index, err)
		case i == 0 && (leaf.Kind != LeafInspection || leaf.Subject != s.Inspection || leaf.Digest != s.Evidence):
			o.Fail("entry %d of the ledger is not about this evidence", e.Index)
		case i == 0:
			o.Pass("entry %d of the ledger, of %s, records inspection %s with the evidence of this report (SHA-256 %s)", e.Index, leaf.At, leaf.Subject, s.Evidence)
		case leaf.Kind != LeafDecision:
			o.Fail("entry %d of the ledger is no decision", e.Index)
		default:
			o.Pass("entry %d of the ledger, of %s, records decision %s", e.Index, leaf.At, leaf.Subject)
			decisions = append(decisions, leaf.Digest)
		}
	}
	if digest(canonical(decisions)) != s.Decisions {
		o.Fail("the decisions of the report are not those of the ledger")
	}
}

// Digest returns the SHA-256 of the canonical JSON of the decision, hex.
func (d Decision) Digest() string { return digest(canonical(d)) }

func decisionsDigest(all []Decision) string {
	each := []string{}
	for _, d := range all {
		each = append(each, d.Digest())
	}
	return digest(canonical(each))
}

// check proves that the entry is under the head, and reads it.
func (e Entry) check(head Head) (*Leaf, error) {
	var proof tlog.RecordProof
	for _, text := range e.Proof {
		h, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		proof = append(proof, h)
	}
	if err := tlog.CheckRecord(proof, head.Size, head.Root, e.Index, tlog.RecordHash([]byte(e.Data))); err != nil {
		return nil, err
	}
	leaf, err := ParseLeaf([]byte(e.Data))
	if err == nil && leaf.Seq != e.Index {
		err = errors.New("its number is another")
	}
	return leaf, err
}

// verifyJSON hashes the evidence and the decisions that a JSON report carries.
func (o *Outcome) verifyJSON(rest []byte, s *seal) {
	var r struct {
		Evidence  json.RawMessage
		Decisions []Decision
	}
	if err := json.Unmarshal(rest, &r); err != nil {
		o.Fail("the report is no JSON: %v", err)
		return
	}
	if digest(r.Evidence) == s.Evidence && decisionsDigest(r.Decisions) == s.Decisions {
		o.Pass("the evidence and the decisions in the file are those of the seal")
	} else {
		o.Fail("the evidence or the decisions in the file are not those of the seal")
	}
}

// KeyName is the name and the short hash of a public key, for people.
func KeyName(key string) string {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) == 3 {
		return parts[0] + "+" + parts[1]
	}
	return key
}
