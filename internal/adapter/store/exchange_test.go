package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"

	"pgregory.net/rapid"
)

// desks are departments in memory, which answer as they are told.
type desks struct {
	sync.Mutex
	answers map[string]func(exchange.Query) (*exchange.Delivery, error) // by dataset
	during  func()                                                      // runs while a department is being asked
	asked   []exchange.Query
}

// Fetch implements exchange.Source.
func (d *desks) Fetch(_ context.Context, q exchange.Query) (*exchange.Delivery, error) {
	d.Lock()
	defer d.Unlock()
	d.asked = append(d.asked, q)
	if d.during != nil {
		d.during()
	}
	return d.answers[q.Dataset](q)
}

func down(code string) func(exchange.Query) (*exchange.Delivery, error) {
	return func(exchange.Query) (*exchange.Delivery, error) {
		return nil, fault.New(fault.Unavailable, code, "部门没有答复", "no answer")
	}
}

// says is a department that answers with records.
func says(asOf civil.Date, records ...map[string]string) func(exchange.Query) (*exchange.Delivery, error) {
	return func(exchange.Query) (*exchange.Delivery, error) {
		x := &exchange.Delivery{AsOf: asOf, Source: "业务系统", Raw: strings.Repeat("ab", 32)}
		for _, r := range records {
			x.Records = append(x.Records, exchange.Record{Cells: r})
		}
		return x, nil
	}
}

// mortal is a store that may die while it writes: before the commit, or after.
type mortal struct {
	store.Of[exchange.Tx]
	before, after bool
}

var errDied = errors.New("died")

func (m *mortal) Write(ctx context.Context, f func(exchange.Tx) error) error {
	err := m.Of.Write(ctx, func(tx exchange.Tx) error {
		if err := f(tx); err != nil || !m.before {
			return err
		}
		return errDied
	})
	if err == nil && m.after {
		return errDied
	}
	return err
}

// bourse is a place where data are exchanged: its people and its clock.
type bourse struct {
	t       testing.TB
	db      *store.DB
	s       *exchange.Service
	store   *mortal
	desks   *desks
	now     civil.Instant
	n       int
	callers map[string]access.Caller // by organisation
}

// smallCatalogue has one dataset of each way to share.
var smallCatalogue = fstest.MapFS{"d.yaml": {Data: []byte(`
department: dep
zh: 某部门
en: a department
datasets:
  - {id: dep.open, zh: 公开信息, en: open, records: one, level: 1, sharing: unconditional, fresh_days: 1, basis: {text: 公开, source: 某办法},
     fields: [{name: word, type: text, zh: 词, en: word}, {name: owner, type: text, zh: 姓名, en: owner, personal: name}]}
  - {id: dep.by_consent, zh: 授权信息, en: by consent, records: one, level: 3, sharing: conditional, fresh_days: 2, basis: {text: 授权, source: 某办法},
     fields: [{name: amount, type: yuan, zh: 金额, en: amount, required: true}, {name: phone, type: text, zh: 电话, en: phone, personal: phone}],
     rules: [{id: dep.by_consent.amount, severity: error, zh: 金额为零, en: zero, check: row.amount > yuan(0)}]}
  - {id: dep.by_statute, zh: 依法信息, en: by statute, records: many, level: 2, sharing: conditional, fresh_days: 0, basis: {text: 授权, source: 某办法},
     statutes: [{org_kind: office, purpose: claim_check, basis: {text: 履职, source: 某条例}}],
     fields: [{name: people, type: int, zh: 人数, en: people}],
     summary: [{name: all, zh: 合计, en: all, of: sum, field: people}, {name: rows, zh: 条数, en: rows, of: count}]}
  - {id: dep.closed, zh: 不共享信息, en: closed, records: one, level: 4, sharing: none, fresh_days: 1, basis: {text: 不共享, source: 某办法},
     fields: [{name: word, type: text, zh: 词, en: word}]}
`)}}

func newBourse(t testing.TB, db *store.DB) *bourse {
	t.Helper()
	catalogue, err := exchange.LoadFrom(smallCatalogue)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := exchange.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	day, _ := civil.Of(2026, 3, 2)
	b := &bourse{t: t, db: db, store: &mortal{Of: store.Of[exchange.Tx]{DB: db}}, desks: &desks{}, now: civil.StartOf(day) + 9*civil.Hour, callers: map[string]access.Caller{}}
	b.up()
	b.s = &exchange.Service{
		Store: b.store, Source: b.desks, Sealer: openly{}, Catalogue: catalogue, Texts: texts,
		Now: func() civil.Instant { return b.now }, NewID: func() string { b.n++; return fmt.Sprintf("x%06d", b.n) },
	}
	for _, kind := range []access.OrgKind{access.BankOrg, access.BankOrg, access.OfficeOrg, access.DepartmentOrg} {
		b.org(kind, "")
	}
	return b
}

