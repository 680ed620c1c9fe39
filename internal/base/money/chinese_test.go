package money_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/money"
)

func TestChinese(t *testing.T) {
	for _, c := range []struct{ yuan, want string }{
		{"1409.50", "人民币壹仟肆佰零玖元伍角整"},
		{"6007.14", "人民币陆仟零柒元壹角肆分"},
		{"1680.32", "人民币壹仟陆佰捌拾元叁角贰分"},
		{"107000.53", "人民币壹拾万柒仟元伍角叁分"},
		{"16409.02", "人民币壹万陆仟肆佰零玖元零贰分"},
		{"325.04", "人民币叁佰贰拾伍元零肆分"},
		{"0.01", "人民币壹分"},
		{"10000000000.00", "人民币壹佰亿元整"},
		{"1000100.01", "人民币壹佰万零壹佰元零壹分"},
		{"0.00", "人民币零元整"},
		{"0.10", "人民币壹角整"},
		{"0.12", "人民币壹角贰分"},
		{"1.00", "人民币壹元整"},
		{"10.00", "人民币壹拾元整"},
		{"10.10", "人民币壹拾元壹角整"},
		{"100.05", "人民币壹佰元零伍分"},
		{"1010.00", "人民币壹仟零壹拾元整"},
		{"10001.00", "人民币壹万零壹元整"},
		{"100000000.00", "人民币壹亿元整"},
		{"100000001.00", "人民币壹亿零壹元整"},
		{"100010000.00", "人民币壹亿零壹万元整"},
		{"110000000.00", "人民币壹亿壹仟万元整"},
		{"100001000.00", "人民币壹亿零壹仟元整"},
		{"1010101010101.01", "人民币壹万零壹佰零壹亿零壹佰零壹万零壹佰零壹元零壹分"},
		{"9999999999999.99", "人民币玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
		{"-5.00", "人民币负伍元整"},
		{"-0.01", "人民币负壹分"},
	} {
		f, err := money.ParseYuan(c.yuan)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Chinese(); got != c.want {
			t.Errorf("%s is %s; want %s", c.yuan, got, c.want)
		}
	}
}

// Two amounts never read alike, because each is read back.
func TestChineseRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.OneOf(
			rapid.Int64(),
			rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]int64{0, 0, 0, 1, 9}), 1, 18), digitsToInt),
		).Draw(t, "fen"))
		if f == math.MinInt64 {
			f++ // its opposite is no amount
		}
		text := f.Chinese()
		if back := readChinese(t, text); back != f {
			t.Fatalf("%s is %s, which reads %s", f, text, back)
		}
		if strings.Contains(text, "零零") {
			t.Fatalf("%s is %s", f, text)
		}
	})
}

func digitsToInt(digits []int64) (n int64) {
	for _, d := range digits {
		n = n*10 + d
	}
	return n
}

// readChinese reads an amount in capitals. It forgives every 零.
func readChinese(t *rapid.T, text string) money.Fen {
	text, ok := strings.CutPrefix(text, "人民币")
	if !ok {
		t.Fatalf("%s has no prefix", text)
	}
	text, negative := strings.CutPrefix(text, "负")
	text = strings.TrimSuffix(text, "整")
	var total int64
	for _, unit := range []struct {
		name string
		fen  int64
	}{{"元", 100}, {"角", 10}, {"分", 1}} {
		if before, after, found := strings.Cut(text, unit.name); found {
			total += readNumber(t, before) * unit.fen
			text = after
		}
	}
	if text != "" {
		t.Fatalf("%q is left over", text)
	}
	if negative {
		total = -total
	}
	return money.Fen(total)
}

// readNumber reads what stands before a unit: split at the largest rank, the
// last one of its kind.
func readNumber(t *rapid.T, text string) int64 {
	for i, rank := range []string{"亿", "万", "仟", "佰", "拾"} {
		if at := strings.LastIndex(text, rank); at >= 0 {
			size := []int64{1e8, 1e4, 1e3, 1e2, 10}[i]
			return readNumber(t, text[:at])*size + readNumber(t, text[at+len(rank):])
		}
	}
	if text = strings.ReplaceAll(text, "零", ""); text == "" {
		return 0
	}
	digit := strings.Index("壹贰叁肆伍陆柒捌玖", text)
	if digit < 0 || len(text) != len("壹") {
		t.Fatalf("%q is no digit", text)
	}
	return int64(digit/len("壹")) + 1
}
