package fact

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
)

// MaxCell is the longest text a cell may hold, in bytes: the longest field of a
// PBoC message (purpose, 1,000 characters) with room.
const MaxCell = 8192

// AppendCell reads one cell of text, as CSV, Excel and pack cases write it, and
// appends its value to v; an empty cell is what empty means there. On an error
// nothing is appended.
//
// Errors: fact.required, fact.bool, fact.int, fact.code, fact.industry,
// fact.town, fact.time, fact.text, and those of money, civil and uscc.
func (v *Vector) AppendCell(cell []byte) error {
	c := v.Column
	if len(cell) == 0 {
		if c.Required {
			return fault.Invalidf("fact.required", "“%[2]s”（%[1]s）不能为空", "%[1]s is required", c.Name, c.Zh)
		}
		v.AppendEmpty()
		return nil
	}
	if c.Type.Textual() {
		if err := c.checkText(cell); err != nil {
			return err
		}
		v.AppendText(cell)
		return nil
	}
	x, err := c.parseInt(cell)
	if err != nil {
		return err
	}
	v.AppendInt(x)
	return nil
}

func (c *Column) parseInt(cell []byte) (int64, error) {
	switch c.Type {
	case Bool:
		if len(cell) == 1 && (cell[0] == '0' || cell[0] == '1') {
			return int64(cell[0] - '0'), nil
		}
		return 0, bad("fact.bool", "应为 0 或 1，而不是“%s”", "must be 0 or 1, not %q", cell)
	case Int:
		return parseCount(cell)
	case Fen:
		x, err := money.ParseYuan(cell)
		return int64(x), err
	case Rate:
		x, err := money.ParsePercent(cell)
		return int64(x), err
	case Date:
		x, err := civil.ParseDate(cell)
		return int64(x), err
	case Month:
		x, err := civil.ParseMonth(cell)
		return int64(x), err
	default: // Time
		return parseTime(cell)
	}
}

// parseCount reads up to twelve plain digits.
func parseCount(cell []byte) (int64, error) {
	if len(cell) > 12 {
		return 0, bad("fact.int", "不是整数：“%s”", "not an integer: %q", cell)
	}
	var n int64
	for _, d := range cell {
		if d < '0' || d > '9' {
			return 0, bad("fact.int", "不是整数：“%s”", "not an integer: %q", cell)
		}
		n = n*10 + int64(d-'0')
	}
	return n, nil
}

const daySeconds = 24 * 60 * 60

func parseTime(cell []byte) (int64, error) {
	wrong := func() error {
		return bad("fact.time", "不是时间：“%s”，格式应如 2022-02-14T09:30:00", "not a time like 2022-02-14T09:30:00: %q", cell)
	}
	if len(cell) != 19 || (cell[10] != 'T' && cell[10] != ' ') || cell[13] != ':' || cell[16] != ':' {
		return 0, wrong()
	}
	d, err := civil.ParseDate(cell[:10])
	if err != nil {
		return 0, err
	}
	h, m, s := twoDigits(cell[11:]), twoDigits(cell[14:]), twoDigits(cell[17:])
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 {
		return 0, wrong()
	}
	return int64(d)*daySeconds + int64(h*3600+m*60+s), nil
}

