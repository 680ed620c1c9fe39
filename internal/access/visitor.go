package access

import (
	"context"
	"strings"
	"unicode/utf8"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
)

// Visitor is who an identity provider says has come in.
type Visitor struct {
	Subject string // what the provider calls the person, and never anybody else
	Name    string // the person's; "" where it is not said
	USCC    string // of the enterprise that the person acts for; "" where it is nobody's
	Firm    string // the enterprise's name
	// Vouched: the platform takes the provider's word for who acts for an enterprise, as
	// it has checked both. Only then USCC and Firm mean anything.
	Vouched bool
}

// forFirm tells whether v comes in for an enterprise.
func (v *Visitor) forFirm() bool { return v.Vouched && v.USCC != "" }

// subject is the name under which the identity is kept. One person may act for
// several enterprises, and has an account in each: what the person may see in one
// goes with that one.
func (v *Visitor) subject() string {
	if v.forFirm() {
		return v.USCC + ":" + v.Subject
	}
	return v.Subject
}

// org is the organisation that v comes in for, to be made.
func (v *Visitor) org(id string) Org {
	return Org{ID: id, Kind: EnterpriseOrg, Name: v.Firm, USCC: v.USCC}
}

// name is the name of the account: the enterprise's where the person's is not said.
func (v *Visitor) name() string {
	name := v.Name
	if !fitsName(name, maxName) {
		name = v.Firm
	}
	if utf8.RuneCountInString(name) > maxName {
		name = string([]rune(name)[:maxName])
	}
	return name
}

// check tells whether v may be let in for an enterprise.
//
// Errors: access.vouched.
func (v *Visitor) check() error {
	o := v.org("")
	err := o.Check()
	if err == nil && (v.Subject == "" || len(v.subject()) > maxSubject) {
		err = fault.Invalidf("access.subject", "外部身份编号须为1至%d个字节", "a subject has 1 to %d bytes", maxSubject)
	}
	if err != nil {
		return fault.New(fault.Forbidden, "access.vouched", "登录方式给出的企业名称或统一社会信用代码不正确，请到该平台核对企业信息",
			"the enterprise's name or credit code that the provider gave is not right").Because(err)
	}
	return nil
}

func suspended() *fault.Error {
	return fault.New(fault.Forbidden, "access.suspended", "该账号已停用，请联系市金融工作中心", "this account is suspended; ask the finance office")
}

// enterFirm begins a session for whom a provider vouches as acting for an
// enterprise. At the first time it makes what is missing: the organisation, the
// account with the role Enterprise and no password, and the identity. The names
// follow the provider's.
//
// Errors: access.vouched, access.suspended.
func (s *Service) enterFirm(ctx context.Context, c Caller, now civil.Instant, provider string, v *Visitor) (*Session, string, error) {
	if err := v.check(); err != nil {
		return nil, "", s.notLetIn(ctx, c, now, provider, fault.Of(err))
	}
	var a *Account
	settled := false
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		a, settled, err = s.known(tx, provider, v)
		return err
	})
	if err == nil && !settled {
		err = s.Store.Write(ctx, func(tx Tx) (err error) {
			a, err = s.welcome(tx, c, now, provider, v)
			return err
		})
	}
	if err != nil {
		return nil, "", err
	}
	if !a.usable(s.Demo) {
		return nil, "", s.notLetIn(ctx, c, now, provider, suspended())
	}
	return s.open(ctx, c, now, a, provider)
}

// known returns the account of v, nil where there is none, and whether all of what
// the platform keeps of v is as the provider says.
func (s *Service) known(tx Tx, provider string, v *Visitor) (*Account, bool, error) {
	x, err := tx.Identity(provider, v.subject())
	if fault.KindOf(err) == fault.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	a, err := tx.Account(x.Account)
	if err != nil {
		return nil, false, err
	}
	o, err := tx.Org(a.Org)
	if err != nil {
		return nil, false, err
	}
	return a, o.Name == v.Firm && a.Name == v.name(), nil
}

