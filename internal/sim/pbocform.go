package sim

import (
	"context"
	"errors"
	"path/filepath"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/sim/city"
)

// Codes of the messages, by the numbers of what the city says.
var (
	securityCodes = []string{"D", "C99", "C01", "B01", "B99", "A", "E"}
	qualityCodes  = []string{"FQ01", "FQ02", "FQ03", "FQ04", "FQ05"}
	classCodes    = []string{"D01", "D02", "D03", "D04", "C99", "D05", "D06", "D07", "B01", "A01"}
	sizeCodes     = map[string]string{"large": "CS01", "medium": "CS02", "small": "CS03", "micro": "CS04"}
	privateCodes  = map[int]string{0: "A0101", 1: "B0102"}
	messageCodes  = [...]string{"CLDWDK", "DWDKFS", "DBHTXX", "DBWXX", "FTYKHX"}
	stateCodes    = []string{"LF01", "LF01", "LF99", "LF99"} // by kind of event; LF99 is 其他
)

const (
	uscc      = "A01"
	inYuan    = "CNY"
	operating = "F022"
	floating  = "RF02"
	byLPR     = "TR05"
	region    = "331082"
)

// Places of messages in messageCodes.
const (
	stock = iota
	flows
	contracts
	things
	customers
)

// writeMessages writes what every bank files, in folders by month below dir, and
// the supplement tables.
func (w *writing) writeMessages(ctx context.Context, dir string) error {
	w.begin("enterprises", int64(w.m.Enterprises()))
	err := w.each(ctx, w.chunks(), func(ctx context.Context, chunk int) error { return w.firmSupplement(ctx, dir, chunk) })
	if err != nil {
		return err
	}
	w.known = true
	for _, end := range city.MonthEnds {
		if err := makeDir(filepath.Join(dir, end.Month().String())); err != nil {
			return err
		}
	}
	w.begin("pboc", int64(len(city.Lenders)))
	err = w.each(ctx, len(city.Lenders), func(ctx context.Context, bank int) error { return w.messagesOf(ctx, dir, bank) })
	if err != nil {
		return err
	}
	book := w.supplementBook(dir, "")
	return w.close(book, w.smallTables(book))
}

// messagesOf writes the messages of one bank, and its part of the supplement.
func (w *writing) messagesOf(ctx context.Context, dir string, bank int) error {
	defer w.done(1, nil)
	if !city.Lenders[bank].Lends() {
		return nil
	}
	f := &filer{bank: bank}
	err := f.open(dir, w.o.Zip)
	book := w.supplementBook(dir, partName(bank+1, 0))
	book.lazy = bank > 0
	s := newSupplement(w.m, book)
	for chunk := 0; chunk < w.chunks() && err == nil; chunk++ {
		err = w.customers(ctx, chunk, bank, func(firm *city.Firm) error {
			f.file(firm)
			return s.file(firm, bank)
		})
	}
	err = w.close(book, err)
	n, closing := f.close()
	w.mu.Lock()
	w.sum.Messages += n
	w.mu.Unlock()
	return errors.Join(err, closing)
}

// filer writes the messages of one bank: five for each month-end.
type filer struct {
	bank     int
	writers  [city.Months][len(messageCodes)]*pboc.Writer
	loan     []byte
	contract string
	name     []byte
}

