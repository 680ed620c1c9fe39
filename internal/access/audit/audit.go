// Package audit is the log of what people did: append-only, each entry sealed to
// the one before it by a hash, so that nothing can be changed, left out or put in
// later without the chain breaking there (GB/T 22239-2019 安全审计).
package audit

import (
	"encoding/json"
	"fmt"
	"hash"

	"changrong/internal/base/civil"
)

// Entry is one thing that somebody did, or tried to.
type Entry struct {
	Seq     int64 // from 1, without gaps
	At      civil.Instant
	Account string // who; "" nobody signed in
	Name    string // as it was then
	Org     string
	Action  string // noun.verb: claim.approve, account.sign_in
	Object  string // id of what it was done to
	Outcome Outcome
	Detail  map[string]string // what of it matters later; no secrets
	Address string            // where the request came from
	Hash    string            // of this entry and the hash before it, in hexadecimal
}

// Outcome is how it ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// Seal returns the hash that chains e to the entry before it, whose hash is prev
// ("" for the first). h is the hash of the suite in use, and is reset first.
func (e *Entry) Seal(prev string, h hash.Hash) string {
	// encoding/json writes struct fields in order and map keys sorted: the same
	// entry is the same bytes.
	b, err := json.Marshal(struct {
		Prev                               string
		Seq                                int64
		At                                 int64
		Account, Name, Org, Action, Object string
		Outcome                            Outcome
		Detail                             map[string]string
		Address                            string
	}{prev, e.Seq, int64(e.At), e.Account, e.Name, e.Org, e.Action, e.Object, e.Outcome, e.Detail, e.Address})
	if err != nil { // strings and integers always marshal
		panic(err)
	}
	h.Reset()
	h.Write(b)
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Verifier walks a chain from its first entry.
type Verifier struct {
	Hash hash.Hash
	seq  int64
	prev string
	at   civil.Instant
}

// Next tells what is wrong with e as the next entry, "" when it is right: a gap,
// a time before the entry before it, or a hash that is another.
func (v *Verifier) Next(e *Entry) string {
	defer func() { v.seq, v.prev, v.at = e.Seq, e.Hash, e.At }()
	switch {
	case e.Seq != v.seq+1:
		return fmt.Sprintf("entry %d follows %d", e.Seq, v.seq)
	case e.Seal(v.prev, v.Hash) != e.Hash:
		return fmt.Sprintf("entry %d has been changed, or the one before it", e.Seq)
	case e.At < v.at:
		return fmt.Sprintf("entry %d is older than the one before it", e.Seq)
	}
	return ""
}

// Head returns the number and the hash of the last entry seen; an auditor who
// wrote them down earlier can tell that nothing was cut off the end.
func (v *Verifier) Head() (int64, string) { return v.seq, v.prev }
