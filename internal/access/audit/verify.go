package audit

import (
	"fmt"

	"changrong/internal/base/civil"
)

// Problem is a place where the chain does not hold.
type Problem struct {
	Seq int64  `json:"seq"`
	Zh  string `json:"zh"`
	En  string `json:"en"`
}

// Report is what a walk along the chain found.
type Report struct {
	Entries  int64     `json:"entries"`
	Head     Head      `json:"head"` // the last entry; note it elsewhere
	Problems []Problem `json:"problems"`
	More     int64     `json:"more"` // problems beyond those told
}

// maxProblems are told; who has changed one entry has broken one or two places.
const maxProblems = 100

// Verifier walks a chain from its first entry.
type Verifier struct {
	hashes Hashes
	want   *Head
	seen   bool // the wanted head
	at     civil.Instant
	report Report
}

// NewVerifier returns one at the beginning of the chain. want is a head that was
// noted earlier, or nil: the chain must go through it.
func NewVerifier(hashes Hashes, want *Head) *Verifier {
	return &Verifier{hashes: hashes, want: want, report: Report{Problems: []Problem{}}}
}

// Next looks at the next entry.
func (v *Verifier) Next(e *Entry) {
	last := v.report.Head
	if e.Seq != last.Seq+1 {
		v.broken(e.Seq, fmt.Sprintf("第%d条之后是第%d条，中间缺失或重复", last.Seq, e.Seq), fmt.Sprintf("entry %d follows %d", e.Seq, last.Seq))
	}
	if h := v.hashes[e.Suite]; h == nil {
		v.broken(e.Seq, fmt.Sprintf("第%d条的摘要算法未知", e.Seq), fmt.Sprintf("entry %d is sealed with a hash nobody knows", e.Seq))
	} else if e.Seal(last.Hash, h()) != e.Hash {
		v.broken(e.Seq, fmt.Sprintf("第%d条或其前一条被改动", e.Seq), fmt.Sprintf("entry %d has been changed, or the one before it", e.Seq))
	}
	if e.At < v.at {
		v.broken(e.Seq, fmt.Sprintf("第%d条的时间早于前一条", e.Seq), fmt.Sprintf("entry %d is older than the one before it", e.Seq))
	}
	if v.want != nil && e.Seq == v.want.Seq {
		v.seen = true
		if e.Hash != v.want.Hash {
			v.broken(e.Seq, fmt.Sprintf("第%d条的摘要与所记链头不同：日志被整体改写", e.Seq), fmt.Sprintf("entry %d is not the head that was noted: the chain was made anew", e.Seq))
		}
	}
	v.at = e.At
	v.report.Entries++
	v.report.Head = Head{Seq: e.Seq, Hash: e.Hash}
}

func (v *Verifier) broken(seq int64, zh, en string) {
	if len(v.report.Problems) == maxProblems {
		v.report.More++
		return
	}
	v.report.Problems = append(v.report.Problems, Problem{Seq: seq, Zh: zh, En: en})
}

// Report returns what the walk found, once the last entry has been seen.
func (v *Verifier) Report() *Report {
	r := v.report
	if v.want != nil && !v.seen {
		r.Problems = append(r.Problems[:len(r.Problems):len(r.Problems)], Problem{
			Seq: v.want.Seq, Zh: fmt.Sprintf("日志到第%d条为止，所记链头为第%d条：末尾被截去", r.Head.Seq, v.want.Seq),
			En: fmt.Sprintf("the log ends with entry %d, before the head that was noted, %d: its end is cut off", r.Head.Seq, v.want.Seq),
		})
	}
	return &r
}