func (p *filer) open(dir string, zip bool) error {
	for i, end := range city.MonthEnds {
		month := end.Month()
		y, m, d := end.YMD()
		date := string(city.Digits(city.Digits(city.Digits(nil, y, 4), m, 2), d, 2))
		at := (month + 1).First() + 7
		for j, code := range messageCodes {
			var err error
			p.writers[i][j], err = pboc.NewWriter(filepath.Join(dir, month.String()), city.Lenders[p.bank].ID, code, date, at.String()+" 09:30:00", zip)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// close ends all messages, and returns how many were written.
func (p *filer) close() (n int64, err error) {
	for i := range p.writers {
		for _, w := range p.writers[i] {
			if w != nil {
				n++
				err = errors.Join(err, w.Close())
			}
		}
	}
	return n, err
}

// file writes everything of f that is of the bank, month by month.
func (p *filer) file(f *city.Firm) {
	var line money.Fen
	open := [city.Months]bool{}
	for i := range f.Notes {
		t := &f.Notes[i]
		if t.Bank != p.bank {
			continue
		}
		line += t.Line()
		p.loan = city.LoanID(p.loan[:0], f.N, t.Seq)
		p.contract = "HT" + string(p.loan[2:])
		for month, balance := range t.Balance {
			if balance > 0 {
				open[month] = true
				p.putStock(f, t, month)
				if t.Twice() {
					p.putStock(f, t, month)
				}
				p.putBacking(f, i, month)
			}
		}
		p.putFlows(f, t)
	}
	for month := range open {
		if open[month] {
			p.putCustomer(f, month, line)
		}
	}
}

// sizeCode returns what banks say of the size of f, "" when they leave it empty.
func sizeCode(f *city.Firm) string {
	if f.Blank {
		return ""
	}
	return sizeCodes[f.Size]
}

// head writes fields 1–16 of both loan messages.
func (p *filer) head(w *pboc.Writer, f *city.Firm, t *city.Note) {
	w.Text(city.Lenders[p.bank].ID).Text(t.BranchID()).Text(region).Text(uscc).Text(t.Borrower(f)).Empty()
	w.Text(city.Trades[f.Trade].Code).Text(region).Text(privateCodes[f.Private]).Text(sizeCode(f))
	w.Text(string(p.loan)).Text(p.contract).Text(operating).Text(city.Trades[f.Trade].Code + "1").Day(t.Disbursed).Day(t.Due)
}

// terms writes fields 21–28 of both loan messages.
func (p *filer) terms(w *pboc.Writer, t *city.Note) {
	repriced := max(t.Disbursed, min(t.Due, (t.Disbursed.Month()+12).First()))
	w.Text(floating).Rate(t.Rate).Text(byLPR).Rate(city.LPR(t.Disbursed, t.Months)).Text(city.FiscalSupports[t.Fiscal])
	w.Day(repriced).Text(securityCodes[t.Security])
	if t.First == city.Unknown {
		w.Empty()
	} else {
		w.Flag(t.First == 1)
	}
}

func (p *filer) putStock(f *city.Firm, t *city.Note, month int) {
	w, end := p.writers[month][stock], city.MonthEnds[month]
	p.head(w, f, t)
	extended := t.Extended
	if t.Due > end {
		extended = civil.Never // not known yet
	}
	w.Day(extended).Text(inYuan).Fen(t.Balance[month]).Fen(t.Balance[month])
	p.terms(w, t)
	state, kind := "LS01", ""
	switch {
	case t.Overdue <= end:
		state, kind = "LS03", "01"
	case extended != civil.Never:
		state = "LS02"
	}
	w.Text(qualityCodes[t.Quality[month]]).Text(state).Text(kind).Text(city.Purposes[t.Purpose]).End()
}

// putFlows writes the events of t in the months of the messages.
func (p *filer) putFlows(f *city.Firm, t *city.Note) {
	for i, e := range f.Events[t.From:t.To] {
		month := int(e.On.Month() - city.Opening.Month())
		if month < 0 {
			continue
		}
		w := p.writers[month][flows]
		p.head(w, f, t)
		w.Day(e.On).Text(inYuan).Fen(e.Amount).Fen(e.Amount)
		p.terms(w, t)
		w.Text(stateCodes[e.Kind]).Empty().Empty().Flag(e.Kind == 0)
		w.Text(string(city.Digits(nil, i+1, 4))).Text(city.Purposes[t.Purpose]).End()
	}
}