// up makes every department answer.
func (b *bourse) up() {
	b.desks.answers = map[string]func(exchange.Query) (*exchange.Delivery, error){
		"dep.open":       says(b.now.Date(), map[string]string{"word": "好", "owner": "王小明"}),
		"dep.by_consent": says(b.now.Date(), map[string]string{"amount": "12.50", "phone": "13812341234"}),
		"dep.by_statute": says(b.now.Date(), map[string]string{"people": "3"}, map[string]string{"people": "4"}),
		"dep.closed":     says(b.now.Date(), map[string]string{"word": "密"}),
	}
}

// org makes an organisation and returns its id.
func (b *bourse) org(kind access.OrgKind, code string) string {
	b.t.Helper()
	b.n++
	o := access.Org{ID: fmt.Sprintf("%s-%d", kind, b.n), Kind: kind, Name: fmt.Sprintf("机构%d", b.n), USCC: code}
	if err := b.db.Write(b.t.Context(), func(tx *store.Tx) error { o := o; return tx.PutOrg(&o) }); err != nil {
		b.t.Fatal(err)
	}
	b.callers[o.ID] = access.Caller{Principal: &access.Principal{Account: "account-" + o.ID, Name: "某", Org: o.ID, OrgKind: kind}}
	return o.ID
}

// firm makes a firm; its code begins with dept.
func (b *bourse) firm(dept string) (org, code string) {
	b.t.Helper()
	b.n++
	code, err := uscc.Make(dept, "331082", fmt.Sprintf("MA4%05d", b.n))
	if err != nil {
		b.t.Fatal(err)
	}
	return b.org(access.EnterpriseOrg, code), code
}

