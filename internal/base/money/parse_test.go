package money_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

func TestParseYuan(t *testing.T) {
	for _, c := range []struct {
		text string
		want money.Fen
		code string
	}{
		{"1234567.89", 123456789, ""},
		{"-5.00", -500, ""},
		{"12", 1200, ""},
		{"0", 0, ""},
		{"-0.00", 0, ""},
		{"0.01", 1, ""},
		{"-0.01", -1, ""},
		{"0.1", 10, ""},
		{"0000000012.50", 1250, ""},
		{"9999999999999.99", money.Max - 1, ""},
		{"10000000000000.00", money.Max, ""},
		{"-10000000000000", -money.Max, ""},
		{"10000000000000.01", 0, "money.range"},
		{"-10000000000000.01", 0, "money.range"},
		{"99999999999999999999999999", 0, "money.range"},
		{"18446744073709551616.01", 0, "money.range"},
		{"0.001", 0, "money.finer"},
		{"1.230", 0, "money.finer"},
		{"99999999999999999999.999", 0, "money.finer"},
		{"", 0, "money.amount"},
		{"-", 0, "money.amount"},
		{"--1", 0, "money.amount"},
		{"+5", 0, "money.amount"},
		{".5", 0, "money.amount"},
		{"5.", 0, "money.amount"},
		{"-.5", 0, "money.amount"},
		{"1.2.3", 0, "money.amount"},
		{"1e3", 0, "money.amount"},
		{"1,234.56", 0, "money.amount"},
		{" 5", 0, "money.amount"},
		{"5 ", 0, "money.amount"},
		{"5-", 0, "money.amount"},
		{"１２", 0, "money.amount"},
		{"1。5", 0, "money.amount"},
		{"12元", 0, "money.amount"},
		{"0x10", 0, "money.amount"},
		{"NaN", 0, "money.amount"},
		{"1.001x", 0, "money.amount"},
	} {
		got, err := money.ParseYuan(c.text)
		expect(t, "ParseYuan", c.text, got, c.want, err, c.code)
		got, err = money.ParseYuan([]byte(c.text))
		expect(t, "ParseYuan of bytes", c.text, got, c.want, err, c.code)
	}
}

func TestParsePercent(t *testing.T) {
	for _, c := range []struct {
		text string
		want money.Rate
		code string
	}{
		{"4.35000", 43_500_000, ""},
		{"4.35", 43_500_000, ""},
		{"0", 0, ""},
		{"0.00001", 100, ""},
		{"100", money.One, ""},
		{"999.99999", money.MaxRate - 100, ""},
		{"1000.00000", money.MaxRate, ""},
		{"1000.00001", 0, "money.range"},
		{"9999999999999999999999", 0, "money.range"},
		{"0.000001", 0, "money.finer"},
		{"4.350000", 0, "money.finer"},
		{"-4.35", 0, "money.rate"},
		{"4.35%", 0, "money.rate"},
		{"", 0, "money.rate"},
		{"4.", 0, "money.rate"},
		{"４", 0, "money.rate"},
	} {
		got, err := money.ParsePercent(c.text)
		expect(t, "ParsePercent", c.text, got, c.want, err, c.code)
		got, err = money.ParsePercent([]byte(c.text))
		expect(t, "ParsePercent of bytes", c.text, got, c.want, err, c.code)
	}
}

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		text string
		fen  money.Fen
		per  string
		code string
	}{
		{"20万元", 20 * money.Wan, "", ""},
		{"3000万元", 3000 * money.Wan, "", ""},
		{"180亿元", 180 * money.Yi, "", ""},
		{"500元", 500 * money.Yuan, "", ""},
		{"500元/户", 500 * money.Yuan, "户", ""},
		{"12.5万元", 125_000 * money.Yuan, "", ""},
		{"0.01元", 1, "", ""},
		{"0元", 0, "", ""},
		{"0.000001万元", 1, "", ""},
		{"0.0000000001亿元", 1, "", ""},
		{"1万元/个项目", money.Wan, "个项目", ""},
		{"100000亿元", money.Max, "", ""},
		{"100000.0000000001亿元", 0, "", "money.range"},
		{"100001亿元", 0, "", "money.range"},
		{"99999999999999999999元", 0, "", "money.range"},
		{"0.001元", 0, "", "money.finer"},
		{"0.0000001万元", 0, "", "money.finer"},
		{"0.00000000001亿元", 0, "", "money.finer"},
		{"20", 0, "", "money.amount"},
		{"", 0, "", "money.amount"},
		{"元", 0, "", "money.amount"},
		{"万元", 0, "", "money.amount"},
		{"20万", 0, "", "money.amount"},
		{"20 万元", 0, "", "money.amount"},
		{"20万元 ", 0, "", "money.amount"},
		{" 20万元", 0, "", "money.amount"},
		{"２０万元", 0, "", "money.amount"},
		{"-20万元", 0, "", "money.amount"},
		{"1,000元", 0, "", "money.amount"},
		{"20万元元", 0, "", "money.amount"},
		{"二十万元", 0, "", "money.amount"},
		{"500元/", 0, "", "money.amount"},
		{"500元/ 户", 0, "", "money.amount"},
		{"500元/户/年", 0, "", "money.amount"},
		{"500元/1户", 0, "", "money.amount"},
		{"500元/个大项目吧", 0, "", "money.amount"},
		{"500元／户", 0, "", "money.amount"},
		{"500/户", 0, "", "money.amount"},
		{"5%", 0, "", "money.amount"},
	} {
		got, err := money.ParseAmount(c.text)
		expect(t, "ParseAmount", c.text, got, money.Quantity{Fen: c.fen, Per: c.per}, err, c.code)
	}
}

