package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/id"
	"changrong/internal/base/uscc"
)

// killTown is a town with facts that can be settled and claims that wait to be paid.
// It is made once, by people at a server that nobody kills, and comes into each
// database by backup and restore.
type killTown struct {
	site        *killSite
	backup      string
	passwords   map[string]string // by login
	people      map[string]*killPerson
	settled     map[string]killSealed
	claims      []string // approved
	hooks       *killHooks
	certificate string // file of what hooks shows
}

// Policies of the town: of the first the claims are filed and paid, the second is
// settled for the record.
const (
	paidPolicy    = "linhai-2021-47"
	settledPolicy = "small-2021"
)

// Days between the steps of the town's past, so that every term has run out.
const (
	reviewedBefore  = 60
	publishedBefore = 35
)

func newKillTown(t *testing.T, program string) *killTown {
	t.Helper()
	begun := time.Now()
	w := &killTown{site: &killSite{}, backup: filepath.Join(t.TempDir(), "town.backup"), passwords: map[string]string{}, people: map[string]*killPerson{}, settled: map[string]killSealed{}, hooks: newKillHooks(t)}
	w.site.town = w
	w.certificate = filepath.Join(t.TempDir(), "hooks.pem")
	shown := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.hooks.server.Certificate().Raw})
	if err := os.WriteFile(w.certificate, shown, 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(filepath.Join(data, "packs", paidPolicy), os.DirFS("../../packs/"+paidPolicy)); err != nil {
		t.Fatal(err)
	}
	for name, text := range small {
		file := filepath.Join(data, "packs", settledPolicy, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k := startServer(t, program, data, "", w.site, "--demo")
	w.day(t, reviewedBefore)
	w.settle(t)
	w.report(t)
	w.reference(t)
	w.fund(t)
	w.review(t)
	w.day(t, publishedBefore)
	w.publish(t)
	w.day(t, 0)
	w.approve(t)
	k.stop(t)
	if out, err := exec.Command(program, "backup", "--data", data, "--out", w.backup).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("a town with %d claims to be paid, made in %v", len(w.claims), time.Since(begun).Round(time.Second))
	return w
}

// restore puts the town into a database.
func (w *killTown) restore(t *testing.T, program, data, database string) {
	t.Helper()
	if out, err := exec.Command(program, "restore", "--in", w.backup, "--data", data, "--database", database).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// day sets the clock to so many days ago.
func (w *killTown) day(t *testing.T, ago int) {
	t.Helper()
	to := civil.Instant(time.Now().UnixMilli()) - civil.Instant(ago)*civil.Day
	w.site.person().do(t, "POST", "/demo/clock", map[string]any{"code": "begin-here", "to_ms": to}, nil)
}

// known is somebody of the town, signed in.
func (s *killSite) known(t *testing.T, login string) *killPerson {
	t.Helper()
	p := s.person()
	p.login, p.password = login, s.town.passwords[login]
	p.do(t, "POST", "/api/session", map[string]string{"login": p.login, "password": p.password}, nil)
	return p
}

// settle makes the town's organisations and people.
func (w *killTown) settle(t *testing.T) {
	t.Helper()
	s := w.site
	first := map[string]any{"org": "平台运维组", "code": "begin-here"}
	for post, login := range map[string]string{"system": "sys.one", "security": "sec.one"} {
		w.passwords[login] = "Zhe-Jiang 2021"
		first[post] = map[string]string{"login": login, "name": "王某", "password": w.passwords[login]}
	}
	s.person().do(t, "POST", "/api/platform", first, nil)
	s.system, s.security = s.known(t, "sys.one"), s.known(t, "sec.one")
	w.choose(t, s.security)
	for _, o := range []struct {
		kind, name, uscc string
		people           map[string][]access.Role
	}{
		{"office", "市金融工作中心", "", map[string][]access.Role{
			"jr.one": {access.Office}, "jr.two": {access.Office}, "jr.three": {access.Office}, "jr.head": {access.OfficeLead},
		}},
		{"bureau", "市财政局", "", map[string][]access.Role{"cz.one": {access.Bureau}, "cz.two": {access.Bureau}, "cz.head": {access.BureauLead}}},
		{"bank", "甲农商银行", bankA, map[string][]access.Role{"yh.one": {access.Bank, access.BankLead}}},
	} {
		var org struct{ ID string }
		s.system.do(t, "POST", "/api/orgs", map[string]string{"kind": o.kind, "name": o.name, "uscc": o.uscc}, &org)
		for login, roles := range o.people {
			w.hire(t, org.ID, login, roles)
		}
	}
}

// hire makes an account in an organisation.
func (w *killTown) hire(t *testing.T, org, login string, roles []access.Role) {
	t.Helper()
	s := w.site
	var made struct {
		ID      string `json:"id"`
		Version int64  `json:"version"`
		OneTime string `json:"one_time"`
	}
	s.system.do(t, "POST", "/api/accounts", map[string]any{"login": login, "name": "某" + login, "org": org}, &made)
	s.security.do(t, "PUT", "/api/accounts/"+made.ID+"/roles", map[string]any{"version": made.Version, "roles": roles}, nil)
	w.passwords[login] = made.OneTime
	w.people[login] = s.known(t, login)
	w.choose(t, w.people[login])
}

// choose gives somebody a password of their own.
func (w *killTown) choose(t *testing.T, p *killPerson) {
	t.Helper()
	const own = "Zhe-Jiang 2024"
	p.do(t, "PUT", "/api/me/password", map[string]string{"old": p.password, "password": own}, nil)
	p.password, w.passwords[p.login] = own, own
}

// report hands in the facts of the year.
func (w *killTown) report(t *testing.T) {
	t.Helper()
	for _, x := range []struct {
		login, lead, set string
		tables           []string
	}{
		{"jr.one", "jr.head", "registers", []string{"institutions", "branches", "enterprises", "projects"}},
		{"jr.one", "jr.head", "decisions", []string{"decisions", "budgets"}},
		{"yh.one", "yh.one", "lending", []string{"loans", "month_balances", "loan_events"}},
	} {
		p := w.people[x.login]
		var uploads []string
		for _, table := range x.tables {
			uploads = append(uploads, p.upload(t, table+".csv", []byte(killFacts(table))))
		}
		var made, now struct{ ID, State string }
		p.do(t, "POST", "/api/submissions", map[string]any{"set": x.set, "period": "2021", "uploads": uploads}, &made)
		p.until(t, func() bool {
			p.must(t, "/api/submissions/"+made.ID, &now)
			return now.State != "received" && now.State != "checking"
		})
		if now.State == "confirming" {
			w.people[x.lead].do(t, "POST", "/api/submissions/"+made.ID+"/confirm", map[string]string{"note": "情况属实"}, &now)
		}
		if now.State != "accepted" {
			var found any
			p.must(t, "/api/submissions/"+made.ID+"/findings", &found)
			t.Fatalf("%s is %s: %v", x.set, now.State, found)
		}
	}
}

// until waits until yes, with a pause in between.
func (p *killPerson) until(t *testing.T, yes func() bool) {
	t.Helper()
	for range 1200 {
		if yes() {
			return
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Fatal("waited for a minute")
}

// upload hands a file in.
func (p *killPerson) upload(t *testing.T, name string, content []byte) string {
	t.Helper()
	var made struct{ ID string }
	p.do(t, "POST", "/api/uploads", map[string]any{"name": name, "size": len(content)}, &made)
	if status := p.call(t.Context(), "PUT", "/api/uploads/"+made.ID+"/chunk?offset=0", "", content, nil); status/100 != 2 {
		t.Fatalf("a piece of %s: %d", name, status)
	}
	sum := sha256.Sum256(content)
	p.do(t, "POST", "/api/uploads/"+made.ID+"/finish", map[string]string{"sha256": hex.EncodeToString(sum[:])}, nil)
	return made.ID
}

// reference settles once what the workload settles again and again.
func (w *killTown) reference(t *testing.T) {
	t.Helper()
	p := w.people["jr.one"]
	for _, ask := range killAsks {
		if ask.purpose != "trial" {
			continue
		}
		var run killRun
		p.do(t, "POST", "/api/runs", ask.body(), &run)
		p.until(t, func() bool {
			p.must(t, "/api/runs/"+run.ID, &run)
			return run.State == "done" || run.State == "failed"
		})
		if run.State != "done" || run.Sums.Lines == 0 || ask.pack == settledPolicy && run.Sums.Paid <= 0 {
			t.Fatalf("%+v: %+v", ask, run)
		}
		w.settled[ask.name()] = run.sealed()
	}
}

// fund gives the policy its money: of the first source there is less than one claim
// asks for, so that claims are paid out of several.
func (w *killTown) fund(t *testing.T) {
	t.Helper()
	p := w.people["cz.one"]
	for i, yuan := range []int64{1_500, 3_700, 1_000_000} {
		source := map[string]any{
			"year": killYear(), "level": "county", "document": fmt.Sprintf("财企〔2022〕%d号", i+1), "title": "奖补资金", "purposes": []string{killItem},
			"function": "2170302",
		}
		var made struct{ ID string }
		p.do(t, "POST", "/api/fund/sources", source, &made)
		grant := map[string]any{"source": made.ID, "amount_fen": yuan * 100, "document": source["document"], "ref": fmt.Sprintf("grant-%d", i)}
		p.do(t, "POST", "/api/fund/allotments", grant, nil)
	}
}

// killItem pays enterprises.
const killItem = "tech-interest"

// killYear is the budget year that the town's claims are paid from.
func killYear() int { return time.Now().AddDate(0, 0, -reviewedBefore).Year() }

// killClaims is how many claims there are to be paid.
const killClaims = 60

// review files the claims and takes them as far as the comments of other authorities,
// which say nothing.
func (w *killTown) review(t *testing.T) {
	t.Helper()
	head, bank := w.people["jr.head"], w.people["yh.one"]
	enter, check := w.people["cz.one"], w.people["cz.two"]
	var rules map[string]any
	head.must(t, "/api/claim-rules/"+paidPolicy, &rules)
	rules["papers"], rules["year"] = []any{}, killYear()
	delete(rules, "$schema")
	head.do(t, "PUT", "/api/claim-rules/"+paidPolicy, rules, nil)
	for i := range killClaims {
		payee, err := uscc.Make("91", "331082", fmt.Sprintf("DEM%05d", 100+i))
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("演示%d号科技公司", i+1)
		var claim struct{ ID string }
		bank.do(t, "POST", "/api/claims", map[string]any{
			"policy": paidPolicy, "item": killItem, "payee": payee, "payee_kind": "enterprise", "payee_name": name, "amount_fen": 100_00 * (i + 3),
		}, &claim)
		w.claims = append(w.claims, claim.ID)
		bank.do(t, "POST", "/api/claims/"+claim.ID+"/decisions", map[string]any{"verb": "submit", "version": 0}, nil)
		last, err := id.BankChar("31334520001")
		if err != nil {
			t.Fatal(err)
		}
		account := map[string]any{"version": 0, "name": name, "number": fmt.Sprintf("6222%015d", i), "bank_name": "演示一号银行", "bank_no": "31334520001" + string(last)}
		enter.do(t, "PUT", "/api/payee-accounts/"+payee, account, nil)
		check.do(t, "PUT", "/api/payee-accounts/"+payee+"/confirmation", map[string]any{"version": 1}, nil)
	}
	w.decide(t, "jr.one", "accept")
	w.decide(t, "jr.two", "pass")
	w.decide(t, "cz.one", "pass")
}

// decide makes the same decision on every claim.
func (w *killTown) decide(t *testing.T, login, verb string) {
	t.Helper()
	var done struct {
		Items []struct{ Code, Title string }
	}
	w.people[login].do(t, "POST", "/api/claim-decisions", map[string]any{"claims": w.claims, "verb": verb}, &done)
	for _, d := range done.Items {
		if d.Code != "" {
			t.Fatalf("%s: %s %s", verb, d.Code, d.Title)
		}
	}
}

// publish shows the claims to everybody.
func (w *killTown) publish(t *testing.T) {
	t.Helper()
	p := w.people["jr.one"]
	p.do(t, "POST", "/api/notices", map[string]any{"policy": paidPolicy, "title": "拟兑付名单公示", "contact": "0576-00000000", "claims": w.claims}, nil)
}

func (w *killTown) approve(t *testing.T) {
	t.Helper()
	w.decide(t, "cz.head", "approve")
	for login, kinds := range map[string]string{"yh.one": "claim.*", "cz.head": "payment_order.*"} {
		w.people[login].do(t, "POST", "/api/webhooks", map[string]any{"url": w.hooks.server.URL, "kinds": []string{kinds}}, nil)
	}
}
