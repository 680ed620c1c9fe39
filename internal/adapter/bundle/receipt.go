package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/settlement"
)

// Engine names what computed a bundle; it changes when the same input would give
// another result.
const Engine = "changrong-settlement/1"

// Receipt says what was run on what. It is the same for the same pack, choices
// and facts, whichever executor ran them and in whatever order the rows came.
type Receipt struct {
	Format     int               `json:"format"`
	Engine     string            `json:"engine"`
	Pack       PackRef           `json:"pack"`
	ScopeFirst string            `json:"scope_first"`
	ScopeLast  string            `json:"scope_last"`
	Readings   map[string]string `json:"readings"`
	Parameters map[string]string `json:"parameters"`
	// Facts are digests of the columns the plan reads, whatever their files look like.
	Facts []FactsDigest `json:"facts"`
	// Absent are the tables the plan reads that the facts do not have.
	Absent []string     `json:"absent"`
	Result []FileDigest `json:"result"`
	// ResultSHA256 is of the result digests, one "sha256  file\n" a line.
	ResultSHA256 string `json:"result_sha256"`
}

// PackRef names a pack and its exact text.
type PackRef struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

// FactsDigest is what was read of one table.
type FactsDigest struct {
	Table   string   `json:"table"`
	Rows    int64    `json:"rows"`
	Columns []string `json:"columns"`
	SHA256  string   `json:"sha256"`
}

// FileDigest is a file of the bundle.
type FileDigest struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

const receiptFormat = 1

func (r *Receipt) seal(results []FileDigest) {
	r.Result = results
	h := sha256.New()
	for _, f := range results {
		io.WriteString(h, f.SHA256+"  "+f.File+"\n")
	}
	r.ResultSHA256 = hex.EncodeToString(h.Sum(nil))
}

func (r *Receipt) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(r)
	return b.Bytes(), err
}

// decodeReceipt reads receipt.json strictly.
// Error: bundle.receipt.
func decodeReceipt(body []byte) (*Receipt, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	r := new(Receipt)
	if err := dec.Decode(r); err != nil || r.Format != receiptFormat {
		return nil, fault.New(fault.Invalid, "bundle.receipt", "不是本程序写出的回执，或已被改动", "no receipt that this program wrote, or one that was changed").
			In(fault.Place{File: "receipt.json"}).Because(err)
	}
	return r, nil
}

// scope is the period that was paid for.
// Error: bundle.receipt.
func (r *Receipt) scope() (civil.Range, error) {
	first, err1 := civil.ParseDate(r.ScopeFirst)
	last, err2 := civil.ParseDate(r.ScopeLast)
	if err := errors.Join(err1, err2); err != nil {
		return civil.Range{}, fault.New(fault.Invalid, "bundle.receipt", "不是本程序写出的回执，或已被改动", "no receipt that this program wrote, or one that was changed").
			In(fault.Place{File: "receipt.json", Field: "scope_first"}).Because(err)
	}
	return civil.Range{First: first, Last: last}, nil
}

// encodeResult writes every result table to where open says, and returns their
// digests in the order of the receipt.
func encodeResult(res *settlement.Result, open func(name string) (io.WriteCloser, error)) ([]FileDigest, error) {
	digests := make([]FileDigest, 0, len(tables))
	for _, t := range tables {
		w, err := open(t.name)
		if err != nil {
			return nil, err
		}
		h := sha256.New()
		if err := t.write(io.MultiWriter(w, h), res); err != nil {
			return nil, errors.Join(err, w.Close())
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		digests = append(digests, FileDigest{t.name, hex.EncodeToString(h.Sum(nil))})
	}
	return digests, nil
}