func TestParseRate(t *testing.T) {
	for _, c := range []struct {
		text string
		want money.Rate
		code string
	}{
		{"0.5%", money.Percent / 2, ""},
		{"2%", 2 * money.Percent, ""},
		{"5‰", money.Percent / 2, ""},
		{"20%", 20 * money.Percent, ""},
		{"0%", 0, ""},
		{"0.0000001%", 1, ""},
		{"0.000001‰", 1, ""},
		{"1000%", money.MaxRate, ""},
		{"10000‰", money.MaxRate, ""},
		{"1000.0000001%", 0, "money.range"},
		{"0.00000001%", 0, "money.finer"},
		{"0.0000001‰", 0, "money.finer"},
		{"0.5", 0, "money.rate"},
		{"", 0, "money.rate"},
		{"%", 0, "money.rate"},
		{"-1%", 0, "money.rate"},
		{"5 %", 0, "money.rate"},
		{"5％", 0, "money.rate"},
		{"５%", 0, "money.rate"},
		{"5%%", 0, "money.rate"},
		{"5%‰", 0, "money.rate"},
	} {
		got, err := money.ParseRate(c.text)
		expect(t, "ParseRate", c.text, got, c.want, err, c.code)
	}
}

// expect compares a parser's result with the value or the code wanted. A fault
// must show the text in both languages.
func expect[T comparable](t *testing.T, parser, text string, got, want T, err error, code string) {
	t.Helper()
	if got != want || fault.CodeOf(err) != code {
		t.Errorf("%s(%q) = %v, %v; want %v, code %q", parser, text, got, err, want, code)
		return
	}
	if err == nil {
		return
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid || !strings.Contains(f.Zh, "“"+fault.Clip(text)+"”") || !strings.Contains(f.En, `"`) {
		t.Errorf("%s(%q): sentences do not show the text: %v", parser, text, f)
	}
	if strings.Contains(f.Zh+f.En, "%!(") {
		t.Errorf("%s(%q): sentences are badly formatted: %v", parser, text, f)
	}
}

func TestParsingDataDoesNotAllocate(t *testing.T) {
	yuan, percent := []byte("-1234567.89"), []byte("4.35000")
	n := testing.AllocsPerRun(100, func() {
		if _, err := money.ParseYuan(yuan); err != nil {
			t.Error(err)
		}
		if _, err := money.ParsePercent(percent); err != nil {
			t.Error(err)
		}
	})
	if n != 0 {
		t.Errorf("parsing allocates %v times", n)
	}
}

func TestYuanRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyFen(t)
		if back, err := money.ParseYuan(f.String()); err != nil || back != f {
			t.Fatalf("%d is written %s and read %d, %v", int64(f), f, int64(back), err)
		}
	})
}

