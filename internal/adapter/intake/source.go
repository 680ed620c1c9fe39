package intake

import (
	"context"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// The store is a fact.Source. The file of its batches is the name of the table,
// and their lines the row and one, which locate turns into the file and line the
// row came from.

// Has implements fact.Source.
func (s *store) Has(table string) bool { return s.there[table] }

// Scan implements fact.Source.
func (s *store) Scan(ctx context.Context, table string, columns []string, _ int, fn func(int, *fact.Batch) error) error {
	b := fact.NewBatch(fact.Lookup(table), columns)
	switch table {
	case "month_balances":
		return s.scanBalances(ctx, b, fn)
	case "loan_events":
		return s.scanEvents(ctx, b, fn)
	}
	g := s.grids[table]
	for from := 0; from < g.rows(); from += batchRows {
		b.Reset()
		b.File, b.Line = table, from+1
		for _, v := range b.Vectors {
			g.column(v.Column.Name).vector(v, from, min(g.rows(), from+batchRows))
		}
		if err := hand(ctx, b, fn); err != nil {
			return err
		}
	}
	return nil
}

func hand(ctx context.Context, b *fact.Batch, fn func(int, *fact.Batch) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(0, b)
}

// scanBalances hands out balances note by note, month by month.
func (s *store) scanBalances(ctx context.Context, b *fact.Batch, fn func(int, *fact.Batch) error) error {
	s.order = s.order[:0]
	for row := range uint32(s.loans.rows()) {
		for _, m := range s.balances.months {
			x := m.get(row)
			if x == unknown {
				continue
			}
			if s.traced {
				s.order = append(s.order, m.from[row])
				b.Lines = append(b.Lines, int32(len(s.order)))
			}
			for _, v := range b.Vectors {
				switch v.Column.Name {
				case "institution_id":
					v.AppendText(s.loans.institution.text(row))
				case "loan_id":
					v.AppendText(s.loans.keys.Text(row))
				case "month":
					v.AppendInt(int64(m.of))
				case "balance":
					v.AppendInt(x)
				default:
					if q := m.quality[row]; q > 0 {
						v.AppendText([]byte(qualities[q-1]))
					} else {
						v.AppendEmpty()
					}
				}
			}
		}
		if b.Len() >= batchRows {
			b.File = "month_balances"
			if err := hand(ctx, b, fn); err != nil {
				return err
			}
			b.Reset()
		}
	}
	if b.Len() == 0 {
		return nil
	}
	b.File = "month_balances"
	return hand(ctx, b, fn)
}

// scanEvents hands out the events whose day is known.
func (s *store) scanEvents(ctx context.Context, b *fact.Batch, fn func(int, *fact.Batch) error) error {
	var lines []int32
	for id := range s.events.list {
		e := &s.events.list[id]
		if e.on != unknown && e.amount != unknown {
			lines = append(lines, int32(id)+1)
			for _, v := range b.Vectors {
				s.eventCell(v, uint32(id), e)
			}
		}
		if len(lines) == batchRows || id == len(s.events.list)-1 && len(lines) > 0 {
			b.File, b.Lines = "loan_events", lines
			if err := hand(ctx, b, fn); err != nil {
				return err
			}
			b.Reset()
			lines = lines[:0]
		}
	}
	return nil
}

func (s *store) eventCell(v *fact.Vector, id uint32, e *event) {
	switch v.Column.Name {
	case "institution_id":
		v.AppendText(s.loans.institution.text(e.note))
	case "loan_id":
		v.AppendText(s.loans.keys.Text(e.note))
	case "event_no":
		v.AppendText(s.events.keys.Text(id))
	case "on":
		v.AppendInt(e.on)
	case "kind":
		v.AppendText([]byte(eventKinds[e.kind]))
	default: // amount
		v.AppendInt(e.amount)
	}
}

// rows returns how many rows a table has.
func (s *store) rows(table string) (n int64) {
	switch table {
	case "month_balances":
		for _, m := range s.balances.months {
			for _, x := range m.fen {
				if x != unknown {
					n++
				}
			}
		}
		return n
	case "loan_events":
		for i := range s.events.list {
			if s.events.list[i].on != unknown {
				n++
			}
		}
		return n
	}
	return int64(s.grids[table].rows())
}

// Place implements Taken.
func (s *store) Place(table string, line int) fault.Place {
	switch table {
	case "month_balances":
		return s.place(s.order[line-1], "", "")
	case "loan_events":
		return s.place(s.events.list[line-1].from, "", "")
	}
	return s.place(s.grids[table].origins[line-1], "", "")
}

// locate gives a finding of loanbook the file and line of its row.
func (s *store) locate(f fact.Finding) fact.Finding {
	table, line := f.At.File, f.At.Line
	f.At.File, f.At.Line = "", 0
	switch {
	case line > 0 && table == "loan_events":
		f.At.File, f.At.Line = s.files[s.events.list[line-1].from.file].path, int(s.events.list[line-1].from.line)
	case line > 0:
		from := s.grids[table].origins[line-1]
		f.At.File, f.At.Line = s.files[from.file].path, int(from.line)
	default:
		s.locateNote(&f)
	}
	return f
}

// locateBalances places findings of loanbook about balances that supplements told:
// which of their rows told which balance is not kept, so their keys are read again.
func (s *store) locateBalances(findings []fact.Finding, sups []*supplement) error {
	wanted := map[string][]int{}
	for i := range findings {
		if key := findings[i].At.Value; strings.HasPrefix(findings[i].Code, "loanbook.") && s.fromSupplement(key) {
			wanted[key] = append(wanted[key], i)
		}
	}
	for _, sup := range sups {
		if sup.table != "month_balances" || len(wanted) == 0 {
			continue
		}
		var key []byte
		err := s.read(sup, fact.Lookup("month_balances").Key, func(fact.Finding) {}, func(b *fact.Batch) {
			for i := range b.Len() {
				key = append(append(key[:0], b.Vectors[0].Texts.At(i)...), '/')
				key = append(append(key, b.Vectors[1].Texts.At(i)...), '/')
				key = civil.Month(b.Vectors[2].Ints[i]).AppendTo(key)
				for _, n := range wanted[string(key)] {
					findings[n].At.File, findings[n].At.Line = sup.rel, b.LineOf(i)
				}
				delete(wanted, string(key))
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fromSupplement tells whether key, institution/note/month, is of a balance that
// no message tells.
func (s *store) fromSupplement(key string) bool {
	at := strings.LastIndexByte(key, '/')
	if at < 0 {
		return false
	}
	month, err := civil.ParseMonth(key[at+1:])
	institution, _, ofNote := strings.Cut(key[:at], "/")
	bank, known := s.banks.Find([]byte(institution))
	_, told := s.stockOf[stockKey{bank, month}]
	return err == nil && ofNote && known && !told
}

// locateNote places a finding by the key of a note, institution/loan or
// institution/loan/month: in that month's stock, or where the note was last told.
func (s *store) locateNote(f *fact.Finding) {
	institution, loan, _ := strings.Cut(f.At.Value, "/")
	bank, ok := s.banks.Find([]byte(institution))
	if !ok {
		return
	}
	if i := strings.LastIndexByte(loan, '/'); i >= 0 {
		if m, err := civil.ParseMonth(loan[i+1:]); err == nil {
			loan = loan[:i]
			if file, ok := s.stockOf[stockKey{bank, m}]; ok {
				f.At.File = s.files[file].path
				return
			}
		}
	}
	if row, ok := s.loans.keys.FindIn(bank, []byte(loan)); ok {
		from := s.loans.origins[row]
		f.At.File, f.At.Line = s.files[from.file].path, int(from.line)
	}
}
