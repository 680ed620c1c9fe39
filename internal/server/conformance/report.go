package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Line is what was found of one clause.
type Line struct {
	Clause
	Result Result   `json:"result"`
	Seen   []string `json:"seen"`
}

// Report is what was found of all clauses.
type Report struct {
	Bank  string `json:"bank"`
	Calls int    `json:"calls"`    // requests that the bank made
	Hooks int    `json:"messages"` // messages that it was sent
	Lines []Line `json:"clauses"`
}

// Failed lists the clauses that are not kept.
func (r *Report) Failed() []string {
	var out []string
	for _, l := range r.Lines {
		if l.Result == Failed {
			out = append(out, l.ID)
		}
	}
	return out
}

var resultWords = map[Result]string{Passed: "通过", Failed: "未通过", NotSeen: "未见", Unchecked: "不可自动检查"}

// Write prints the report as a table.
func (r *Report) Write(w io.Writer) error {
	count := map[Result]int{}
	var b strings.Builder
	for _, l := range r.Lines {
		count[l.Result]++
		fmt.Fprintf(&b, "%-4s %s · %s\n", l.ID, l.Zh, resultWords[l.Result])
		for _, s := range l.Seen {
			fmt.Fprintf(&b, "       %s\n", s)
		}
	}
	fmt.Fprintf(&b, "\n消息 %d 条，请求 %d 次：通过 %d，未通过 %d，未见 %d，不可自动检查 %d\n", r.Hooks, r.Calls, count[Passed], count[Failed], count[NotSeen], count[Unchecked])
	_, err := io.WriteString(w, b.String())
	return err
}

// findings are what was seen of each clause.
type findings struct {
	bad, good map[string][]string
}

// maxSeen is how many sights of one clause are told.
const maxSeen = 3

func (f *findings) fail(clause, format string, args ...any) {
	if text := fmt.Sprintf(format, args...); len(f.bad[clause]) < maxSeen && !slices.Contains(f.bad[clause], text) {
		f.bad[clause] = append(f.bad[clause], text)
	}
}

func (f *findings) pass(clause, format string, args ...any) {
	if text := fmt.Sprintf(format, args...); len(f.good[clause]) < maxSeen && !slices.Contains(f.good[clause], text) {
		f.good[clause] = append(f.good[clause], text)
	}
}

// report makes the report of what was found.
func (f *findings) report() *Report {
	r := &Report{}
	for _, c := range clauses {
		l := Line{Clause: c, Result: NotSeen, Seen: []string{}}
		switch {
		case len(f.bad[c.ID]) > 0:
			l.Result, l.Seen = Failed, f.bad[c.ID]
		case unseen[c.ID] != "":
			l.Result, l.Seen = Unchecked, []string{unseen[c.ID]}
		case len(f.good[c.ID]) > 0:
			l.Result, l.Seen = Passed, f.good[c.ID]
		case slices.Contains(musts, c.ID):
			l.Result, l.Seen = Failed, []string{"没有等到：银行方面没有任何可以检查的动作"}
		}
		r.Lines = append(r.Lines, l)
	}
	slices.SortStableFunc(r.Lines, func(a, b Line) int { return cmp.Compare(order(a.ID), order(b.ID)) })
	return r
}

// order puts B2 before B10.
func order(id string) string { return fmt.Sprintf("%3s", id[1:]) }
