package store_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/origination/code"
)

// signs is a platform's keys.
func signs(t testing.TB) crypto.Signer {
	t.Helper()
	ring, err := crypto.OpenRing(t.TempDir()+"/keys.json", crypto.GM)
	if err != nil {
		t.Fatal(err)
	}
	return crypto.Signer{Provider: crypto.New(crypto.GM, ring)}
}

// printer is the codes of a platform with two banks and an office.
type printer struct {
	*code.Service
	t   *testing.T
	now civil.Instant
	db  *store.DB
}

func newPrinter(t *testing.T, db *store.DB) *printer {
	t.Helper()
	p := &printer{t: t, db: db, now: civil.StartOf(20000) + 9*civil.Hour}
	p.Service = &code.Service{Store: store.Of[code.Tx]{DB: db}, Signer: signs(t), Now: func() civil.Instant { return p.now }, NewID: crypto.NewID, Digest: crypto.Digest}
	p.must(db.Write(t.Context(), func(tx *store.Tx) error {
		for _, o := range []access.Org{
			{ID: "one", Kind: access.BankOrg, Name: "甲银行"},
			{ID: "two", Kind: access.BankOrg, Name: "乙银行"},
			{ID: "office", Kind: access.OfficeOrg, Name: "金融工作中心"},
			{ID: "firm", Kind: access.EnterpriseOrg, Name: "临海市某模具厂", USCC: "91331082MA2AL00X1E"},
		} {
			if err := tx.PutOrg(&o); err != nil {
				return err
			}
		}
		return nil
	}))
	return p
}

func (p *printer) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *printer) refused(err error, want string) {
	p.t.Helper()
	if fault.CodeOf(err) != want {
		p.t.Errorf("%v, not %s", err, want)
	}
}

// of is somebody of an organisation.
func of(org string, kind access.OrgKind) access.Caller {
	return access.Caller{Principal: &access.Principal{Account: "a-" + org, Org: org, OrgKind: kind}}
}

func (p *printer) make(org string, kind access.OrgKind, a code.Ask) *code.Code {
	p.t.Helper()
	c, err := p.Make(p.t.Context(), of(org, kind), a)
	p.must(err)
	return c
}

func (p *printer) told(kind, subject, of, amount string, orgs ...string) {
	p.t.Helper()
	p.must(p.db.Write(p.t.Context(), func(tx *store.Tx) error {
		return p.Keep(tx, event.Event{Kind: kind, At: p.now, Orgs: orgs, Subject: subject, Data: map[string]string{"code": of, "amount_fen": amount}})
	}))
}

func (p *printer) counts(id string) code.Counts {
	p.t.Helper()
	f, err := p.Funnel(p.t.Context(), access.Scope{All: true}, id, 0, 0)
	p.must(err)
	rows, _, err := p.List(p.t.Context(), access.Scope{All: true}, code.Filter{})
	p.must(err)
	for _, r := range rows {
		if r.ID == id && r.Counts != f.Total {
			p.t.Errorf("the list says %+v, the funnel %+v", r.Counts, f.Total)
		}
	}
	return f.Total
}

func TestACodeHoldsUntilItEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, ctx := newPrinter(t, db), t.Context()
		c := p.make("one", access.BankOrg, code.Ask{Place: code.AtBranch, Title: "古城支行", Days: 10})
		a, err := p.Scan(ctx, access.Caller{}, c.Token)
		p.must(err)
		if a.Code != c.ID || !a.Bank || a.OrgName != "甲银行" || a.Title != "古城支行" || a.Go != "/m/apply?code="+c.Token {
			t.Errorf("%+v", a)
		}
		_, err = p.Make(ctx, of("one", access.BankOrg), code.Ask{Place: code.AtBranch, Title: "古城支行"})
		p.refused(err, "code.exists")
		p.make("two", access.BankOrg, code.Ask{Place: code.AtBranch, Title: "古城支行"}) // another's branch of that name
		_, err = p.Revoke(ctx, of("two", access.BankOrg), access.Scope{Org: "two"}, c.ID, 1, "不是我的")
		p.refused(err, "code.not_found")
		_, err = p.Revoke(ctx, of("one", access.BankOrg), access.Scope{Org: "one"}, c.ID, 7, "换码")
		p.refused(err, "store.changed")

		p.now += 10 * civil.Day
		_, err = p.Scan(ctx, access.Caller{}, c.Token)
		p.must(err) // its last day
		p.now += civil.Day
		_, err = p.Scan(ctx, access.Caller{}, c.Token)
		p.refused(err, "code.expired")
		next := p.make("one", access.BankOrg, code.Ask{Place: code.AtBranch, Title: "古城支行"}) // makes room
		if next.Number == c.Number || next.ID == c.ID {
			t.Errorf("%s again", next.Number)
		}
		_, err = p.Revoke(ctx, of("one", access.BankOrg), access.Scope{Org: "one"}, next.ID, 1, " ")
		p.refused(err, "code.reason")
		_, err = p.Revoke(ctx, of("office", access.OfficeOrg), access.Scope{All: true}, next.ID, 1, "被冒用")
		p.must(err)
		_, _, err = p.Count(ctx, access.Caller{}, "browser", next.Token)
		p.refused(err, "code.revoked")
		_, err = p.Revoke(ctx, of("one", access.BankOrg), access.Scope{Org: "one"}, next.ID, 2, "再作废")
		p.refused(err, "code.revoked")

		elsewhere := *p.Service
		elsewhere.Signer = signs(t)
		_, err = elsewhere.Scan(ctx, access.Caller{}, next.Token)
		p.refused(err, "code.elsewhere")
	})
}

func TestAFirmIsSeenByBanksAlone(t *testing.T) {
	p := newPrinter(t, storetest.SQLite(t))
	c := p.make("firm", access.EnterpriseOrg, code.Ask{Place: code.AtFirm})
	for _, x := range []struct {
		who        access.Caller
		uscc, name string
	}{
		{access.Caller{}, "", "临海＊＊＊具厂"},
		{of("other", access.EnterpriseOrg), "", "临海＊＊＊具厂"},
		{of("office", access.OfficeOrg), "", "临海＊＊＊具厂"},
		{of("firm", access.EnterpriseOrg), "", "临海市某模具厂"},
		{of("one", access.BankOrg), "91331082MA2AL00X1E", "临海市某模具厂"},
	} {
		a, err := p.Scan(t.Context(), x.who, c.Token)
		p.must(err)
		if a.USCC != x.uscc || a.OrgName != x.name || a.Title != x.name || (a.Go != "") != (x.uscc != "") {
			t.Errorf("%+v", a)
		}
	}
}

// TestABrowserCountsOnceADay also with two hundred requests of five browsers at once.
func TestABrowserCountsOnceADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := newPrinter(t, db)
		c := p.make("one", access.BankOrg, code.Ask{Place: code.AtBank})
		other := p.make("two", access.BankOrg, code.Ask{Place: code.AtBank})
		scan := func(token, browser string) {
			if _, _, err := p.Count(context.WithoutCancel(t.Context()), access.Caller{}, browser, token); err != nil {
				t.Error(err)
			}
		}
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() { scan(c.Token, "browser"+strconv.Itoa(i%5)) })
		}
		wg.Wait()
		scan(c.Token, "") // takes no cookie
		scan(other.Token, "browser0")
		if got := p.counts(c.ID).Scans; got != 5 {
			t.Errorf("%d scans, not 5", got)
		}
		var kept int
		p.must(db.Read(t.Context(), func(tx *store.Tx) error { return tx.BlobRefs(func(string) { kept++ }) }))
		if kept != 0 {
			t.Error("a mark is taken for a file")
		}
		p.now += civil.Day
		p.must(p.Sweep(t.Context()))
		scan(c.Token, "browser0")
		if got := p.counts(c.ID).Scans; got != 6 {
			t.Errorf("%d scans, not 6", got)
		}
		f, err := p.Funnel(t.Context(), access.Scope{Org: "one"}, c.ID, p.now.Date(), p.now.Date())
		p.must(err)
		if f.Total.Scans != 1 || len(f.Days) != 1 {
			t.Errorf("%+v", f)
		}
		_, err = p.Funnel(t.Context(), access.Scope{Org: "two"}, c.ID, 0, 0)
		p.refused(err, "code.not_found")
		_, err = p.Funnel(t.Context(), access.Scope{Org: "one"}, c.ID, p.now.Date()-400, p.now.Date())
		p.refused(err, "code.days")
	})
}

