package httpapi_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/subsidy/fund"
)

// treasury is a platform with everybody signed in, and one source with 1,000 yuan.
type treasury struct {
	*site
	db     *store.DB
	people map[access.Role]*person
	source ledger.Source
}

func newTreasury(t *testing.T, db *store.DB) *treasury {
	t.Helper()
	s := newSite(t, db)
	s.now = 1_761_000_000_000 // in October 2025
	x := &treasury{site: s, db: db, people: s.everyone(db)}
	x.source = x.add("a", 2025)
	x.people[access.Bureau].expect(200, "POST", "/api/fund/allotments", map[string]any{
		"source": x.source.ID, "amount_fen": 1000_00, "document": "临财企〔2025〕8号", "on": "2025-03-01", "ref": "first",
	}, nil)
	return x
}

func (x *treasury) add(title string, year int) (s ledger.Source) {
	x.t.Helper()
	x.people[access.Bureau].expect(200, "POST", "/api/fund/sources", map[string]any{
		"year": year, "level": "county", "document": fmt.Sprintf("临财企〔%d〕8号", year), "title": title, "purposes": []string{"rc-tech"}, "function": "2170302",
	}, &s)
	return s
}

// pay takes a claim from reservation to payment, as the claims' process does.
func (x *treasury) pay(claim string, amount money.Fen, receipt, payee string) {
	x.t.Helper()
	m := ledger.Move{
		Ref: claim, At: x.now, On: x.now.Date(), By: "account-bureau", Second: "account-bureau_lead", Claim: claim, Receipt: ledger.Receipt{No: receipt, Payee: payee},
		Parts: []ledger.Part{{Source: x.source.ID, Item: "rc-tech", Amount: amount}},
	}
	err := x.db.Write(x.t.Context(), func(tx *store.Tx) error {
		for i, f := range []func(ledger.Tx, ledger.Move) (*ledger.Entry, error){ledger.Reserve, ledger.Approve, ledger.Order, ledger.Pay} {
			if i > 1 {
				m.Order = "o-" + claim
			}
			if _, err := f(tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *treasury) totals(id string) ledger.Totals {
	x.t.Helper()
	var s ledger.SourceExecution
	x.people[access.Auditor].expect(200, "GET", "/api/fund/sources/"+id, nil, &s)
	return s.Totals
}

func (x *treasury) whole() {
	x.t.Helper()
	var check httpapi.LedgerCheck
	x.people[access.Auditor].expect(200, "GET", "/api/fund/check", nil, &check)
	if !check.Whole || len(check.Findings) > 0 {
		x.t.Errorf("%+v", check)
	}
}

func (x *treasury) code(role access.Role, status int, method, path string, in any) string {
	x.t.Helper()
	var p httpapi.Problem
	x.people[role].expect(status, method, path, in, &p)
	return p.Code
}

func TestGrantsAreMadeOnce(t *testing.T) {
	x := newTreasury(t, storetest.SQLite(t))
	grant := map[string]any{"source": x.source.ID, "amount_fen": 1000_00, "document": "临财企〔2025〕8号", "on": "2025-03-01", "ref": "first"}
	var e httpapi.FundEntry
	x.people[access.Bureau].expect(200, "POST", "/api/fund/allotments", grant, &e)
	if got := x.totals(x.source.ID); got.Granted != 1000_00 || got.Budget != 1000_00 || e.Seq != 1 || e.Amount != 1000_00 || e.Capitals != "人民币壹仟元整" || e.Name != "指标下达" {
		t.Errorf("%+v, %+v", got, e)
	}
	grant["amount_fen"] = 1
	if code := x.code(access.Bureau, 409, "POST", "/api/fund/allotments", grant); code != "ledger.ref_other" {
		t.Error(code)
	}
	grant["ref"], grant["amount_fen"] = "second", 0
	if code := x.code(access.Bureau, 422, "POST", "/api/fund/allotments", grant); code != "ledger.amount" {
		t.Error(code)
	}
	delete(grant, "document")
	x.code(access.Bureau, 422, "POST", "/api/fund/allotments", grant)
	if code := x.code(access.Bureau, 409, "POST", "/api/fund/sources", map[string]any{
		"year": 2025, "level": "county", "document": "临财企〔2025〕8号", "title": "a", "purposes": []string{"x"},
	}); code != "store.taken" {
		t.Error(code)
	}
	x.whole()
}

func TestSourcesAreEditedAtTheVersionRead(t *testing.T) {
	x := newTreasury(t, storetest.SQLite(t))
	edit := map[string]any{"title": "新名", "goal": "支持小微", "version": x.source.Version}
	var s ledger.Source
	x.people[access.Bureau].expect(200, "PUT", "/api/fund/sources/"+x.source.ID, edit, &s)
	if s.Title != "新名" || s.Goal != "支持小微" || s.Function != "" || s.Document != x.source.Document || s.Version != 2 {
		t.Errorf("%+v", s)
	}
	if code := x.code(access.Bureau, 412, "PUT", "/api/fund/sources/"+x.source.ID, edit); code != "store.changed" {
		t.Error(code)
	}
	edit["version"] = 0
	if code := x.code(access.Bureau, 422, "PUT", "/api/fund/sources/"+x.source.ID, edit); code != "fund.version" {
		t.Error(code)
	}
	x.code(access.Bureau, 404, "GET", "/api/fund/sources/none", nil)
}

func TestWhoReadsAndKeepsTheMoney(t *testing.T) {
	x := newTreasury(t, storetest.SQLite(t))
	reads := []access.Role{access.Office, access.OfficeLead, access.Bureau, access.BureauLead, access.Auditor}
	writes := []access.Role{access.Bureau, access.BureauLead}
	for role, p := range x.people {
		want := map[bool]int{true: 200, false: 403}[slices.Contains(reads, role)]
		for _, path := range []string{"sources", "sources/" + x.source.ID, "entries", "entries/1", "statement?source=" + x.source.ID, "statement/lines?source=" + x.source.ID, "execution", "check", "bank-imports", "bank-lines", "reconciliation", "reconciliation/rows", "proposals"} {
			if got := p.do("GET", "/api/fund/"+path, nil, nil); got != want {
				t.Errorf("%s reads %s: %d, not %d", role, path, got, want)
			}
		}
		if got, want := p.do("POST", "/api/fund/allotments", map[string]any{"source": x.source.ID, "amount_fen": 1, "document": "d"}, nil), map[bool]int{true: 200, false: 403}[slices.Contains(writes, role)]; got != want {
			t.Errorf("%s grants: %d, not %d", role, got, want)
		}
		if got, want := p.do("POST", "/api/fund/proposals/none/confirm", map[string]any{"version": 1}, nil), map[bool]int{true: 404, false: 403}[role == access.BureauLead]; got != want {
			t.Errorf("%s confirms: %d, not %d", role, got, want)
		}
	}
}

func TestMoneyLeavesByTwoPeople(t *testing.T) {
	x := newTreasury(t, storetest.SQLite(t))
	recall := map[string]any{"kind": "recall", "source": x.source.ID, "amount_fen": 300_00, "document": "收回〔2025〕1号", "memo": "上级收回"}
	var p fund.Proposal
	x.people[access.BureauLead].expect(200, "POST", "/api/fund/proposals", recall, &p)
	path := "/api/fund/proposals/" + p.ID
	version := map[string]any{"version": p.Version}
	if code := x.code(access.BureauLead, 403, "POST", path+"/confirm", version); code != "fund.same_person" {
		t.Error(code)
	}
	if code := x.code(access.Bureau, 403, "POST", path+"/withdraw", version); code != "fund.not_yours" {
		t.Error(code)
	}
	x.people[access.BureauLead].expect(200, "POST", path+"/withdraw", version, &p)
	if code := x.code(access.BureauLead, 409, "POST", path+"/confirm", version); code != "fund.decided" || p.State != fund.Withdrawn {
		t.Error(code, p)
	}

	x.people[access.Bureau].expect(200, "POST", "/api/fund/proposals", recall, &p)
	path = "/api/fund/proposals/" + p.ID
	if code := x.code(access.BureauLead, 412, "POST", path+"/confirm", map[string]any{"version": 7}); code != "store.changed" {
		t.Error(code)
	}
	if got := x.totals(x.source.ID); got.Recalled != 0 {
		t.Errorf("posted before it was confirmed: %+v", got)
	}
	x.people[access.BureauLead].expect(200, "POST", path+"/confirm", version, &p)
	if got := x.totals(x.source.ID); got.Recalled != 300_00 || got.Budget != 700_00 || p.State != fund.Confirmed || p.DecidedBy != "account-bureau_lead" {
		t.Errorf("%+v, %+v", got, p)
	}
	recall["amount_fen"] = 700_01
	if code := x.code(access.Bureau, 409, "POST", "/api/fund/proposals", recall); code != "fund.insufficient" {
		t.Error(code)
	}
	recall["amount_fen"] = 700_00
	x.people[access.Bureau].expect(200, "POST", "/api/fund/proposals", recall, &p)
	x.pay("c1", 1, "r1", "甲") // meanwhile
	path = "/api/fund/proposals/" + p.ID
	if code := x.code(access.BureauLead, 409, "POST", path+"/confirm", version); code != "ledger.insufficient" {
		t.Error(code)
	}
	if code := x.code(access.BureauLead, 422, "POST", path+"/refuse", map[string]any{"version": 1, "reason": " "}); code != "fund.reason" {
		t.Error(code)
	}
	x.people[access.BureauLead].expect(200, "POST", path+"/refuse", map[string]any{"version": 1, "reason": "金额有误"}, &p)
	var list struct {
		Items []fund.Proposal
		Total int
	}
	x.people[access.Office].expect(200, "GET", "/api/fund/proposals?state=refused", nil, &list)
	if list.Total != 1 || list.Items[0].Reason != "金额有误" {
		t.Errorf("%+v", list)
	}
	x.whole()
}

func TestAYearEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newTreasury(t, db)
		next := x.add("a", 2026)
		x.pay("c1", 100_00, "r1", "甲公司")
		hold := ledger.Move{Ref: "c2", At: x.now, By: "account-bureau", Claim: "c2", Parts: []ledger.Part{{Source: x.source.ID, Item: "rc-tech", Amount: 250_00}}}
		if err := db.Write(t.Context(), func(tx *store.Tx) error { _, err := ledger.Reserve(tx, hold); return err }); err != nil {
			t.Fatal(err)
		}
		end := map[string]any{"kind": "year_end", "source": x.source.ID, "amount_fen": 150_00, "carry_fen": 500_00, "document": "结转〔2025〕1号"}
		if code := x.code(access.Bureau, 409, "POST", "/api/fund/proposals", end); code != "fund.year_end" {
			t.Error("carried to nowhere:", code)
		}
		end["next"] = next.ID
		end["carry_fen"] = 499_99
		if code := x.code(access.Bureau, 409, "POST", "/api/fund/proposals", end); code != "fund.year_end" {
			t.Error("a fen left:", code)
		}
		end["carry_fen"] = 500_00
		var p fund.Proposal
		x.people[access.Bureau].expect(200, "POST", "/api/fund/proposals", end, &p)
		x.people[access.BureauLead].expect(200, "POST", "/api/fund/proposals/"+p.ID+"/confirm", map[string]any{"version": p.Version}, &p)
		if got := x.totals(x.source.ID); got != (ledger.Totals{Granted: 1000_00, Paid: 100_00, Recalled: 150_00, Carried: 750_00}) {
			t.Errorf("%+v", got)
		}
		if got := x.totals(next.ID); got != (ledger.Totals{Granted: 750_00, Budget: 500_00, Reserved: 250_00}) {
			t.Errorf("%+v", got)
		}
		if code := x.code(access.Bureau, 409, "POST", "/api/fund/allotments", map[string]any{"source": x.source.ID, "amount_fen": 1, "document": "d"}); code != "ledger.closed" {
			t.Error(code)
		}
		var run ledger.Execution
		x.people[access.Office].expect(200, "GET", "/api/fund/execution", nil, &run)
		if len(run.Levels) != 2 || run.Items[0].Totals.Reserved != 250_00 || run.Total.Sum() != 0 {
			t.Errorf("%+v", run)
		}
		var audits int
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			n, err := tx.LedgerCount()
			audits = int(n)
			return err
		}); err != nil || audits != 8 {
			t.Errorf("%d entries, %v", audits, err)
		}
		x.whole()
	})
}