// anyFen draws an amount within Max, of any magnitude.
func anyFen(t *rapid.T) money.Fen {
	f := rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "fen")
	for range rapid.IntRange(0, 4).Draw(t, "less") {
		f /= 1000
	}
	return money.Fen(f)
}

// like tells what a text of the given pattern is worth, times 10^places: the
// slow and obvious way.
func like(pattern *regexp.Regexp, text string, places int) (n *big.Int, whole, ok bool) {
	if !pattern.MatchString(text) {
		return nil, false, false
	}
	r, _ := new(big.Rat).SetString(text)
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)))
	return r.Num(), r.IsInt(), true
}

var (
	yuanText    = regexp.MustCompile(`\A-?[0-9]+(\.[0-9]{1,2})?\z`)
	percentText = regexp.MustCompile(`\A[0-9]+(\.[0-9]{1,5})?\z`)
	plainText   = regexp.MustCompile(`\A[0-9]+(\.[0-9]+)?\z`)
)

func FuzzParseYuan(f *testing.F) {
	for _, s := range []string{"1234567.89", "-5.00", "12", "1.2345", "10000000000000.01", "1e3", "１", "", "-", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := money.ParseYuan(s)
		want, _, ok := like(yuanText, s, 2)
		ok = ok && want.CmpAbs(big.NewInt(int64(money.Max))) <= 0
		if ok != (err == nil) || ok && int64(got) != want.Int64() {
			t.Errorf("ParseYuan(%q) = %d, %v; want %d", s, int64(got), err, want)
		}
	})
}

func FuzzParsePercent(f *testing.F) {
	for _, s := range []string{"4.35000", "0", "1000", "1000.00001", "0.000001", "-1", "5%", "", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := money.ParsePercent(s)
		want, _, ok := like(percentText, s, 7)
		ok = ok && want.CmpAbs(big.NewInt(int64(money.MaxRate))) <= 0
		if ok != (err == nil) || ok && int64(got) != want.Int64() {
			t.Errorf("ParsePercent(%q) = %d, %v; want %d", s, int64(got), err, want)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"20万元", "1.8亿元", "500元/户", "0.001元", "20", "20 万元", "元/户", "1亿元/", "2/2元"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := money.ParseAmount(s)
		if err != nil {
			return
		}
		back, err := money.ParseAmount(q.String())
		if err != nil || back != q || q.Fen < 0 || q.Fen > money.Max {
			t.Errorf("ParseAmount(%q) = %v, read back %v, %v", s, q, back, err)
		}
		number, places := strings.TrimSuffix(strings.TrimSuffix(s, "/"+q.Per), "元"), 2
		if n, ok := strings.CutSuffix(number, "万"); ok {
			number, places = n, 6
		} else if n, ok := strings.CutSuffix(number, "亿"); ok {
			number, places = n, 10
		}
		// Trailing zeros below a fen are refused, so what was read is whole.
		if want, whole, ok := like(plainText, number, places); !ok || !whole || want.Cmp(big.NewInt(int64(q.Fen))) != 0 {
			t.Errorf("ParseAmount(%q) = %d; want %v", s, int64(q.Fen), want)
		}
	})
}

func FuzzParseRate(f *testing.F) {
	for _, s := range []string{"0.5%", "5‰", "20%", "0.00000001%", "1001%", "5", "%", "5％"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := money.ParseRate(s)
		if err != nil {
			return
		}
		if back, err := money.ParseRate(r.Human()); err != nil || back != r {
			t.Errorf("ParseRate(%q) = %d, read back %d, %v", s, r, back, err)
		}
		number, places := strings.TrimSuffix(s, "%"), 7
		if n, ok := strings.CutSuffix(s, "‰"); ok {
			number, places = n, 6
		}
		if want, whole, ok := like(plainText, number, places); !ok || !whole || want.Cmp(big.NewInt(int64(r))) != 0 {
			t.Errorf("ParseRate(%q) = %d; want %v", s, r, want)
		}
	})
}

func BenchmarkParseYuan(b *testing.B) {
	text := []byte("1234567.89")
	for b.Loop() {
		if _, err := money.ParseYuan(text); err != nil {
			b.Fatal(err)
		}
	}
}
