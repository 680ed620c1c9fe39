package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

func TestLockoutGrows(t *testing.T) {
	for failures, want := range map[int]civil.Instant{
		0: 0, 4: 0, 5: 15 * civil.Minute, 6: 30 * civil.Minute, 7: civil.Hour, 11: 16 * civil.Hour, 12: civil.Day, 100: civil.Day, 1 << 30: civil.Day,
	} {
		if got := Lockout(failures); got != want {
			t.Errorf("%d failures: %d, not %d", failures, got, want)
		}
	}
}

func TestPasswordsThatAreGoodEnough(t *testing.T) {
	for password, good := range map[string]bool{
		"Abcdefgh12": true, "abcdefgh1!": true, "ABCDEFG12!": true, "长密码Abc1234": true, "Abcdefgh1": false, "abcdefghij": false, "abcdefgh12": false,
		"": false, "Zhang.san12!": false, "xZHANG.SAN1": false, "Aa1" + strings.Repeat("x", 197): true, "Aa1" + strings.Repeat("x", 198): false,
	} {
		if err := CheckPassword(password, "zhang.san"); (err == nil) != good || err != nil && fault.CodeOf(err) != "access.password_weak" {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	const at = 1_000_000
	for _, c := range []struct {
		s    Session
		end  civil.Instant // the first instant at which it holds no more
		what string
	}{
		{Session{Stage: SignedIn, Started: at, LastSeen: at}, at + 30*civil.Minute, "idle"},
		{Session{Stage: SignedIn, Started: at, LastSeen: at + 12*civil.Hour - 1}, at + 12*civil.Hour, "used without a pause"},
		{Session{Stage: AwaitsCode, Started: at, LastSeen: at}, at + 5*civil.Minute, "before the code"},
		{Session{Stage: AwaitsPassword, Started: at, LastSeen: at}, at + 15*civil.Minute, "before the password"},
		{Session{Stage: AwaitsFactor, Started: at, LastSeen: at}, at + 15*civil.Minute, "before the second factor"},
	} {
		if !c.s.Live(c.end-1) || c.s.Live(c.end) {
			t.Errorf("%s: holds before %d: %v, at it: %v", c.what, c.end, c.s.Live(c.end-1), c.s.Live(c.end))
		}
	}
}

func TestStagesComeInTheirOrder(t *testing.T) {
	const now = 200 * civil.Day
	fresh := Account{Password: "x", PasswordAt: now, Roles: []Role{SystemAdmin}}
	change := func(f func(*Account)) *Account {
		a := fresh
		f(&a)
		return &a
	}
	s, strict := &Service{}, &Service{RequireTOTP: true}
	for what, c := range map[string]struct {
		got, want Stage
	}{
		"nothing due":           {s.stage(&fresh, ViaPassword, false, now), SignedIn},
		"a second factor":       {s.stage(change(func(a *Account) { a.TOTP, a.MustChange = []byte{1}, true }), ViaPassword, false, now), AwaitsCode},
		"then the password":     {s.stage(change(func(a *Account) { a.TOTP, a.MustChange = []byte{1}, true }), ViaPassword, true, now), AwaitsPassword},
		"89 days old":           {s.stage(change(func(a *Account) { a.PasswordAt = now - 90*civil.Day + 1 }), ViaPassword, false, now), SignedIn},
		"90 days old":           {s.stage(change(func(a *Account) { a.PasswordAt = now - 90*civil.Day }), ViaPassword, false, now), AwaitsPassword},
		"90 days, not by it":    {s.stage(change(func(a *Account) { a.PasswordAt = now - 90*civil.Day }), "oidc", false, now), SignedIn},
		"90 days, to be shown":  {s.stage(change(func(a *Account) { a.PasswordAt, a.Demo = now-90*civil.Day, true }), ViaPassword, false, now), SignedIn},
		"a factor is asked for": {strict.stage(&fresh, ViaPassword, false, now), AwaitsFactor},
		"it is there":           {strict.stage(change(func(a *Account) { a.TOTP = []byte{1} }), ViaPassword, true, now), SignedIn},
		"of others it is not":   {strict.stage(change(func(a *Account) { a.Roles = []Role{Bank} }), ViaPassword, false, now), SignedIn},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, not %s", what, c.got, c.want)
		}
	}
}

// TestThrottleIsBounded: it counts, and keeps no more than it may.
func TestThrottleIsBounded(t *testing.T) {
	var th throttle
	for range addressFailures {
		if err := th.enter("192.0.2.1", 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := th.enter("192.0.2.1", 1); fault.CodeOf(err) != "access.too_many" {
		t.Errorf("one more: %v", err)
	}
	th.leave("192.0.2.1")
	if err := th.enter("192.0.2.1", 2); err != nil {
		t.Errorf("when one was no failure: %v", err)
	}
	if err := th.enter("192.0.2.1", -civil.Hour); err != nil {
		t.Errorf("when the clock was set back: %v", err)
	}
	for i := range 3 * maxTallies {
		if err := th.enter(fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff), 3); err != nil {
			t.Fatal(err)
		}
		th.failUnknown(fmt.Sprintf("n%d", i), 3)
	}
	if n := len(th.tallies); n > maxTallies {
		t.Errorf("%d tallies", n)
	}
	for _, pair := range [][2]string{{"2001:db8:1:2:3::4", "2001:db8:1:2:9::9"}} {
		if network(pair[0]) != network(pair[1]) {
			t.Errorf("%s and %s are one network", pair[0], pair[1])
		}
	}
	if network("192.0.2.1") == network("192.0.2.2") || network("2001:db8:1:2::1") == network("2001:db8:1:3::1") {
		t.Error("two networks are taken for one")
	}
}

// TestReachIsTheFarthestOfOnesRoles, and nobody has one that no line gives.
func TestReachIsTheFarthestOfOnesRoles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOf(rapid.SampledFrom(Roles())).Draw(t, "roles")
		p := rapid.SampledFrom(Permissions()).Draw(t, "permission")
		want := None
		for _, r := range roles {
			want = max(want, Allowed(p, []Role{r}))
		}
		if got := Allowed(p, roles); got != want {
			t.Fatalf("%v of %v: %d, not %d", p, roles, got, want)
		}
		if Allowed("no.such", roles) != None {
			t.Fatal("a permission that is none is allowed")
		}
	})
	for _, role := range []Role{SystemAdmin, SecurityAdmin, AuditAdmin} {
		for _, other := range []struct {
			p  Permission
			of Role
		}{{AccountWrite, SystemAdmin}, {OrgWrite, SystemAdmin}, {AccountGrant, SecurityAdmin}} {
			if got := Allowed(other.p, []Role{role}); (got != None) != (role == other.of) {
				t.Errorf("%s may do %s: %v", role, other.p, got)
			}
		}
	}
}

