package store_test

import (
	"strings"
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

func TestAccountsAreFilteredByTheServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const code = "91331082MA2K1G1N3T"
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			for _, o := range []access.Org{
				{ID: "o", Kind: access.OfficeOrg, Name: "市金融办"}, {ID: "b", Kind: access.BankOrg, Name: "演示银行"}, {ID: "f", Kind: access.EnterpriseOrg, Name: "𬸚厂", USCC: code},
			} {
				if err := tx.PutOrg(&o); err != nil {
					return err
				}
			}
			for _, x := range []access.Account{
				{ID: "1", Login: "chen", Name: "陈经办", Org: "o", Roles: []access.Role{access.Office}},
				{ID: "2", Login: "lead", Name: "王行长", Org: "b", Roles: []access.Role{access.BankLead}},
				{ID: "3", Login: "mana", Name: "赵经理", Org: "b", Roles: []access.Role{access.Bank}},
				{ID: "4", Login: "newly", Name: "钱新人", Org: "b"},
				{ID: "5", Login: "owner", Name: "孙厂长", Org: "f", Roles: []access.Role{access.Enterprise}},
				{ID: "6", Login: "past", Name: "李前任", Org: "b", Suspended: true},
			} {
				if err := tx.PutAccount(&x); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		all := access.Scope{All: true}
		for what, x := range map[string]struct {
			scope access.Scope
			f     access.AccountFilter
			want  string
		}{
			"everybody":                  {all, access.AccountFilter{}, "chen lead mana newly owner past"},
			"a page":                     {all, access.AccountFilter{Limit: 2, Offset: 1}, "lead mana"},
			"institutions":               {all, access.AccountFilter{Kinds: []access.OrgKind{access.OfficeOrg, access.BankOrg}}, "chen lead mana newly past"},
			"enterprises":                {all, access.AccountFilter{Kinds: []access.OrgKind{access.EnterpriseOrg}}, "owner"},
			"a role, not a longer one":   {all, access.AccountFilter{Role: access.Bank}, "mana"},
			"no role":                    {all, access.AccountFilter{Role: access.NoRole}, "newly past"},
			"no role, not suspended":     {all, access.AccountFilter{Role: access.NoRole, Active: true}, "newly"},
			"the beginning of a login":   {all, access.AccountFilter{Text: "ma"}, "mana"},
			"the beginning of a name":    {all, access.AccountFilter{Text: "王"}, "lead"},
			"an organisation":            {all, access.AccountFilter{Text: "演示"}, "lead mana newly past"},
			"a rare character":           {all, access.AccountFilter{Text: "𬸚"}, "owner"},
			"a code in lower case":       {all, access.AccountFilter{Text: "91331082ma2k"}, "owner"},
			"a bank's own":               {access.Scope{Org: "b"}, access.AccountFilter{Text: "91331082"}, ""},
			"a bank's, without a filter": {access.Scope{Org: "b"}, access.AccountFilter{Active: true}, "lead mana newly"},
		} {
			if x.f.Limit == 0 {
				x.f.Limit = 50
			}
			var logins []string
			if err := db.Read(t.Context(), func(tx *store.Tx) error {
				list, total, err := tx.Accounts(x.scope, x.f)
				for i := range list {
					logins = append(logins, list[i].Login)
				}
				if what != "a page" && total != len(list) || what == "a page" && total != 6 {
					t.Errorf("%s: %d in all", what, total)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(logins, " "); got != x.want {
				t.Errorf("%s: %s, not %s", what, got, x.want)
			}
		}
	})
}
