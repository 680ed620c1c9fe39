package server_test

import (
	"net/http"
	"slices"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/through"
	"changrong/internal/origination"
	"changrong/internal/reporting/match"
	"changrong/internal/server"
	"changrong/internal/workflow"
)

// TestALoanEntersTheLoanBookByItself: from the drawdown that a bank registers, once, with
// all that was registered about it, and what the bank says of it later.
func TestALoanEntersTheLoanBookByItself(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database})
		clerk := w.person(t, "bank", access.BankOrg, access.Bank)
		w.person(t, "other", access.BankOrg, access.Bank)
		f := w.firm(t, 1, "91")
		s := w.API.Origination
		caller := access.Caller{Principal: &access.Principal{Account: "account", Name: "经办", Org: "bank", OrgKind: access.BankOrg, Roles: []access.Role{access.Bank, access.BankLead}}}
		own := access.Scope{Org: "bank"}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.DB.Write(t.Context(), func(tx *store.Tx) error {
			o, err := tx.Org("bank")
			if err != nil {
				return err
			}
			o.USCC = "91331082DEM0000149"
			return tx.PutOrg(o)
		}))
		_, err := s.Submit(t.Context(), f.caller, submission("through-0001", w.wanted(t, f, "bank", "other")))
		must(err)
		var id string
		w.awaits(t, func() bool {
			list, _, err := s.Referrals(t.Context(), own, origination.ReferralFilter{Limit: 5})
			must(err)
			if len(list) > 0 {
				id = list[0].ID
			}
			return id != ""
		})
		for _, verb := range []workflow.Verb{origination.Accept, origination.Meet, origination.Review} {
			_, err := s.Act(t.Context(), caller, own, id, origination.Action{Verb: verb})
			must(err)
		}
		today := w.Now().Date()
		price := origination.Price{
			Amount: 20 * money.Wan, Rate: 43_500_000, Months: 12, Method: "bullet", DayCount: "act_360", Security: "mortgage", FirstDue: today + 30, ValidTil: w.Now() + 1_000_000,
		}
		o, err := s.Offer(t.Context(), caller, own, id, 0, price)
		must(err)
		_, err = s.AcceptOffer(t.Context(), f.caller, access.Scope{Org: f.org}, o.ID)
		must(err)
		yes := true
		_, err = s.Contract(t.Context(), caller, own, id, 0, origination.Agreement{No: "H1", Amount: 20 * money.Wan, Rate: 43_500_000, Months: 12, Signed: today, Security: "mortgage", First: &yes, Branch: "东城支行"})
		must(err)
		for range 2 { // a callback that comes twice
			_, err = s.Disburse(t.Context(), caller, own, id, 0, origination.Drawdown{NoteNo: "N1", Amount: 15 * money.Wan, Rate: 43_000_000, Drawn: today, Due: today + 300})
			must(err)
		}
		more := func() bool {
			d, err := s.Referral(t.Context(), caller, own, id)
			must(err)
			return slices.Contains(d.Can, origination.Disburse)
		}
		if !more() {
			t.Error("the rest of the contract cannot be paid out")
		}
		_, err = s.Disburse(t.Context(), caller, own, id, 0, origination.Drawdown{NoteNo: "N2", Amount: 5 * money.Wan, Rate: 43_000_000, Drawn: today, Due: today + 300})
		must(err)
		if more() {
			t.Error("all of the contract has been paid out, and more may be")
		}
		_, err = s.Report(t.Context(), caller, own, id, origination.Report{NoteNo: "N1", Status: origination.StatusRepaid, AsOf: today})
		must(err)

		// The platform tells itself; told here too, nothing comes of it twice.
		var told []store.Told
		must(w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			told, err = tx.EventsAfter(0, 1000)
			return err
		}))
		for range 2 {
			for _, e := range told {
				must(w.DB.Write(t.Context(), func(tx *store.Tx) error { return server.KeepThrough(w.API.Through, tx, e.Event) }))
			}
		}
		loans, n, err := w.API.Through.Loans(t.Context(), own, match.Filter{Oldest: true, Limit: 9})
		must(err)
		if n != 2 || len(loans) != 2 || len(loans[0].Words) != 1 {
			t.Fatalf("%d loans: %+v", n, loans)
		}
		l := loans[0]
		if l.NoteNo != "N1" || l.Contract != "H1" || l.Institution != "91331082DEM0000149" || l.USCC != f.uscc || l.Amount != 15*money.Wan || l.Rate != 43_000_000 || l.Drawn != today ||
			l.Branch != "东城支行" || l.Security != "mortgage" || l.First == nil || !*l.First || l.Channel() != "platform" || l.Purpose != "equipment" || l.Closed() != today || l.Match.State != through.Waiting {
			t.Errorf("%+v", l)
		}
		var again struct{ Total int }
		if r := w.call(t, http.MethodGet, "/api/through-loans?state=waiting&open=false", clerk, nil, &again); r.StatusCode != http.StatusOK || again.Total != 2 {
			t.Errorf("%d, %d loans", r.StatusCode, again.Total)
		}
	})
}

// awaits waits until ok, which may become so by what happens.
func (w *town) awaits(t *testing.T, ok func() bool) {
	t.Helper()
	wake, unwatch := w.DB.Watch(store.Events)
	defer unwatch()
	for !ok() {
		select {
		case <-wake:
		case <-t.Context().Done():
			t.Fatal("it does not come")
		}
	}
}
