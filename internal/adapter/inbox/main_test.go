package inbox_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/reporting"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

const (
	bankA = "91331082DEM0000149"
	bankB = "91331082DEM0000224"
	shop  = "92331082DEM0000146"
)

// town is a desk with an office, which has handed in the institutions, and two banks.
type town struct {
	*inboxtest.Desk
	office, a, b access.Caller
}

func newTown(t *testing.T, db *store.DB) *town {
	d := inboxtest.New(t, db)
	w := &town{
		Desk:   d,
		office: d.Org(access.OfficeOrg, "金融工作中心", "", access.Office, access.OfficeLead),
		a:      d.Org(access.BankOrg, "甲银行", bankA, access.Bank, access.BankLead),
		b:      d.Org(access.BankOrg, "乙银行", bankB, access.Bank, access.BankLead),
	}
	n := d.Take(w.office, reporting.Registers, "2021", inboxtest.Text("institutions.csv",
		"institution_id,name,kind,local_legal_person\n"+bankA+",甲银行,rural_bank,1\n"+bankB+",乙银行,city_bank,0\n"))
	if n.State != reporting.Accepted {
		t.Fatalf("the register: %s %v", n.State, d.Found(n.ID))
	}
	return w
}

// book is the lending tables of a bank with n notes of 1,000 yuan each, lent on the
// first of 2021, and the balances of one month.
func book(bank, month string, n int, balance string) inboxtest.Files {
	var loans, balances strings.Builder
	loans.WriteString("institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on\n")
	balances.WriteString("institution_id,loan_id,month,balance\n")
	for i := range n {
		fmt.Fprintf(&loans, "%s,L%05d,%s,1000.00,2021-01-01,2022-01-01\n", bank, i, shop)
		fmt.Fprintf(&balances, "%s,L%05d,%s,%s\n", bank, i, month, balance)
	}
	return inboxtest.Text("loans.csv", loans.String(), "month_balances.csv", balances.String())
}
