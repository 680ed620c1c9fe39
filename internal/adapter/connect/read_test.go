package connect_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"changrong/internal/adapter/connect"
	"changrong/internal/base/money"

	"pgregory.net/rapid"
)

const asked = "91331082DEM010079N"

// bad is what a table says of a value that is not taken.
const bad = "✗"

func TestValuesAsDepartmentsWriteThem(t *testing.T) {
	type table map[any]string
	n := func(s string) json.Number { return json.Number(s) }
	for name, c := range map[string]struct {
		as     connect.Read
		values table
	}{
		"text": {connect.Text, table{
			"演示㐂𠮷": "演示㐂𠮷", "  a b ": "a b", "": "", n("12"): bad, true: bad, nil: bad, "a\nb": bad, "a\u007f": bad,
			strings.Repeat("a", 4096): strings.Repeat("a", 4096), strings.Repeat("a", 4097): bad,
		}},
		"whole": {connect.Whole, table{
			n("12"): "12", "12": "12", "0": "0", "007": "7", " 3 ": "3", "4294967295": "4294967295", "4294967296": bad, "-1": bad, "1.0": bad, n("1e3"): bad, "": bad, nil: bad, true: bad,
		}},
		"yuan": {connect.Yuan, table{
			"12.34": "12.34", n("12.3"): "12.30", "12": "12.00", "1,234,567.80": "1234567.80", "123,456": "123456.00", "-5.00": "-5.00", "0": "0.00", "12.340000": "12.34",
			"12.345": bad, "12.3400001": bad, "1,23": bad, ",123": bad, "1234,567": bad, "1,234,56": bad, "12.": bad, ".5": bad, "": bad, nil: bad, "1e3": bad, n("1E3"): bad, "¥5": bad, "--5": bad,
			"99999999999999999999": bad, "1.2,345": bad,
		}},
		"wan": {connect.Wan, table{
			"12.34": "123400.00", n("0.000001"): "0.01", "1.000000": "10000.00", "0.0000001": bad, "1,000": "10000000.00", "-1": "-10000.00", "abc": bad,
			"92233720368": "922337203680000.00", "92233720368547": bad,
		}},
		"percent": {connect.Percent, table{"3.85": "3.85000", n("4"): "4.00000", "3.85%": "3.85000", "x": bad, nil: bad}},
		"day": {connect.Day, table{
			"2021-03-05": "2021-03-05", "20210305": "2021-03-05", n("20210305"): "2021-03-05", "2021/3/5": "2021-03-05", "2021.03.05": "2021-03-05", "2021年3月5日": "2021-03-05",
			"2021年03月05日": "2021-03-05", "2021-03-05 12:00:00": "2021-03-05", "2021-03-05T12:00:00+08:00": "2021-03-05", "20210305 120000": "2021-03-05",
			"2021-02-29": bad, "2021-13-01": bad, "21-03-05": bad, "2021-03": bad, "5/3/2021": bad, "": bad, nil: bad, "2021年": bad, n("1636418960000"): bad,
		}},
		"month": {connect.Month, table{
			"2021-03": "2021-03", "202103": "2021-03", n("202103"): "2021-03", "2021年3月": "2021-03", "2021/3": "2021-03", "2021-13": bad, "2021": bad, "": bad, nil: bad,
		}},
		"code":            {connect.Codes(map[string]string{"存续": "open", "1": "one"}), table{"存续": "open", n("1"): "one", "1": "one", " 存续": "open", "注销": bad, "": bad, nil: bad, true: bad}},
		"yes or no":       {connect.YesNo, table{"是": "1", "否": "0", true: "1", false: "0", n("1"): "1", "N": "0", "y": bad, "有": bad, nil: bad}},
		"code of a party": {connect.USCC, table{asked: asked, strings.ToLower(asked): asked, "91331082DEM010074E": bad, "": bad, nil: bad}},
		"the firm asked":  {connect.Asked, table{asked: "", strings.ToLower(asked): "", "91331082DEM01001XE": bad, "": bad, nil: bad}},
	} {
		for v, want := range c.values {
			cell, why := c.as(v, asked)
			if why != nil {
				cell = bad
			}
			if want == "3.85000" || want == "4.00000" {
				want = strings.TrimRight(strings.TrimRight(want, "0"), ".")
				cell = strings.TrimRight(strings.TrimRight(cell, "0"), ".")
			}
			if cell != want {
				t.Errorf("%s %#v: %q (%v), want %q", name, v, cell, why, want)
			}
		}
	}
}

func TestAmountsAreExactInEveryUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64Range(-9e14, 9e14).Draw(t, "fen"))
		sign, whole := "", int64(f)
		if f < 0 {
			sign, whole = "-", -whole
		}
		wan := fmt.Sprintf("%s%d.%06d", sign, whole/1_000_000, whole%1_000_000)
		if got, why := connect.Wan(wan, ""); why != nil || got != f.String() {
			t.Fatalf("%s 万元: %s, %v; want %s", wan, got, why, f)
		}
		yuan := fmt.Sprintf("%s%d.%02d", sign, whole/100, whole%100)
		if got, why := connect.Yuan(json.Number(yuan), ""); why != nil || got != f.String() {
			t.Fatalf("%s 元: %s, %v; want %s", yuan, got, why, f)
		}
	})
}