func TestNamesAreOneLine(t *testing.T) {
	for name, fits := range map[string]bool{
		"": false, " ": false, "甲": true, "临海市 某 银行": true, "某（浙江）银行　": true, strings.Repeat("长", maxName): true, strings.Repeat("长", maxOrgName+1): false,
		"a\r\nBcc: b": false, "a\x00": false, "a\u202egnp.exe": false, "a\u200b": false, "a\u2028b": false, "\xff": false, "张\ue123": true, "=1+1": true,
	} {
		if (&Org{Kind: BankOrg, Name: name}).Check() == nil != fits || (&Account{Name: name}).checkName() == nil != fits {
			t.Errorf("the name %q: %v", name, !fits)
		}
	}
}

func TestOrganisationsOfEveryKind(t *testing.T) {
	const code = "91331082MA2K1G1N3T"
	for what, c := range map[string]struct {
		o    Org
		want string
	}{
		"a bank without a code":              {Org{Kind: BankOrg, Name: "某行"}, ""},
		"an enterprise without a code":       {Org{Kind: EnterpriseOrg, Name: "某厂"}, "access.enterprise_uscc"},
		"an enterprise":                      {Org{Kind: EnterpriseOrg, Name: "某厂", USCC: code}, ""},
		"an enterprise with another's check": {Org{Kind: EnterpriseOrg, Name: "某厂", USCC: code[:17] + "1"}, "uscc.check"},
		"a rare character":                   {Org{Kind: EnterpriseOrg, Name: "临海市\U00028c54\U00030729模具厂", USCC: code}, ""},
		"a character of private use":         {Org{Kind: EnterpriseOrg, Name: "临海市\ue6b0\U000f0001厂", USCC: code}, ""},
		"an emoji":                           {Org{Kind: EnterpriseOrg, Name: "好运🍀小吃店", USCC: code}, ""},
		"120 characters":                     {Org{Kind: EnterpriseOrg, Name: strings.Repeat("厂", 120), USCC: code}, ""},
		"121 characters":                     {Org{Kind: EnterpriseOrg, Name: strings.Repeat("厂", 121), USCC: code}, "access.org_name"},
		"two lines":                          {Org{Kind: EnterpriseOrg, Name: "某\n厂", USCC: code}, "access.org_name"},
		"an unknown kind":                    {Org{Kind: "factory", Name: "某厂"}, "access.org_kind"},
	} {
		if got := fault.CodeOf(c.o.Check()); got != c.want {
			t.Errorf("%s: %q, not %q", what, got, c.want)
		}
	}
}

// TestWhatIsEverybodysIsNotAFirmsByItself holds what an enterprise may of what every
// other role may against a list written here a second time.
func TestWhatIsEverybodysIsNotAFirmsByItself(t *testing.T) {
	want := map[Permission]Reach{OrgRead: Own, PolicyRead: All, DatasetRead: All, EventRead: Own, JobRead: None}
	for _, p := range Permissions() {
		staff := !slices.ContainsFunc(Roles(), func(r Role) bool { return r != Enterprise && Allowed(p, []Role{r}) == None })
		_, listed := want[p]
		if got := Allowed(p, []Role{Enterprise}); (staff || listed) && (got != want[p] || !listed) {
			t.Errorf("%s reaches %d, not %d", p, got, want[p])
		}
	}
}

// TestALockOutlivesNoClockSetBack: until the clock shows when it was set, nobody waits
// for it; a lock of now is one to its last moment.
func TestALockOutlivesNoClockSetBack(t *testing.T) {
	const now = 100 * civil.Day
	a := &Account{Failures: 4}
	a.fail(now)
	for at, want := range map[civil.Instant]civil.Instant{
		now: now + 15*civil.Minute, now + 15*civil.Minute - 1: now + 15*civil.Minute, now + 15*civil.Minute: 0, now - 1: 0, now - 3*civil.Hour: 0,
	} {
		if got := a.lockedTil(at); got != want {
			t.Errorf("%d ms after it was set it is locked until %d, not %d", at-now, got, want)
		}
	}
	a.fail(now - civil.Day) // the failures count on
	if got := a.lockedTil(now - civil.Day); got != now-civil.Day+30*civil.Minute {
		t.Errorf("one more failure locks until %d", got)
	}
}
