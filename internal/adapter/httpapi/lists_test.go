package httpapi_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"

	"github.com/xuri/excelize/v2"
)

func TestListsArePagedAndExported(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db)
	admin := s.everyone(db)[access.SystemAdmin]
	const banks = 4100 // more than two pages of an export
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		for i := range banks {
			if err := tx.PutOrg(&access.Org{ID: fmt.Sprintf("b%04d", i), Kind: access.BankOrg, Name: fmt.Sprintf("=银行%04d", i)}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	total := banks + len(access.OrgKinds()) - 1 // enterprises are not listed
	var list struct {
		Items []access.Org `json:"items"`
		Total int          `json:"total"`
	}
	admin.expect(200, "GET", "/api/orgs?limit=3&offset=2", nil, &list)
	if len(list.Items) != 3 || list.Total != total {
		t.Errorf("%d of %d", len(list.Items), list.Total)
	}
	admin.expect(200, "GET", fmt.Sprintf("/api/orgs?offset=%d", total), nil, &list)
	if list.Items == nil || len(list.Items) != 0 {
		t.Errorf("past the end: %v", list.Items)
	}
	for _, q := range []string{"limit=0", "limit=201", "limit=x", "offset=-1", "format=pdf", "limt=1"} {
		var problem httpapi.Problem
		admin.expect(422, "GET", "/api/orgs?"+q, nil, &problem)
		if name, _, _ := strings.Cut(q, "="); problem.Field != name || problem.Errors[0].In != "query" {
			t.Errorf("%s: %+v", q, problem)
		}
	}
	resp, b := admin.send("GET", "/api/orgs?format=csv", "")
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != total+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	ids := map[string]bool{}
	for _, r := range rows[1:] {
		ids[r[3]] = true
		if strings.HasPrefix(r[0], "=") {
			t.Errorf("a formula: %q", r)
		}
	}
	if len(ids) != total {
		t.Errorf("%d different rows of %d", len(ids), total)
	}
	if d := resp.Header.Get("Content-Disposition"); d != "attachment; filename*=UTF-8''%E6%9C%BA%E6%9E%84%E5%88%97%E8%A1%A8.csv" {
		t.Errorf("the file is called %s", d)
	}
	resp, b = admin.send("GET", "/api/accounts?format=xlsx", "")
	book, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	defer book.Close()
	if got, err := book.GetRows("Sheet1"); err != nil || len(got) != 1+len(access.Roles()) {
		t.Errorf("%d rows, %v", len(got), err)
	}
}