func (b *bourse) of(kind access.OrgKind) []string {
	var ids []string
	for id, c := range b.callers {
		if c.OrgKind == kind {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// give gives a consent as it is given: the text is read first.
func (b *bourse) give(firm string, g exchange.Grant) *exchange.Consent {
	b.t.Helper()
	text, err := b.s.Text(b.t.Context(), b.callers[firm], g)
	if err != nil {
		b.t.Fatal(err)
	}
	g.Hash, g.ExpiresOn, g.Channel = text.Hash, text.ExpiresOn, exchange.Phone
	c, err := b.s.Give(b.t.Context(), b.callers[firm], g)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// read reads, and returns the part of each dataset.
func (b *bourse) read(org, code string, p exchange.Purpose, datasets ...string) map[string]exchange.Part {
	b.t.Helper()
	a, err := b.s.Read(b.t.Context(), b.callers[org], exchange.Ask{Firm: code, Purpose: p, Datasets: datasets})
	if err != nil {
		b.t.Fatal(err)
	}
	parts := map[string]exchange.Part{}
	for _, x := range a.Parts {
		parts[x.Dataset] = x
	}
	return parts
}

func (b *bourse) readings(s access.Scope, f exchange.ReadingFilter) []exchange.Reading {
	b.t.Helper()
	list, n, err := b.s.Readings(b.t.Context(), s, f)
	if err != nil {
		b.t.Fatal(err)
	}
	if n != len(list) {
		b.t.Fatalf("%d of %d readings", len(list), n)
	}
	return list
}

var all = access.Scope{All: true}

// TestNoReadingWithoutConsentOrBasis gives, withdraws and lets end at random, and has
// everybody read: what goes out is what the law of the catalogue lets out at that
// instant, and the log has exactly the readings made, also where the process dies.
func TestNoReadingWithoutConsentOrBasis(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		rapid.Check(t, func(rt *rapid.T) { walk(rt, b) })
	})
}

// known is a consent as the test remembers it.
type known struct {
	id, recipient    string
	purpose          exchange.Purpose
	datasets         []string
	personal         bool
	given, withdrawn civil.Instant
	last             civil.Date
}

func walk(rt *rapid.T, b *bourse) {
	firm, code := b.firm(rapid.SampledFrom([]string{"91", "92"}).Draw(rt, "dept"))
	other, _ := b.firm("91")
	readers := append(append(b.of(access.BankOrg), b.of(access.OfficeOrg)...), firm, other)
	datasets := []string{"dep.open", "dep.by_consent", "dep.by_statute", "dep.closed"}
	var consents []*known
	var logged int
	for range rapid.IntRange(1, 14).Draw(rt, "steps") {
		switch rapid.SampledFrom([]string{"give", "give", "withdraw", "wait", "read", "read", "read", "down", "up"}).Draw(rt, "what") {
		case "give":
			g := exchange.Grant{
				Recipient: rapid.SampledFrom(b.of(access.BankOrg)).Draw(rt, "to"),
				Purpose:   rapid.SampledFrom([]exchange.Purpose{exchange.LoanApplication, exchange.LoanManagement}).Draw(rt, "for"),
				Datasets:  rapid.SliceOfNDistinct(rapid.SampledFrom(datasets[:3]), 1, 3, rapid.ID[string]).Draw(rt, "of"),
				ExpiresOn: b.now.Date() + civil.Date(rapid.IntRange(0, 3).Draw(rt, "days")),
			}
			if slices.Contains(g.Datasets, "dep.open") || slices.Contains(g.Datasets, "dep.by_consent") {
				g.Personal = rapid.Bool().Draw(rt, "personal")
			}
			c := b.give(firm, g)
			consents = append(consents, &known{c.ID, g.Recipient, g.Purpose, g.Datasets, g.Personal, b.now, 0, g.ExpiresOn})
		case "withdraw":
			if len(consents) == 0 {
				continue
			}
			k := rapid.SampledFrom(consents).Draw(rt, "consent")
			if _, err := b.s.Withdraw(b.t.Context(), b.callers[firm], access.Scope{Org: firm}, k.id); err != nil {
				rt.Fatal(err)
			}
			if k.withdrawn == 0 {
				k.withdrawn = b.now
			}
		case "wait":
			b.now += civil.Instant(rapid.IntRange(1, 40).Draw(rt, "hours")) * civil.Hour
		case "down":
			b.desks.answers[rapid.SampledFrom(datasets).Draw(rt, "which")] = down(rapid.SampledFrom([]string{"connect.timeout", "connect.open", "connect.drift"}).Draw(rt, "how"))
		case "up":
			b.up()
		case "read":
			ask := exchange.Ask{Firm: code, Purpose: rapid.SampledFrom(exchange.Purposes()).Draw(rt, "purpose")}
			ask.Datasets = rapid.SliceOfNDistinct(rapid.SampledFrom(datasets), 1, 4, rapid.ID[string]).Draw(rt, "datasets")
			reader := rapid.SampledFrom(readers).Draw(rt, "reader")
			if len(consents) > 0 && rapid.IntRange(0, 3).Draw(rt, "by chance") > 0 { // by a consent, valid or not
				k := rapid.SampledFrom(consents).Draw(rt, "by")
				reader, ask.Purpose, ask.Datasets = k.recipient, k.purpose, k.datasets
			}
			logged += readOnce(rt, b, firm, reader, ask, consents)
		}
		if n := len(b.readings(all, exchange.ReadingFilter{Firm: code})); n != logged {
			rt.Fatalf("%d lines in the log, and %d readings", n, logged)
		}
	}
}

// readOnce reads once and returns how many lines the log has for it.
func readOnce(rt *rapid.T, b *bourse, firm, reader string, ask exchange.Ask, consents []*known) int {
	death := rapid.SampledFrom([]string{"", "", "", "before", "after"}).Draw(rt, "death")
	b.store.before, b.store.after = death == "before", death == "after"
	a, err := b.s.Read(b.t.Context(), b.callers[reader], ask)
	b.store.before, b.store.after = false, false
	kind := b.callers[reader].OrgKind
	fits := map[exchange.Purpose]bool{
		exchange.LoanApplication: kind == access.BankOrg, exchange.LoanManagement: kind == access.BankOrg, exchange.ClaimCheck: kind == access.OfficeOrg,
		exchange.BenefitCheck: reader == firm, exchange.Prefill: reader == firm, exchange.CityRating: kind == access.OfficeOrg, exchange.CreditRating: kind == access.BankOrg,
	}[ask.Purpose]
	under := ask.Purpose // who may look at an application may have the firm rated
	if under == exchange.CreditRating {
		under = exchange.LoanApplication
	}
	switch {
	case !fits:
		if a != nil || fault.CodeOf(err) != "exchange.purpose" {
			rt.Fatalf("%s read for %s: %v", kind, ask.Purpose, err)
		}
		return 0
	case death != "":
		if a != nil || !errors.Is(err, errDied) {
			rt.Fatalf("the process died and gave %v, %v", a, err)
		}
		if death == "before" {
			return 0
		}
		return len(ask.Datasets)
	case err != nil:
		rt.Fatal(err)
	}
	log := b.readings(all, exchange.ReadingFilter{Firm: ask.Firm})
	for _, p := range a.Parts {
		allowed, whole := reader == firm, reader == firm
		for _, k := range consents {
			if k.recipient == reader && k.purpose == under && slices.Contains(k.datasets, p.Dataset) && k.withdrawn == 0 && b.now.Date() <= k.last {
				allowed, whole = true, whole || k.personal
			}
		}
		allowed = allowed || p.Dataset == "dep.open" || p.Dataset == "dep.by_statute" && ask.Purpose == exchange.ClaimCheck
		if p.Dataset == "dep.closed" {
			allowed = reader == firm
		}
		check(rt, p, allowed, whole)
		i := slices.IndexFunc(log, func(r exchange.Reading) bool { return r.Call == a.ID && r.Dataset == p.Dataset })
		if i < 0 {
			rt.Fatalf("%s is not in the log", p.Dataset)
		}
		r := log[i]
		if r.Outcome != p.Outcome || r.Reader != reader || r.Purpose != ask.Purpose || r.At != b.now || r.Consent != p.Consent || r.Outcome.Gives() != (len(r.Fields) > 0) ||
			r.Outcome.Gives() && r.Consent == "" && r.Basis == "" || !slices.Equal(r.Masked, p.Masked) {
			rt.Fatalf("the log says %+v of %+v", r, p)
		}
	}
	return len(ask.Datasets)
}

// check holds what went out against what may.
func check(rt *rapid.T, p exchange.Part, allowed, whole bool) {
	if !allowed {
		if p.Outcome != exchange.Refused || len(p.Records)+len(p.Fields)+len(p.Summary) > 0 || p.Facts != nil || p.Reason == nil {
			rt.Fatalf("given without consent or basis: %+v", p)
		}
		return
	}
	if p.Outcome == exchange.Refused {
		rt.Fatalf("refused, though it is allowed: %+v", p)
	}
	for _, r := range p.Records {
		for name, cell := range map[string]string{"owner": "王小明", "phone": "13812341234"} {
			if have, ok := r.Cells[name]; ok && (have == cell) != whole {
				rt.Fatalf("%s of %s is %q, whole: %v", name, p.Dataset, have, whole)
			}
		}
		if r.AsOf == 0 || r.Source == "" {
			rt.Fatalf("a record without its day or source: %+v", r)
		}
	}
}

// TestWhatIsWithdrawnMeanwhileIsNotGiven withdraws while the department is being asked.
func TestWhatIsWithdrawnMeanwhileIsNotGiven(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		firm, code := b.firm("91")
		bank := b.of(access.BankOrg)[0]
		c := b.give(firm, exchange.Grant{Recipient: bank, Purpose: exchange.LoanApplication, Datasets: []string{"dep.by_consent"}})
		b.desks.during = func() {
			b.now += civil.Minute
			if _, err := b.s.Withdraw(t.Context(), b.callers[firm], access.Scope{Org: firm}, c.ID); err != nil {
				t.Error(err)
			}
		}
		p := b.read(bank, code, exchange.LoanApplication, "dep.by_consent")["dep.by_consent"]
		if p.Outcome != exchange.Refused || p.Reason.Code != "exchange.withdrawn" || len(p.Records) != 0 {
			t.Errorf("%+v", p)
		}
		b.desks.during = nil
		if copies := b.copies(code); len(copies) != 0 {
			t.Errorf("%d copies are kept, and nobody may read them", len(copies))
		}
		st, err := b.s.Standing(t.Context(), []string{c.ID, "none"})
		if err != nil || len(st) != 2 || st[0].Valid || st[0].Reason.Code != "exchange.withdrawn" || st[0].Withdrawn != b.now || st[1].Valid || st[1].Reason.Code != "exchange.not_found" {
			t.Errorf("%+v, %v", st, err)
		}
	})
}

