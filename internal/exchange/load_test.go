package exchange_test

import (
	"testing"

	"changrong/internal/exchange"
)

// TestTheCatalogueThatShipsIsSound reads every file of it, with each rule and figure
// checked against the fields it speaks of.
func TestTheCatalogueThatShipsIsSound(t *testing.T) {
	c, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Datasets()); n < 19 {
		t.Errorf("%d datasets", n)
	}
}
