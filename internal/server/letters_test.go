package server_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/store"
	"changrong/internal/fact"
	"changrong/internal/programme"
)

// mailed has a person told of everything by mail.
func (x *asked) mailed(t *testing.T, cookie string, post letters) {
	t.Helper()
	var settings notify.Settings
	x.ok(t, http.MethodGet, "/api/messages/settings", cookie, nil, &settings)
	var all []notify.Choice
	for _, k := range settings.Kinds {
		all = append(all, notify.Choice{Kind: k.Kind, Mail: true})
	}
	x.ok(t, http.MethodPut, "/api/messages/settings", cookie, map[string]any{"mail": "somebody@example.com", "phone": "", "choices": all}, nil)
	_, code, _ := strings.Cut(next(t, post, func(s string) bool { return strings.Contains(s, "验证码：") }), "验证码：")
	code, _, _ = strings.Cut(code, "\r\n")
	x.ok(t, http.MethodPost, "/api/messages/settings/code", cookie, map[string]string{"code": code}, nil)
}

// bundled settles a year in which the firm has its first loan, and returns what is in the
// bundle, facts and all.
func (x *asked) bundled(w *world, f *firm, cookies map[access.Role]string) string {
	t := w.t
	t.Helper()
	const bank = "91331082DEM0000149"
	if err := x.DB.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org("bank-b")
		if err != nil {
			return err
		}
		o.USCC = bank
		return tx.PutOrg(o)
	}); err != nil {
		t.Fatal(err)
	}
	balances := "institution_id,loan_id,month,balance\n"
	for month := range 12 {
		balances += fmt.Sprintf("%s,N1,2021-%02d,3000000\n", bank, month+1)
	}
	office := cookies[access.OfficeLead]
	x.handIn(t, office, "registers", "2021", map[string]string{"institutions.csv": "institution_id,name,kind,local_legal_person\n" + bank + ",某银行,rural_bank,1\n"})
	x.handIn(t, cookies[access.Bank], "lending", "2021", map[string]string{
		"enterprises.csv":    "enterprise_id,name,kind,size,tech,annual_sales,town\n" + f.uscc + ",某厂,enterprise,small,0,5000000,331082101\n",
		"loans.csv":          "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,first_loan,project_id\n" + bank + ",N1," + f.uscc + ",3000000,2021-01-04,2024-01-04,1,\n",
		"month_balances.csv": balances,
	})
	var run programme.Run
	x.ok(t, http.MethodPost, "/api/runs", office, programme.Ask{Pack: "linhai-2021-47", Purpose: programme.Trial}, &run)
	w.settle()
	x.ok(t, http.MethodGet, "/api/runs/"+run.ID, office, nil, &run)
	if run.State != programme.Done {
		t.Fatal(run.State, run.Failure)
	}
	_, answer := x.answer(t, http.MethodGet, "/api/runs/"+run.ID+"/bundle", office, nil)
	_, body, _ := strings.Cut(answer, "\n\n")
	return unzipped(t, body) + factsOf(t, body)
}

// factsOf are the facts of a zipped bundle, which it has in columns.
func factsOf(t *testing.T, zipped string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "bundle.zip")
	if err := os.WriteFile(name, []byte(zipped), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	facts, err := b.Facts()
	if err != nil {
		t.Fatal(err)
	}
	defer facts.Close()
	var out strings.Builder
	for _, table := range fact.Tables() {
		if !facts.Has(table.Name) {
			continue
		}
		w := factfile.NewCSVWriter(&out, table)
		if err := facts.Scan(t.Context(), table.Name, table.Stored(), 1, func(_ int, b *fact.Batch) error { return w.Write(b) }); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