func TestReturnedMoneyIsHandedOverAndErrorsAreReversed(t *testing.T) {
	x := newTreasury(t, storetest.SQLite(t))
	x.pay("c1", 100_00, "r1", "甲公司") // entries 2 to 5
	back := ledger.Move{
		Ref: "back", At: x.now, On: x.now.Date(), By: "account-bureau", Claim: "c1", Order: "o-c1", Receipt: ledger.Receipt{No: "r2"},
		Parts: []ledger.Part{{Source: x.source.ID, Item: "rc-tech", Amount: 40_00}},
	}
	if err := x.db.Write(t.Context(), func(tx *store.Tx) error { _, err := ledger.Return(tx, back); return err }); err != nil {
		t.Fatal(err)
	}
	both := func(in map[string]any) string {
		var p fund.Proposal
		x.people[access.Bureau].expect(200, "POST", "/api/fund/proposals", in, &p)
		return x.code(access.BureauLead, 200, "POST", "/api/fund/proposals/"+p.ID+"/confirm", map[string]any{"version": p.Version})
	}
	both(map[string]any{"kind": "hand_over", "source": x.source.ID, "amount_fen": 40_00, "claim": "c1", "item": "rc-tech", "order": "o-c1", "document": "上缴〔2025〕1号"})
	both(map[string]any{"kind": "adjust", "source": x.source.ID, "amount_fen": 10_00, "document": "调减〔2025〕1号"})
	both(map[string]any{"kind": "reverse", "entry": 8, "memo": "文件作废"}) // the last, again
	if got := x.totals(x.source.ID); got != (ledger.Totals{Granted: 1000_00, Budget: 900_00, Paid: 60_00, Recalled: 40_00}) {
		t.Errorf("%+v", got)
	}
	if code := x.code(access.Bureau, 404, "POST", "/api/fund/proposals", map[string]any{"kind": "reverse", "entry": 99, "memo": "x"}); code != "ledger.no_entry" {
		t.Error(code)
	}
	for _, in := range []map[string]any{
		{"kind": "hand_over", "source": x.source.ID, "amount_fen": 1, "document": "d"},
		{"kind": "recall", "source": x.source.ID, "document": "d"},
		{"kind": "recall", "source": x.source.ID, "amount_fen": 1},
		{"kind": "reverse", "entry": 1},
	} {
		if code := x.code(access.Bureau, 422, "POST", "/api/fund/proposals", in); code != "fund.proposal" {
			t.Errorf("%v: %s", in, code)
		}
	}
	x.whole()
}

