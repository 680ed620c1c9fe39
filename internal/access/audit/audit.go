// Package audit is the log of what people did: append-only, each entry sealed to
// the one before it by a hash, so that nothing can be changed, left out or put in
// later without the chain breaking there (GB/T 22239-2019 安全审计).
//
// Each entry says which hash it is sealed with (SHA-256 or SM3), and is sealed to
// that word too: a platform may change from one to the other, and what was written
// before still verifies.
//
// Who can write to the database's files can make a whole chain anew. What shows it
// is the head of the chain, noted somewhere else: a number and a hash that verify
// compares (Head).
package audit

import (
	"encoding/json"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Entry is one thing that somebody did, or tried to.
type Entry struct {
	Seq     int64             `json:"seq"` // from 1, without gaps
	At      civil.Instant     `json:"at_ms"`
	Account string            `json:"account"` // who; "" nobody signed in
	Name    string            `json:"name"`    // as it was then
	Org     string            `json:"org"`
	Action  string            `json:"action"` // noun.verb: claim.approve, account.sign_in
	Object  string            `json:"object"` // id of what it was done to
	Outcome Outcome           `json:"outcome"`
	Detail  map[string]string `json:"detail,omitempty"` // what of it matters later; no secrets
	Address string            `json:"address"`          // where the request came from
	Suite   string            `json:"suite"`            // the hash: sha256 or sm3
	Hash    string            `json:"hash"`             // of this entry and the hash before it, in hexadecimal
}

// Outcome is how it ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// Hashes are the hashes that entries may be sealed with, by name.
type Hashes map[string]func() hash.Hash

// Seal returns the hash that chains e to the entry before it, whose hash is prev
// ("" for the first). h is the hash that e.Suite names.
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
		Address, Suite                     string
	}{prev, e.Seq, int64(e.At), e.Account, e.Name, e.Org, e.Action, e.Object, e.Outcome, e.Detail, e.Address, e.Suite})
	if err != nil { // strings and integers always marshal
		panic(err)
	}
	h.Write(b)
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Head is a place in the chain: the last entry at some time.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// String renders h as ParseHead reads it.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }

// ParseHead reads SEQ:HASH. Errors: audit.head.
func ParseHead(s string) (Head, error) {
	number, sum, ok := strings.Cut(s, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || seq < 1 || len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" {
		return Head{}, fault.Invalidf("audit.head", "链头应写作“序号:64位十六进制摘要”", "a head is a number, a colon and 64 hexadecimal digits").In(fault.Place{Value: s})
	}
	return Head{Seq: seq, Hash: sum}, nil
}

// Filter says which entries a list is of. Zero fields leave everything in.
type Filter struct {
	Account, Object string
	Action          string // the whole, or a noun and a dot: claim.
	Org             string
	From, To        civil.Instant // from the one, before the other
	Limit, Offset   int
}
