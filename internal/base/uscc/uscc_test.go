package uscc_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
)

// good are codes that pass both checks.
var good = []string{
	// Made up for Linhai: bodies DEMnnnnn are not issued.
	"91331082DEM0000149", "91331082DEM0000224", "92331082DEM0000146", "92331082DEM0000221", "93331082DEM0000143",
	"11331082DEM000014H", "12331082DEM000014E", "51331082DEM000014D", "52331082DEM000014A",
	// The worked example of GB 32100-2015.
	"91350100M000100Y43",
	// Found in public.
	"914403001922038216", "91330100799655058B", "91100000100003962T", "91110108551385082Q", "9144030071526726XG",
	"91440300708461136T", "91110000802100433B", "911100001000044477", "911100001000054748", "911000001000013428",
	"9131000010000595XD", "9144030010001686XA", "91330200711192037M", "91330000719525019T", "91330000733796106P",
	"91330000747735638J", "91440300192317458F", "91440400192548256N", "9152000071430580XT", "12100000400000624D",
	"12100000400002259P", "12100000470095016Q",
}

func TestGoodCodes(t *testing.T) {
	for _, code := range good {
		if err := uscc.Check(code); err != nil || !uscc.Valid(code) || !uscc.Valid([]byte(code)) {
			t.Errorf("%s: %v", code, err)
		}
		if c, err := uscc.CheckChar(code[:17]); err != nil || c != code[17] {
			t.Errorf("CheckChar(%s) = %c, %v; want %c", code[:17], c, err, code[17])
		}
		if !uscc.OrgCodeOK(code) || !uscc.OrgCodeOK([]byte(code)) {
			t.Errorf("%s: organisation code fails", code)
		}
		if made, err := uscc.Make(code[:2], code[2:8], code[8:16]); err != nil || made != code {
			t.Errorf("Make of the parts of %s = %s, %v", code, made, err)
		}
	}
}

func TestBadCodes(t *testing.T) {
	const ok = "91331082DEM0000149"
	for _, c := range []struct{ text, code, zh string }{
		{"91350100M000100Y4Z", "uscc.charset", "I、O、S、V、Z"},
		{"91350100M000100Y44", "uscc.check", "末位"},
		{"914403001922038217", "uscc.check", "末位"},
		{"91110000600037341X", "uscc.check", "末位"},
		{"91331082DEM0000194", "uscc.check", "末位"}, // two characters swapped
		{"", "uscc.length", "0 个字符"},
		{ok[:17], "uscc.length", "17 个字符"},
		{ok + "0", "uscc.length", "19 个字符"},
		{" " + ok, "uscc.length", "19 个字符"},
		{"91331082dem0000149", "uscc.charset", "第 9 个字符“d”不能用：字母应大写"},
		{"9133108２DEM0000149", "uscc.charset", "第 8 个字符“２”不能用：这是全角字符"},
		{"91331082ＤEM0000149", "uscc.charset", "全角"},
		{"　1331082DEM0000149", "uscc.charset", "全角"},
		{"91331082IEM0000149", "uscc.charset", "I、O、S、V、Z"},
		{"91331082OEM0000149", "uscc.charset", "I、O、S、V、Z"},
		{"91331082SEM0000149", "uscc.charset", "I、O、S、V、Z"},
		{"91331082VEM0000149", "uscc.charset", "I、O、S、V、Z"},
		{"91331082ZEM0000149", "uscc.charset", "I、O、S、V、Z"},
		{"91331082-EM0000149", "uscc.charset", "只能用数字和大写字母"},
		{"9133108 DEM0000149", "uscc.charset", "只能用数字和大写字母"},
		{"9133108\xffDEM0000149", "uscc.charset", "第 8 个字符"},
		{"9133108临DEM0000149", "uscc.charset", "第 8 个字符“临”"},
		{"01331082DEM0000149", "uscc.pattern", "首位"},
		{"B1331082DEM0000149", "uscc.pattern", "首位"},
		{"9A331082DEM0000149", "uscc.pattern", "第 2 位"},
		{"91A31082DEM0000149", "uscc.pattern", "行政区划"},
		{"9133108XDEM0000149", "uscc.pattern", "行政区划"},
	} {
		err := uscc.Check(c.text)
		if fault.CodeOf(err) != c.code || !strings.Contains(fault.Of(err).Zh, c.zh) {
			t.Errorf("Check(%q) = %v; want %s with %s", c.text, err, c.code, c.zh)
			continue
		}
		if uscc.Valid(c.text) || uscc.Valid([]byte(c.text)) {
			t.Errorf("%q is valid", c.text)
		}
		if f := fault.Of(err); f.Kind != fault.Invalid || f.En == "" || strings.Contains(f.Zh+f.En, "%!") {
			t.Errorf("Check(%q): %v", c.text, f)
		}
	}
}

func TestOrgCodeOK(t *testing.T) {
	for code, want := range map[string]bool{
		"91331082DEM0000149": true,
		"9144030071526726XG": true,
		"91310000631295002H": false, // a valid code whose organisation code fails
		"91331082DEM00001X9": false,
		"91331082dem0000149": false,
		"91331082DEM000014":  false,
		"":                   false,
	} {
		if got := uscc.OrgCodeOK(code); got != want {
			t.Errorf("OrgCodeOK(%q) = %t", code, got)
		}
	}
	if err := uscc.Check("91310000631295002H"); err != nil {
		t.Errorf("a failing organisation code refuses: %v", err)
	}
}

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"91331082DEM0000149", "91331082DEM0000149"},
		{" 91331082dem0000149\t\r\n", "91331082DEM0000149"},
		{"91331082 dem", "91331082 DEM"},
		{"ｄem", "ｄEM"},
		{"　91", "　91"},
		{"é", "é"},
		{"", ""},
	} {
		if got := uscc.Normalize(c.text); got != c.want {
			t.Errorf("Normalize(%q) = %q; want %q", c.text, got, c.want)
		}
	}
}