func (b *bourse) copies(code string) (list []exchange.Copy) {
	b.t.Helper()
	if err := b.db.Read(b.t.Context(), func(tx *store.Tx) (err error) {
		list, err = tx.Copies(code, []string{"dep.open", "dep.by_consent", "dep.by_statute", "dep.closed"})
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return list
}

// TestADepartmentThatIsAwayShowsTheLastThatIsKnown walks through what may happen to
// a department: fresh, old and away, lying, and not knowing the firm.
func TestADepartmentThatIsAwayShowsTheLastThatIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		firm, code := b.firm("91")
		bank := b.of(access.BankOrg)[0]
		b.give(firm, exchange.Grant{Recipient: bank, Purpose: exchange.LoanApplication, Datasets: []string{"dep.by_consent", "dep.by_statute"}})
		day := b.now.Date()
		read := func() exchange.Part {
			return b.read(bank, code, exchange.LoanApplication, "dep.by_consent")["dep.by_consent"]
		}
		expect := func(what string, want exchange.Outcome, code string) {
			t.Helper()
			p := read()
			got := ""
			if p.Reason != nil {
				got = p.Reason.Code
			}
			if p.Outcome != want || got != code || want.Gives() && (p.AsOf != day || p.Records[0].Cells["amount"] != "12.50") {
				t.Errorf("%s: %s %s, %+v", what, p.Outcome, got, p)
			}
		}
		b.desks.answers["dep.by_consent"] = down("connect.timeout")
		expect("nothing is known, and the department is slow", exchange.Away, "connect.timeout")
		b.up()
		expect("the department answers", exchange.Asked, "")
		asked := len(b.desks.asked)
		b.now += 47 * civil.Hour
		expect("the copy is fresh", exchange.Kept, "")
		if len(b.desks.asked) != asked {
			t.Error("a department is asked for what is fresh")
		}
		b.now += civil.Hour
		b.desks.answers["dep.by_consent"] = down("connect.open")
		expect("the copy is old, and the department is left alone", exchange.Last, "connect.open")
		b.desks.answers["dep.by_consent"] = says(b.now.Date(), map[string]string{"amount": "12.50"})
		expect("the answer lacks a field", exchange.Last, "exchange.drift")
		b.desks.answers["dep.by_consent"] = says(b.now.Date(), map[string]string{"amount": "十二", "phone": ""})
		expect("the answer is of another type", exchange.Last, "exchange.drift")
		b.desks.answers["dep.by_consent"] = says(b.now.Date(), map[string]string{"amount": "1", "phone": "", "more": ""})
		expect("the answer has a field too many", exchange.Last, "exchange.drift")
		b.desks.answers["dep.by_consent"] = func(exchange.Query) (*exchange.Delivery, error) { panic("a defect") }
		expect("the connector breaks", exchange.Last, "exchange.source")
		b.desks.answers["dep.by_consent"] = func(exchange.Query) (*exchange.Delivery, error) { return nil, nil }
		expect("the connector gives nothing", exchange.Last, "exchange.source")
		b.desks.answers["dep.by_consent"] = down(exchange.UnknownFirm)
		expect("the department does not know the firm", exchange.Unknown, exchange.UnknownFirm)
		if n := len(b.readings(all, exchange.ReadingFilter{Firm: code})); n != 10 {
			t.Errorf("%d lines in the log", n)
		}
	})
}

