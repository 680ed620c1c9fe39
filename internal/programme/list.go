package programme

import (
	"changrong/internal/base/fault"
)

// Filter says which rows of a run are wanted. Empty fields ask for nothing.
type Filter struct {
	Item        string
	Institution string
	Payee       string // code, exactly
	Enterprise  string // how its code or its name begins
	Subject     string // how its number begins
	Town        string
	Reason      string // of Asides
	Waiting     *bool  // of Asides: those set aside, or those excluded
	Changed     bool   // of Lines: only those to which a limit, a deduction, a cap or a pool did something
	Sort        Sort
	Descending  bool
	Limit       int
	Offset      int
}

// Sort is what lines are put in order by.
type Sort string

// The orders; the last tie is the place in the run.
const (
	ByPlace  Sort = ""
	ByPaid   Sort = "paid"
	ByAmount Sort = "amount"
	ByBase   Sort = "base"
)

// check bounds a page.
//
// Errors: programme.page, programme.sort.
func (f *Filter) check() error {
	if f.Limit < 0 || f.Limit > MaxPage || f.Offset < 0 {
		return fault.Invalidf("programme.page", "每页须为1至%d行，起始行不能为负", "a page has 1 to %d rows, and begins at 0 or later", MaxPage).In(fault.Place{Field: "limit"})
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	switch f.Sort {
	case ByPlace, ByPaid, ByAmount, ByBase:
		return nil
	}
	return fault.Invalidf("programme.sort", "不能按“%s”排序，可用 paid、amount、base", "cannot sort by %q; there are paid, amount and base", fault.Clip(string(f.Sort))).In(fault.Place{Field: "sort"})
}

// Reach is whose rows of a run somebody may see: all, or those of one institution.
type Reach struct {
	All         bool
	Institution string // USCC; "" reaches nothing
}
