package party

import (
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/mask"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// The standings of a firm in the registry (登记状态).
const (
	Open    = "open"    // 存续、在业
	Closed  = "closed"  // 注销
	Revoked = "revoked" // 吊销
)

// SoleTrader is the kind of a firm that is one person's (个体工商户): its data are
// personal data of the owner (个人信息保护法).
const SoleTrader = "sole_trader"

// Firm is one row of the registry of firms (企业登记库), as the market regulation
// department keeps it.
type Firm struct {
	USCC         string     `json:"uscc"`
	Name         string     `json:"name"`
	Kind         string     `json:"kind" enum:"enterprise,sole_trader,coop"`
	Status       string     `json:"status" enum:"open,closed,revoked"`
	ClosedOn     civil.Date `json:"closed_on" doc:"empty where the firm is open"`
	Industry     string     `json:"industry" doc:"GB/T 4754; empty where it is not known"`
	Town         string     `json:"town" doc:"empty where it is not known"`
	Size         string     `json:"size" doc:"empty where it is not known"`
	RegisteredOn civil.Date `json:"registered_on" doc:"empty where it is not known"`
	Capital      money.Fen  `json:"registered_capital_fen" doc:"0 where it is not known"`
	Person       mask.Name  `json:"legal_representative" doc:"masked"`
	AsOf         civil.Date `json:"as_of" doc:"the day as of which the registry said so"`
	Source       string     `json:"source" doc:"who said so"`
}

// Register is the table of a file of the registry (企业登记库): what it has in common
// with the facts is as it is there.
var Register = register()

func register() *fact.Table {
	firms := fact.Lookup("enterprises")
	t := &fact.Table{Name: "firms", Row: "firm", Zh: "企业登记库", En: "registry of firms", Key: []string{"uscc"}}
	for _, name := range []string{"enterprise_id", "name", "kind", "industry", "town", "size"} {
		t.Columns = append(t.Columns, *firms.Column(name))
	}
	code := &t.Columns[0]
	code.Name, code.Zh, code.En = "uscc", "统一社会信用代码", "USCC"
	t.Column("name").Zh = "企业名称"
	own := []fact.Column{
		{Name: "status", Type: fact.Code, Required: true, Zh: "登记状态", En: "status", Codes: []fact.Value{
			{Code: Open, Zh: "存续", En: "open"}, {Code: Closed, Zh: "注销", En: "closed"}, {Code: Revoked, Zh: "吊销", En: "revoked"},
		}},
		{Name: "closed_on", Type: fact.Date, None: true, Zh: "注销吊销日期", En: "closed on"},
		{Name: "registered_on", Type: fact.Date, None: true, Zh: "成立日期", En: "registered on"},
		{Name: "registered_capital", Type: fact.Fen, Zh: "注册资本", En: "registered capital"},
		{Name: "legal_representative", Type: fact.Text, Zh: "法定代表人", En: "legal representative"},
	}
	t.Columns = append(t.Columns, own...)
	return t
}

// provinces begin the names of firms, with or without 省.
var provinces = []string{
	"北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南",
	"重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "中国",
}

// Core returns of a firm's name what tells it from others of its place: without the
// province, city, county and town that it begins with. 浙江省台州市临海市宏达机械厂 is
// 宏达机械厂. What is a place by its name alone stays: 临海宏达机械厂.
func Core(name string) string {
	name = strings.TrimSpace(name)
	for _, p := range provinces {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" && !strings.HasPrefix(rest, "市") {
			name = strings.TrimPrefix(rest, "省")
			break
		}
	}
	for range 4 {
		rest, ok := withoutPlace(name)
		if !ok {
			break
		}
		name = rest
	}
	return name
}

// withoutPlace cuts a name of a place of two to four characters and its kind.
func withoutPlace(name string) (rest string, ok bool) {
	at, n := 0, 0
	for i, r := range name {
		n++
		if n > 5 {
			return name, false
		}
		if n > 1 && strings.ContainsRune("省市县区镇", r) {
			at = i + utf8.RuneLen(r)
			break
		}
	}
	if at == 0 || n == 2 && len(name) == at {
		return name, false
	}
	return name[at:], true
}
