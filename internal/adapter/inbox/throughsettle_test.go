package inbox_test

import (
	"path/filepath"
	"testing"

	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/programme"
	"changrong/internal/reporting"
)

// settles settles 2021 for the record and verifies the bundle with nothing but the
// bundle; it returns what the facts digest to, by table.
func (w *lent) settles(t *testing.T) map[string]programme.TableDigest {
	t.Helper()
	packs, err := engine.OpenPacks(filepath.Join("..", "..", "..", "packs"))
	if err != nil {
		t.Fatal(err)
	}
	e := &engine.Engine{Packs: packs, Facts: engine.Reported{Desk: w.Service}, Blobs: w.Files, Temp: t.TempDir()}
	quiet := func(int64, int64, string) {}
	first, _ := civil.Of(2021, 1, 1)
	var kept programme.Frozen
	out, err := e.Settle(t.Context(), programme.Order{
		Run: "r", Pack: "linhai-2021-47", Purpose: programme.Official, By: w.office, Choices: policy.Choices{Scope: civil.Range{First: first, Last: first + 364}},
	}, func(f programme.Frozen) error { kept = f; return nil }, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if snap, err := w.Snapshot(t.Context(), kept.Snapshot); err != nil || !snap.Parts[len(snap.Parts)-1].Platform {
		t.Errorf("the snapshot lacks the platform's part: %v", err)
	}
	alone := &engine.Engine{Packs: packs, Blobs: w.Files, Temp: t.TempDir()}
	wrong, err := alone.Verify(t.Context(), programme.File{SHA256: out.Sealed.BundleSHA256, Size: out.Sealed.BundleSize})
	if err != nil || len(wrong) > 0 {
		t.Errorf("verifying: %v %+v", err, wrong)
	}
	digests := map[string]programme.TableDigest{}
	for _, d := range out.Sealed.Facts {
		digests[d.Table] = d
	}
	return digests
}

// TestASettlementHasLoansThroughThePlatform: before their bank reports them, in a
// bundle that verifies by itself; and from the same facts once the bank has said the same.
func TestASettlementHasLoansThroughThePlatform(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newLent(t, db)
		w.draws(t, "N1", nil)
		before := w.settles(t)
		if before["loans"].Rows != 1 || before["enterprises"].Rows != 1 {
			t.Errorf("the facts are %+v", before)
		}
		again := w.settles(t)
		if again["loans"] != before["loans"] {
			t.Error("settled again, the facts are others")
		}
		w.Take(w.a, reporting.Lending, "2021-01", inboxtest.Text(
			"loans.csv", "institution_id,loan_id,contract_id,enterprise_id,principal,rate,disbursed_on,due_on,security\n"+bankA+",N1,HN1,"+shop+",1000.00,4.35,2021-01-05,2022-01-05,credit\n",
			"enterprises.csv", "enterprise_id,name,kind\n"+shop+",某店,sole_trader\n"))
		after := w.settles(t)
		for _, table := range []string{"loans", "enterprises"} {
			if after[table] != before[table] {
				t.Errorf("%s: the bank says the same, and it is %+v, not %+v", table, after[table], before[table])
			}
		}
	})
}
