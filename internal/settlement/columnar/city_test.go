package columnar_test

import (
	"context"
	"fmt"
	"math/bits"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
)

// city makes facts of any size on the fly, the same every time: notes in the order
// of their keys, nearly all of them out at the ends of twelve months or more.
type city struct {
	notes int
	// once says that month_balances are one row a note and month in the order of
	// notes; otherwise month by month, as banks submit them.
	byMonth bool
}

// What there is for so many notes.
func (c city) banks() int       { return 30 + c.notes/50_000 }
func (c city) branches() int    { return c.banks() * 20 }
func (c city) enterprises() int { return max(10, c.notes*3/10) }
func (c city) projects() int    { return 10 + c.notes/50_000 }
func (c city) guarantees() int  { return c.notes / 10 }
func (c city) collaterals() int { return c.notes / 10 }

// roll returns a number below n that depends on what and i.
func roll(what, i uint64, n int) int {
	x := (i+1)*0x9e3779b97f4a7c15 ^ (what+1)*0xbf58476d1ce4e5b9
	x ^= x >> 31
	x *= 0x94d049bb133111eb
	x ^= x >> 29
	hi, _ := bits.Mul64(x, uint64(n))
	return int(hi)
}

const (
	rollBorrower = iota
	rollBranch
	rollDay
	rollPrincipal
	rollProject
	rollTech
	rollSize
	rollSales
	rollFirst
	rollNote
	rollClass
	rollRate
	rollQuality
	rollStart
	rollFeature
)

func party(kind string, i int) string {
	code, err := uscc.Make(kind, "331082", fmt.Sprintf("MA%06d", i%1_000_000))
	if err != nil {
		panic(err)
	}
	return code
}

func bankID(i int) string { return party("52", i) }

func firmID(i int) string { return party([]string{"91", "92", "93"}[i/1_000_000%3], i) }

func branchID(i int) string { return fmt.Sprintf("B%05d", i) }

func projectID(i int) string { return fmt.Sprintf("P%05d", i) }

var (
	firstDay, _ = civil.Of(2021, 1, 1)
	december, _ = civil.MonthOf(2020, 12)
)

// note is what several tables tell of a note.
type note struct {
	bank, firm int
	principal  int64
	on         civil.Date
}

func (c city) note(i int) note {
	n := note{bank: i * c.banks() / c.notes, firm: roll(rollBorrower, uint64(i), c.enterprises()), on: firstDay - 1 - civil.Date(roll(rollDay, uint64(i), 700))}
	n.principal = int64(1+roll(rollPrincipal, uint64(i), 300)) * 10_000_00
	if roll(rollPrincipal, uint64(i)+7, 50) == 0 {
		n.principal *= 100
	}
	if roll(rollDay, uint64(i)+1, 100) < 15 {
		n.on = firstDay + civil.Date(roll(rollDay, uint64(i)+2, 360))
	}
	return n
}

func (c city) loanID(i int) string { return fmt.Sprintf("JJ2021%012d", i) }

// Has implements fact.Source.
func (c city) Has(table string) bool { return c.rows(table) > 0 }

// rows is how many units of a table there are: rows, or notes of month_balances.
func (c city) rows(table string) int {
	switch table {
	case "institutions":
		return c.banks()
	case "branches":
		return c.branches()
	case "enterprises":
		return c.enterprises()
	case "projects":
		return c.projects()
	case "loans":
		return c.notes
	case "month_balances":
		if c.byMonth {
			return c.notes * 13
		}
		return c.notes
	case "guarantees":
		return c.guarantees()
	case "collaterals":
		return c.collaterals()
	case "budgets":
		return 1
	}
	return 0
}

