package life

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/sim/city"

	"golang.org/x/sync/errgroup"
)

// Town is everybody on the platform.
type Town struct {
	Options
	System, Security *Person
	People           []*Person            // all others, in the order they were made
	Official         string               // id of the year's settlement
	by               map[string][]*Person // by organisation and role
	banks            []bank
	orgs             map[string]string // name to id
	names            map[string]string // id to name
	tails            map[string]string // of payees' accounts: the last four digits
	day              civil.Date        // that it is on the platform
	files            files
	guests           []*Person // enterprises' people
	loans            *lending  // nil where nobody lends
	rand             *rand.Rand
}

// bank is a lender of the city as an organisation of the platform.
type bank struct {
	code, name string
	org        string // id
	clerk      *Person
	lead       *Person
}

// office describes an organisation that is no bank and who works there.
type office struct {
	kind  access.OrgKind
	name  string
	uscc  string
	staff []job
}

// job is one person's: a login, a name and roles.
type job struct {
	login, name string
	roles       []access.Role
}

// offices are those of every county. Two people stand where money takes two.
var offices = []office{
	{access.OfficeOrg, "市金融工作中心", "", []job{
		{"jr.chen", "陈经办", []access.Role{access.Office}},
		{"jr.lin", "林经办", []access.Role{access.Office}},
		{"jr.wu", "吴主任", []access.Role{access.OfficeLead}},
	}},
	{access.BureauOrg, "市财政局", "", []job{
		{"cz.zhao", "赵经办", []access.Role{access.Bureau}},
		{"cz.sun", "孙经办", []access.Role{access.Bureau}},
		{"cz.qian", "钱科长", []access.Role{access.BureauLead}},
	}},
	{access.PBoCOrg, "人行市支行", "", []job{{"rh.zhou", "周科员", []access.Role{access.PBoC}}}},
	{access.RegulatorOrg, "金融监管组", "", []job{{"jg.zheng", "郑科员", []access.Role{access.Regulator}}}},
	{access.AuditOrg, "市审计局", "", []job{{"sj.feng", "冯审计", []access.Role{access.Auditor}}}},
}

// settle makes the first administrators, and with them everybody else.
func (t *Town) settle(ctx context.Context) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	for _, o := range offices {
		id, err := t.org(ctx, o.kind, o.name, o.uscc)
		if err != nil {
			return err
		}
		for _, j := range o.staff {
			if err := t.employ(ctx, id, j); err != nil {
				return err
			}
		}
	}
	platform, err := t.platform(ctx)
	t.names[platform] = t.System.Place
	if err != nil {
		return err
	}
	if err := t.employ(ctx, platform, job{"gly.shenji", "蒋审计员", []access.Role{access.AuditAdmin}}); err != nil {
		return err
	}
	return t.lenders(ctx)
}

// begin makes the system administrator and the security administrator.
func (t *Town) begin(ctx context.Context) error {
	var err error
	if t.System, err = NewPerson(t.URL, "gly.xitong", "沈系统员", t.password()); err != nil {
		return err
	}
	if t.Security, err = NewPerson(t.URL, "gly.anquan", "韩安全员", t.password()); err != nil {
		return err
	}
	first := access.First{
		Org:      "平台运维组",
		System:   access.Person{Login: t.System.Login, Name: t.System.Name, Password: t.System.Password},
		Security: access.Person{Login: t.Security.Login, Name: t.Security.Name, Password: t.Security.Password},
		Code:     t.BeginCode,
	}
	if err := t.System.Call(ctx, "POST", "/api/platform", first, nil); err != nil {
		return err
	}
	if err := errors.Join(t.System.SignIn(ctx), t.Security.SignIn(ctx)); err != nil {
		return err
	}
	t.System.Place, t.Security.Place = first.Org, first.Org
	return t.Security.Choose(ctx, t.password()) // the first went through another's hands
}

// platform returns the organisation of the administrators.
func (t *Town) platform(ctx context.Context) (string, error) {
	var me struct {
		Org string `json:"org"`
	}
	err := t.System.Call(ctx, "GET", "/api/session", nil, &me)
	return me.Org, err
}

func (t *Town) org(ctx context.Context, kind access.OrgKind, name, uscc string) (string, error) {
	var o access.Org
	err := t.System.Call(ctx, "POST", "/api/orgs", map[string]any{"kind": kind, "name": name, "uscc": uscc}, &o)
	t.orgs[name], t.names[o.ID] = o.ID, name
	return o.ID, err
}