// welcome makes what is missing for v, and brings names up to date.
func (s *Service) welcome(tx Tx, c Caller, now civil.Instant, provider string, v *Visitor) (*Account, error) {
	o, err := s.firm(tx, c, now, provider, v)
	if err != nil {
		return nil, err
	}
	a, _, err := s.known(tx, provider, v) // somebody may have come in by another window meanwhile
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		return s.enrol(tx, c, now, provider, v, o.ID)
	case a.Name == v.name():
		return a, nil
	}
	a.Name = v.name()
	if err := tx.PutAccount(a); err != nil {
		return nil, err
	}
	if err := tx.Audit(c.Entry(now, "account.rename", a.ID, map[string]string{"via": provider})); err != nil {
		return nil, err
	}
	return tx.Account(a.ID)
}

// firm returns the organisation of v, named as the provider names it.
func (s *Service) firm(tx Tx, c Caller, now civil.Instant, provider string, v *Visitor) (*Org, error) {
	o, err := tx.OrgByCode(EnterpriseOrg, v.USCC)
	action := "org.rename"
	switch {
	case fault.KindOf(err) == fault.NotFound:
		made := v.org(s.NewID())
		o, action = &made, "org.add"
	case err != nil:
		return nil, err
	case o.Name == v.Firm:
		return o, nil
	}
	o.Name = v.Firm
	if err := tx.PutOrg(o); err != nil {
		return nil, err
	}
	return o, tx.Audit(c.Entry(now, action, o.ID, map[string]string{"name": o.Name, "kind": string(EnterpriseOrg), "via": provider}))
}

// enrol makes the account of v in an organisation, and its identity.
func (s *Service) enrol(tx Tx, c Caller, now civil.Instant, provider string, v *Visitor, org string) (*Account, error) {
	a := &Account{ID: s.NewID(), Name: v.name(), Org: org, Roles: []Role{Enterprise}, PasswordAt: now}
	a.Login = firmLogin(v.USCC, a.ID)
	if err := a.Check(EnterpriseOrg); err != nil {
		return nil, err
	}
	if err := tx.PutAccount(a); err != nil {
		return nil, err
	}
	x := &Identity{ID: s.NewID(), Provider: provider, Subject: v.subject(), Account: a.ID, Linked: now}
	if err := tx.PutIdentity(x); err != nil {
		return nil, err
	}
	detail := map[string]string{"login": a.Login, "org": org, "roles": string(Enterprise), "via": provider}
	if err := tx.Audit(c.Entry(now, "account.add", a.ID, detail)); err != nil {
		return nil, err
	}
	if err := tx.Audit(c.Entry(now, "identity.link", a.ID, map[string]string{"provider": provider, "identity": x.ID})); err != nil {
		return nil, err
	}
	return tx.Account(a.ID)
}

// firmLogin makes a login by which administrators find an enterprise's accounts;
// nobody signs in with it, as there is no password.
func firmLogin(code, id string) string {
	tail := strings.ToLower(strings.ReplaceAll(id, "-", ""))
	return strings.ToLower(code) + "." + tail[max(0, len(tail)-(maxLogin-uscc.Length-1)):]
}

// notLetIn notes that somebody whom a provider knows was not let in, and returns why.
func (s *Service) notLetIn(ctx context.Context, c Caller, now civil.Instant, provider string, why *fault.Error) error {
	e := c.Entry(now, "account.sign_in", "", map[string]string{"code": why.Code, "via": provider})
	e.Outcome = audit.Refused
	if err := s.Store.Write(ctx, func(tx Tx) error { return tx.Audit(e) }); err != nil {
		return err
	}
	return why
}

// maxBack is how many bytes an address within the site has.
const maxBack = 500

// Within tells whether to is an address within this site, to which a browser may be
// sent: a path, which no browser takes for another host's. Browsers leave out tabs
// and line ends, and read \ as /.
func Within(to string) bool {
	if len(to) > maxBack || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || !utf8.ValidString(to) {
		return false
	}
	return !strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f })
}
