package access

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
)

// Org is an organisation that uses the platform.
type Org struct {
	ID      string  `json:"id"`
	Kind    OrgKind `json:"kind"`
	Name    string  `json:"name"`
	USCC    string  `json:"uscc"`    // 统一社会信用代码, unique within a kind; "" of an institution that reports nothing
	Version int64   `json:"version"` // counts the changes
}

// Check tells whether o may be kept.
//
// Errors: access.org_kind, access.org_name, access.enterprise_uscc, those of
// uscc.Check.
func (o *Org) Check() error {
	if !o.Kind.Valid() {
		return fault.Invalidf("access.org_kind", "没有“%s”这类机构", "there is no kind of organisation %q", fault.Clip(string(o.Kind))).In(fault.Place{Field: "kind"})
	}
	if !fitsName(o.Name, maxOrgName) {
		return fault.Invalidf("access.org_name", "机构名称须为1至%d个字，写在一行内", "an organisation's name has 1 to %d characters on one line", maxOrgName).In(fault.Place{Field: "name"})
	}
	if o.USCC == "" {
		if o.Kind == EnterpriseOrg {
			return fault.Invalidf("access.enterprise_uscc", "企业须填写统一社会信用代码", "an enterprise has a credit code").In(fault.Place{Field: "uscc"})
		}
		return nil
	}
	if err := uscc.Check(o.USCC); err != nil {
		return fault.Of(err).In(fault.Place{Field: "uscc", Value: fault.Clip(o.USCC)})
	}
	return nil
}

// Account is one person's way in.
type Account struct {
	ID        string
	Login     string // lower case; unique
	Name      string // the person's
	Org       string
	Roles     []Role
	Suspended bool
	Demo      bool // of a demonstration; refused by a server that is none

	// What an account is signed in with, and how that went lately.
	Password   string        // as the Hasher made it; "" for who signs in elsewhere
	PasswordAt civil.Instant // when it was chosen
	MustChange bool          // it was made by an administrator, to be changed at first use
	TOTP       []byte        // sealed secret of the second factor; nil: none
	TOTPNew    []byte        // sealed secret that no code has confirmed yet
	TOTPStep   int64         // the last time step a code was taken for; a code is good once
	Recovery   []string      // digests of the recovery codes that are left
	Failures   int           // in a row
	LockedTil  civil.Instant

	Version int64 // counts the changes of all but the credentials
}

// Check tells whether a may be kept in an organisation of kind k.
//
// Errors: access.login, access.account_name, access.role, access.roles_apart.
func (a *Account) Check(k OrgKind) error {
	if !validLogin(a.Login) {
		return fault.Invalidf("access.login", "登录名须为3至%d个小写字母、数字、点、横线或下划线", "a login has 3 to %d lower-case letters, digits, dots, dashes or underscores", maxLogin).In(fault.Place{Field: "login"})
	}
	if err := a.checkName(); err != nil {
		return err
	}
	return checkRoles(a.Roles, k)
}

func (a *Account) checkName() error {
	if !fitsName(a.Name, maxName) {
		return fault.Invalidf("access.account_name", "姓名须为1至%d个字，写在一行内", "a name has 1 to %d characters on one line", maxName).In(fault.Place{Field: "name"})
	}
	return nil
}

// fitsName tells whether s may be a name of at most so many characters: of those that
// one sees, rare ones of private use among them, so that it reads as one line wherever it stands.
func fitsName(s string, most int) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	return n > 0 && n <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r) })
}

// passwordDue tells whether a's password must be changed before anything else, at
// an age of maxAge.
func (a *Account) passwordDue(now, maxAge civil.Instant) bool {
	return a.MustChange || !a.Demo && now >= a.PasswordAt+maxAge
}

// usable tells whether a may sign in at all.
func (a *Account) usable(demo bool) bool { return !a.Suspended && (demo || !a.Demo) }

// fail counts a failure to sign in.
func (a *Account) fail(now civil.Instant) {
	a.Failures++
	a.LockedTil = 0
	if d := Lockout(a.Failures); d > 0 {
		a.LockedTil = now + d
	}
}

// checkRoles tells whether one person in an organisation of kind k may have roles.
func checkRoles(roles []Role, k OrgKind) error {
	at := fault.Place{Field: "roles"}
	for i, r := range roles {
		if !k.Gives(r) || slices.Contains(roles[:i], r) {
			return fault.Invalidf("access.role", "这类机构不能授予角色“%s”", "an organisation of this kind does not give the role %q", fault.Clip(string(r))).In(at)
		}
		if len(roles) > 1 && slices.Contains(apart, r) {
			return fault.Invalidf("access.roles_apart", "“%s”不能与其他角色由一人兼任", "nobody has the role %q together with another", string(r)).In(at)
		}
	}
	return nil
}

func validLogin(s string) bool {
	if len(s) < 3 || len(s) > maxLogin {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// CheckPassword tells whether password is good enough for somebody with this
// login: at least 10 characters of three kinds out of lower case, upper case,
// digits and others, and without the login in it (GB/T 22239-2019 身份鉴别).
//
// Errors: access.password_weak.
func CheckPassword(password, login string) error {
	var kinds [4]bool
	for _, c := range password {
		switch {
		case unicode.IsLower(c):
			kinds[0] = true
		case unicode.IsUpper(c):
			kinds[1] = true
		case unicode.IsDigit(c):
			kinds[2] = true
		default:
			kinds[3] = true
		}
	}
	n := 0
	for _, has := range kinds {
		if has {
			n++
		}
	}
	length := utf8.RuneCountInString(password)
	if length < minPassword || len(password) > maxPassword || n < 3 || strings.Contains(strings.ToLower(password), login) {
		return fault.Invalidf("access.password_weak", "密码至少%d位，须含大写字母、小写字母、数字、符号中的三种，且不含登录名",
			"a password has at least %d characters of three kinds out of upper case, lower case, digits and others, and not the login", minPassword).In(fault.Place{Field: "password"})
	}
	return nil
}

// lockedTil is until when a is locked, as of now; 0 when it is not. A lock that was set
// later than now was set before the clock was set back: nobody waits for the clock to
// come to it again, and the failures still count.
func (a *Account) lockedTil(now civil.Instant) civil.Instant {
	if now >= a.LockedTil || a.LockedTil-Lockout(a.Failures) > now {
		return 0
	}
	return a.LockedTil
}

// Lockout returns how long an account is locked after so many failures in a row:
// not at all up to 4, 15 minutes after 5, and twice as long for each one more, up
// to a day.
func Lockout(failures int) civil.Instant {
	if failures < freeFailures {
		return 0
	}
	return min(15*civil.Minute<<min(failures-freeFailures, 10), civil.Day)
}