func TestBankLinesAreHeldAgainstPayments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newTreasury(t, db)
		x.pay("c1", 100_00, "R1", "甲公司")
		x.pay("c2", 50_00, "R2", "乙公司")
		x.pay("c3", 30_00, "R3", "丙公司")
		day := x.now.Date().String()
		take := func(content string) (out httpapi.BankImport) {
			resp, b := x.people[access.Bureau].send("POST", "/api/fund/bank-imports?name="+url.QueryEscape("十月.csv"), content, "Content-Type", "application/octet-stream")
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %s", resp.Status, b)
			}
			if err := json.Unmarshal(b, &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		bad := take("日期,金额,收款人,回单编号\n" + day + ",100.00,甲公司,R1\n" + day + ",一百,乙公司,R2\n")
		if bad.Import != nil || len(bad.Findings) != 1 || bad.Findings[0].Line != 3 || bad.Findings[0].Code != "bankfile.amount" {
			t.Errorf("%+v", bad)
		}
		content := "日期,金额,收款人,回单编号\n" + day + ",100.00,甲公司,R1\n" + day + ",49.00,乙公司,R2\n" + day + ",8.00,=1+1,R9\n"
		first := take(content)
		if first.Import == nil || first.Import.Kept != 3 {
			t.Fatalf("%+v", first)
		}
		if again := take(content); again.Import.ID != first.Import.ID || again.Import.Kept != 3 {
			t.Errorf("the same file again: %+v", again.Import)
		}
		if more := take(content + day + ",1.00,丁,R10\n"); more.Import.Kept != 1 || more.Import.Known != 3 {
			t.Errorf("a file with three known lines: %+v", more.Import)
		}
		var r ledger.Reconciliation
		x.people[access.Auditor].expect(200, "GET", "/api/fund/reconciliation?first_on="+day+"&last_on="+day, nil, &r)
		if len(r.Matched) != 1 || len(r.Differs) != 1 || r.Differs[0].Difference != -1_00 || len(r.Books) != 1 || r.Books[0].Receipt.No != "R3" || len(r.Bank) != 2 {
			t.Errorf("%+v", r)
		}
		if r.BooksTotal != 180_00 || r.BankTotal != 158_00 {
			t.Errorf("%s, %s", r.BooksTotal, r.BankTotal)
		}
		_, b := x.people[access.Auditor].send("GET", "/api/fund/reconciliation/rows?format=csv", "")
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 6 || rows[1][0] != "金额不一致" || strings.Contains(string(b), ",=1+1") {
			t.Errorf("%v, %v", rows, err)
		}
		x.code(access.Bureau, 422, "GET", "/api/fund/reconciliation?first_on=2025-02-30", nil)
		if code := x.code(access.Bureau, 422, "GET", "/api/fund/reconciliation?first_on=2025-02-02&last_on=2025-02-01", nil); code != "fund.days" {
			t.Error(code)
		}
		resp, b := x.people[access.Bureau].send("POST", "/api/fund/bank-imports?name=a.exe", content, "Content-Type", "application/octet-stream")
		if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(b), "bankfile.format") {
			t.Errorf("%s: %s", resp.Status, b)
		}
	})
}

