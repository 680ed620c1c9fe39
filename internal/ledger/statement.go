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

// maxStatement is how many entries a statement has at most. A county pays some
// thousands of claims a year, in some five entries each.
const maxStatement = 50_000

// StatementOf makes the statement of a source ("" all), or of a claim ("" all),
// over the days of a range.
//
// Errors: ledger.no_source, ledger.statement (neither a source nor a claim, or
// the days are wrong), ledger.statement_long.
func StatementOf(b Books, source, claim string, days civil.Range) (*Statement, error) {
	if source == "" && claim == "" || days.Last < days.First {
		return nil, fault.New(fault.Invalid, "ledger.statement", "请指明资金来源或申报编号，且开始日期不晚于结束日期", "name a source or a claim, and a first day not after the last")
	}
	if source != "" {
		if _, err := b.LedgerSource(source); err != nil {
			return nil, err
		}
	}
	from, to := civil.StartOf(days.First), civil.StartOf(days.Last+1)
	opening, err := b.LedgerChange(source, claim, from)
	if err != nil {
		return nil, err
	}
	entries, n, err := b.LedgerEntries(EntryFilter{Source: source, Claim: claim, From: from, To: to, Limit: maxStatement})
	if err != nil {
		return nil, err
	}
	if n > maxStatement {
		return nil, fault.Invalidf("ledger.statement_long", "所选日期内有%d笔分录，超过%d笔，请缩短日期范围", "the range has %d entries, over %d; take a shorter one", n, maxStatement)
	}
	s := &Statement{Source: source, Claim: claim, First: days.First, Last: days.Last, Opening: opening, Closing: opening, Lines: make([]StatementLine, len(entries))}
	for i := range entries {
		s.Lines[i] = s.line(&entries[i])
	}
	return s, nil
}

// line makes the line of e and adds it to what s closes with.
func (s *Statement) line(e *Entry) StatementLine {
	l := StatementLine{
		Seq: e.Seq, At: e.At, On: e.On, Kind: e.Kind, Name: e.Kind.Zh(), Claim: e.Claim, Order: e.Order, Document: e.Document,
		Receipt: e.Receipt, By: e.By, Second: e.Second, Memo: e.Memo, Reverses: e.Reverses,
	}
	for _, p := range e.Postings {
		if (s.Source == "" || p.Source == s.Source) && (s.Claim == "" || p.Claim == s.Claim) {
			l.Change.Add(p.Account, p.Amount)
			s.Moved.Add(p.Account, p.Amount)
			s.Closing.Add(p.Account, p.Amount)
		}
	}
	l.After = s.Closing
	return l
}

// Table returns the lines with one before them for what there was, and one behind
// them for what there is, as a printed statement has it.
func (s *Statement) Table() []StatementLine {
	out := make([]StatementLine, 0, len(s.Lines)+2)
	out = append(out, StatementLine{At: civil.StartOf(s.First), On: s.First, Name: "期初余额", After: s.Opening})
	out = append(out, s.Lines...)
	return append(out, StatementLine{At: civil.StartOf(s.Last+1) - 1, On: s.Last, Name: "期末余额", Change: s.Moved, After: s.Closing})
}
