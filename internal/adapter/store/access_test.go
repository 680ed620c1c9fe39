package store_test

import (
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/fault"
)

func TestCodesAndNamesOfOrganisations(t *testing.T) {
	const one, other = "91331082MA2K1G1N3T", "91331082DEM0000149"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put := func(id string, k access.OrgKind, name, code, want string) {
			t.Helper()
			err := db.Write(t.Context(), func(tx *store.Tx) error {
				return tx.PutOrg(&access.Org{ID: id, Kind: k, Name: name, USCC: code})
			})
			if fault.CodeOf(err) != want {
				t.Errorf("%s: %v, not %q", id, err, want)
			}
		}
		put("a", access.BankOrg, "甲行", one, "")
		put("b", access.BankOrg, "甲行", "", "store.taken")
		put("c", access.GuarantorOrg, "甲行", "", "store.taken")
		put("d", access.BankOrg, "乙行", one, "store.taken")
		put("e", access.EnterpriseOrg, "甲行", one, "") // the bank as a firm
		put("f", access.EnterpriseOrg, "甲行", one, "store.taken")
		put("g", access.EnterpriseOrg, "甲行", other, "") // another firm of that name
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			for want, s := range map[string]access.Scope{"a": {All: true}, "g": {Org: "g"}} {
				orgs, err := tx.Orgs(s)
				if err != nil || len(orgs) != 1 || orgs[0].ID != want || orgs[0].Name != "甲行" {
					t.Errorf("%+v: %v, %v", s, orgs, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