// Scan implements fact.Source.
func (c city) Scan(ctx context.Context, table string, columns []string, workers int, fn func(int, *fact.Batch) error) error {
	const unit = 4096
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		g.Go(func() error {
			b := fact.NewBatch(fact.Lookup(table), columns)
			b.File = table
			for ctx.Err() == nil {
				from := int(next.Add(unit)) - unit
				if from >= c.rows(table) {
					return nil
				}
				b.Reset()
				b.Line = from + 1
				for i := from; i < min(from+unit, c.rows(table)); i++ {
					c.append(b, table, i)
				}
				if err := fn(w, b); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

// append appends unit i of a table.
func (c city) append(b *fact.Batch, table string, i int) {
	if table != "month_balances" {
		c.row(b, table, i, 0)
		return
	}
	if c.byMonth {
		c.balance(b, i%c.notes, december+civil.Month(i/c.notes))
		return
	}
	for m := december; m < december+13; m++ {
		c.balance(b, i, m)
	}
}

func (c city) balance(b *fact.Batch, i int, m civil.Month) {
	if c.note(i).on <= m.Last() {
		c.row(b, "month_balances", i, m)
	}
}

func (c city) row(b *fact.Batch, table string, i int, m civil.Month) {
	for _, v := range b.Vectors {
		switch x := c.value(table, v.Column.Name, i, m).(type) {
		case nil:
			v.AppendEmpty()
		case string:
			v.AppendText([]byte(x))
		case int64:
			v.AppendInt(x)
		case int:
			v.AppendInt(int64(x))
		case civil.Date:
			v.AppendInt(int64(x))
		case civil.Month:
			v.AppendInt(int64(x))
		}
	}
}

// value returns a cell; nil is an empty one.
func (c city) value(table, column string, i int, m civil.Month) any {
	switch table {
	case "loans":
		return c.loan(column, i)
	case "month_balances":
		n := c.note(i)
		switch column {
		case "institution_id":
			return bankID(n.bank)
		case "loan_id":
			return c.loanID(i)
		case "month":
			return m
		case "balance":
			return n.principal - n.principal/50*int64(max(0, m-n.on.Month()))
		}
		return nil
	case "guarantees", "collaterals":
		return c.pledge(column, i)
	}
	return c.party(table, column, i)
}

func (c city) loan(column string, i int) any {
	n, u := c.note(i), uint64(i)
	switch column {
	case "institution_id":
		return bankID(n.bank)
	case "loan_id":
		return c.loanID(i)
	case "branch_id":
		return branchID(n.bank*20 + roll(rollBranch, u, 20))
	case "enterprise_id":
		return firmID(n.firm)
	case "principal":
		return n.principal
	case "rate":
		return (350 + roll(rollRate, u, 300)) * 100_000
	case "disbursed_on":
		return n.on
	case "due_on":
		return n.on + 1095
	case "first_loan":
		return roll(rollFirst, u, 10) / 9
	case "quality":
		return []string{"normal", "normal", "normal", "special_mention", "substandard"}[roll(rollQuality, u, 5)]
	case "project_id":
		if roll(rollProject, u, 20) == 0 {
			return projectID(roll(rollProject, u+1, c.projects()))
		}
	}
	return nil
}

func (c city) pledge(column string, i int) any {
	note := i * 10
	n, u := c.note(note), uint64(i)
	switch column {
	case "guarantee_id", "collateral_id":
		return fmt.Sprintf("D%010d", i)
	case "institution_id", "secured_party":
		return bankID(n.bank)
	case "loan_id":
		return c.loanID(note)
	case "enterprise_id":
		return firmID(n.firm)
	case "guarantor_id":
		return party("31", 1)
	case "scheme":
		return []string{"xinbao", "other"}[roll(rollClass, u, 2)]
	case "class":
		return []string{"equipment", "raw_material", "real_estate"}[roll(rollClass, u, 3)]
	case "registration_no":
		return fmt.Sprintf("R%012d", i)
	case "amount", "value":
		return n.principal
	case "share":
		return 800_000_000
	case "start_on", "registered_on":
		return n.on - civil.Date(roll(rollStart, u, 3)) + 1
	case "end_on":
		return n.on + 1095
	case "first_guarantee":
		return roll(rollFirst, u, 2)
	}
	return nil
}

func (c city) party(table, column string, i int) any {
	u := uint64(i)
	switch column {
	case "institution_id":
		switch table {
		case "branches":
			return bankID(i / 20)
		case "projects":
			return bankID(i % c.banks())
		}
		return bankID(i)
	case "branch_id":
		return branchID(i)
	case "project_id":
		return projectID(i)
	case "enterprise_id":
		return firmID(i)
	case "name":
		return table
	case "kind":
		return map[string]string{"institutions": "rural_bank", "enterprises": "enterprise", "projects": "rd"}[table]
	case "local_legal_person":
		return i % 2
	case "tech":
		return roll(rollTech, u, 10) / 8
	case "size":
		return []any{"medium", "small", "micro", "micro", nil}[roll(rollSize, u, 5)]
	case "annual_sales":
		return roll(rollSales, u, 6_000_000_000)
	case "feature":
		if roll(rollFeature, u, 3) == 0 {
			return "tech"
		}
	case "site":
		return "urban"
	case "opened_on", "business_started_on", "recognised_on":
		return firstDay - 300
	case "review_year":
		return 2021
	case "review_passed":
		return 1
	case "released_on", "praised_on":
		return firstDay + civil.Date(roll(rollProject, u, 300))
	case "praise_level":
		return "province"
	case "rd_cost":
		return 1_000_000_00
	case "pool":
		return "risk-compensation"
	case "amount":
		return int64(c.notes) * 100_00
	}
	return nil
}