// TestWhatBreaksARuleIsShownWithItAndNotSummedUp has a department answer with a record
// that breaks a rule.
func TestWhatBreaksARuleIsShownWithItAndNotSummedUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		firm, code := b.firm("91")
		department := b.of(access.DepartmentOrg)[0]
		if err := b.s.Seat(t.Context(), b.callers[b.of(access.OfficeOrg)[0]], "dep", department); err != nil {
			t.Fatal(err)
		}
		p := b.read(firm, code, exchange.Prefill, "dep.by_consent", "dep.by_statute")
		if x := p["dep.by_consent"]; len(x.Findings) != 0 || x.Summary["amount"] != "12.50" || x.Facts.Len() != 1 {
			t.Errorf("%+v", x)
		}
		if x := p["dep.by_statute"]; x.Summary["all"] != "7" || x.Summary["rows"] != "2" {
			t.Errorf("%+v", x.Summary)
		}
		b.now += 49 * civil.Hour
		b.desks.answers["dep.by_consent"] = says(b.now.Date(), map[string]string{"amount": "0", "phone": ""})
		x := b.read(firm, code, exchange.Prefill, "dep.by_consent")["dep.by_consent"]
		if len(x.Findings) != 1 || x.Findings[0].Rule != "dep.by_consent.amount" || len(x.Summary) != 0 || x.Facts != nil || len(x.Records) != 1 {
			t.Errorf("%+v", x)
		}
		for _, s := range []access.Scope{all, {Org: department}} {
			q, err := b.s.Quality(t.Context(), s)
			if err != nil || len(q) != 1 || q[0] != (exchange.Quality{Dataset: "dep.by_consent", Rule: "dep.by_consent.amount", Firms: 1, Records: 1, Checked: 1}) {
				t.Errorf("%v %v", q, err)
			}
		}
		if q, err := b.s.Quality(t.Context(), access.Scope{Org: b.of(access.BankOrg)[0]}); err != nil || len(q) != 0 {
			t.Errorf("a bank sees the quality of data: %v %v", q, err)
		}
	})
}

