package intake

import "testing"

// TestRowsWaitForTheirNote: a supplement that may run ahead fills in what is there,
// and its row of a note to come is left out and said; a whole row is taken.
func TestRowsWaitForTheirNote(t *testing.T) {
	w := newWorld(t)
	w.banks()
	w.message(bankA, "CLDWDK", "2021-01", r{"是否首次贷款": "0"})
	w.message(bankA, "DWDKFS", "2021-01", r{"是否首次贷款": "0"})
	w.message(bankA, "FTYKHX", "2021-01", r{})
	w.table("late/loans.csv", "institution_id,loan_id,enterprise_id,principal,channel,disbursed_on,due_on,closed_on",
		bankA+",1,,,counter,,,", bankA+",2,,2000.00,counter,,,", bankA+",3,"+shop+",3000.00,counter,2020-01-01,2020-12-01,2020-12-01")
	opts := Options{Waits: func(path string) bool { return path == "late/loans.csv" }}
	_, got := w.take(opts)
	w.want(got, "intake.waits late/loans.csv:3 loan_id "+bankA+"/2")
	w.wantFacts("month_balances", bankA+" 1 2021-01 balance=1000.00 quality=normal")
}
