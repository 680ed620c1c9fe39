package oracle

import (
	"cmp"
	"math"
	"slices"

	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// assign is step 2: a row that several items of an exclusion group select is kept
// as the group says. DeductPaid keeps all, and comes back in step 6.
func (b *Books) assign() error {
	for _, g := range b.plan.Groups {
		rows := b.going(func(r *Row) bool { return slices.Contains(g.Items, r.Item) })
		switch g.Strategy {
		case policy.Priority:
			b.keepOneItem(g, rows, func(*Row) int64 { return 0 })
		case policy.FirstFiled:
			b.keepOneItem(g, rows, func(r *Row) int64 { return b.filedAt(r, "filed_at") })
		case policy.OneInstitution:
			keepOneInstitution(rows)
		}
	}
	return nil
}

// keepOneItem keeps, of what several items make of the same row, the one that
// comes first by when, and by the order of the group among equals.
func (b *Books) keepOneItem(g *policy.Group, rows []*Row, when func(*Row) int64) {
	same := map[string][]*Row{}
	for _, r := range rows {
		key := join(r.InstitutionID, r.SubjectID)
		same[key] = append(same[key], r)
	}
	for _, rivals := range same {
		winner := slices.MinFunc(rivals, func(x, y *Row) int {
			return cmp.Or(
				cmp.Compare(when(x), when(y)),
				cmp.Compare(slices.Index(g.Items, x.Item), slices.Index(g.Items, y.Item)))
		})
		for _, r := range rivals {
			if r != winner {
				r.exclude(settlement.LostTo, winner.Item.ID)
			}
		}
	}
}

// keepOneInstitution keeps, of all the rows of an enterprise, those of the
// institution that lent first.
func keepOneInstitution(rows []*Row) {
	of := map[string][]*Row{}
	for _, r := range rows {
		of[r.EnterpriseID] = append(of[r.EnterpriseID], r)
	}
	for _, rivals := range of {
		first := slices.MinFunc(rivals, func(x, y *Row) int {
			return cmp.Or(
				cmp.Compare(x.Fact.date("disbursed_on"), y.Fact.date("disbursed_on")),
				cmp.Compare(x.InstitutionID, y.InstitutionID))
		})
		for _, r := range rivals {
			if r.InstitutionID != first.InstitutionID {
				r.exclude(settlement.OtherBank, first.InstitutionID)
			}
		}
	}
}

// never is the time of what was not filed: after all times.
const never = math.MaxInt64

// readFilings files the filings of this policy by item and institution, then subject.
func (b *Books) readFilings() {
	b.filings = map[string]map[string]*Fact{}
	for _, f := range b.facts.all("filings") {
		if f.Text("policy") != b.plan.Policy {
			continue
		}
		at := f.key("item", "institution_id")
		if b.filings[at] == nil {
			b.filings[at] = map[string]*Fact{}
		}
		b.filings[at][f.Text("subject_id")] = f
	}
}

// Filing returns the filing that applies to a row: the one that names it, else
// the one for all rows of its institution in the item, else nil.
func (b *Books) Filing(r *Row) *Fact {
	filings := b.filings[join(r.Item.ID, r.InstitutionID)]
	if f := filings[r.SubjectID]; f != nil {
		return f
	}
	return filings["*"]
}

// filedAt returns a time of the filing that applies to a row; never without one.
func (b *Books) filedAt(r *Row, column string) int64 {
	f := b.Filing(r)
	if f == nil || !f.Value(column).Known {
		return never
	}
	return f.Value(column).Int
}
