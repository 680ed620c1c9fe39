package city

import (
	"cmp"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/party"
	"changrong/internal/rating"
	"changrong/internal/rating/scorecard"
)

// State is how far a run has come.
type State string

// The states.
const (
	Running State = "running" // 评级中
	Done    State = "done"    // 已完成
	Stopped State = "stopped" // 未完成，已停止: another has been begun
)

// Run is one rating of the city.
type Run struct {
	ID      string        `json:"id"`
	Org     string        `json:"org"`
	By      string        `json:"by"`
	ByName  string        `json:"by_name"`
	Model   string        `json:"model"`
	Name    string        `json:"name" doc:"of the model"`
	Edition int64         `json:"edition" doc:"of the model"`
	On      civil.Date    `json:"on" doc:"data up to the day before"`
	Asked   civil.Instant `json:"asked_ms"`
	Ended   civil.Instant `json:"ended_ms" doc:"0: not yet"`
	State   State         `json:"state" enum:"running,done,stopped"`

	Firms   int64 `json:"firms" doc:"open in the registry when it was begun"`
	Looked  int64 `json:"looked" doc:"at so many so far"`
	Rated   int64 `json:"rated"`
	Items   int   `json:"items" doc:"that the card looks at"`
	Known   int64 `json:"known" doc:"of them, over all firms that were rated"`
	Scores  int64 `json:"scores" doc:"sum of all"`
	Version int64 `json:"version"`

	Tally

	// Shadows are models that rate beside it.
	Shadows []string `json:"shadows"`
	Last    string   `json:"-"` // the last firm that was looked at
	Pieces  int      `json:"-"`
}

// Tally is what came of a run, told apart.
type Tally struct {
	Grades  []Grade  `json:"grades" doc:"the best first"`
	Reasons []Reason `json:"reasons" doc:"why firms were not rated, the most frequent first"`
	Against *Against `json:"against,omitempty" doc:"the run before; missing: there is none, or this one has not ended"`
}

// Grade is how many firms have a grade.
type Grade struct {
	Name  string `json:"name"`
	From  int    `json:"from" doc:"the lowest score"`
	PD    int64  `json:"pd_ppb"`
	Firms int64  `json:"firms"`
}

// Reason is why firms were not rated.
type Reason struct {
	Code  string `json:"code"`
	Zh    string `json:"title"`
	Firms int64  `json:"firms"`
}

// Against holds a run against the one before.
type Against struct {
	Run     string     `json:"run"`
	On      civil.Date `json:"on"`
	Name    string     `json:"name" doc:"of the model; another one grades otherwise"`
	Edition int64      `json:"edition" doc:"of the model"`
	Before  []Grade    `json:"before"`
	// Moved counts firms that both have rated by their grade then and now, where the
	// grades are the same.
	Moved [][]int64 `json:"moved,omitempty"`
	Up    int64     `json:"up"`
	Same  int64     `json:"same"`
	Down  int64     `json:"down"`
	New   int64     `json:"new" doc:"rated now and not then"`
	Gone  int64     `json:"gone" doc:"rated then and not now"`
}

// Row is what a run knows of one firm. Names are short because there are many.
type Row struct {
	Firm  string `json:"f"`
	Grade int    `json:"g"` // place among the grades; -1: it was not rated
	Score int    `json:"s,omitempty"`
	PD    int64  `json:"p,omitempty"`
	Why   string `json:"w,omitempty"` // it was not rated

	Kind       string     `json:"k,omitempty"`
	Industry   string     `json:"i,omitempty"`
	Town       string     `json:"t,omitempty"`
	Size       string     `json:"z,omitempty"`
	Registered civil.Date `json:"r,omitempty"` // 0: not known
	Capital    money.Fen  `json:"c,omitempty"`

	Values []*Value `json:"v"` // in the order of the card; nil: not known
}

// Value is what a card has looked at, as rules read it.
type Value struct {
	Number int64  `json:"n,omitempty"`
	Text   string `json:"t,omitempty"`
}

// rowOf is what a run keeps of a firm and its score.
func rowOf(f *party.Firm, card *scorecard.Card, x *rating.Score) (r Row, known int64, why *Reason) {
	r = Row{Firm: f.USCC, Grade: -1, Kind: f.Kind, Industry: f.Industry, Town: f.Town, Size: f.Size, Capital: f.Capital, Values: make([]*Value, len(x.Inputs))}
	if f.RegisteredOn != civil.Never {
		r.Registered = f.RegisteredOn
	}
	for i := range x.Inputs {
		if in := &x.Inputs[i]; in.Known {
			known++
			r.Values[i] = valueOf(&card.Characteristics[i], in)
		}
	}
	if x.Refused != nil {
		why = reasonOf(x)
		r.Why = why.Zh
		return r, known, why
	}
	r.Score, r.PD = x.Result.Score, x.PD
	r.Grade = slices.IndexFunc(card.Grades, func(g scorecard.Grade) bool { return g.Name == x.Grade })
	return r, known, nil
}

// reasonOf is why there is no score: what the model says, and why that is not known which it
// lacks, or the first of it where it lacks everything.
func reasonOf(x *rating.Score) *Reason {
	out := &Reason{Code: x.Refused.Code, Zh: x.Refused.Zh, Firms: 1}
	for i := range x.Inputs {
		if in := &x.Inputs[i]; (x.Refused.Name == "" || in.Name == x.Refused.Name) && in.Because != "" {
			out.Zh += "：" + in.Because
			break
		}
	}
	return out
}

// other are the firms whose reasons are beyond those told apart.
const other = "其他原因"

// count adds firms to a reason.
func (t *Tally) count(why Reason) {
	at := slices.IndexFunc(t.Reasons, func(r Reason) bool { return r.Code == why.Code && r.Zh == why.Zh })
	switch {
	case at >= 0:
		t.Reasons[at].Firms += why.Firms
	case len(t.Reasons) < maxReasons || why.Zh == other:
		t.Reasons = append(t.Reasons, why)
	default:
		t.count(Reason{Code: "rating.other", Zh: other, Firms: why.Firms})
	}
}

// with is the run after some rows more.
func (r *Run) with(rows []Row, known int64, whys []Reason) *Run {
	next := *r
	next.Grades, next.Reasons = slices.Clone(r.Grades), slices.Clone(r.Reasons)
	for i := range rows {
		x := &rows[i]
		next.Looked++
		if x.Grade < 0 {
			continue
		}
		next.Rated++
		next.Scores += int64(x.Score)
		next.Grades[x.Grade].Firms++
	}
	for _, w := range whys {
		next.count(w)
	}
	slices.SortStableFunc(next.Reasons, func(a, b Reason) int { return cmp.Compare(b.Firms, a.Firms) })
	next.Known += known
	next.Pieces++
	next.Last = rows[len(rows)-1].Firm
	return &next
}

// sameGrades tells whether two runs have the same grades.
func sameGrades(a, b []Grade) bool {
	return slices.EqualFunc(a, b, func(x, y Grade) bool { return x.Name == y.Name })
}

// moved counts a firm that was rated then, now, or both; nil of a run that does not have it.
func (a *Against) moved(then, now *Row) {
	was, is := then != nil && then.Grade >= 0, now != nil && now.Grade >= 0
	switch {
	case was && !is:
		a.Gone++
	case is && !was:
		a.New++
	case !was || a.Moved == nil:
	default:
		a.Moved[then.Grade][now.Grade]++
		switch c := cmp.Compare(now.Grade, then.Grade); {
		case c < 0:
			a.Up++
		case c > 0:
			a.Down++
		default:
			a.Same++
		}
	}
}