// TestEachSeesItsOwnOfTheLog has two banks read about two firms.
func TestEachSeesItsOwnOfTheLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		banks, office, department := b.of(access.BankOrg), b.of(access.OfficeOrg)[0], b.of(access.DepartmentOrg)[0]
		firm, code := b.firm("91")
		other, otherCode := b.firm("92")
		name, otherName := "机构"+strings.TrimPrefix(firm, "enterprise-"), "机构"+strings.TrimPrefix(other, "enterprise-")
		mine := b.give(firm, exchange.Grant{Recipient: banks[0], Purpose: exchange.LoanApplication, Datasets: []string{"dep.by_consent"}})
		b.give(other, exchange.Grant{Recipient: banks[1], Purpose: exchange.LoanManagement, Datasets: []string{"dep.by_consent"}})
		b.read(banks[0], code, exchange.LoanApplication, "dep.by_consent", "dep.open")
		b.read(banks[1], code, exchange.LoanApplication, "dep.by_consent")
		b.read(banks[1], otherCode, exchange.LoanManagement, "dep.by_consent")
		b.read(office, otherCode, exchange.ClaimCheck, "dep.by_statute")
		b.read(firm, code, exchange.BenefitCheck, "dep.open")
		if err := b.s.Seat(t.Context(), b.callers[office], "dep", department); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			what  string
			scope access.Scope
			f     exchange.ReadingFilter
			n     int
		}{
			{"everything", all, exchange.ReadingFilter{}, 6},
			{"the firm's", access.Scope{Org: firm}, exchange.ReadingFilter{}, 4},
			{"the firm's, of others, that gave something", access.Scope{Org: firm}, exchange.ReadingFilter{Others: true, Given: true}, 2},
			{"the other firm's", access.Scope{Org: other}, exchange.ReadingFilter{}, 2},
			{"the first bank's", access.Scope{Org: banks[0]}, exchange.ReadingFilter{}, 2},
			{"the second bank's about the first firm", access.Scope{Org: banks[1]}, exchange.ReadingFilter{Firm: code}, 1},
			{"the first bank's about the other firm", access.Scope{Org: banks[0]}, exchange.ReadingFilter{Firm: otherCode}, 0},
			{"the second bank's, by a code", access.Scope{Org: banks[1]}, exchange.ReadingFilter{Text: otherCode}, 1},
			{"the second bank's, by a part of a name", access.Scope{Org: banks[1]}, exchange.ReadingFilter{Text: name[3:]}, 1},
			{"by what is in no name", all, exchange.ReadingFilter{Text: "无此企业"}, 0},
			{"the department's", access.Scope{Org: department}, exchange.ReadingFilter{}, 6},
			{"by consent", all, exchange.ReadingFilter{Consent: mine.ID}, 1},
			{"refused", all, exchange.ReadingFilter{Outcome: exchange.Refused}, 1},
			{"nobody's", access.Scope{}, exchange.ReadingFilter{}, 0},
			{"of a day before", all, exchange.ReadingFilter{Until: b.now}, 0},
		} {
			for _, r := range b.readings(x.scope, x.f) {
				if r.FirmName != map[string]string{code: name, otherCode: otherName}[r.Firm] {
					t.Errorf("%s: %s is called %q", x.what, r.Firm, r.FirmName)
				}
			}
			if list := b.readings(x.scope, x.f); len(list) != x.n {
				t.Errorf("%s: %d readings, not %d", x.what, len(list), x.n)
			}
		}
		if r := b.readings(access.Scope{Org: firm}, exchange.ReadingFilter{Reader: banks[0]}); r[0].Account != "" || r[0].ReaderName == "" {
			t.Errorf("a firm learns which of a bank's people it was: %+v", r[0])
		}
		if r := b.readings(access.Scope{Org: banks[0]}, exchange.ReadingFilter{}); r[0].Account == "" {
			t.Error("a bank does not learn which of its people it was")
		}
		uses, err := b.s.Uses(t.Context(), access.Scope{Org: department}, 30)
		if err != nil || len(uses) != 5 {
			t.Errorf("%d uses, %v: %+v", len(uses), err, uses)
		}
		for _, x := range []struct {
			scope access.Scope
			n     int
		}{{all, 2}, {access.Scope{Org: firm}, 1}, {access.Scope{Org: banks[0]}, 1}, {access.Scope{Org: department}, 0}, {access.Scope{}, 0}} {
			if list, n, err := b.s.Consents(t.Context(), x.scope, exchange.ConsentFilter{Live: b.now}); err != nil || n != x.n || len(list) != x.n {
				t.Errorf("%+v: %d consents, %v", x.scope, n, err)
			}
		}
		for text, n := range map[string]int{code: 1, name: 1, "无此企业": 0} {
			if list, found, err := b.s.Consents(t.Context(), access.Scope{Org: banks[0]}, exchange.ConsentFilter{Text: text}); err != nil || found != n || len(list) != n {
				t.Errorf("%s: %d consents, %v", text, found, err)
			}
		}
		if list, _, err := b.s.Consents(t.Context(), access.Scope{Org: banks[0]}, exchange.ConsentFilter{Text: otherCode}); err != nil || len(list) != 0 {
			t.Errorf("a bank finds a consent to another: %v, %v", list, err)
		}
		if _, err := b.s.Consent(t.Context(), access.Scope{Org: banks[1]}, mine.ID); fault.CodeOf(err) != "exchange.not_found" {
			t.Errorf("a bank gets another's consent: %v", err)
		}
		if _, err := b.s.Withdraw(t.Context(), b.callers[banks[0]], access.Scope{Org: banks[0]}, mine.ID); fault.CodeOf(err) != "exchange.not_found" {
			t.Errorf("the recipient ends a consent: %v", err)
		}
	})
}