// employ hires somebody and remembers by which role.
func (t *Town) employ(ctx context.Context, org string, j job) error {
	p, err := t.hire(ctx, org, j, t.password())
	if err != nil {
		return err
	}
	t.People = append(t.People, p)
	for _, r := range j.roles {
		key := org + " " + string(r)
		t.by[key] = append(t.by[key], p)
	}
	return nil
}

// hire makes an account, gives it its roles, and lets the person choose a
// password of their own.
func (t *Town) hire(ctx context.Context, org string, j job, password string) (*Person, error) {
	p, err := NewPerson(t.URL, j.login, j.name, password)
	if err != nil {
		return nil, err
	}
	p.Org = org
	var made struct {
		ID      string `json:"id"`
		Version int64  `json:"version"`
		OneTime string `json:"one_time"`
	}
	if err := t.System.Call(ctx, "POST", "/api/accounts", map[string]any{"login": j.login, "name": j.name, "org": org}, &made); err != nil {
		return nil, err
	}
	p.ID, p.Place = made.ID, t.names[org]
	grant := map[string]any{"version": made.Version, "roles": j.roles}
	if err := t.Security.Call(ctx, "PUT", "/api/accounts/"+p.ID+"/roles", grant, nil); err != nil {
		return nil, err
	}
	p.Password = made.OneTime
	if err := p.SignIn(ctx); err != nil {
		return nil, err
	}
	if err := p.Choose(ctx, password); err != nil {
		return nil, err
	}
	return p, nil
}

// lenders makes the city's institutions organisations. The first few have a clerk
// and a lead, in the others one person is both.
func (t *Town) lenders(ctx context.Context) error {
	t.banks = make([]bank, len(city.Lenders))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i, l := range city.Lenders {
		kind, clerk, lead := access.BankOrg, access.Bank, access.BankLead
		if l.Kind == "guarantor" {
			kind, clerk, lead = access.GuarantorOrg, access.Guarantor, access.Guarantor
		}
		org, err := t.org(ctx, kind, l.Name, l.ID)
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		b := &t.banks[i]
		b.code, b.name, b.org = l.ID, l.Name, org
		jobs := []job{{fmt.Sprintf("yh%02d", i+1), "经理" + number(i+1), []access.Role{clerk, lead}}}
		if clerk == lead {
			jobs[0].roles = jobs[0].roles[:1]
		} else if i < staffed {
			jobs = []job{
				{fmt.Sprintf("yh%02d.jingban", i+1), "经办" + number(i+1), []access.Role{clerk}},
				{fmt.Sprintf("yh%02d.fuze", i+1), "负责人" + number(i+1), []access.Role{lead}},
			}
		}
		for _, j := range jobs {
			password := t.password()
			g.Go(func() error {
				p, err := t.hire(ctx, org, j, password)
				if err != nil {
					return err
				}
				if slices.Contains(j.roles, clerk) {
					b.clerk = p
				}
				if slices.Contains(j.roles, lead) {
					b.lead = p
				}
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i := range t.banks {
		t.People = append(t.People, t.banks[i].clerk)
		if t.banks[i].lead != t.banks[i].clerk {
			t.People = append(t.People, t.banks[i].lead)
		}
	}
	return nil
}

// staffed is how many banks have two people.
const staffed = 5

// number writes n below 100 in Chinese digits, for names.
func number(n int) string {
	digits := []rune("零一二三四五六七八九")
	var b strings.Builder
	if n >= 10 {
		b.WriteRune(digits[n/10])
	}
	b.WriteRune(digits[n%10])
	return b.String()
}

// one returns the first person with role in the organisation called name.
func (t *Town) one(name string, role access.Role) *Person { return t.nth(name, role, 0) }

// nth returns the person with role in the organisation called name that comes
// after n others.
func (t *Town) nth(name string, role access.Role, n int) *Person {
	return t.by[t.orgs[name]+" "+string(role)][n]
}

// password returns a password that the platform takes.
func (t *Town) password() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	var b strings.Builder
	for range 12 {
		b.WriteByte(letters[t.rand.IntN(len(letters))])
	}
	return "Cr-" + b.String()
}

// Shown returns who is worth trying: the administrators, the offices, the people of
// the first banks, and of those that lend the one whose system answers by itself; an enterprise.
func (t *Town) Shown() []*Person {
	shown := []*Person{t.System, t.Security}
	for i, p := range t.People {
		if i < 14 {
			shown = append(shown, p)
		}
	}
	if l := t.loans; l != nil {
		for _, s := range seats {
			shown = append(shown, t.by[t.orgs[s.name]+" "+string(access.Department)]...)
		}
		shown = append(shown, l.houses[1].clerk, l.houses[len(l.houses)-1].clerk, l.firms[0].Person)
	}
	return shown
}
