package ledger

import (
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Level is whose money it is (资金来源级次).
type Level string

// The levels, in the order in which their money is used.
const (
	Central    Level = "central"    // 中央
	Provincial Level = "provincial" // 省级
	Municipal  Level = "municipal"  // 市级 (地级市)
	County     Level = "county"     // 县级 (县、市、区)
)

// Levels returns every level, in the order in which their money is used.
func Levels() []Level { return []Level{Central, Provincial, Municipal, County} }

// Zh returns the level's name in Chinese.
func (l Level) Zh() string {
	switch l {
	case Central:
		return "中央"
	case Provincial:
		return "省级"
	case Municipal:
		return "市级"
	case County:
		return "县级"
	}
	return string(l)
}

// Source is money of one budget year from one document, for a purpose of its own.
type Source struct {
	ID       string   `json:"id"`
	Year     int      `json:"year"`     // 预算年度
	Level    Level    `json:"level"`    // 资金来源级次
	Document string   `json:"document"` // 指标文号
	Title    string   `json:"title"`
	Purposes []string `json:"purposes"` // ids of the items or pools it may pay, and no others
	Project  string   `json:"project"`  // 项目代码; "" unknown, as are the three below
	Function string   `json:"function"` // 支出功能分类科目
	Economy  string   `json:"economy"`  // 政府预算支出经济分类
	Section  string   `json:"section"`  // 部门预算支出经济分类
	Goal     string   `json:"goal"`     // 绩效目标
	// Closed says that the year is over: what was paid may still come back and be
	// handed over, and nothing else is posted.
	Closed  bool          `json:"closed"`
	AddedAt civil.Instant `json:"added_at_ms"`
	AddedBy string        `json:"added_by"`
	Version int64         `json:"version"` // counts the changes
}

// Pays tells whether s may pay for an item, or for the pool that the item is in
// ("" none).
func (s *Source) Pays(item, pool string) bool {
	return slices.Contains(s.Purposes, item) || pool != "" && slices.Contains(s.Purposes, pool)
}

// Check tells whether s may be kept.
//
// Errors: ledger.year, ledger.level, ledger.document, ledger.title,
// ledger.purposes, ledger.classification.
func (s *Source) Check() error {
	bad := func(field, code, zh, en string, args ...any) error {
		return fault.Invalidf(code, zh, en, args...).In(fault.Place{Field: field})
	}
	if s.Year < minYear || s.Year > maxYear {
		return bad("year", "ledger.year", "预算年度须在%d至%d之间", "a budget year is from %d to %d", minYear, maxYear)
	}
	if !slices.Contains(Levels(), s.Level) {
		return bad("level", "ledger.level", "没有“%s”这一资金级次，应为中央、省、市、县之一", "there is no level %q", fault.Clip(string(s.Level)))
	}
	if !fits(s.Document, 1, maxDocument) {
		return bad("document", "ledger.document", "请填写指标文号，不超过%d个字", "give the document number, of at most %d characters", maxDocument)
	}
	if !fits(s.Title, 1, maxTitle) {
		return bad("title", "ledger.title", "请填写资金名称，不超过%d个字", "give the source a name of at most %d characters", maxTitle)
	}
	if n := len(s.Purposes); n == 0 || n > maxPurposes {
		return bad("purposes", "ledger.purposes", "专款专用：请指明用途，1至%d项", "name 1 to %d purposes: a source pays only its own", maxPurposes)
	}
	for i, p := range s.Purposes {
		if !fits(p, 1, maxID) || slices.Contains(s.Purposes[:i], p) {
			return bad("purposes", "ledger.purposes", "用途“%[2]s”无效或重复（共可列%[1]d项）", "the purpose %[2]q is invalid or named twice (of %[1]d at most)", maxPurposes, fault.Clip(p))
		}
	}
	for _, c := range []struct{ field, code string }{{"project", s.Project}, {"function", s.Function}, {"economy", s.Economy}, {"section", s.Section}} {
		if !code(c.code) {
			return bad(c.field, "ledger.classification", "项目代码和科目代码由字母和数字组成，不超过%d位", "codes have letters and digits, at most %d", maxCode)
		}
	}
	if !fits(s.Goal, 0, maxMemo) {
		return bad("goal", "ledger.title", "绩效目标不超过%d个字", "a goal has at most %d characters", maxMemo)
	}
	return nil
}

// fits tells whether s has from least to most characters, at its ends no blanks.
func fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && strings.TrimSpace(s) == s && utf8.ValidString(s)
}

// code tells whether s is "" or a code of a classification.
func code(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' {
			return false
		}
	}
	return len(s) <= maxCode
}
