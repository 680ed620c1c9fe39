package origination

import (
	"context"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// FigureFilter says what is counted: referrals by the day they were pushed; what is zero
// leaves all.
type FigureFilter struct {
	From, To civil.Date
	Bank     string
	Code     string
	On       civil.Date // today, for what is late
}

// Funnel is how far applications came.
type Funnel struct {
	Stage        string    `json:"stage"`
	Zh           string    `json:"zh"`
	Applications int64     `json:"applications"`
	Referrals    int64     `json:"referrals"`
	Amount       money.Fen `json:"amount_fen" doc:"as it was asked for; from disbursed on, what was paid out"`
}

// BankFigures are what became of the referrals of one bank.
type BankFigures struct {
	Bank       string        `json:"bank"`
	Name       string        `json:"name"`
	Pushed     int64         `json:"pushed"`
	Accepted   int64         `json:"accepted"`
	Offered    int64         `json:"offered"`
	Declined   int64         `json:"declined"`
	Chosen     int64         `json:"offers_accepted" doc:"its offers that firms accepted"`
	Contracted int64         `json:"contracted"`
	Disbursed  int64         `json:"disbursed"`
	Paid       money.Fen     `json:"disbursed_fen"`
	LateSteps  int64         `json:"late_steps" doc:"steps done after their last day"`
	LateNow    int64         `json:"late_now" doc:"referrals whose step is over its last day now"`
	ToAccept   civil.Instant `json:"to_accept_ms" doc:"from being pushed to being accepted, on average; 0: none was"`
	ToOffer    civil.Instant `json:"to_offer_ms" doc:"from being pushed to the first offer, on average; 0: none was"`
}

// RefusalFigures are how often a reason was given.
type RefusalFigures struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	N    int64  `json:"n"`
}

// Share is a part of the contracts.
type Share struct {
	N      int64     `json:"n"`
	Amount money.Fen `json:"amount_fen"`
}

// Figures are what the finance office looks at.
type Figures struct {
	Funnel   []Funnel         `json:"funnel"`
	Banks    []BankFigures    `json:"banks"`
	Refusals []RefusalFigures `json:"refusals"`
	// Contracts, and of them first loans (首贷), those of which it is not known, and those on
	// credit alone (信用贷款).
	Contracts Share `json:"contracts"`
	First     Share `json:"first_loans"`
	FirstNot  Share `json:"first_loans_unknown"`
	Credit    Share `json:"credit_loans"`
}

// Figures returns them.
func (s *Service) Figures(ctx context.Context, f FigureFilter) (x *Figures, err error) {
	f.On = s.today()
	err = s.Store.Read(ctx, func(tx Tx) error {
		x, err = tx.OriginationFigures(f)
		return err
	})
	if err != nil {
		return nil, err
	}
	names := map[string]string{
		"submitted": "提交", "accepted": "受理", "contacted": "对接", "offered": "报价", "offer_accepted": "企业接受", "contracted": "签约", "disbursed": "放款",
	}
	for i := range x.Funnel {
		x.Funnel[i].Zh = names[x.Funnel[i].Stage]
	}
	for i := range x.Refusals {
		for _, w := range Refusals() {
			if w.Code == x.Refusals[i].Code {
				x.Refusals[i].Zh = w.Zh
			}
		}
	}
	return x, nil
}
