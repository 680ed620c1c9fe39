package httpapi_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
	"changrong/internal/programme"
	"changrong/internal/settlement/explain"
)

// county is a site with two banks, two firms and the plan of 2021.
type county struct {
	*site
	db                 *store.DB
	s                  *programme.Service
	people             map[access.Role]*person
	bankA, bankB       string
	techFirm, newcomer string
}

// creditCode makes a credit code that checks.
func creditCode(t *testing.T, n int) string {
	t.Helper()
	code, err := uscc.Make("91", "331082", fmt.Sprintf("%08d", n))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func newCounty(t *testing.T, db *store.DB) *county {
	t.Helper()
	c := &county{db: db, bankA: creditCode(t, 1), bankB: creditCode(t, 2), techFirm: creditCode(t, 3), newcomer: creditCode(t, 4)}
	packs := installedPacks(t)
	blobs, err := blob.OpenDir(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	c.s = &programme.Service{Store: store.Of[programme.Tx]{DB: db}, Packs: packs, NewID: crypto.NewID}
	c.site = newSite(t, db, func(d *httpapi.Deps) {
		c.s.Now = d.Access.Now
		c.s.Engine = &engine.Engine{Packs: packs, Blobs: blobs, Temp: t.TempDir(), Facts: engine.Ready{Folder: c.facts(t), Now: d.Access.Now}}
		d.Programme, d.Packs = c.s, packs
	})
	c.people = c.everyone(db)
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org("org-bank")
		if err != nil {
			return err
		}
		o.USCC = c.bankA
		return tx.PutOrg(o)
	}); err != nil {
		t.Fatal(err)
	}
	return c
}

