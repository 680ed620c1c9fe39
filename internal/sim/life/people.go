package life

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"changrong/internal/access"
	"changrong/internal/sim/city"
)

// Town is everybody on the platform.
type Town struct {
	Options
	System, Security *Person
	People           []*Person            // all others, in the order they were made
	by               map[string][]*Person // by organisation and role
	banks            []bank
	orgs             map[string]string // name to id
	files            files
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
	{access.RegulatorOrg, "金融监管监管组", "", []job{{"jg.zheng", "郑科员", []access.Role{access.Regulator}}}},
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
			if _, err := t.hire(ctx, id, j); err != nil {
				return err
			}
		}
	}
	platform, err := t.platform(ctx)
	if err != nil {
		return err
	}
	if _, err := t.hire(ctx, platform, job{"gly.shenji", "蒋审计员", []access.Role{access.AuditAdmin}}); err != nil {
		return err
	}
	return t.lenders(ctx)
}

// begin makes the system administrator and the security administrator.
func (t *Town) begin(ctx context.Context) error {
	var err error
	if t.System, err = newPerson(t.URL, "gly.xitong", "沈系统员", t.password()); err != nil {
		return err
	}
	if t.Security, err = newPerson(t.URL, "gly.anquan", "韩安全员", t.password()); err != nil {
		return err
	}
	first := access.First{
		Org:      "平台运维组",
		System:   access.Person{Login: t.System.Login, Name: t.System.Name, Password: t.System.Password},
		Security: access.Person{Login: t.Security.Login, Name: t.Security.Name, Password: t.Security.Password},
		Code:     t.BeginCode,
	}
	if err := t.System.call(ctx, "POST", "/api/platform", first, nil); err != nil {
		return err
	}
	for _, p := range []*Person{t.System, t.Security} {
		if err := p.signIn(ctx); err != nil {
			return err
		}
	}
	return nil
}

// platform returns the organisation of the administrators.
func (t *Town) platform(ctx context.Context) (string, error) {
	var me struct {
		Org string `json:"org"`
	}
	err := t.System.call(ctx, "GET", "/api/session", nil, &me)
	return me.Org, err
}

func (t *Town) org(ctx context.Context, kind access.OrgKind, name, uscc string) (string, error) {
	var o access.Org
	err := t.System.call(ctx, "POST", "/api/orgs", map[string]any{"kind": kind, "name": name, "uscc": uscc}, &o)
	t.orgs[name] = o.ID
	return o.ID, err
}

// hire makes an account, gives it its roles, and lets the person choose a
// password of their own.
func (t *Town) hire(ctx context.Context, org string, j job) (*Person, error) {
	p, err := newPerson(t.URL, j.login, j.name, t.password())
	if err != nil {
		return nil, err
	}
	p.Org = org
	var made struct {
		ID      string `json:"id"`
		Version int64  `json:"version"`
		OneTime string `json:"one_time"`
	}
	if err := t.System.call(ctx, "POST", "/api/accounts", map[string]any{"login": j.login, "name": j.name, "org": org}, &made); err != nil {
		return nil, err
	}
	p.ID = made.ID
	grant := map[string]any{"version": made.Version, "roles": j.roles}
	if err := t.Security.call(ctx, "PUT", "/api/accounts/"+p.ID+"/roles", grant, nil); err != nil {
		return nil, err
	}
	first := map[string]string{"login": p.Login, "password": made.OneTime}
	if err := p.call(ctx, "POST", "/api/session", first, nil); err != nil {
		return nil, err
	}
	change := map[string]string{"old": made.OneTime, "password": p.Password}
	if err := p.call(ctx, "PUT", "/api/me/password", change, nil); err != nil {
		return nil, err
	}
	t.People = append(t.People, p)
	for _, r := range j.roles {
		key := org + " " + string(r)
		t.by[key] = append(t.by[key], p)
	}
	return p, nil
}

// lenders makes the city's institutions organisations, each with a clerk and a lead.
func (t *Town) lenders(ctx context.Context) error {
	for i, l := range city.Lenders {
		kind, roles := access.BankOrg, [2]access.Role{access.Bank, access.BankLead}
		if l.Kind == "guarantor" {
			kind, roles = access.GuarantorOrg, [2]access.Role{access.Guarantor, access.Guarantor}
		}
		org, err := t.org(ctx, kind, l.Name, l.ID)
		if err != nil {
			return err
		}
		b := bank{code: l.ID, name: l.Name, org: org}
		if b.clerk, err = t.hire(ctx, org, job{fmt.Sprintf("yh%02d.jingban", i+1), "经办" + number(i+1), roles[:1]}); err != nil {
			return err
		}
		if b.lead, err = t.hire(ctx, org, job{fmt.Sprintf("yh%02d.fuze", i+1), "负责人" + number(i+1), roles[1:]}); err != nil {
			return err
		}
		t.banks = append(t.banks, b)
	}
	return nil
}

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
