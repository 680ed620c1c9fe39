package httpapi_test

import (
	"changrong/internal/adapter/store"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/through"
)

// aThroughLoan is a loan of the scene's bank that came through the platform.
func aThroughLoan(s *scene) string {
	bank := s.org
	if s.org == orgOf(s.role) {
		bank = "org-bank"
	}
	s.vars["mark"] = s.mark
	s.write(func(tx *store.Tx) error {
		l := &through.Loan{
			ID: "t" + s.mark, Referral: "r" + s.mark, Bank: bank, BankName: "某行", Institution: "91331082DEM0000149", NoteNo: s.mark, USCC: "92331082DEM0000146", Firm: "某店",
			Amount: 100 * money.Wan, Drawn: s.now.Date() - 30, Due: s.now.Date() + 300, Entered: s.now,
		}
		l.Match = through.Compare([]through.Loan{*l}, through.Reported{})[0]
		return tx.AddThroughLoan(l)
	})
	return "t" + s.mark
}

// aThroughCount is how the loans of the scene's bank agree.
func aThroughCount(s *scene) string {
	id := aThroughLoan(s)
	s.shows = s.org
	if s.org == orgOf(s.role) {
		s.shows = "org-bank"
	}
	return id
}