func TestOrgCheckChar(t *testing.T) {
	for body, want := range map[string]byte{"DEM00001": '4', "71526726": 'X', "19220382": '1', "80210043": '3'} {
		if got, err := uscc.OrgCheckChar(body); err != nil || got != want {
			t.Errorf("OrgCheckChar(%s) = %c, %v; want %c", body, got, err, want)
		}
	}
}

func TestMakingRefuses(t *testing.T) {
	of := func(_ any, err error) error { return err }
	for _, c := range []struct {
		name string
		err  error
		code string
	}{
		{"short department", of(uscc.Make("9", "331082", "DEM00001")), "uscc.length"},
		{"parts shifted", of(uscc.Make("913", "31082", "DEM00001")), "uscc.length"},
		{"long region", of(uscc.Make("91", "3310820", "DEM00001")), "uscc.length"},
		{"short body", of(uscc.Make("91", "331082", "DEM0001")), "uscc.length"},
		{"body of other characters", of(uscc.Make("91", "331082", "DEM-0001")), "uscc.charset"},
		{"full-width body", of(uscc.Make("91", "331082", "DEM０0001")), "uscc.charset"},
		{"body with an O", of(uscc.Make("91", "331082", "DEMO0001")), "uscc.charset"},
		{"no such department", of(uscc.Make("B1", "331082", "DEM00001")), "uscc.pattern"},
		{"region of letters", of(uscc.Make("91", "33108A", "DEM00001")), "uscc.pattern"},
		{"16 characters", of(uscc.CheckChar("91331082DEM00001")), "uscc.length"},
		{"18 characters", of(uscc.CheckChar("91331082DEM0000149")), "uscc.length"},
		{"lower case", of(uscc.CheckChar("91331082dem000014")), "uscc.charset"},
		{"lower-case body", of(uscc.OrgCheckChar("dem00001")), "uscc.charset"},
		{"nine characters", of(uscc.OrgCheckChar("DEM000014")), "uscc.length"},
	} {
		if fault.CodeOf(c.err) != c.code {
			t.Errorf("%s: %v; want %s", c.name, c.err, c.code)
		}
	}
}

func TestMadeCodesAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyCode(t)
		if err := uscc.Check(code); err != nil || !uscc.OrgCodeOK(code) {
			t.Fatalf("%s: %v, organisation code ok: %t", code, err, uscc.OrgCodeOK(code))
		}
	})
}

// The check finds every single wrong character and every swap of neighbours.
func TestCheckFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(anyCode(t))
		at := rapid.IntRange(0, 17).Draw(t, "at")
		was := code[at]
		code[at] = rapid.StringMatching("[0-9A-HJ-NP-RTUW-Y]").Draw(t, "instead")[0]
		if code[at] != was && uscc.Valid(code) {
			t.Fatalf("%s is valid with %c at %d", code, was, at)
		}
		code[at] = was
		if at < 17 && code[at] != code[at+1] {
			code[at], code[at+1] = code[at+1], code[at]
			if uscc.Valid(code) {
				t.Fatalf("%s is valid with %d swapped", code, at)
			}
		}
	})
}

func anyCode(t *rapid.T) string {
	dept := rapid.StringMatching("[1-9ANY][0-9]").Draw(t, "dept")
	region := rapid.StringMatching("[0-9]{6}").Draw(t, "region")
	body := rapid.StringMatching("[0-9A-HJ-NP-RTUW-Y]{8}").Draw(t, "body")
	code, err := uscc.Make(dept, region, body)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestValidDoesNotAllocate(t *testing.T) {
	code := []byte("91331082DEM0000149")
	if n := testing.AllocsPerRun(100, func() {
		if !uscc.Valid(code) || !uscc.OrgCodeOK(code) || uscc.Check(code) != nil {
			t.Error("not valid")
		}
	}); n != 0 {
		t.Errorf("checking allocates %v times", n)
	}
}

var pattern = regexp.MustCompile(`\A[1-9ANY][0-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}[0-9A-HJ-NPQRTUWXY]\z`)

func FuzzCheck(f *testing.F) {
	for _, code := range append(good, "91350100M000100Y4Z", "91331082dem0000149", "９1331082DEM0000149", "", "91\xff") {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		err := uscc.Check(code)
		if uscc.Valid(code) != (err == nil) || err == nil && !pattern.MatchString(code) {
			t.Errorf("%q: %v", code, err)
		}
		if pattern.MatchString(code) && err != nil && fault.CodeOf(err) != "uscc.check" {
			t.Errorf("%q has the pattern: %v", code, err)
		}
		uscc.OrgCodeOK(code)
	})
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"91331082DEM0000149", " 91331082dem0000149\n", "é ", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := uscc.Normalize(s)
		if again := uscc.Normalize(got); again != got {
			t.Errorf("Normalize(%q) = %q, and again %q", s, got, again)
		}
		if !strings.EqualFold(got, strings.Trim(s, " \t\r\n")) || strings.ContainsAny(got, "abcdefghijklmnopqrstuvwxyz") {
			t.Errorf("Normalize(%q) = %q", s, got)
		}
	})
}

func BenchmarkValid(b *testing.B) {
	code := []byte("91331082DEM0000149")
	for b.Loop() {
		if !uscc.Valid(code) {
			b.Fatal("not valid")
		}
	}
}