// installedPacks is a folder with the plan of 2021, an official text, and a pack that
// cannot be used.
func installedPacks(t *testing.T) *engine.Packs {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "linhai-2021-47"), os.DirFS("../../../packs/linhai-2021-47")); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, p := range []string{"二、目标", "三、任务", "(一)科技", "1.首条的原文，研发费用。", "2.", "3.", "4.", "5.", "6.", "(二)机构", "7.", "8.", "9.", "(三)担保", "10.", "11.", "12.", "(四)信贷", "13.", "14.", "15.", "(五)风险", "16.", "17.", "18.", "(六)保障", "19.", "20.", "四、组织"} {
		text.WriteString(p + "\n")
	}
	for name, body := range map[string]string{"linhai-2021-47/" + engine.OfficialText: text.String(), "broken/pack.yaml": "id: 1\n", "no-pack/readme.txt": "x"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	packs, err := engine.OpenPacks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

// facts: the technology firm has a note of each bank, together over the limit; the
// newcomer its first loan of bank A. The pool has less than they need.
func (c *county) facts(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"guarantees", "collaterals", "branches", "projects"} { // there, and empty
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(strings.Join(fact.Lookup(name).Stored(), ",")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	balances := "institution_id,loan_id,month,balance\n"
	for _, n := range [][3]string{{c.bankA, "N1", "8000000"}, {c.bankB, "N2", "12000000"}, {c.bankA, "N3", "3000000"}} {
		for month := range 13 {
			m := fmt.Sprintf("2021-%02d", month)
			if month == 0 {
				m = "2020-12"
			}
			if n[1] == "N3" && month == 0 {
				continue
			}
			balances += strings.Join([]string{n[0], n[1], m, n[2]}, ",") + "\n"
		}
	}
	for name, body := range map[string]string{
		"institutions.csv": "institution_id,name,kind,local_legal_person\n" + c.bankA + ",甲银行,city_bank,0\n" + c.bankB + ",乙银行,rural_bank,1\n",
		"enterprises.csv": "enterprise_id,name,kind,size,tech,annual_sales,town\n" + c.techFirm + ",丙科技,enterprise,medium,1,20000000,331082100\n" +
			c.newcomer + ",丁新户,enterprise,small,0,5000000,331082101\n",
		"loans.csv": "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,first_loan,project_id\n" + c.bankA + ",N1," + c.techFirm + ",8000000,2020-05-01,2023-05-01,0,\n" +
			c.bankB + ",N2," + c.techFirm + ",12000000,2020-06-01,2023-06-01,0,\n" + c.bankA + ",N3," + c.newcomer + ",3000000,2021-01-04,2024-01-04,1,\n",
		"month_balances.csv": balances,
		"budgets.csv":        "pool,amount\nrisk-compensation,60000\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// work does the job that was asked for about a thing.
func (c *county) work(f func(context.Context, event.Job, func(int64, int64, string)) error, id string) {
	c.t.Helper()
	payload, err := json.Marshal(id)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := f(c.t.Context(), event.Job{Payload: string(payload)}, func(int64, int64, string) {}); err != nil {
		c.t.Fatal(err)
	}
}

// settled asks for a run over HTTP and does it.
func (c *county) settled(ask map[string]any) programme.Run {
	c.t.Helper()
	ask["pack"] = "linhai-2021-47"
	office := c.people[access.Office]
	var run programme.Run
	office.expect(200, "POST", "/api/runs", ask, &run)
	if run.State != programme.Queued {
		c.t.Fatalf("it begins as %s", run.State)
	}
	c.work(c.s.Settle, run.ID)
	office.expect(200, "GET", "/api/runs/"+run.ID, nil, &run)
	if run.State != programme.Done {
		c.t.Fatalf("%+v", run.Failure)
	}
	return run
}

type listOf[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

func TestASettlementFromAskingToConfirming(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCounty(t, db)
		office, lead, bank := c.people[access.Office], c.people[access.OfficeLead], c.people[access.Bank]
		var problem httpapi.Problem
		office.expect(404, "POST", "/api/runs", map[string]any{"pack": "nothing", "purpose": "trial"}, &problem)
		if problem.Code != "programme.no_pack" {
			t.Errorf("%+v", problem)
		}
		office.expect(422, "POST", "/api/runs", map[string]any{"pack": "linhai-2021-47", "purpose": "trial", "parameters": map[string]string{"rc_rate": "0.6%"}}, &problem)
		if problem.Code != "pack.term_range" {
			t.Errorf("%+v", problem)
		}
		bank.expect(403, "POST", "/api/runs", map[string]any{"pack": "linhai-2021-47", "purpose": "trial"}, nil)

		run := c.settled(map[string]any{"purpose": "official", "note": "年度"})
		at := "/api/runs/" + run.ID
		if run.Standing != programme.Proposed || run.Sums.Lines != 3 {
			t.Fatalf("%+v %+v", run, run.Sums)
		}
		var lines listOf[programme.Line]
		office.expect(200, "GET", at+"/lines?sort=paid&descending=true", nil, &lines)
		if lines.Total != 3 || lines.Items[0].SubjectID != "N2" || lines.Items[0].Enterprise != "丙科技" || lines.Items[0].Town != "331082100" || lines.Items[0].TownName != "汛桥镇" || lines.Items[0].Institution != "乙银行" {
			t.Errorf("%+v", lines)
		}
		// 8 and 12 million together over 10 million: 4 and 6; 0.5 %: 20,000 and 30,000, and
		// 15,000 of the first loan; 60,000 of 65,000 in the pool.
		if l := lines.Items[0]; l.LimitedBase != 600_000_000 || l.Amount != 3_000_000 || l.Pooled != 2_769_231 || l.Paid != 2_769_200 {
			t.Errorf("%+v", l)
		}
		_, csv := office.send("GET", at+"/lines?format=csv", "")
		if n := bytes.Count(csv, []byte("\n")); n != 4 || !bytes.Contains(csv, []byte("乙银行")) {
			t.Errorf("%d lines in %s", n, csv)
		}
		office.expect(422, "GET", at+"/lines?sort=town", nil, nil)

		bank.expect(404, "GET", at, nil, nil)
		bank.expect(404, "GET", at+"/lines", nil, nil)
		office.expect(403, "POST", at+"/confirmation", map[string]any{"version": run.Version}, &problem)
		if problem.Code != "programme.four_eyes" {
			t.Errorf("%+v", problem)
		}
		lead.expect(422, "POST", at+"/rejection", map[string]any{"version": run.Version}, nil)
		lead.expect(412, "POST", at+"/confirmation", map[string]any{"version": run.Version + 1}, nil)
		lead.expect(200, "POST", at+"/confirmation", map[string]any{"version": run.Version}, &run)
		if run.Standing != programme.InForce {
			t.Errorf("%+v", run)
		}

		bank.expect(200, "GET", at+"/lines", nil, &lines)
		if lines.Total != 2 || slices.ContainsFunc(lines.Items, func(l programme.Line) bool { return l.InstitutionID != c.bankA }) {
			t.Errorf("a bank lists %+v", lines)
		}
		bank.expect(403, "GET", at+"/bundle", nil, nil)
		bank.expect(403, "GET", "/api/cockpit", nil, nil)
		bank.expect(403, "GET", at+"/comparison/"+run.ID, nil, nil)
		var raw json.RawMessage
		bank.expect(200, "GET", at+"/explanation?subject=N1", nil, &raw)
		for _, secret := range []string{"乙银行", c.bankB, "N2"} {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("a bank is told of %s: %s", secret, raw)
			}
		}
		bank.expect(404, "GET", at+"/explanation?subject=N2", nil, nil)
		bank.expect(404, "GET", at+"/explanation?payee="+c.bankB, nil, nil)
		var trace explain.Trace
		office.expect(200, "GET", at+"/explanation?institution="+c.bankB+"&subject=N2&item=rc-tech", nil, &trace)
		r := trace.Items[0].Rows[0]
		if !trace.Agrees || r.Limit == nil || !r.Limit.Bites || len(r.Limit.Rows) != 2 || len(r.Base.MonthEnds) != 12 || r.Pool.After != 2_769_231 || !strings.Contains(r.Sentence.Zh, "乙银行") {
			t.Errorf("%+v", r)
		}
		office.expect(422, "GET", at+"/explanation", nil, nil)
		office.expect(404, "GET", at+"/explanation?subject=N9", nil, nil)

		auditor := c.people[access.Auditor]
		resp, body := auditor.send("GET", at+"/bundle", "")
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil || resp.Header.Get("Content-Type") != "application/zip" || !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "SHA256SUMS" }) {
			t.Errorf("%v, %s", err, resp.Header)
		}
		auditor.expect(200, "POST", at+"/verification", nil, nil)
		auditor.expect(409, "POST", at+"/verification", nil, nil)
		c.work(c.s.Verify, run.ID)
		auditor.expect(200, "GET", at, nil, &run)
		if !run.Check.Holds {
			t.Errorf("%+v", run.Check)
		}
	})
}