// TestAConsentIsToTheVeryTextThatWasShown gives consents that nobody may give.
func TestAConsentIsToTheVeryTextThatWasShown(t *testing.T) {
	b := newBourse(t, storetest.SQLite(t))
	firm, _ := b.firm("91")
	banks := b.of(access.BankOrg)
	good := exchange.Grant{Recipient: banks[0], Purpose: exchange.LoanApplication, Datasets: []string{"dep.by_consent"}, ExpiresOn: b.now.Date() + 30, Channel: exchange.Phone}
	text, err := b.s.Text(t.Context(), b.callers[firm], good)
	if err != nil {
		t.Fatal(err)
	}
	good.Hash = text.Hash
	for _, x := range []struct {
		what string
		who  string
		with func(*exchange.Grant)
		code string
	}{
		{"the text", firm, func(*exchange.Grant) {}, ""},
		{"a text of other datasets", firm, func(g *exchange.Grant) { g.Datasets = append(g.Datasets, "dep.by_statute") }, "exchange.text_changed"},
		{"a text for longer", firm, func(g *exchange.Grant) { g.ExpiresOn++ }, "exchange.text_changed"},
		{"a text to another bank", firm, func(g *exchange.Grant) { g.Recipient = banks[1] }, "exchange.text_changed"},
		{"a text without what is personal", firm, func(g *exchange.Grant) { g.Personal = true }, "exchange.text_changed"},
		{"no hash", firm, func(g *exchange.Grant) { g.Hash = "" }, "exchange.text_changed"},
		{"no end", firm, func(g *exchange.Grant) { g.ExpiresOn = 0 }, "exchange.expiry"},
		{"an end in the past", firm, func(g *exchange.Grant) { g.ExpiresOn = b.now.Date() - 1 }, "exchange.expiry"},
		{"an end too late", firm, func(g *exchange.Grant) { g.ExpiresOn = b.now.Date() + 181 }, "exchange.expiry"},
		{"of what is not shared", firm, func(g *exchange.Grant) { g.Datasets = []string{"dep.closed"} }, "exchange.not_shared"},
		{"of nothing", firm, func(g *exchange.Grant) { g.Datasets = nil }, "exchange.ask"},
		{"of what there is not", firm, func(g *exchange.Grant) { g.Datasets = []string{"dep.none"} }, "exchange.no_dataset"},
		{"for a purpose of one's own", firm, func(g *exchange.Grant) { g.Purpose = exchange.Prefill }, "exchange.grant"},
		{"to the office", firm, func(g *exchange.Grant) { g.Recipient = b.of(access.OfficeOrg)[0] }, "exchange.recipient"},
		{"to nobody", firm, func(g *exchange.Grant) { g.Recipient = "none" }, "exchange.recipient"},
		{"by a bank", banks[1], func(*exchange.Grant) {}, "exchange.not_firm"},
	} {
		g := good
		g.Datasets = slices.Clone(good.Datasets)
		x.with(&g)
		c, err := b.s.Give(t.Context(), b.callers[x.who], g)
		if fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v, not %q", x.what, err, x.code)
		}
		if err == nil {
			kept, err := b.s.Consent(t.Context(), access.Scope{Org: firm}, c.ID)
			if err != nil || kept.Text != text.Zh || kept.TextHash != text.Hash || kept.TextVersion != text.Version || kept.Channel != exchange.Phone {
				t.Errorf("%+v, %v", kept, err)
			}
		}
	}
}

