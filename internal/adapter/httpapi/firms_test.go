package httpapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/party"
	firmbook "changrong/internal/registry"
)

// TestWhoSeesWhichFirm: a bank one by its whole code and no list, a firm itself,
// others all of them, with the legal representative masked.
func TestWhoSeesWhichFirm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db)
		people := s.everyone(db)
		own, other := creditCode(t, 21), creditCode(t, 22)
		sealed, err := s.access.Sealer.Seal([]byte("王小明"), "firms/person/"+own)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			o, err := tx.Org("org-enterprise")
			if err != nil {
				return err
			}
			o.USCC = own
			if err := tx.PutOrg(o); err != nil {
				return err
			}
			firm := party.Firm{USCC: own, Name: "临海市\U00028c54小吃店", Kind: party.SoleTrader, Status: party.Open, ClosedOn: civil.Never, RegisteredOn: civil.Never, AsOf: 1}
			stranger := firm
			stranger.USCC, stranger.Name = other, "临海市某厂"
			return tx.PutFirms([]firmbook.Kept{{Firm: firm, Sealed: sealed}, {Firm: stranger}})
		}); err != nil {
			t.Fatal(err)
		}
		var list struct {
			Items []httpapi.Firm `json:"items"`
			Total int            `json:"total"`
		}
		var one httpapi.Firm
		people[access.Office].expect(200, "GET", "/api/firms", nil, &list)
		if list.Total != 2 {
			t.Errorf("the office sees %+v", list)
		}
		for _, role := range []access.Role{access.Office, access.Department, access.Bank, access.BankLead, access.Auditor} {
			_, body := people[role].send("GET", "/api/firms/"+own, "")
			if strings.Contains(string(body), "小明") || !strings.Contains(string(body), "王**") {
				t.Errorf("%s: %s", role, body)
			}
			_, body = people[role].send("GET", "/api/firms", "")
			if strings.Contains(string(body), "小明") {
				t.Errorf("%s, list: %s", role, body)
			}
		}
		for _, role := range []access.Role{access.Bank, access.BankLead, access.Guarantor, access.SystemAdmin} {
			people[role].refused(403, "access.forbidden", "GET", "/api/firms", nil)
		}
		people[access.Bank].refused(404, "registry.not_found", "GET", "/api/firms/"+own[:17], nil)
		firm := people[access.Enterprise]
		firm.expect(200, "GET", "/api/firms/"+own, nil, &one)
		if one.Person != "王小明" || one.Name != "临海市\U00028c54小吃店" {
			t.Errorf("the firm itself sees %+v", one)
		}
		firm.refused(404, "registry.not_found", "GET", "/api/firms/"+other, nil)
		firm.expect(200, "GET", "/api/firms", nil, &list)
		if list.Total != 1 || list.Items[0].USCC != own {
			t.Errorf("the firm sees %+v", list)
		}
	})
}

// TestADepartmentHandsInAFile sends one through the same door as other files.
func TestADepartmentHandsInAFile(t *testing.T) {
	db := storetest.SQLite(t)
	st := newStage(t, db)
	department := st.signedIn(db, "account-department")
	content := "uscc,name,kind,status\n" + creditCode(t, 31) + ",某厂,enterprise,open\n"
	sum := sha256.Sum256([]byte(content))
	var u struct{ ID string }
	department.expect(200, "POST", "/api/uploads", map[string]any{"name": "登记库.csv", "size": len(content)}, &u)
	ask := map[string]string{"upload": u.ID, "as_of": "2024-01-01"}
	department.refused(409, "registry.file", "POST", "/api/firm-registry/imports", ask)
	if resp, body := department.send("PUT", "/api/uploads/"+u.ID+"/chunk?offset=0", content, "Content-Type", "application/octet-stream", "Content-Digest", contentDigest(content)); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	department.expect(200, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": hex.EncodeToString(sum[:])}, nil)
	department.refused(403, "registry.keeper", "POST", "/api/firm-registry/imports", ask)
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutDataDepartment("market", "org-department") }); err != nil {
		t.Fatal(err)
	}
	department.refused(422, "registry.as_of", "POST", "/api/firm-registry/imports", map[string]string{"upload": u.ID, "as_of": "2030-01-01"})
	var m firmbook.Import
	department.expect(200, "POST", "/api/firm-registry/imports", ask, &m)
	if m.State != firmbook.Waiting || m.Name != "登记库.csv" || m.Source != "机构 department" || m.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v", m)
	}
	department.refused(404, "reporting.not_found", "POST", "/api/firm-registry/imports", ask) // it is taken
	var jobs struct{ Total int }
	st.signedIn(db, "account-system_admin").expect(200, "GET", fmt.Sprintf("/api/jobs?kind=%s&key=%s", firmbook.LoadJob, m.ID), nil, &jobs)
	if jobs.Total != 1 {
		t.Errorf("%d jobs", jobs.Total)
	}
}