func TestPolicyPageHasTextRuleAndMoney(t *testing.T) {
	c := newCounty(t, storetest.SQLite(t))
	run := c.settled(map[string]any{"purpose": "trial", "readings": map[string]string{"rounding": "fen"}})
	office, bank := c.people[access.Office], c.people[access.Bank]
	var all struct {
		Items  []httpapi.PolicyName   `json:"items"`
		Broken []httpapi.BrokenPolicy `json:"broken"`
	}
	bank.expect(200, "GET", "/api/policies", nil, &all)
	if len(all.Items) != 1 || !all.Items[0].Official || len(all.Broken) != 1 || all.Broken[0].Folder != "broken" || all.Broken[0].Zh == "" {
		t.Errorf("%+v", all)
	}
	var p httpapi.Policy
	office.expect(200, "GET", "/api/policies/linhai-2021-47?run="+run.ID, nil, &p)
	clause := func(ref string) *httpapi.Clause {
		for i := range p.Parts {
			if p.Parts[i].Ref == ref {
				return &p.Parts[i]
			}
		}
		t.Fatalf("no clause %s", ref)
		return nil
	}
	if first := clause("三(一)1"); !strings.Contains(first.Text, "首条的原文") || first.Summary == "" || len(first.Items) != 1 || len(first.Items[0].Rule) < 3 {
		t.Errorf("%+v", first)
	}
	risk := clause("三(四)15")
	if risk.Money == nil || risk.Money.Rows != 3 || risk.Money.Paid != run.Sums.Paid || len(risk.Readings) == 0 {
		t.Errorf("%+v", risk.Money)
	}
	if clause("三(一)2").Money != nil {
		t.Error("a capability moves money")
	}
	i := slices.IndexFunc(p.Readings, func(r httpapi.Reading) bool { return r.Name == "rounding" })
	if r := p.Readings[i]; r.Used != "fen" || len(r.Values) < 2 || r.Question == "" {
		t.Errorf("%+v", r)
	}
	i = slices.IndexFunc(p.Parameters, func(x httpapi.Parameter) bool { return x.Name == "rc_limit" })
	if x := p.Parameters[i]; x.Kind != "amount" || x.Value != "1000万元" || x.Clause != "三(四)15" {
		t.Errorf("%+v", x)
	}
	bank.expect(403, "GET", "/api/policies/linhai-2021-47?run="+run.ID, nil, nil)
	p = httpapi.Policy{}
	bank.expect(200, "GET", "/api/policies/linhai-2021-47", nil, &p)
	if clause("三(四)15").Money != nil {
		t.Error("a bank is told what was moved")
	}
	bank.expect(404, "GET", "/api/policies/nothing", nil, nil)

	var cases listOf[httpapi.PolicyCase]
	bank.expect(200, "GET", "/api/policies/linhai-2021-47/cases?item=rc-tech", nil, &cases)
	if cases.Total == 0 || slices.ContainsFunc(cases.Items, func(x httpapi.PolicyCase) bool {
		return !x.Passed || x.Item != "rc-tech" || len(x.Expected) == 0 && len(x.Why) == 0
	}) {
		t.Errorf("%+v", cases)
	}
	var hits listOf[httpapi.Hit]
	bank.expect(200, "GET", "/api/policies/linhai-2021-47/search?q=研发费用", nil, &hits)
	for _, where := range []string{"text", "parameter"} {
		if !slices.ContainsFunc(hits.Items, func(h httpapi.Hit) bool {
			return h.Where == where && h.Clause == "三(一)1" && strings.Contains(h.Snippet, "研发费用")
		}) {
			t.Errorf("nothing in %s: %+v", where, hits)
		}
	}
	bank.expect(422, "GET", "/api/policies/linhai-2021-47/search?q=", nil, nil)
}