// TestCopiesAndRecordsAreKeptAsLongAsTheyMay sweeps again and again.
func TestCopiesAndRecordsAreKeptAsLongAsTheyMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBourse(t, db)
		firm, code := b.firm("91")
		bank := b.of(access.BankOrg)[0]
		start := b.now
		c := b.give(firm, exchange.Grant{Recipient: bank, Purpose: exchange.LoanApplication, Datasets: []string{"dep.by_consent", "dep.by_statute"}, ExpiresOn: b.now.Date() + 10})
		b.read(bank, code, exchange.LoanApplication, "dep.by_consent", "dep.by_statute", "dep.open")
		expect := func(copies, log, consents int) {
			t.Helper()
			if err := b.s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, n, err := b.s.Consents(t.Context(), all, exchange.ConsentFilter{})
			if err != nil {
				t.Fatal(err)
			}
			if have := [3]int{len(b.copies(code)), len(b.readings(all, exchange.ReadingFilter{})), n}; have != [3]int{copies, log, consents} {
				t.Errorf("on %s: %d copies, lines and consents", b.now.Date(), have)
			}
		}
		expect(3, 3, 1)
		b.now = start + 10*civil.Day
		expect(3, 3, 1)
		b.now = start + 11*civil.Day // the consent has ended: what is public stays
		expect(1, 3, 1)
		b.now = start + 181*civil.Day
		expect(0, 3, 1)
		b.now = start + 3*366*civil.Day // the law asks for three years
		expect(0, 3, 1)
		b.now = start + (5*366+11)*civil.Day
		expect(0, 0, 0)
		if _, err := b.s.Consent(t.Context(), all, c.ID); fault.CodeOf(err) != "exchange.not_found" {
			t.Error(err)
		}
	})
}

// TestASealedCopyOpensNowhereElse moves a copy to another firm.
func TestASealedCopyOpensNowhereElse(t *testing.T) {
	b := newBourse(t, storetest.SQLite(t))
	firm, code := b.firm("91")
	other, otherCode := b.firm("91")
	b.read(firm, code, exchange.Prefill, "dep.by_consent")
	kept := b.copies(code)[0]
	if !kept.Sealed || !strings.HasPrefix(string(kept.Payload), "firm_data/dep.by_consent/"+code+"|") {
		t.Fatalf("%+v", kept)
	}
	kept.Firm = otherCode
	if err := b.db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutCopy(&kept) }); err != nil {
		t.Fatal(err)
	}
	b.desks.answers["dep.by_consent"] = down("connect.timeout")
	if p := b.read(other, otherCode, exchange.Prefill, "dep.by_consent")["dep.by_consent"]; p.Outcome != exchange.Away {
		t.Errorf("%+v", p)
	}
}

// TestWhatIsReadAndGivenIsAudited looks for the entries of the audit log.
func TestWhatIsReadAndGivenIsAudited(t *testing.T) {
	b := newBourse(t, storetest.SQLite(t))
	firm, code := b.firm("91")
	bank := b.of(access.BankOrg)[0]
	c := b.give(firm, exchange.Grant{Recipient: bank, Purpose: exchange.LoanApplication, Datasets: []string{"dep.by_consent"}})
	b.read(bank, code, exchange.LoanApplication, "dep.by_consent")
	if _, err := b.s.Withdraw(t.Context(), b.callers[firm], access.Scope{Org: firm}, c.ID); err != nil {
		t.Fatal(err)
	}
	var actions []string
	if err := b.db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.EachAuditEntry(func(e *audit.Entry) error { actions = append(actions, e.Action); return nil })
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"consent.give", "firm_data.read", "consent.withdraw"}; !slices.Equal(actions, want) {
		t.Errorf("%v", actions)
	}
}
