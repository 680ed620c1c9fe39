package auditor

import (
	"context"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// truth is yes, no, or not known.
type truth int

const (
	no truth = iota
	yes
	unknown
)

// all is yes when everything is, and no when anything is.
func all(conditions ...truth) truth {
	result := yes
	for _, c := range conditions {
		switch c {
		case no:
			return no
		case unknown:
			result = unknown
		}
	}
	return result
}

// either is yes when anything is.
func either(a, b truth) truth {
	switch {
	case a == yes || b == yes:
		return yes
	case a == unknown || b == unknown:
		return unknown
	}
	return no
}

func is(b bool) truth {
	if b {
		return yes
	}
	return no
}

// text is a text that may not be known.
type text struct {
	s     string
	known bool
}

func (t text) in(values ...string) truth {
	if !t.known {
		return unknown
	}
	for _, v := range values {
		if t.s == v {
			return yes
		}
	}
	return no
}

// number is a number that may not be known.
type number struct {
	n     int64
	known bool
}

func (x number) atMost(n int64) truth {
	if !x.known {
		return unknown
	}
	return is(x.n <= n)
}

func (x number) within(first, last civil.Date) truth {
	if !x.known {
		return unknown
	}
	return is(x.n >= int64(first) && x.n <= int64(last))
}

// yes is what a yes-or-no column says.
func (x number) yes() truth {
	if !x.known {
		return unknown
	}
	return is(x.n == 1)
}

// noteKey is what tells a loan note from all others.
type noteKey struct{ bank, loan string }

type note struct {
	noteKey
	enterprise, branch, project text
	disbursed, closed           civil.Date
	first                       truth
	balance                     map[civil.Month]int64
	guarantees                  []*guarantee
	collaterals                 []*collateral
}

type enterprise struct {
	size  text
	tech  truth
	sales number
	notes []*note
	pays  []*guarantee // of its notes
}

type branch struct {
	bank, id                    string
	site, feature               text
	opened, started, recognised number
	reviewYear                  number
	passed                      truth
}

type project struct {
	bank, id         string
	kind, level      text
	praised, release number
	cost             number
}

type guarantee struct {
	note                              noteKey
	enterprise                        string
	scheme                            text
	share                             number
	start, end, released, compensated civil.Date
	first                             truth
}

type collateral struct {
	class, no, party      text
	registered, cancelled number
}

type decision struct {
	item, subject string
	rate, amount  number
}

// books are all facts that the items speak of.
type books struct {
	notes       map[noteKey]*note
	enterprises map[string]*enterprise
	branches    map[noteKey]*branch // by bank and branch
	projects    map[string]*project
	guarantees  []*guarantee
	decisions   []decision
	budgets     map[string]int64
}

// row is one row of a table being read.
type row struct {
	b *fact.Batch
	i int
}

func (r row) text(column int) text {
	v := r.b.Vectors[column]
	return text{string(v.Texts.At(r.i)), !v.Unknown(r.i)}
}

func (r row) number(column int) number {
	v := r.b.Vectors[column]
	return number{v.Ints[r.i], !v.Unknown(r.i)}
}

func (r row) date(column int) civil.Date { return civil.Date(r.b.Vectors[column].Ints[r.i]) }

// read hands out the rows of a table, one by one.
func read(ctx context.Context, src fact.Source, table string, columns []string, fn func(row)) error {
	if !src.Has(table) {
		return nil
	}
	return src.Scan(ctx, table, columns, 1, func(_ int, b *fact.Batch) error {
		for i := range b.Len() {
			fn(row{b, i})
		}
		return ctx.Err()
	})
}

// open reads the facts.
func open(ctx context.Context, src fact.Source) (*books, error) {
	k := &books{
		notes: map[noteKey]*note{}, enterprises: map[string]*enterprise{}, branches: map[noteKey]*branch{},
		projects: map[string]*project{}, budgets: map[string]int64{},
	}
	for _, step := range []func(context.Context, fact.Source) error{
		k.readParties, k.readNotes, k.readBalances, k.readBacking, k.readDecisions,
	} {
		if err := step(ctx, src); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *books) readParties(ctx context.Context, src fact.Source) error {
	err := read(ctx, src, "enterprises", []string{"enterprise_id", "size", "tech", "annual_sales"}, func(r row) {
		k.enterprises[r.text(0).s] = &enterprise{size: r.text(1), tech: r.number(2).yes(), sales: r.number(3)}
	})
	if err != nil {
		return err
	}
	columns := []string{
		"institution_id", "branch_id", "site", "feature", "opened_on", "business_started_on", "recognised_on",
		"review_year", "review_passed",
	}
	err = read(ctx, src, "branches", columns, func(r row) {
		b := &branch{
			bank: r.text(0).s, id: r.text(1).s, site: r.text(2), feature: r.text(3), opened: r.number(4),
			started: r.number(5), recognised: r.number(6), reviewYear: r.number(7), passed: r.number(8).yes(),
		}
		k.branches[noteKey{b.bank, b.id}] = b
	})
	if err != nil {
		return err
	}
	columns = []string{"project_id", "institution_id", "kind", "praise_level", "praised_on", "released_on", "rd_cost"}
	return read(ctx, src, "projects", columns, func(r row) {
		k.projects[r.text(0).s] = &project{
			id: r.text(0).s, bank: r.text(1).s, kind: r.text(2), level: r.text(3),
			praised: r.number(4), release: r.number(5), cost: r.number(6),
		}
	})
}

func (k *books) readNotes(ctx context.Context, src fact.Source) error {
	columns := []string{"institution_id", "loan_id", "enterprise_id", "branch_id", "project_id", "disbursed_on", "closed_on", "first_loan"}
	return read(ctx, src, "loans", columns, func(r row) {
		n := &note{
			noteKey: noteKey{r.text(0).s, r.text(1).s}, enterprise: r.text(2), branch: r.text(3), project: r.text(4),
			disbursed: r.date(5), closed: r.date(6), first: r.number(7).yes(), balance: map[civil.Month]int64{},
		}
		k.notes[n.noteKey] = n
		e := k.enterprises[n.enterprise.s]
		if e == nil { // nothing is known about it
			e = &enterprise{tech: unknown}
			k.enterprises[n.enterprise.s] = e
		}
		e.notes = append(e.notes, n)
	})
}

func (k *books) readBalances(ctx context.Context, src fact.Source) error {
	return read(ctx, src, "month_balances", []string{"institution_id", "loan_id", "month", "balance"}, func(r row) {
		if n := k.notes[noteKey{r.text(0).s, r.text(1).s}]; n != nil {
			n.balance[civil.Month(r.number(2).n)] = r.number(3).n
		}
	})
}

func (k *books) readBacking(ctx context.Context, src fact.Source) error {
	columns := []string{
		"institution_id", "loan_id", "enterprise_id", "scheme", "share", "start_on", "end_on", "released_on",
		"compensated_on", "first_guarantee",
	}
	err := read(ctx, src, "guarantees", columns, func(r row) {
		g := &guarantee{
			note: noteKey{r.text(0).s, r.text(1).s}, enterprise: r.text(2).s, scheme: r.text(3), share: r.number(4),
			start: r.date(5), end: r.date(6), released: r.date(7), compensated: r.date(8), first: r.number(9).yes(),
		}
		k.guarantees = append(k.guarantees, g)
		if n := k.notes[g.note]; n != nil {
			n.guarantees = append(n.guarantees, g)
		}
		if e := k.enterprises[g.enterprise]; e != nil {
			e.pays = append(e.pays, g)
		}
	})
	if err != nil {
		return err
	}
	columns = []string{"institution_id", "loan_id", "class", "registration_no", "registered_on", "cancelled_on", "secured_party"}
	return read(ctx, src, "collaterals", columns, func(r row) {
		if n := k.notes[noteKey{r.text(0).s, r.text(1).s}]; n != nil {
			n.collaterals = append(n.collaterals, &collateral{
				class: r.text(2), no: r.text(3), registered: r.number(4),
				cancelled: r.number(5), party: r.text(6),
			})
		}
	})
}

func (k *books) readDecisions(ctx context.Context, src fact.Source) error {
	err := read(ctx, src, "decisions", []string{"policy", "item", "subject_id", "rate", "amount"}, func(r row) {
		if r.text(0).s == "linhai-2021-47" {
			k.decisions = append(k.decisions, decision{r.text(1).s, r.text(2).s, r.number(3), r.number(4)})
		}
	})
	if err != nil {
		return err
	}
	return read(ctx, src, "budgets", []string{"pool", "amount"}, func(r row) { k.budgets[r.text(0).s] = r.number(1).n })
}