func TestStatementsAndEntriesAreRead(t *testing.T) {
	x := newTreasury(t, storetest.SQLite(t))
	x.pay("c1", 100_00, "R1", "甲公司")
	var s ledger.Statement
	x.people[access.Office].expect(200, "GET", "/api/fund/statement?source="+x.source.ID, nil, &s)
	if len(s.Lines) != 5 || s.Total != 5 || s.Closing.Paid != 100_00 || s.Closing.Budget != 900_00 || s.First.String() != "2025-01-01" || s.Last.String() != "2025-12-31" {
		t.Errorf("%+v", s)
	}
	var second ledger.Statement
	x.people[access.Office].expect(200, "GET", "/api/fund/statement?limit=2&offset=2&source="+x.source.ID, nil, &second)
	if second.Total != 5 || second.Closing != s.Closing || !reflect.DeepEqual(second.Lines, s.Lines[2:4]) {
		t.Errorf("%+v", second)
	}
	if code := x.code(access.Office, 422, "GET", "/api/fund/statement", nil); code != "ledger.statement" {
		t.Error(code)
	}
	var lines struct {
		Items []ledger.StatementLine
		Total int
	}
	x.people[access.Office].expect(200, "GET", "/api/fund/statement/lines?claim=c1&limit=2&offset=1", nil, &lines)
	if lines.Total != 6 || len(lines.Items) != 2 || lines.Items[0].Kind != ledger.Reserving {
		t.Errorf("%+v", lines)
	}
	var entries struct {
		Items []ledger.Entry
		Total int
	}
	x.people[access.Office].expect(200, "GET", "/api/fund/entries?kind=pay,order&claim=c1", nil, &entries)
	if entries.Total != 2 || entries.Items[1].Receipt.No != "R1" || len(entries.Items[1].Postings) != 2 {
		t.Errorf("%+v", entries)
	}
	var sources struct{ Total int }
	x.people[access.Office].expect(200, "GET", "/api/fund/sources?year=2024", nil, &sources)
	if sources.Total != 0 {
		t.Errorf("%d sources of another year", sources.Total)
	}
	x.people[access.Office].expect(200, "GET", "/api/fund/entries?first_on=2025-10-22", nil, &entries)
	if entries.Total != 0 {
		t.Errorf("%+v", entries)
	}
	for _, list := range []string{"sources", "entries", "statement/lines", "bank-imports", "bank-lines", "proposals"} {
		query := "?format=csv"
		if list == "statement/lines" {
			query += "&first_on=2025-02-01&source=" + x.source.ID
		}
		resp, b := x.people[access.Auditor].send("GET", "/api/fund/"+list+query, "")
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if resp.StatusCode != http.StatusOK || err != nil || len(rows) == 0 {
			t.Errorf("%s: %s, %v, %s", list, resp.Status, err, b)
		}
	}
}
