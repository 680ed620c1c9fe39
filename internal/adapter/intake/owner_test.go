package intake

import (
	"strings"
	"testing"
)

// TestOthersDataIsRefused: a folder may speak of its own institution alone, in
// messages and in tables, and others may stand beside it.
func TestOthersDataIsRefused(t *testing.T) {
	w := newWorld(t)
	w.banks()
	w.message(bankA, "CLDWDK", "2021-01", r{})
	w.message(bankB, "CLDWDK", "2021-01", r{})
	w.table("a/loans.csv", "institution_id,loan_id,principal", bankA+",1,1000.00", bankB+",1,1000.00")
	rep, _ := w.take(Options{Check: true, Owner: func(path string) Owner {
		if strings.HasPrefix(path, "2021-01") || strings.HasPrefix(path, "a/") {
			return Owner{"institution_id", bankA}
		}
		return Owner{}
	}})
	var got []string
	for _, f := range rep.Findings {
		if f.Code == ruleOther.Code {
			got = append(got, f.At.String()+" "+f.At.Value)
		}
	}
	want := "2021-01/" + bankB + "_CLDWDK_20210131.zip " + bankB + "; a/loans.csv:3 institution_id " + bankB
	if strings.Join(got, "; ") != want {
		t.Errorf("found %v, not %v, among %v", got, want, rep.Findings)
	}
	if len(rep.Balances) != 2 || rep.Balances[0] != (Balance{bankA, "2021-01", 1, 100000}) {
		t.Errorf("control sums %+v", rep.Balances)
	}
}
