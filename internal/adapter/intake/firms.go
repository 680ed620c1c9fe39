package intake

import (
	"cmp"
	"slices"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/loanbook/intern"
)

// firms is the table of enterprises while messages are taken in.
type firms struct {
	*grid
	name, kind, industry, size, private *column
	employees, sales, assets, line      *column

	hints        []civil.Date // by row, the date of the loan message that told its terms
	customerKeys intern.Table // (institution, document) of a customer record
	customers    []customer
	papers       bool // a customer has no USCC
}

// hint is what a loan message tells about its borrower.
type hint struct {
	date                    civil.Date
	industry, size, private []byte
}

// customer is the latest record of a customer of one institution.
type customer struct {
	bank                            uint32
	date                            civil.Date
	from                            origin
	kind                            string // of the document; its number is the key
	name, industry, size, private   string
	employees, sales, assets, limit int64
}

func newFirms(g *grid) *firms {
	return &firms{
		grid: g, name: g.column("name"), kind: g.column("kind"), industry: g.column("industry"), size: g.column("size"),
		private: g.column("private"), employees: g.column("employees"), sales: g.column("annual_sales"),
		assets: g.column("total_assets"), line: g.column("credit_line"),
	}
}

// firm returns the row of an enterprise, a new one when there is none.
func (f *firms) firm(id []byte, from origin) (row uint32, fresh bool) {
	row, fresh = f.row(0, id, from)
	for len(f.hints) <= int(row) {
		f.hints = append(f.hints, 0)
	}
	return row, fresh
}

// hint puts what a loan message tells into the row. The latest message wins; of
// the same day, the one read first, of the lower institution.
func (f *firms) hint(row uint32, h hint) {
	switch {
	case h.date > f.hints[row]:
		f.hints[row] = h.date
	case h.date < f.hints[row], f.industry.known(row) && f.size.known(row) && f.private.known(row):
		return
	default: // the same day: only what is still unknown
		if f.industry.known(row) {
			h.industry = nil
		}
		if f.size.known(row) {
			h.size = nil
		}
		if f.private.known(row) {
			h.private = nil
		}
	}
	f.industry.setText(row, h.industry)
	f.size.setText(row, h.size)
	f.private.set(row, boolean(h.private))
}

// boolean reads what a code list says for 0 and 1.
func boolean(b []byte) int64 {
	if len(b) != 1 {
		return unknown
	}
	return int64(b[0] - '0')
}

// takeCustomers maps FTYKHX: an institution's latest record of each customer.
func (s *store) takeCustomers(bank uint32, file int32, r *pboc.Rows) {
	m := r.Name.Message
	name, kind, number := m.Field("客户名称"), m.Field("客户证件类型"), m.Field("客户证件代码")
	ind, size, owner := m.Field("所属行业"), m.Field("企业规模"), m.Field("客户经济成分")
	employees, sales, assets, limit := m.Field("从业人员数"), m.Field("营业收入"), m.Field("总资产"), m.Field("授信额度")
	sizes, owners := s.codes.List("size"), s.codes.List("ownership")
	for i := range r.Len() {
		id, fresh := s.firms.customerKeys.AddIn(bank, r.Text(number, i))
		if fresh {
			s.firms.customers = append(s.firms.customers, customer{})
		}
		s.firms.papers = s.firms.papers || string(r.Text(kind, i)) != "A01"
		s.firms.customers[id] = customer{
			bank: bank, date: r.Name.Date, from: origin{file, int32(r.Line(i))},
			kind: string(r.Text(kind, i)), name: string(r.Text(name, i)), industry: string(industry(r.Text(ind, i))),
			size: string(sizes.Meaning(r.Text(size, i))), private: string(owners.Meaning(r.Text(owner, i))),
			employees: r.Number(employees, i), sales: r.Number(sales, i), assets: r.Number(assets, i), limit: r.Number(limit, i),
		}
	}
}