func TestTrialsAndTheCockpit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCounty(t, db)
		office, bureau, bank := c.people[access.Office], c.people[access.Bureau], c.people[access.Bank]
		bureau.expect(404, "GET", "/api/cockpit", nil, nil)
		run := c.settled(map[string]any{"purpose": "official"})
		c.people[access.OfficeLead].expect(200, "POST", "/api/runs/"+run.ID+"/confirmation", map[string]any{"version": run.Version}, nil)
		var cockpit programme.Cockpit
		bureau.expect(200, "GET", "/api/cockpit?pack=linhai-2021-47", nil, &cockpit)
		var paid int64
		for _, s := range cockpit.Towns {
			paid += int64(s.Paid)
			if want := map[string]string{"331082100": "汛桥镇", "331082101": "东塍镇"}[s.Key]; s.Name != want {
				t.Errorf("town %s is called %q", s.Key, s.Name)
			}
		}
		if cockpit.Run.ID != run.ID || paid != int64(run.Sums.Paid) || len(cockpit.Banks) != 5 || len(cockpit.Targets) == 0 {
			t.Errorf("%+v", cockpit)
		}
		ask := map[string]any{"run": run.ID, "alternatives": []map[string]any{
			{"title": "上限减半", "parameters": map[string]string{"rc_limit": "500万元"}}, {"readings": map[string]string{"rounding": "fen"}},
		}}
		bank.expect(403, "POST", "/api/whatifs", ask, nil)
		bureau.expect(403, "POST", "/api/whatifs", ask, nil)
		var w programme.WhatIf
		office.expect(200, "POST", "/api/whatifs", ask, &w)
		office.expect(409, "GET", "/api/whatifs/"+w.ID+"/table", nil, nil)
		c.work(c.s.Simulate, w.ID)
		bureau.expect(200, "GET", "/api/whatifs/"+w.ID, nil, &w)
		// 2 and 3 million at 0.5 % and the first loan: 40,000, within the pool.
		if w.State != programme.Done || w.Alternatives[0].After != 4_000_000 || w.Alternatives[0].Gainers != 0 && w.Alternatives[0].Losers == 0 {
			t.Errorf("%+v", w)
		}
		var shifts listOf[programme.Shift]
		bureau.expect(200, "GET", "/api/whatifs/"+w.ID+"/shifts?by=town&no=1", nil, &shifts)
		if shifts.Total != 2 || !slices.ContainsFunc(shifts.Items, func(s programme.Shift) bool { return s.Key == "331082100" && s.Name == "汛桥镇" }) {
			t.Errorf("%+v", shifts)
		}
		bureau.expect(422, "GET", "/api/whatifs/"+w.ID+"/shifts?by=weather", nil, nil)
		_, page := bureau.send("GET", "/api/whatifs/"+w.ID+"/page", "")
		if !bytes.Contains(page, []byte("上限减半")) {
			t.Errorf("%.200s", page)
		}
		_, table := bureau.send("GET", "/api/whatifs/"+w.ID+"/table", "")
		if !bytes.HasPrefix(table, []byte("variant,item,payee_id")) {
			t.Errorf("%.200s", table)
		}
		bank.expect(403, "GET", "/api/whatifs/"+w.ID, nil, nil)
		var trials listOf[programme.WhatIf]
		bureau.expect(200, "GET", "/api/whatifs", nil, &trials)
		if trials.Total != 1 {
			t.Errorf("%+v", trials)
		}
	})
}

