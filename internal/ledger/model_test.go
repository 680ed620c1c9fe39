package ledger_test

import (
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/ledger"
	"changrong/internal/ledger/ledgertest"
)

func TestAnySequenceIsWhatBagsOfMoneyDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ledgertest.New(ledgertest.Sources()...)
		ledgertest.Random(t, func(f func(ledger.Books) error) error { return f(m) })
	})
}