// settleCustomers puts customer records into enterprises: for each value the
// latest report that has it wins, then the lower institution. Credit lines of
// all institutions are added up; one that is left empty makes the sum unknown.
func (s *store) settleCustomers(orgs *orgIndex) {
	f := s.firms
	type record struct {
		row      uint32
		customer uint32
	}
	records := make([]record, 0, len(f.customers))
	for i := range f.customers {
		id, c := f.customerKeys.Text(uint32(i)), &f.customers[i]
		if c.kind != "A01" {
			if id = orgs.find(c.kind, string(id)); id == nil {
				s.find(ruleCustomer.At(s.place(c.from, "4 客户证件代码", string(f.customerKeys.Text(uint32(i)))), "", ""))
				continue
			}
		}
		row, _ := f.firm(id, c.from)
		records = append(records, record{row, uint32(i)})
	}
	slices.SortFunc(records, func(a, b record) int {
		x, y := &f.customers[a.customer], &f.customers[b.customer]
		return cmp.Or(cmp.Compare(a.row, b.row), -cmp.Compare(x.date, y.date), cmp.Compare(x.bank, y.bank))
	})
	for from := 0; from < len(records); {
		to := from + 1
		for to < len(records) && records[to].row == records[from].row {
			to++
		}
		group := make([]*customer, 0, to-from)
		for _, r := range records[from:to] {
			group = append(group, &f.customers[r.customer])
		}
		s.settleFirm(records[from].row, group)
		from = to
	}
	f.customers, f.customerKeys = nil, intern.Table{} // all there is to know is in the rows now
}

// settleFirm puts the records of one enterprise, the winning one first, into its row.
func (s *store) settleFirm(row uint32, group []*customer) {
	f := s.firms
	f.origins[row] = group[0].from
	texts := [...]struct {
		c  *column
		of func(*customer) string
	}{
		{f.name, func(c *customer) string { return c.name }},
		{f.industry, func(c *customer) string { return c.industry }},
		{f.size, func(c *customer) string { return c.size }},
	}
	for _, t := range texts {
		s.settleColumn(t.c, row, group, func(c *customer) (string, int64) { return t.of(c), unknown })
	}
	s.settleColumn(f.private, row, group, func(c *customer) (string, int64) { return "", boolean([]byte(c.private)) })
	s.settleColumn(f.employees, row, group, func(c *customer) (string, int64) { return "", c.employees })
	s.settleColumn(f.sales, row, group, func(c *customer) (string, int64) { return "", c.sales })
	s.settleColumn(f.assets, row, group, func(c *customer) (string, int64) { return "", c.assets })
	sum := int64(0)
	for _, c := range group {
		if c.limit == unknown || sum == unknown {
			sum = unknown
		} else {
			sum += c.limit
		}
	}
	f.line.set(row, sum)
}

// settleColumn takes the first value told, and reports one that differs from it.
func (s *store) settleColumn(col *column, row uint32, group []*customer, of func(*customer) (string, int64)) {
	var winner *customer
	for _, c := range group {
		text, number := of(c)
		if text == "" && number == unknown {
			continue
		}
		if winner == nil {
			winner = c
			col.setText(row, []byte(text))
			col.set(row, number)
			continue
		}
		if wonText, wonNumber := of(winner); text != wonText || number != wonNumber {
			won, lost := string(col.appendValue(nil, row)), text
			if text == "" {
				lost = string(col.AppendInt(nil, number))
			}
			bankA, bankB := s.banks.Text(winner.bank), s.banks.Text(c.bank)
			s.find(ruleBanks.At(s.place(c.from, col.Name, string(s.firms.keys.Text(row))),
				col.Zh+"，"+string(bankA)+" 报“"+won+"”，"+string(bankB)+" 报“"+lost+"”",
				col.Name+": "+string(bankA)+" says "+won+", "+string(bankB)+" says "+lost))
		}
	}
}

// orgIndex finds enterprises by organisation code, which is in their USCC.
type orgIndex struct{ by map[string][]byte } // nil: two enterprises have it

// add adds an enterprise.
func (x *orgIndex) add(id []byte) {
	if len(id) != uscc.Length {
		return
	}
	code := string(id[8:17])
	if other, there := x.by[code]; there && string(other) != string(id) {
		x.by[code] = nil
		return
	}
	x.by[code] = slices.Clone(id)
}

// addFirms adds the enterprises that messages tell of.
func (x *orgIndex) addFirms(f *firms) {
	for row := range uint32(f.rows()) {
		x.add(f.keys.Text(row))
	}
	for i := range f.customers {
		if f.customers[i].kind == "A01" {
			x.add(f.customerKeys.Text(uint32(i)))
		}
	}
}

// find returns the USCC of a document, nil when it tells none.
func (x *orgIndex) find(kind, number string) []byte {
	if kind != "A02" {
		return nil
	}
	return x.by[number]
}
