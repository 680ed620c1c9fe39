package auditor

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/settlement"
)

// Readings are the readings chosen, by the names and values of the pack; one that
// is not mentioned has its first value.
type Readings map[string]string

// Supported are the readings that the auditor can recompute; the first value is
// the default.
var Supported = map[string][]string{
	"average":          {"month_end_mean", "month_end_outstanding", "chronological"},
	"limit-order":      {"after_average"},
	"xinbao-exclusive": {"yes", "no"},
	"xinbao-balance":   {"whole_note", "guaranteed_share"},
	"first-loan-notes": {"year_notes_of_first_bank", "first_note", "year_notes_all_banks"},
	"allocator":        {"pro_rata"},
	"rounding":         {"yuan_floor", "fen", "yuan_half_up"},
}

// is tells whether a reading has a value.
func (r Readings) is(name, value string) bool {
	if chosen := r[name]; chosen != "" {
		return chosen == value
	}
	return Supported[name][0] == value
}

// check refuses readings that are not supported.
// Error: auditor.reading.
func (r Readings) check() error {
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if !slices.Contains(Supported[name], r[name]) {
			return fault.Invalidf("auditor.reading", "审计程序不能复算口径 %s=%s", "the auditor cannot recompute the reading %s=%s",
				fault.Clip(name), fault.Clip(r[name]))
		}
	}
	return nil
}

// Complaint is one thing that is not as the auditor reckons it, or one rule that
// the claimed outputs break by themselves.
type Complaint struct {
	Rule    string // stable: "line.paid", "pool.overdrawn"
	Where   string // item, payee, row: whatever it is about
	Claimed string
	Own     string // what it should be
}

// String renders the complaint on one line.
func (c Complaint) String() string {
	return fmt.Sprintf("%s %s: claimed %s, should be %s", c.Rule, c.Where, c.Claimed, c.Own)
}

// MaxComplaints is how many Judge returns at most; the rest would say the same.
const MaxComplaints = 1000

// Judge recomputes the settlement of src under readings and compares line by line
// and total by total; it also checks what must hold of any settlement. Complaints
// are sorted.
//
// Errors: auditor.reading, and those of src.
func Judge(ctx context.Context, src fact.Source, lines []settlement.Line, totals []settlement.Total, readings Readings) ([]Complaint, error) {
	if err := readings.check(); err != nil {
		return nil, err
	}
	k, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	a := &audit{books: k, readings: readings}
	a.fixed()
	a.firstGuarantees()
	a.loans()
	a.steps()
	j := &judge{}
	j.lines(a.claims, lines)
	j.totals(a.claims, totals)
	j.sums(lines, totals)
	j.rules(k, lines)
	slices.SortFunc(j.complaints, func(x, y Complaint) int { return compareText(x.String(), y.String()) })
	return j.complaints[:min(len(j.complaints), MaxComplaints)], nil
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// judge collects complaints.
type judge struct{ complaints []Complaint }

func (j *judge) complain(rule, where string, claimed, own any) {
	j.complaints = append(j.complaints, Complaint{rule, where, fmt.Sprint(claimed), fmt.Sprint(own)})
}

// same complains when two numbers differ.
func (j *judge) same(rule, where string, claimed, own int64) {
	if claimed != own {
		j.complain(rule, where, claimed, own)
	}
}

// lineKey is what tells a line from all others.
type lineKey struct{ item, bank, subject string }

func (k lineKey) String() string { return k.item + " " + k.bank + " " + k.subject }

// lines compares every line with the auditor's own.
func (j *judge) lines(own []*claim, claimed []settlement.Line) {
	mine := map[lineKey]*claim{}
	for _, c := range own {
		mine[lineKey{c.item, c.bank, c.subject}] = c
	}
	for i := range claimed {
		l := &claimed[i]
		key := lineKey{l.Item, l.InstitutionID, l.SubjectID}
		where := key.String()
		c := mine[key]
		if c == nil {
			j.complain("line.unfounded", where, l.Paid, "no line")
			continue
		}
		delete(mine, key)
		if c.payee != l.PayeeID {
			j.complain("line.payee", where, l.PayeeID, c.payee)
		}
		if c.enterprise != l.EnterpriseID {
			j.complain("line.enterprise", where, l.EnterpriseID, c.enterprise)
		}
		j.same("line.base", where, l.Base, c.base)
		j.same("line.limited", where, l.LimitedBase, c.limited)
		j.same("line.rate", where, int64(l.Rate), c.rate)
		j.same("line.amount", where, int64(l.Amount), c.amount)
		j.same("line.deducted", where, int64(l.Deducted), 0)
		j.same("line.capped", where, int64(l.Capped), c.capped)
		j.same("line.pooled", where, int64(l.Pooled), c.pooled)
		j.same("line.paid", where, int64(l.Paid), c.paid)
	}
	for key, c := range mine {
		j.complain("line.missing", key.String(), "no line", c.paid)
	}
}

// totals compares every total with the sum of the auditor's own rows.
func (j *judge) totals(own []*claim, claimed []settlement.Total) {
	mine := map[totalKey]settlement.Total{}
	for _, c := range own {
		key := totalKey{c.item, c.payee}
		t := mine[key]
		addRow(&t, c.base, c.capped, c.pooled, c.paid)
		mine[key] = t
	}
	j.compareTotals("total", mine, claimed)
}

// totalKey is what tells a total from all others.
type totalKey struct{ item, payee string }

func addRow(t *settlement.Total, base, capped, pooled, paid int64) {
	t.Rows++
	t.Base += base
	t.Amount += fen(capped)
	t.Pooled += fen(pooled)
	t.Paid += fen(paid)
}

// compareTotals compares totals with what they should be.
func (j *judge) compareTotals(rule string, own map[totalKey]settlement.Total, claimed []settlement.Total) {
	seen := map[totalKey]bool{}
	for i := range claimed {
		t := &claimed[i]
		key := totalKey{t.Item, t.PayeeID}
		where := t.Item + " " + t.PayeeID
		if seen[key] {
			j.complain(rule+".twice", where, "two totals", "one")
		}
		seen[key] = true
		o, ok := own[key]
		if !ok {
			j.complain(rule+".unfounded", where, t.Paid, "no total")
			continue
		}
		j.same(rule+".rows", where, t.Rows, o.Rows)
		j.same(rule+".base", where, t.Base, o.Base)
		j.same(rule+".amount", where, int64(t.Amount), int64(o.Amount))
		j.same(rule+".pooled", where, int64(t.Pooled), int64(o.Pooled))
		j.same(rule+".paid", where, int64(t.Paid), int64(o.Paid))
	}
	for key, o := range own {
		if !seen[key] {
			j.complain(rule+".missing", key.item+" "+key.payee, "no total", o.Paid)
		}
	}
}
