package store_test

import (
	"reflect"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
)

// TestManyFirmsAreReadAsEachAlone: what is given of several firms is what would be given of
// each; what may not be read is not in the log, and what is fresh is not asked for again.
func TestManyFirmsAreReadAsEachAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		office := b.of(access.OfficeOrg)[0]
		datasets := []string{"dep.open", "dep.by_consent", "dep.by_statute", "dep.closed"}
		var firms, codes []string
		for range 3 {
			firm, code := b.firm("91")
			firms, codes = append(firms, firm), append(codes, code)
		}
		b.give(firms[0], exchange.Grant{Recipient: office, Purpose: exchange.CityRating, Datasets: datasets[:2]})
		withdrawn := b.give(firms[1], exchange.Grant{Recipient: office, Purpose: exchange.CityRating, Datasets: datasets[:2]})
		if _, err := b.s.Withdraw(t.Context(), b.callers[firms[1]], access.Scope{Org: firms[1]}, withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := b.s.Text(t.Context(), b.callers[firms[2]], exchange.Grant{Recipient: b.of(access.BankOrg)[0], Purpose: exchange.BankNaming}); fault.CodeOf(err) != "exchange.recipient" {
			t.Error(err)
		}
		if _, err := b.s.Text(t.Context(), b.callers[firms[2]], exchange.Grant{Recipient: office, Purpose: exchange.BankNaming, Datasets: datasets[:1]}); fault.CodeOf(err) != "exchange.ask" {
			t.Error(err)
		}
		b.give(firms[2], exchange.Grant{Recipient: office, Purpose: exchange.BankNaming})
		if _, err := b.s.ReadMany(t.Context(), b.callers[b.of(access.BankOrg)[0]], exchange.CityRating, codes, datasets); fault.CodeOf(err) != "exchange.purpose" {
			t.Error(err)
		}
		many, err := b.s.ReadMany(t.Context(), b.callers[office], exchange.CityRating, codes, datasets)
		if err != nil || len(many) != len(codes) || len(b.desks.asked) != 4 { // three times what is open, once by consent
			t.Fatalf("%v %d answers, %d questions", err, len(many), len(b.desks.asked))
		}
		if n := len(b.readings(all, exchange.ReadingFilter{})); n != 4 {
			t.Errorf("%d lines in the log", n)
		}
		again, err := b.s.ReadMany(t.Context(), b.callers[office], exchange.CityRating, codes, datasets)
		if err != nil || len(b.desks.asked) != 4 {
			t.Errorf("%v: what is fresh is asked for again: %d questions", err, len(b.desks.asked))
		}
		for i, code := range codes {
			alone := b.read(office, code, exchange.CityRating, datasets...)
			for _, p := range again[i].Parts {
				one := alone[p.Dataset]
				if p.Outcome != one.Outcome || !reflect.DeepEqual(p.Reason, one.Reason) || !reflect.DeepEqual(p.Summary, one.Summary) && p.Outcome.Gives() || p.Consent != one.Consent || again[i].Firm != code {
					t.Errorf("%s: %+v, alone %+v", code, p, one)
				}
				delete(alone, p.Dataset)
			}
			if len(alone) > 0 {
				t.Errorf("%s: %d datasets are missing", code, len(alone))
			}
		}
	})
}
