package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// BankLine is one line of what the bank says it paid, or took back (银行流水).
type BankLine struct {
	Import string     `json:"import"` // id of the import it came by
	Line   int        `json:"line"`   // in the file
	On     civil.Date `json:"on"`
	Amount money.Fen  `json:"amount_fen"` // paid; what came back is below zero
	Payee  string     `json:"payee"`
	Tail   string     `json:"tail"` // of the payee's account; see Receipt
	Ref    string     `json:"ref"`  // 回单编号、交易流水号
	Note   string     `json:"note"` // 摘要
}

// Reconciliation holds payments in the ledger against the bank's lines (对账).
// Every payment and every line stands in exactly one of its lists.
type Reconciliation struct {
	First   civil.Date `json:"first_on"`
	Last    civil.Date `json:"last_on"`
	Matched []Match    `json:"matched"` // the same receipt number and amount
	Likely  []Match    `json:"likely"`  // the same payee and amount, days apart at most; another number
	Differs []Match    `json:"differs"` // the same receipt number, another amount
	Books   []Payment  `json:"books"`   // only in the ledger
	Bank    []BankLine `json:"bank"`    // only at the bank
	// What each side says in all: paid less what came back.
	BooksTotal money.Fen `json:"books_total_fen"`
	BankTotal  money.Fen `json:"bank_total_fen"`
}

// Payment is an entry of the ledger that a bank must know of.
type Payment struct {
	Seq     int64      `json:"seq"`
	On      civil.Date `json:"on"`
	Amount  money.Fen  `json:"amount_fen"` // what came back is below zero
	Receipt Receipt    `json:"receipt"`
	Claim   string     `json:"claim"`
	Order   string     `json:"order"`
}

// Match is payments and lines that belong together.
type Match struct {
	Books      []Payment  `json:"books"`
	Bank       []BankLine `json:"bank"`
	Difference money.Fen  `json:"difference_fen"` // the bank's less the ledger's
	Payee      bool       `json:"payee"`          // the payees are the same, or one side names none
}

// Balanced tells whether both sides say the same, line for line.
func (r *Reconciliation) Balanced() bool {
	return len(r.Likely)+len(r.Differs)+len(r.Books)+len(r.Bank) == 0
}

// nearDays is how many days a payment may lie from the bank's line when only
// payee and amount tell that they belong together: a week with a long holiday.
const nearDays = 10

// PaymentsOf returns the payments among entries that were not reversed.
func PaymentsOf(entries []Entry) []Payment {
	out := make([]Payment, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		sign := money.Fen(1)
		switch e.Kind {
		case Paying:
		case Returning:
			sign = -1
		default:
			continue
		}
		out = append(out, Payment{e.Seq, e.On, sign * e.Amount(), e.Receipt, e.Claim, e.Order})
	}
	return out
}

// Reconcile holds payments against the bank's lines: first by receipt number, where
// one receipt may stand for several payments, then by payee, account and amount,
// some days apart at most. The order of what comes in does not matter.
func Reconcile(payments []Payment, lines []BankLine, days civil.Range) *Reconciliation {
	payments, lines = slices.Clone(payments), slices.Clone(lines)
	slices.SortFunc(payments, func(a, b Payment) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Seq, b.Seq)) })
	slices.SortFunc(lines, BankLine.compare)
	r := &Reconciliation{First: days.First, Last: days.Last, Matched: []Match{}, Likely: []Match{}, Differs: []Match{}, Books: []Payment{}, Bank: []BankLine{}}
	for _, p := range payments {
		r.BooksTotal += p.Amount
	}
	for _, l := range lines {
		r.BankTotal += l.Amount
	}
	payments, lines = r.byNumber(payments, lines)
	r.byPayee(payments, lines)
	return r
}

func (l BankLine) compare(o BankLine) int {
	return cmp.Or(cmp.Compare(l.On, o.On), strings.Compare(l.Ref, o.Ref), cmp.Compare(l.Amount, o.Amount), strings.Compare(l.Payee, o.Payee),
		strings.Compare(l.Tail, o.Tail), strings.Compare(l.Import, o.Import), cmp.Compare(l.Line, o.Line))
}

// number is what a receipt is known by: money that comes back often has the
// number of the payment.
type number struct {
	no   string
	back bool
}

// byNumber matches by receipt number and returns what has none in common.
func (r *Reconciliation) byNumber(payments []Payment, lines []BankLine) ([]Payment, []BankLine) {
	groups := map[number]*Match{}
	at := func(no string, amount money.Fen) *Match {
		n := number{strings.ToUpper(plain(no)), amount < 0}
		if groups[n] == nil {
			groups[n] = &Match{Payee: true}
		}
		return groups[n]
	}
	for _, p := range payments {
		g := at(p.Receipt.No, p.Amount)
		g.Books = append(g.Books, p)
		g.Difference -= p.Amount
	}
	for _, l := range lines {
		g := at(l.Ref, l.Amount)
		g.Bank = append(g.Bank, l)
		g.Difference += l.Amount
	}
	var books []Payment
	var bank []BankLine
	for _, n := range slices.SortedFunc(maps.Keys(groups), func(a, b number) int { return cmp.Or(strings.Compare(a.no, b.no), sign(a.back)-sign(b.back)) }) {
		g := groups[n]
		switch {
		case len(g.Books) == 0 || len(g.Bank) == 0:
			books, bank = append(books, g.Books...), append(bank, g.Bank...)
		case g.Difference == 0:
			g.Payee = g.samePayees()
			r.Matched = append(r.Matched, *g)
		default:
			g.Payee = g.samePayees()
			r.Differs = append(r.Differs, *g)
		}
	}
	return books, bank
}