func twoDigits(b []byte) int {
	if b[0] < '0' || b[0] > '9' || b[1] < '0' || b[1] > '9' {
		return -1
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

func (c *Column) checkText(cell []byte) error {
	switch c.Type {
	case Code:
		if c.hasCode(cell) {
			return nil
		}
		return fault.Invalidf("fact.code", "不在代码表中：“%[1]s”；可用 %[2]s", "not in the code list: %[1]q; it has %[3]s",
			fault.Clip(string(cell)), strings.Join(c.someCodes(), "、"), strings.Join(c.someCodes(), ", "))
	case USCC:
		return uscc.Check(cell)
	case Industry:
		if validIndustry(cell) {
			return nil
		}
		return bad("fact.industry", "不是国民经济行业代码：“%s”", "not a GB/T 4754 code: %q", cell)
	case Town:
		if len(cell) == 9 && allDigits(cell) {
			return nil
		}
		return bad("fact.town", "不是九位乡镇街道代码：“%s”", "not a nine-digit town code: %q", cell)
	}
	return checkFreeText(cell)
}

// someCodes are the first of the codes, with … where there are more.
func (c *Column) someCodes() []string {
	const most = 12
	var codes []string
	for i := range c.Codes {
		if i == most {
			return append(codes, "…")
		}
		codes = append(codes, c.Codes[i].Code)
	}
	return codes
}

func (c *Column) hasCode(cell []byte) bool {
	for i := range c.Codes {
		if c.Codes[i].Code == string(cell) {
			return true
		}
	}
	return false
}

// sections holds, for each GB/T 4754-2017 section A…T, its first and last division.
var sections = [...][2]byte{
	{1, 5},
	{6, 12},
	{13, 43},
	{44, 46},
	{47, 50},
	{51, 52},
	{53, 60},
	{61, 62},
	{63, 65},
	{66, 69},
	{70, 70},
	{71, 72},
	{73, 75},
	{76, 79},
	{80, 82},
	{83, 83},
	{84, 85},
	{86, 90},
	{91, 96},
	{97, 97},
}

// validIndustry tells whether b is a section letter with a division of that
// section, and up to two more digits.
func validIndustry(b []byte) bool {
	if len(b) < 3 || len(b) > 5 || b[0] < 'A' || b[0] > 'T' || !allDigits(b[1:]) {
		return false
	}
	division := (b[1]-'0')*10 + b[2] - '0'
	s := sections[b[0]-'A']
	return division >= s[0] && division <= s[1]
}

func allDigits(b []byte) bool {
	for _, d := range b {
		if d < '0' || d > '9' {
			return false
		}
	}
	return true
}

// AppendValue appends value i as text, exactly as AppendCell reads it: nothing
// when it is unknown, has not happened or is not there.
func (v *Vector) AppendValue(b []byte, i int) []byte {
	if v.Unknown(i) {
		return b
	}
	if v.Column.Type.Textual() {
		return append(b, v.Texts.At(i)...)
	}
	return v.Column.AppendInt(b, v.Ints[i])
}

// AppendInt appends x, a value of a column that is not textual, as text.
func (c *Column) AppendInt(b []byte, x int64) []byte {
	switch c.Type {
	case Fen:
		return money.Fen(x).AppendYuan(b)
	case Rate:
		return money.Rate(x).AppendPercent(b)
	case Date:
		if civil.Date(x) == civil.Never {
			return b
		}
		return civil.Date(x).AppendTo(b)
	case Month:
		return civil.Month(x).AppendTo(b)
	case Time:
		return appendTime(b, x)
	default: // Bool, Int
		return strconv.AppendInt(b, x, 10)
	}
}

func appendTime(b []byte, x int64) []byte {
	day := civil.Date(x / daySeconds)
	s := int(x % daySeconds)
	b = append(day.AppendTo(b), 'T')
	for i, n := range [3]int{s / 3600, s / 60 % 60, s % 60} {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, byte('0'+n/10), byte('0'+n%10))
	}
	return b
}

func bad(code, zh, en string, cell []byte) error {
	return fault.Invalidf(code, zh, en, fault.Clip(string(cell)))
}

// checkFreeText refuses what no report holds and what could break one: broken
// UTF-8, control characters, and texts over MaxCell.
func checkFreeText(cell []byte) error {
	if len(cell) > MaxCell {
		return fault.Invalidf("fact.text", "文本超过 %d 字节", "text over %d bytes", MaxCell)
	}
	for i := 0; i < len(cell); {
		if c := cell[i]; c < utf8.RuneSelf {
			if c < ' ' || c == 0x7f {
				return bad("fact.text", "含控制字符：“%s”", "holds a control character: %q", cell)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(cell[i:])
		if r == utf8.RuneError && n == 1 {
			return bad("fact.text", "不是 UTF-8 文本：“%s”", "not UTF-8: %q", cell)
		}
		i += n
	}
	return nil
}
