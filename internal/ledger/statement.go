package ledger

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Statement is what happened to a source, or to a claim's money, in a range of
// days, by the day of posting (对账单).
type Statement struct {
	Source  string          `json:"source"` // "": of all sources that the claim draws on
	Claim   string          `json:"claim"`  // "": of the whole source
	First   civil.Date      `json:"first_on"`
	Last    civil.Date      `json:"last_on"`
	Opening Totals          `json:"opening"`
	Lines   []StatementLine `json:"lines"`
	Total   int             `json:"total"` // of lines, those of other pages too
	Closing Totals          `json:"closing"`
	Moved   Totals          `json:"moved"` // Closing less Opening
}

// StatementLine is one entry in a statement.
type StatementLine struct {
	Seq      int64         `json:"seq"`
	At       civil.Instant `json:"at_ms"`
	On       civil.Date    `json:"on"`
	Kind     Kind          `json:"kind"`
	Name     string        `json:"name"` // of the kind, in Chinese
	Claim    string        `json:"claim"`
	Order    string        `json:"order"`
	Document string        `json:"document"`
	Receipt  Receipt       `json:"receipt"`
	By       string        `json:"by"`
	Second   string        `json:"second"`
	Memo     string        `json:"memo"`
	Reverses int64         `json:"reverses"`
	Change   Totals        `json:"change"` // of this source or claim only
	After    Totals        `json:"after"`
}

// Window is which lines of a statement are wanted.
type Window struct{ Limit, Offset int }

// StatementOf makes the statement of a source ("" all), or of a claim ("" all),
// over the days of a range. Only a part of the lines is read; the totals are those of
// the whole range, and what stands after a line does not hang on the part it is in.
//
// Errors: ledger.no_source, ledger.statement (neither a source nor a claim, or
// the days are wrong).
func StatementOf(b Books, source, claim string, days civil.Range, part Window) (*Statement, error) {
	if source == "" && claim == "" || days.Last < days.First {
		return nil, fault.New(fault.Invalid, "ledger.statement", "请指明资金来源或申报编号，且开始日期不晚于结束日期", "name a source or a claim, and a first day not after the last")
	}
	if source != "" {
		if _, err := b.LedgerSource(source); err != nil {
			return nil, err
		}
	}
	s := &Statement{Source: source, Claim: claim, First: days.First, Last: days.Last, Lines: []StatementLine{}}
	from, err := b.LedgerAt(civil.StartOf(days.First))
	if err != nil {
		return nil, err
	}
	to, err := b.LedgerAt(civil.StartOf(days.Last + 1))
	if err != nil {
		return nil, err
	}
	if s.Opening, err = b.LedgerChange(source, claim, 0, from); err != nil {
		return nil, err
	}
	var entries []Entry
	if entries, s.Total, err = b.LedgerStretch(source, claim, from, to, part); err != nil {
		return nil, err
	}
	first := to
	if len(entries) > 0 {
		first = entries[0].Seq
	}
	before, err := b.LedgerChange(source, claim, from, first)
	if err != nil {
		return nil, err
	}
	after, err := b.LedgerChange(source, claim, first, to)
	if err != nil {
		return nil, err
	}
	s.Moved = before.Plus(after)
	s.Closing = s.Opening.Plus(s.Moved)
	stand := s.Opening.Plus(before)
	for i := range entries {
		s.Lines = append(s.Lines, s.line(&entries[i], &stand))
	}
	return s, nil
}

// line makes the line of e and adds it to what there was before it.
func (s *Statement) line(e *Entry, stand *Totals) StatementLine {
	l := StatementLine{
		Seq: e.Seq, At: e.At, On: e.On, Kind: e.Kind, Name: e.Kind.Zh(), Claim: e.Claim, Order: e.Order, Document: e.Document,
		Receipt: e.Receipt, By: e.By, Second: e.Second, Memo: e.Memo, Reverses: e.Reverses,
	}
	for _, p := range e.Postings {
		if (s.Source == "" || p.Source == s.Source) && (s.Claim == "" || p.Claim == s.Claim) {
			l.Change.Add(p.Account, p.Amount)
			stand.Add(p.Account, p.Amount)
		}
	}
	l.After = *stand
	return l
}

// TableOf returns a part of a statement as it is printed, with a line before the
// entries for what there was and one behind them for what there is, and how many
// lines that are in all.
//
// Errors: those of StatementOf.
func TableOf(b Books, source, claim string, days civil.Range, part Window) ([]StatementLine, int, error) {
	inner := part
	if part.Offset > 0 {
		inner.Offset--
	}
	s, err := StatementOf(b, source, claim, days, inner)
	if err != nil {
		return nil, 0, err
	}
	out := s.Lines
	if part.Offset == 0 {
		out = append([]StatementLine{{At: civil.StartOf(s.First), On: s.First, Name: "期初余额", After: s.Opening}}, out...)
	}
	if end := s.Total + 1; part.Offset <= end && end < part.Offset+part.Limit {
		out = append(out, StatementLine{At: civil.StartOf(s.Last+1) - 1, On: s.Last, Name: "期末余额", Change: s.Moved, After: s.Closing})
	}
	return out[:min(part.Limit, len(out))], s.Total + 2, nil
}
