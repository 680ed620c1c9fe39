package server_test

import (
	"context"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/party"
	"changrong/internal/registry"
	"changrong/internal/server"
)

// licences is a market regulation department that answers with these cells, as of a day.
type licences struct {
	cells map[string]string
	asOf  civil.Date
}

func (l *licences) Fetch(context.Context, exchange.Query) (*exchange.Delivery, error) {
	return &exchange.Delivery{Records: []exchange.Record{{Cells: l.cells}}, AsOf: l.asOf, Source: "登记系统"}, nil
}

// TestTheRegistryLearnsWhatIsReadOfOneFirm: who came in after the last file is in the
// registry once the department has been asked about it, and who was closed is closed
// everywhere; what would be refused in a file changes nothing.
func TestTheRegistryLearnsWhatIsReadOfOneFirm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegister(t, db)
		code := firmCode(t, "91", 1)
		firm := access.Caller{Principal: &access.Principal{Account: "boss", Name: "某", Org: "firm", OrgKind: access.EnterpriseOrg}}
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutOrg(&access.Org{ID: "firm", Kind: access.EnterpriseOrg, Name: "甲厂", USCC: code})
		}); err != nil {
			t.Fatal(err)
		}
		catalogue, err := exchange.Load()
		if err != nil {
			t.Fatal(err)
		}
		day := func(s string) civil.Date {
			d, err := civil.ParseDate(s)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		at := &licences{asOf: day("2024-06-01"), cells: map[string]string{
			"name": "临海市甲厂", "kind": "enterprise", "status": "open", "registered_on": "2020-02-03", "closed_on": "", "capital": "1000000.00", "industry": "C34",
			"town": "331082001", "address": "某路1号", "owner_name": "张三", "owner_number": "", "owner_phone": "",
		}}
		x := &exchange.Service{
			Store: store.Of[exchange.Tx]{DB: db}, Source: at, Sealer: r.Sealer, Catalogue: catalogue, Now: r.Now, NewID: crypto.NewID, Learn: server.Learner(r.Service),
		}
		read := func() {
			t.Helper()
			a, err := x.Read(t.Context(), firm, exchange.Ask{Firm: code, Purpose: exchange.Prefill, Datasets: []string{"market.licence"}})
			if err != nil || a.Parts[0].Outcome != exchange.Asked {
				t.Fatalf("%+v, %v", a, err)
			}
			r.now += 40 * civil.Day // it is asked again
		}
		has := func(what, status, asOf string) *party.Firm {
			t.Helper()
			f, err := r.Firm(t.Context(), everything, code)
			if err != nil || f.Status != status || f.AsOf != day(asOf) {
				t.Fatalf("%s: %+v, %v", what, f, err)
			}
			return f
		}
		read()
		f := has("learnt", "open", "2024-06-01")
		if f.Name != "临海市甲厂" || f.Person.Reveal() != "张三" || f.Capital != 100_000_000 || f.Industry != "C34" || f.ClosedOn != civil.Never || f.Source != "市场监督管理部门" {
			t.Errorf("%+v", f)
		}
		// A later file knows its size, which an answer does not say.
		r.hand("1.csv", registerHead+code+",临海市甲厂,enterprise,open,,2020-02-03,1000000,张三,C34,331082001,small\n", "2024-06-10")
		read() // of 1 June
		has("older than the file", "open", "2024-06-10")
		at.asOf, at.cells["status"] = day("2024-08-01"), "closed" // and no day: against a rule of the catalogue
		read()
		has("against a rule", "open", "2024-06-10")
		at.cells["closed_on"] = "2024-07-30"
		read()
		if f = has("closed", "closed", "2024-08-01"); f.Size != "small" || f.ClosedOn != day("2024-07-30") {
			t.Errorf("%+v", f)
		}
		if told := r.events(registry.Closed); len(told) != 1 || told[0] != code {
			t.Errorf("told of %v", told)
		}
	})
}

// TestOnlyItsDepartmentHandsInTheRegistry, and the office.
func TestOnlyItsDepartmentHandsInTheRegistry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegister(t, db)
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			for id, name := range map[string]string{"tax": "市税务局", "market": "市市场监管局"} {
				if err := tx.PutOrg(&access.Org{ID: id, Kind: access.DepartmentOrg, Name: name}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		hands := func(org string, kind access.OrgKind) string {
			_, err := r.Begin(t.Context(), access.Caller{Principal: &access.Principal{Account: "a", Org: org, OrgKind: kind}},
				registry.File{Name: "a.csv", SHA256: "x"}, r.now.Date(), "某局")
			return fault.CodeOf(err)
		}
		if a, b := hands("tax", access.DepartmentOrg), hands("market", access.DepartmentOrg); a != "registry.keeper" || b != a {
			t.Errorf("before it is said who is who: %q, %q", a, b)
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutDataDepartment("market", "market") }); err != nil {
			t.Fatal(err)
		}
		if a, b, c := hands("tax", access.DepartmentOrg), hands("market", access.DepartmentOrg), hands("office", access.OfficeOrg); a != "registry.keeper" || b != "" || c != "" {
			t.Errorf("%q, %q, %q", a, b, c)
		}
		if _, n, err := r.Imports(t.Context(), everything, 50, 0); err != nil || n != 2 {
			t.Errorf("%d imports, %v", n, err)
		}
	})
}
