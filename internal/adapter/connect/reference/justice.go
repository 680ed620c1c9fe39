package reference

import (
	"changrong/internal/adapter/connect"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// court is the courts, as package court asks them.
func court() *department {
	return &department{
		id: "court", zh: "人民法院（参考服务）", scheme: connect.NationalScheme, good: "1", unknown: "2", refused: "3",
		ask: jsonQuestion("tyshxydm", "cxsy", "cxyj", "sqbh"),
		envelope: func(r *reply) any {
			return row{"fhzt": r.code, "fhxx": r.message, "sjrq": spelt(r.today), "jgj": r.list()}
		},
		services: []service{
			{dataset: "court.dishonesty", path: "/fysx/sxbzxr", rows: dishonesty},
			{dataset: "court.enforcement", path: "/fysx/bzxr", consent: true, rows: enforcement},
			{dataset: "court.cases", path: "/fysx/ssaj", consent: true, rows: cases},
		},
	}
}

const courtName = "演示县人民法院"

func dishonesty(x *file) (rows []row) {
	if !x.has(10) {
		return nil
	}
	for i := range x.between(1, 2) {
		on := x.ago(200, 900)
		rows = append(rows, row{
			"tyshxydm": x.USCC, "zxah": x.number("（演示）执失", i) + "号", "zxfy": courtName, "sxxwqx": "有履行能力而拒不履行生效法律文书确定义务",
			"fbrq": spelt(on), "cxrq": orNull(spelt(x.later(on, 60+i*400))),
		})
	}
	return rows
}

func enforcement(x *file) (rows []row) {
	if !x.has(30) {
		return nil
	}
	for i := range x.between(1, 3) {
		on := x.ago(20, 900)
		rows = append(rows, row{
			"tyshxydm": x.USCC, "zxah": x.number("（演示）执", i) + "号", "zxfy": courtName,
			"zxbd": separated(money.Fen(x.between(2, 300)) * money.Wan), "larq": spelt(on), "jarq": orNull(spelt(x.later(on, x.between(30, 500)))),
		})
	}
	return rows
}

func cases(x *file) (rows []row) {
	if !x.has(120) {
		return nil
	}
	for i := range x.between(1, 5) {
		on := x.ago(20, 1500)
		rows = append(rows, row{
			"tyshxydm": x.USCC, "ah": x.number("（演示）民初", i) + "号", "slfy": courtName,
			"ay":   []string{"买卖合同纠纷", "承揽合同纠纷", "劳动争议", "金融借款合同纠纷"}[x.between(0, 3)],
			"ssdw": []string{"原告", "被告", "被告", "第三人"}[x.between(0, 3)], "ssbd": separated(money.Fen(x.between(1, 200)) * money.Wan),
			"larq": spelt(on), "jarq": orNull(spelt(x.later(on, x.between(60, 400)))),
		})
	}
	return rows
}

// market is the market regulation department, as package market asks it.
func market() *department {
	return &department{
		id: "market", zh: "市场监督管理部门（参考服务）", scheme: connect.GatewayScheme, good: "00", unknown: "01", refused: "90",
		ask: jsonQuestion("uniscid", "powerMatters", "subPowerMatters", "authorization"),
		envelope: func(r *reply) any {
			return row{"code": r.code, "msg": r.message, "dataTime": r.today.String() + " 03:00:00", "datas": r.list(), "requestId": ""}
		},
		services: []service{
			{dataset: "market.licence", path: "/restapi/prod/IC33000020220601000201/djxx", one: true, rows: licence},
			{dataset: "market.penalty", path: "/restapi/prod/IC33000020220601000202/xzcf", rows: penalty},
			{dataset: "market.abnormal", path: "/restapi/prod/IC33000020220601000203/jyyc", rows: abnormal},
		},
	}
}

// givens make people's names that are nobody's: all are called 演.
var givens = []string{"一", "小二", "三", "小四", "五", "小六", "七", "小八", "九", "小十"}

// Registered is what the market regulation department has registered of a firm.
type Registered struct {
	Status  string // open, closed
	Founded civil.Date
	Closed  civil.Date // civil.Never of one that is open
	Capital money.Fen
	Address string
	Person  string // legal representative or owner; nobody's name
	number  string
	phone   string
}

// Registered returns what the market regulation department has registered of f.
func (s *Server) Registered(f *Firm) Registered { return s.open(f, "market.licence").registered() }

func (x *file) registered() Registered {
	r := Registered{Status: "open", Founded: x.ago(6*365, 16*365), Closed: civil.Never}
	if x.between(1, 1000) <= 25 && !x.Full {
		r.Status, r.Closed = "closed", x.ago(30, 1500)
	}
	r.Capital = money.Fen(x.between(1, 40)*50) * money.Wan
	if x.Kind == "sole_trader" {
		r.Capital = money.Fen(x.between(1, 20)) * money.Wan
	}
	r.Address, r.Person = "演示市演示路"+string(whole(x.between(1, 999)))+"号", "演"+givens[x.between(0, 9)]
	r.number = "0000001980010" + string(whole(x.between(1, 9))) + string(whole(x.between(1000, 9999)))
	r.phone = "000-0000" + string(whole(x.between(1000, 9999)))
	return r
}

func licence(x *file) []row {
	r := x.registered()
	return []row{{
		"uniscid": x.USCC, "entname": x.Name, "enttype": map[string]string{"enterprise": "1", "sole_trader": "2", "coop": "3"}[x.Kind],
		"regstate": map[string]string{"open": "1", "closed": "3"}[r.Status], "estdate": stamp(r.Founded), "candate": stamp(r.Closed), "regcap": wan(r.Capital),
		"industryco": orNull(x.Industry), "towncode": orNull(x.Town), "dom": r.Address, "lerep": r.Person, "lerepcerno": r.number, "lereptel": r.phone,
	}}
}

func penalty(x *file) (rows []row) {
	if !x.has(50) {
		return nil
	}
	for i := range x.between(1, 2) {
		on := x.ago(60, 1000)
		rows = append(rows, row{
			"uniscid": x.USCC, "pendecno": x.number("演市监处罚", i) + "号", "illegacttype": []string{"虚假宣传", "产品质量", "计量", "广告"}[x.between(0, 3)],
			"penam": wan(money.Fen(x.between(1, 200)) * 1000 * money.Yuan), "pendecissdate": stamp(on), "repairdate": stamp(x.later(on, x.between(180, 500))),
		})
	}
	return rows
}

func abnormal(x *file) []row {
	if !x.has(30) {
		return nil
	}
	on := x.ago(100, 900)
	return []row{{"uniscid": x.USCC, "specause": "未按规定期限公示年度报告", "abntime": stamp(on), "remdate": stamp(x.later(on, x.between(20, 300)))}}
}