// TestABankSeesWhatCameToItself: whoever scans a bank's code and goes to another bank
// leaves no trace in the first one's funnel.
func TestABankSeesWhatCameToItself(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := newPrinter(t, db)
		bank := p.make("one", access.BankOrg, code.Ask{Place: code.AtBank}).ID
		park := p.make("office", access.OfficeOrg, code.Ask{Place: code.AtPark, Title: "头门港"}).ID
		for _, id := range []string{bank, park} {
			p.told("application.submitted", "a1", id, "", "firm")
			p.told("referral.pushed", "r-two", id, "", "two")
			p.told("loan.disbursed", "l-two", id, "10000", "two")
		}
		if got := p.counts(bank); got != (code.Counts{}) {
			t.Errorf("a bank sees %+v of what others did", got)
		}
		if got := p.counts(park); got != (code.Counts{Applications: 1, Loans: 1, LoansFen: 10000}) {
			t.Errorf("the office: %+v", got)
		}
		p.told("referral.pushed", "r-one", bank, "", "one")
		p.told("referral.pushed", "r-one", bank, "", "one") // told again
		p.told("loan.disbursed", "l-one", bank, "30000", "one")
		p.told("loan.disbursed", "l-one", bank, "20000", "one") // its second part
		p.told("loan.disbursed", "l-odd", bank, "-5", "one")
		p.told("referral.pushed", "r-9", strings.Repeat("9", 9), "", "one") // of no code
		if got := p.counts(bank); got != (code.Counts{Applications: 1, Loans: 2, LoansFen: 50000}) {
			t.Errorf("the bank: %+v", got)
		}
	})
}

func TestCodesAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := newPrinter(t, db)
		gone := p.make("one", access.BankOrg, code.Ask{Place: code.AtBank, Days: 1})
		branch := p.make("one", access.BankOrg, code.Ask{Place: code.AtBranch, Title: "大洋支行"})
		p.make("office", access.OfficeOrg, code.Ask{Place: code.AtPark, Title: "头门港园区"})
		p.make("firm", access.EnterpriseOrg, code.Ask{Place: code.AtFirm})
		p.now += 3 * civil.Day
		all := access.Scope{All: true}
		for _, x := range []struct {
			name  string
			scope access.Scope
			f     code.Filter
			want  int
		}{
			{"all", all, code.Filter{}, 4},
			{"a bank's", access.Scope{Org: "one"}, code.Filter{}, 2},
			{"another's", access.Scope{Org: "one"}, code.Filter{Org: "office"}, 0},
			{"expired", all, code.Filter{State: code.Expired}, 1},
			{"live", all, code.Filter{State: code.Live}, 3},
			{"revoked", all, code.Filter{State: code.Revoked}, 0},
			{"firms'", all, code.Filter{Kind: code.Firm}, 1},
			{"of parks", all, code.Filter{Place: code.AtPark}, 1},
			{"by title", all, code.Filter{Text: "支行"}, 1},
			{"by number", all, code.Filter{Text: gone.Number}, 1},
			{"by a sign of patterns", all, code.Filter{Text: "%"}, 0},
		} {
			rows, total, err := p.List(t.Context(), x.scope, x.f)
			p.must(err)
			if len(rows) != x.want || total != x.want {
				t.Errorf("%s: %d, %d, not %d", x.name, len(rows), total, x.want)
			}
		}
		rows, total, err := p.List(t.Context(), all, code.Filter{Limit: 1, Offset: 2})
		p.must(err)
		if total != 4 || len(rows) != 1 || rows[0].ID != branch.ID {
			t.Errorf("%d: %+v", total, rows)
		}
	})
}
