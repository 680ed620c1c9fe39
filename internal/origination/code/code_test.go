package code

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

// keys signs with Ed25519, with the last of its keys.
type keys []ed25519.PrivateKey

func ring(seeds ...byte) (k keys) {
	for _, s := range seeds {
		k = append(k, ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(s)), ed25519.SeedSize))))
	}
	return k
}

func (k keys) Keys() (ids []string) {
	for i := range k {
		public, _ := k[i].Public().(ed25519.PublicKey)
		ids = append(ids, base64.StdEncoding.EncodeToString(public))
	}
	return ids
}

func (k keys) Sign(data []byte) (string, []byte, error) {
	return k.Keys()[len(k)-1], ed25519.Sign(k[len(k)-1], data), nil
}

func (k keys) Verify(key string, data, signature []byte) (bool, error) {
	public, err := base64.StdEncoding.DecodeString(key)
	return err == nil && ed25519.Verify(public, data, signature), err
}

const (
	anID   = "0193c1c4-5a2b-7def-8123-456789abcdef"
	aUSCC  = "91331082MA2AL00X1E"
	letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

func mustSeal(t interface{ Fatal(...any) }, c *Code, s Signer) string {
	token, err := Seal(c, s)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func anyToken(r *rapid.T) *Code {
	c := &Code{ID: rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`).Draw(r, "id"), Kind: Loan, Expires: civil.Date(rapid.IntRange(0, 80000).Draw(r, "expires"))}
	if rapid.Bool().Draw(r, "firm") {
		c.Kind, c.USCC = Firm, aUSCC
	}
	return c
}

func TestATokenSaysWhatItWasMadeOf(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c, s := anyToken(r), ring('a', 'b')
		text := mustSeal(r, c, s)
		got, err := ParseToken(text)
		if err != nil {
			r.Fatal(err)
		}
		if got.ID != c.ID || got.Kind != c.Kind || got.Expires != c.Expires || got.USCC != c.USCC {
			r.Fatalf("%+v of %+v", got, c)
		}
		if err := got.verify(s); err != nil {
			r.Fatal(err)
		}
		if len(text) > 220 {
			r.Fatalf("%d characters make too fine a code", len(text))
		}
	})
}

// TestNoChangedTokenIsTaken changes any one character, or cuts or lengthens it.
func TestNoChangedTokenIsTaken(t *testing.T) {
	s := ring('a', 'b')
	for _, c := range []*Code{{ID: anID, Kind: Loan, Expires: 20000}, {ID: anID, Kind: Firm, USCC: aUSCC, Expires: 20000}} {
		text := mustSeal(t, c, s)
		try := func(changed string) {
			got, err := ParseToken(changed)
			if err == nil {
				err = got.verify(s)
			}
			if code := fault.CodeOf(err); code != "code.forged" && code != "code.elsewhere" {
				t.Fatalf("%q is taken for %q: %v", changed, text, err)
			}
		}
		for i := range text {
			try(text[:i])
			try(text[:i] + text[i+1:])
			try(text[:i] + "\n" + text[i:])
			for _, l := range letter {
				if byte(l) != text[i] {
					try(text[:i] + string(l) + text[i+1:])
				}
			}
		}
		try(text + "A")
		try(text + "=")
	}
}

func TestWhoseKeyItIs(t *testing.T) {
	c := &Code{ID: anID, Kind: Loan, Expires: 20000}
	for _, x := range []struct {
		name string
		s    Signer
		want string
	}{
		{"the key", ring('a'), ""},
		{"an older key", ring('a', 'b'), ""},
		{"another platform", ring('b'), "code.elsewhere"},
		{"no key", keys{}, "code.elsewhere"},
	} {
		got, err := ParseToken(mustSeal(t, c, ring('a')))
		if err != nil {
			t.Fatal(err)
		}
		if code := fault.CodeOf(got.verify(x.s)); code != x.want {
			t.Errorf("%s: %q, not %q", x.name, code, x.want)
		}
	}
}

// TestATokenOfAnotherPurposeIsForged: what the key signed for something else is none.
func TestATokenOfAnotherPurposeIsForged(t *testing.T) {
	s := ring('a')
	first, _, _ := strings.Cut(mustSeal(t, &Code{ID: anID, Kind: Loan, Expires: 20000}, s), ".")
	content, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		t.Fatal(err)
	}
	key, signature, err := s.Sign(content)
	if err != nil {
		t.Fatal(err)
	}
	m := markOf(key)
	got, err := ParseToken(first + "." + base64.RawURLEncoding.EncodeToString(append(m[:], signature...)))
	if err != nil {
		t.Fatal(err)
	}
	if fault.CodeOf(got.verify(s)) != "code.forged" {
		t.Error("taken")
	}
}

// TestNobodyIsInAToken: a token is of the id, the day and the enterprise alone, so two
// codes that differ in all else say the same.
func TestNobodyIsInAToken(t *testing.T) {
	s := ring('a')
	one := mustSeal(t, &Code{ID: anID, Kind: Firm, USCC: aUSCC, Expires: 20000, Title: "张三便利店", OrgName: "张三便利店", MadeBy: "zhangsan"}, s)
	if other := mustSeal(t, &Code{ID: anID, Kind: Firm, USCC: aUSCC, Expires: 20000}, s); one != other {
		t.Error("a token has more in it")
	}
}

func TestWhoMakesWhat(t *testing.T) {
	org := func(k access.OrgKind) *access.Org {
		return &access.Org{ID: "o", Kind: k, Name: "某机构", USCC: aUSCC}
	}
	now := civil.StartOf(20000)
	for _, x := range []struct {
		name string
		org  *access.Org
		ask  Ask
		want string
	}{
		{"a bank of itself", org(access.BankOrg), Ask{Place: AtBank}, ""},
		{"a bank of a branch", org(access.BankOrg), Ask{Place: AtBranch, Title: "古城支行"}, ""},
		{"a bank of a counter", org(access.BankOrg), Ask{Place: AtCounter, Title: "企业服务专柜"}, ""},
		{"a bank of a park", org(access.BankOrg), Ask{Place: AtPark, Title: "某园区"}, "code.place"},
		{"a bank of an enterprise", org(access.BankOrg), Ask{Place: AtFirm}, "code.place"},
		{"the office of a park", org(access.OfficeOrg), Ask{Place: AtPark, Title: "头门港园区"}, ""},
		{"the office of a counter", org(access.OfficeOrg), Ask{Place: AtCounter, Title: "市民中心3号窗口"}, ""},
		{"the office of a bank", org(access.OfficeOrg), Ask{Place: AtBank}, "code.place"},
		{"an enterprise of itself", org(access.EnterpriseOrg), Ask{Place: AtFirm}, ""},
		{"an enterprise of a park", org(access.EnterpriseOrg), Ask{Place: AtPark, Title: "某园区"}, "code.place"},
		{"the auditor", org(access.AuditOrg), Ask{Place: AtCounter, Title: "某窗口"}, "code.place"},
		{"without a credit code", &access.Org{ID: "o", Kind: access.EnterpriseOrg, Name: "某厂"}, Ask{Place: AtFirm}, "code.no_uscc"},
		{"without a title", org(access.BankOrg), Ask{Place: AtBranch}, "code.title"},
		{"a title of 40", org(access.BankOrg), Ask{Place: AtBranch, Title: strings.Repeat("支", 40)}, ""},
		{"a title of 41", org(access.BankOrg), Ask{Place: AtBranch, Title: strings.Repeat("支", 41)}, "code.title"},
		{"a title of two lines", org(access.BankOrg), Ask{Place: AtBranch, Title: "支\n行"}, "code.title"},
		{"a phone in the title", org(access.BankOrg), Ask{Place: AtBranch, Title: "客户经理13857612345"}, "code.personal"},
		{"an office's phone", org(access.BankOrg), Ask{Place: AtBranch, Title: "电话0576-85112345"}, ""},
		{"an identity number", org(access.BankOrg), Ask{Place: AtBranch, Title: "33108219800101001x"}, "code.personal"},
		{"a rare character", org(access.BankOrg), Ask{Place: AtBranch, Title: "𬜬村支行"}, ""},
		{"the last day", org(access.BankOrg), Ask{Place: AtBank, Days: 1098}, ""},
		{"a day more", org(access.BankOrg), Ask{Place: AtBank, Days: 1099}, "code.days"},
		{"no day", org(access.BankOrg), Ask{Place: AtBank, Days: -1}, "code.days"},
		{"a firm's day more", org(access.EnterpriseOrg), Ask{Place: AtFirm, Days: 367}, "code.days"},
	} {
		c, err := plan(x.ask, x.org, now)
		if got := fault.CodeOf(err); got != x.want {
			t.Errorf("%s: %q, not %q", x.name, got, x.want)
		}
		if err == nil && (c.StateOn(c.Expires) != Live || c.StateOn(c.Expires+1) != Expired) {
			t.Errorf("%s: the last day is not the last", x.name)
		}
	}
}

func TestAMaskedNameTellsLittle(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "厂": "厂", "王记": "王＊", "张三小店": "张＊＊＊", "临海市某模具厂": "临海＊＊＊具厂", "𬜬𬜬𬜬𬜬𬜬": "𬜬𬜬＊𬜬𬜬",
	} {
		if got := Masked(name); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
}

func TestASoleTraderIsVeiledFromOthers(t *testing.T) {
	c := Code{Kind: Firm, Org: "own", USCC: "92331082MA2AL00X34", Title: "临海市张三百货店", OrgName: "临海市张三百货店", Token: "x"}
	own, other := c, c
	own.veiled("own")
	other.veiled("")
	if own != c {
		t.Error("veiled from itself")
	}
	if strings.Contains(other.Title+other.OrgName, "张三") || other.Token != "" || other.USCC == c.USCC {
		t.Errorf("%+v", other)
	}
}

func FuzzParseToken(f *testing.F) {
	s := ring('a')
	for _, c := range []*Code{{ID: anID, Kind: Loan, Expires: 20000}, {ID: anID, Kind: Firm, USCC: aUSCC, Expires: 20000}} {
		f.Add(mustSeal(f, c, s))
	}
	f.Add("AWw.AAAA")
	f.Add(".")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseToken(text)
		if err != nil {
			if fault.CodeOf(err) != "code.forged" {
				t.Fatal(err)
			}
			return
		}
		// What is read is written one way only.
		b64 := base64.RawURLEncoding.EncodeToString
		content := got.signed[len(purpose):]
		if b64(content)+"."+b64(append(got.mark[:], got.signature...)) != text {
			t.Fatalf("%q is read as another", text)
		}
	})
}