func sign(b bool) int {
	if b {
		return 1
	}
	return 0
}

// samePayees tells whether every line names a payee that the payments name, as far
// as both sides name one.
func (m *Match) samePayees() bool {
	for _, l := range m.Bank {
		if !slices.ContainsFunc(m.Books, func(p Payment) bool { return sameParty(p, l) }) {
			return false
		}
	}
	return true
}

func sameParty(p Payment, l BankLine) bool {
	name := p.Receipt.Payee == "" || l.Payee == "" || plain(p.Receipt.Payee) == plain(l.Payee)
	tail := p.Receipt.Tail == "" || l.Tail == "" || p.Receipt.Tail == l.Tail
	return name && tail
}

// byPayee matches what is left by payee and amount, and lists the rest.
func (r *Reconciliation) byPayee(payments []Payment, lines []BankLine) {
	type party struct {
		payee  string
		amount money.Fen
	}
	near := map[party][]int{} // lines not matched yet, by day
	slices.SortFunc(lines, BankLine.compare)
	for i, l := range lines {
		if name := plain(l.Payee); name != "" {
			near[party{name, l.Amount}] = append(near[party{name, l.Amount}], i)
		}
	}
	used := make([]bool, len(lines))
	slices.SortFunc(payments, func(a, b Payment) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Seq, b.Seq)) })
	for _, p := range payments {
		best := earliest(p, near[party{plain(p.Receipt.Payee), p.Amount}], lines, used)
		if best < 0 {
			r.Books = append(r.Books, p)
			continue
		}
		used[best] = true
		r.Likely = append(r.Likely, Match{Books: []Payment{p}, Bank: []BankLine{lines[best]}, Payee: true})
	}
	for i, l := range lines {
		if !used[i] {
			r.Bank = append(r.Bank, l)
		}
	}
}

// earliest returns the first of the lines at i that is not used and may be p, or
// -1. Payments come by day: taking the earliest leaves the most for those to come.
func earliest(p Payment, at []int, lines []BankLine, used []bool) int {
	from, _ := slices.BinarySearchFunc(at, p.On-nearDays, func(i int, on civil.Date) int { return cmp.Compare(lines[i].On, on) })
	for _, i := range at[from:] {
		if lines[i].On > p.On+nearDays {
			break
		}
		if !used[i] && sameParty(p, lines[i]) {
			return i
		}
	}
	return -1
}

// plain makes names and numbers comparable: without blanks, and with the brackets
// and other signs that Chinese text has in two widths in one.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '\u3000':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
}

// Standing is how a payment or a line stands in a reconciliation.
type Standing string

// The standings, as the lists of a Reconciliation.
const (
	IsMatched Standing = "matched"
	IsLikely  Standing = "likely"
	Differing Standing = "differs"
	OnlyBooks Standing = "books"
	OnlyBank  Standing = "bank"
)

// Zh returns the standing's name in Chinese.
func (s Standing) Zh() string {
	switch s {
	case IsMatched:
		return "一致"
	case IsLikely:
		return "回单号不同，疑似同一笔"
	case Differing:
		return "金额不一致"
	case OnlyBooks:
		return "台账有、银行无"
	case OnlyBank:
		return "银行有、台账无"
	}
	return string(s)
}

// Row is one line of a reconciliation written out: a payment, a line of the bank,
// or one of each side by side.
type Row struct {
	Standing Standing  `json:"standing"`
	Name     string    `json:"name"` // of the standing, in Chinese
	Group    int       `json:"group"`
	Books    *Payment  `json:"books"`
	Bank     *BankLine `json:"bank"`
	Gap      money.Fen `json:"difference_fen"` // of the whole group
	Payee    bool      `json:"payee"`          // the payees are the same
}

// Rows writes r out, what does not agree first. Rows of one match have one Group.
func (r *Reconciliation) Rows() []Row {
	rows, group := []Row{}, 0
	match := func(s Standing, matches []Match) {
		for i := range matches {
			m := &matches[i]
			group++
			for n := range max(len(m.Books), len(m.Bank)) {
				row := Row{Standing: s, Name: s.Zh(), Group: group, Gap: m.Difference, Payee: m.Payee}
				if n < len(m.Books) {
					row.Books = &m.Books[n]
				}
				if n < len(m.Bank) {
					row.Bank = &m.Bank[n]
				}
				rows = append(rows, row)
			}
		}
	}
	match(Differing, r.Differs)
	for i := range r.Books {
		match(OnlyBooks, []Match{{Books: r.Books[i : i+1], Difference: -r.Books[i].Amount}})
	}
	for i := range r.Bank {
		match(OnlyBank, []Match{{Bank: r.Bank[i : i+1], Difference: r.Bank[i].Amount}})
	}
	match(IsLikely, r.Likely)
	match(IsMatched, r.Matched)
	return rows
}
