package intake

import (
	"slices"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// supplement is one file, or sheet, of a table of the dictionary.
type supplement struct {
	table  string
	path   string // to open it
	rel    string // as findings call it
	number int32  // as origins call it
	rows   int
	behind bool // what banks tell comes before it
}

// fromMessages tells whether messages may fill a table; a supplement then needs
// its key alone, and what is still missing in the end is found by require.
func fromMessages(table string) bool {
	switch table {
	case "enterprises", "loans", "month_balances", "loan_events", "guarantees", "collaterals":
		return true
	}
	return false
}

// tableOf returns the table a supplement is read as.
func tableOf(name string) *fact.Table {
	t := fact.Lookup(name)
	if !fromMessages(name) {
		return t
	}
	lenient := *t
	lenient.Columns = slices.Clone(t.Columns)
	for i := range lenient.Columns {
		c := &lenient.Columns[i]
		c.Required = slices.Contains(t.Key, c.Name)
	}
	return &lenient
}

// read calls fn with the rows of a supplement that have no error of their own.
func (s *store) read(sup *supplement, columns []string, report func(fact.Finding), fn func(*fact.Batch)) error {
	t := tableOf(sup.table)
	if columns == nil {
		columns = t.Stored()
	}
	err := factfile.ReadFile(sup.path, t, columns, func(f fact.Finding) {
		f.At.File = sup.rel
		report(f)
	}, func(b *fact.Batch) error {
		fn(b)
		return nil
	})
	if err == nil {
		return nil
	}
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	f := fact.FindingOf(err)
	f.At.File = sup.rel
	report(f)
	return nil
}

// peek reads what has to be known before messages can be mapped: which
// guarantees and guarantors supplements speak of, and which enterprises.
func (s *store) peek(sups []*supplement, orgs *orgIndex) error {
	silent := func(fact.Finding) {} // take reports them
	for _, sup := range sups {
		if sup.behind {
			if err := s.behind.peek(s, sup); err != nil {
				return err
			}
			continue
		}
		var err error
		switch sup.table {
		case "enterprises":
			err = s.read(sup, []string{"enterprise_id"}, silent, func(b *fact.Batch) {
				for i := range b.Len() {
					orgs.add(b.Vectors[0].Texts.At(i))
				}
			})
		case "guarantees":
			err = s.read(sup, []string{"guarantee_id", "guarantor_id"}, silent, func(b *fact.Batch) {
				for i := range b.Len() {
					s.listed[contractOf(b.Vectors[0].Texts.At(i))] = true
					s.guarantors[string(b.Vectors[1].Texts.At(i))] = true
				}
			})
		case "institutions":
			err = s.read(sup, []string{"institution_id", "kind"}, silent, func(b *fact.Batch) {
				for i := range b.Len() {
					if string(b.Vectors[1].Texts.At(i)) == "guarantor" {
						s.guarantors[string(b.Vectors[0].Texts.At(i))] = true
					}
				}
			})
		}
		if err != nil {
			return err
		}
	}
	delete(s.guarantors, "")
	return nil
}

// contractOf returns the guarantee contract in the id of a guarantee.
func contractOf(id []byte) string {
	for i, c := range id {
		if c == '#' || c == '@' {
			return string(id[:i])
		}
	}
	return string(id)
}

// merge reads the supplements of one table and fills in what is not known yet.
func (s *store) merge(table string, sups []*supplement) error {
	for _, sup := range sups {
		if sup.table != table || sup.behind && table == "enterprises" && !s.there[table] && tells(sups, "loans") {
			continue // nobody's borrowers are listed: a list of the platform's alone would make unknown of all others
		}
		s.there[table] = true
		m := merger{s: s, sup: sup, grid: s.grids[table]}
		fn := m.batch
		switch table {
		case "month_balances":
			for _, c := range s.balances.months {
				clear(c.told)
			}
			fn = m.balances
		case "loan_events":
			fn = m.events
		}
		report := func(f fact.Finding) {
			if sup.behind { // a row of the platform's is left out, and stops nobody
				f.Severity = fact.Warning
			}
			if f.Severity == fact.Error {
				s.broken[table] = true
			}
			s.find(f)
		}
		err := s.read(sup, nil, report, func(b *fact.Batch) {
			sup.rows += b.Len()
			s.ownRows(sup, b)
			fn(b)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tells tells whether anybody but the platform has a table.
func tells(sups []*supplement, table string) bool {
	return slices.ContainsFunc(sups, func(sup *supplement) bool { return sup.table == table && !sup.behind })
}

// merger merges one supplement.
type merger struct {
	s    *store
	sup  *supplement
	grid *grid // nil: balances or events
	told marks // rows this file has told
	key  []byte
}

func (m *merger) origin(b *fact.Batch, i int) origin { return origin{m.sup.number, int32(b.LineOf(i))} }

// batch merges rows of a table that is a grid.
func (m *merger) batch(b *fact.Batch) {
	columns := make([]*column, len(b.Vectors))
	for i, v := range b.Vectors {
		columns[i] = m.grid.column(v.Column.Name)
	}
	for i := range b.Len() {
		if m.waits(b, i) || m.sup.behind && !m.tells(b, i) {
			continue
		}
		row, fresh := m.row(b, i)
		if m.sup.behind && m.grid == m.s.loans.grid {
			m.s.behind.rows[row] = true
		}
		if !m.told.add(row) {
			m.s.find(ruleTwice.At(m.s.place(m.origin(b, i), m.grid.table.Key[len(m.grid.table.Key)-1], m.grid.key(row)), "", ""))
			continue
		}
		for j, v := range b.Vectors {
			if v.Column.Type.Textual() {
				m.mergeText(columns[j], row, fresh, b, v, i)
			} else {
				m.mergeNumber(columns[j], row, fresh, b, v, i)
			}
		}
	}
}

// row returns the row of the key of row i of b.
func (m *merger) row(b *fact.Batch, i int) (row uint32, fresh bool) {
	t, from := m.grid.table, m.origin(b, i)
	last := b.Vector(t.Key[len(t.Key)-1]).Texts.At(i)
	switch {
	case t.Name == "loans":
		id := b.Vector("institution_id").Texts.At(i)
		bank, _ := m.s.banks.Add(id)
		return m.s.loans.note(id, bank, last, from)
	case t.Name == "enterprises":
		return m.s.firms.firm(last, from)
	case len(t.Key) == 1:
		return m.grid.row(0, last, from)
	case len(t.Key) == 2:
		bank, _ := m.s.banks.Add(b.Vector(t.Key[0]).Texts.At(i))
		return m.grid.row(bank, last, from)
	}
	m.key = m.key[:0]
	for _, name := range t.Key {
		m.key = append(b.Vector(name).AppendValue(m.key, i), 0)
	}
	return m.grid.row(0, m.key, from)
}

func (m *merger) mergeText(c *column, row uint32, fresh bool, b *fact.Batch, v *fact.Vector, i int) {
	text := v.Texts.At(i)
	if len(text) == 0 || c.key {
		return
	}
	if m.grid == m.s.loans.grid && c.Name == "enterprise_id" && !fresh {
		m.borrower(row, b, i, text)
		return
	}
	if fresh || !c.known(row) {
		c.setText(row, text)
	} else if has := c.text(row); string(has) != string(text) {
		m.conflict(b, i, c.Column, m.grid.key(row), string(has), string(text))
	}
}

// borrower merges the borrower of a note that a message may have told.
func (m *merger) borrower(row uint32, b *fact.Batch, i int, id []byte) {
	has := m.s.borrower(row)
	if len(has) > 0 {
		if string(has) != string(id) {
			m.conflict(b, i, m.s.loans.enterprise.Column, m.grid.key(row), string(has), string(id))
		}
		return
	}
	firm, _ := m.s.firms.firm(id, m.origin(b, i))
	m.s.loans.notes[row].firm = firm + 1
	delete(m.s.loans.docs, row)
}

func (m *merger) mergeNumber(c *column, row uint32, fresh bool, b *fact.Batch, v *fact.Vector, i int) {
	x := never(v, i)
	if x == unknown {
		return
	}
	if c == m.s.loans.closedOn { // a message may still tell it
		if _, told := m.s.closed[row]; !told {
			m.s.closed[row] = closedSays{civil.Date(x), m.origin(b, i)}
		}
		return
	}
	if fresh || !c.known(row) || m.s.shared[row] && m.grid == m.s.grids["guarantees"] && c.Name == "amount" {
		c.set(row, x)
	} else if has := c.number(row); has != x {
		m.conflict(b, i, c.Column, m.grid.key(row), string(c.AppendInt(nil, has)), string(c.AppendInt(nil, x)))
	}
}

// conflict reports that a supplement differs from what is known already.
func (m *merger) conflict(b *fact.Batch, i int, c *fact.Column, key, has, says string) {
	at := m.s.place(m.origin(b, i), c.Name, key)
	m.s.find(ruleConflict.At(at, c.Zh+"已知“"+has+"”，本行“"+says+"”", c.Name+" is "+has+", this row says "+says))
}

// note returns the row of the note of row i of b.
func (m *merger) note(b *fact.Batch, i int) (row uint32, ok bool) {
	loan := b.Vector("loan_id").Texts.At(i)
	bank, ok := m.s.banks.Find(b.Vector("institution_id").Texts.At(i))
	if ok {
		row, ok = m.s.loans.keys.FindIn(bank, loan)
	}
	if !ok && m.s.traced {
		bank, _ = m.s.banks.Add(b.Vector("institution_id").Texts.At(i))
		row, _ = m.s.loans.note(m.s.banks.Text(bank), bank, loan, m.origin(b, i))
		return row, true
	}
	if !ok {
		key := string(b.Vector("institution_id").Texts.At(i)) + "/" + string(loan)
		m.s.find(ruleLoan.At(m.s.place(m.origin(b, i), "loan_id", key), "", ""))
	}
	return row, ok
}

// balances merges month-end balances.
func (m *merger) balances(b *fact.Batch) {
	months, fen, quality := b.Vector("month"), b.Vector("balance"), b.Vector("quality")
	for i := range b.Len() {
		if m.sup.behind && !m.apart(b, i) {
			continue
		}
		row, ok := m.note(b, i)
		if !ok {
			continue
		}
		month := civil.Month(months.Ints[i])
		c := m.s.balances.begin(month)
		at := m.s.place(m.origin(b, i), "month", m.s.loans.key(row)+"/"+month.String())
		if c == nil {
			m.s.find(ruleMonths.At(at, "", ""))
			return
		}
		if !c.told.add(row) {
			m.s.find(ruleTwice.At(at, "", ""))
			continue
		}
		has, q := c.get(row), uint8(0)
		if !quality.Unknown(i) {
			q = qualityNumber(quality.Texts.At(i))
		}
		switch {
		case has != unknown:
			if !fen.Unknown(i) && fen.Ints[i] != has {
				m.conflict(b, i, fen.Column, at.Value, string(fen.Column.AppendInt(nil, has)), string(fen.AppendValue(nil, i)))
			}
			if c.quality[row] == 0 {
				c.quality[row] = q
			} else if q != 0 && q != c.quality[row] {
				m.conflict(b, i, quality.Column, at.Value, qualities[c.quality[row]-1], qualities[q-1])
			}
		case fen.Unknown(i):
			at.Field = "balance"
			m.s.find(ruleRequired.At(at, "", ""))
		default:
			c.put(row, fen.Ints[i], q)
			if m.s.traced {
				c.tell(row, m.origin(b, i))
			}
		}
	}
}

// events merges loan events: the day of a recovery that a message left out, or
// whole events of a bank without messages.
func (m *merger) events(b *fact.Batch) {
	numbers, on, kind, amount := b.Vector("event_no"), b.Vector("on"), b.Vector("kind"), b.Vector("amount")
	for i := range b.Len() {
		if m.sup.behind && !m.apart(b, i) {
			continue
		}
		row, ok := m.note(b, i)
		if !ok {
			continue
		}
		from := m.origin(b, i)
		id, fresh := m.s.events.keys.AddIn(row, numbers.Texts.At(i))
		key := m.s.loans.key(row) + "/" + string(numbers.Texts.At(i))
		if !m.told.add(id) {
			m.s.find(ruleTwice.At(m.s.place(from, "event_no", key), "", ""))
			continue
		}
		if fresh {
			m.s.events.list = append(m.s.events.list, event{note: row, from: from, on: unknown, amount: unknown})
			for _, v := range [...]*fact.Vector{on, kind, amount} {
				if v.Unknown(i) {
					m.s.find(ruleRequired.At(m.s.place(from, v.Column.Name, key), "", ""))
				}
			}
		}
		e := &m.s.events.list[id]
		for _, v := range [...]struct {
			v   *fact.Vector
			has *int64
		}{{on, &e.on}, {amount, &e.amount}} {
			switch {
			case v.v.Unknown(i):
			case *v.has == unknown:
				*v.has = v.v.Ints[i]
			case *v.has != v.v.Ints[i]:
				m.conflict(b, i, v.v.Column, key, string(v.v.Column.AppendInt(nil, *v.has)), string(v.v.AppendValue(nil, i)))
			}
		}
		if kind.Unknown(i) {
			continue
		}
		if k := kindOf(kind.Texts.At(i)); fresh {
			e.kind = k
			if e.on != unknown {
				e.month = civil.Date(e.on).Month()
			}
		} else if k != e.kind {
			m.conflict(b, i, kind.Column, key, eventKinds[e.kind], eventKinds[k])
		}
	}
}