// TestTrialsLoseTheirRowsInTime: after ninety days, with an entry in the audit log; not
// their bundles, and no run for the record, whether it was confirmed or not.
func TestTrialsLoseTheirRowsInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCounty(t, db)
		all := access.Scope{All: true}
		trial := c.settled(map[string]any{"purpose": "trial"})
		confirmed, proposed := c.settled(map[string]any{"purpose": "official"}), c.settled(map[string]any{"purpose": "official"})
		c.people[access.OfficeLead].expect(200, "POST", "/api/runs/"+confirmed.ID+"/confirmation", map[string]any{"version": confirmed.Version}, nil)
		retain := func() (entries int) {
			t.Helper()
			for range 2 {
				if err := c.s.Retain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				_, entries, err = tx.AuditEntries(audit.Filter{Action: "run.clear", Limit: 10})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return entries
		}
		rows := func(table string, run programme.Run) (n int) { // sessions end before ninety days do
			t.Helper()
			var err error
			if table == "lines" {
				_, n, err = c.s.Lines(t.Context(), all, run.ID, programme.Filter{Limit: 1})
			} else {
				_, n, err = c.s.Totals(t.Context(), all, run.ID, programme.Filter{Limit: 1})
			}
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := map[string]int{}
		for _, table := range []string{"lines", "totals"} {
			before[table] = rows(table, trial)
			if before[table] == 0 {
				t.Fatalf("a trial without %s", table)
			}
		}
		c.now += 90 * civil.Day
		if n := retain(); n != 0 || rows("lines", trial) != before["lines"] {
			t.Errorf("on the ninetieth day it is cleared: %d", n)
		}
		c.now += civil.Second
		if n := retain(); n != 1 {
			t.Errorf("%d entries in the audit log", n)
		}
		if again := retain(); again != 1 {
			t.Errorf("%d entries after doing it again", again)
		}
		_, _, lines := c.s.Lines(t.Context(), all, trial.ID, programme.Filter{Limit: 1})
		_, overview := c.s.Overview(t.Context(), all, trial.ID)
		_, beside := c.s.Compare(t.Context(), all, trial.ID, confirmed.ID)
		for _, err := range []error{lines, overview, beside} {
			if fault.CodeOf(err) != "programme.cleared" {
				t.Errorf("reading what is gone: %v", err)
			}
		}
		kept, err := c.s.Run(t.Context(), all, trial.ID)
		if err != nil || kept.ClearedAt != c.now {
			t.Fatal(kept, err)
		}
		if failures, err := c.s.Engine.Verify(t.Context(), programme.File{SHA256: kept.Sealed.BundleSHA256, Size: kept.Sealed.BundleSize}); err != nil || len(failures) != 0 {
			t.Errorf("its bundle: %v, %v", failures, err)
		}
		for _, run := range []programme.Run{confirmed, proposed} {
			for table, n := range before {
				if got := rows(table, run); got != n {
					t.Errorf("a run for the record has %d %s, not %d", got, table, n)
				}
			}
		}
	})
}
