package product

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Step is how far a product came with a firm.
type Step string

// The steps.
const (
	Shown  Step = "shown"  // as one that fits
	First  Step = "first"  // and as the first of them
	Chosen Step = "chosen" // the firm applied for it
	Won    Step = "won"    // and took the bank's offer
)

// Figure is how often a bank's products were shown, chosen and won (曝光份额).
type Figure struct {
	Bank        string      `json:"bank"`
	BankName    string      `json:"bank_name"`
	Products    int64       `json:"products" doc:"that were shown"`
	Shown       int64       `json:"shown"`
	First       int64       `json:"first"`
	Chosen      int64       `json:"chosen"`
	Won         int64       `json:"won"`
	ShownShare  *money.Rate `json:"shown_share_ppb,omitempty" doc:"of all banks; for who sees all of them"`
	FirstShare  *money.Rate `json:"first_share_ppb,omitempty"`
	ChosenShare *money.Rate `json:"chosen_share_ppb,omitempty"`
	WonShare    *money.Rate `json:"won_share_ppb,omitempty"`
}

// note counts what was shown: a product once for an application, however often it is
// looked at.
func (s *Service) note(ctx context.Context, key string, items []Match, on civil.Date) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		for i := range items {
			x := &items[i]
			if x.Outcome != Fits {
				break
			}
			if err := count(tx, key, x.Product, x.Bank, Shown, on); err != nil {
				return err
			}
			if i == 0 {
				if err := count(tx, key, x.Product, x.Bank, First, on); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Came counts that a firm chose a product, or took its bank's offer; subject is the
// referral, and counts once.
func Came(tx Tx, subject, product, bank string, step Step, on civil.Date) error {
	if product == "" {
		return nil
	}
	return count(tx, subject, product, bank, step, on)
}

func count(tx Tx, key, product, bank string, step Step, on civil.Date) error {
	first, err := tx.MarkProduct(key, product, step, on)
	if err != nil || !first {
		return err
	}
	return tx.CountProduct(product, bank, on, step)
}

// Figures returns how often banks were shown, chosen and won from one day to another;
// zero days: this year so far. Shares are for who sees all banks: by one's own share one
// would know what the others did.
//
// Errors: product.days.
func (s *Service) Figures(ctx context.Context, scope access.Scope, from, to civil.Date) (list []Figure, err error) {
	today := s.Now().Date()
	if to == 0 {
		to = today
	}
	if from == 0 {
		y, _, _ := to.YMD()
		from, _ = civil.Of(y, 1, 1)
	}
	if from > to || to-from >= figureDays {
		return nil, fault.Invalidf("product.days", "起止日期须在前后%d天之内", "the days are at most %d", figureDays).In(fault.Place{Field: "from"})
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.ProductFigures(from, to, scope)
		return err
	})
	if err != nil || !scope.All {
		return list, err
	}
	var all Figure
	for _, f := range list {
		all.Shown += f.Shown
		all.First += f.First
		all.Chosen += f.Chosen
		all.Won += f.Won
	}
	for i := range list {
		f := &list[i]
		f.ShownShare, f.FirstShare = share(f.Shown, all.Shown), share(f.First, all.First)
		f.ChosenShare, f.WonShare = share(f.Chosen, all.Chosen), share(f.Won, all.Won)
	}
	return list, nil
}

// share is part of whole; nil of nothing.
func share(part, whole int64) *money.Rate {
	q, ok := money.MulDiv(part, int64(money.One), max(whole, 1))
	if !ok || whole == 0 {
		return nil
	}
	r := money.Rate(q)
	return &r
}

// Sweep forgets what was shown long ago; that it was is counted.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepProductMarks(s.Now().Date() - keptShown) })
}

// At returns an edition, published still or not.
//
// Errors: product.not_found.
func At(tx Tx, product string, edition int64) (*Edition, string, error) {
	e, err := tx.Edition(product, edition)
	if err != nil {
		return nil, "", err
	}
	p, err := tx.Product(product, access.Scope{All: true})
	if err != nil {
		return nil, "", err
	}
	return e, p.Bank, nil
}

// Now returns the edition of a product that is offered.
//
// Errors: product.not_found, also of one that is paused or retired.
func Now(tx Tx, product string) (*Edition, string, error) {
	p, err := tx.Product(product, access.Scope{All: true})
	if err != nil {
		return nil, "", err
	}
	if p.State != Published {
		return nil, "", fault.New(fault.NotFound, "product.not_found", "该产品已暂停或停办", "the product is not offered now")
	}
	e, err := tx.Edition(product, p.Edition)
	return e, p.Bank, err
}
