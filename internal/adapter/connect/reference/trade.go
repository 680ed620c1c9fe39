package reference

import (
	"changrong/internal/adapter/connect"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// procurement is the supervision system of government procurement, as package
// procurement asks it.
func procurement() *department {
	return &department{
		id: "procurement", zh: "政府采购监管部门（参考服务）", scheme: connect.NationalScheme, paged: true, good: "200", unknown: "4004", refused: "4003",
		ask: jsonQuestion("gystyshxydm", "cxyt", "cxyj", "sqbh"),
		envelope: func(r *reply) any {
			return row{"code": r.code, "message": r.message, "data": row{"total": r.total, "updateTime": r.today.String(), "list": r.list()}}
		},
		services: []service{
			{dataset: "procurement.award", path: "/zfcg/zbcj", rows: awards},
			{dataset: "procurement.contract", path: "/zfcg/cght", rows: contracts},
			{dataset: "procurement.account", path: "/zfcg/skzh", consent: true, rows: accounts},
		},
	}
}

// award is a tender that a firm has won; a contract follows a week later.
type award struct {
	no, project, buyer, buyerID string
	amount                      money.Fen
	on                          civil.Date
}

// won returns what a firm has won in three years: the same for all that ask.
func (x *file) won() (all []award) {
	x.deal("awards")
	if !x.has(80) {
		return nil
	}
	for i := range x.between(1, 8) {
		buyer, code := other("中学", x.between(1, 40))
		on := x.ago(10, 1000)
		if x.Full && i == 0 { // whose contract is under way
			on = x.ago(10, 150)
		}
		all = append(all, award{
			x.number("YSZB", i), []string{"办公家具采购", "校服采购", "照明改造", "食堂食材配送", "设备维护"}[x.between(0, 4)], buyer, code,
			money.Fen(x.between(5, 400)) * money.Wan / 2, on,
		})
	}
	return all
}

func awards(x *file) (rows []row) {
	for _, a := range x.won() {
		rows = append(rows, row{
			"gystyshxydm": x.USCC, "zbbh": a.no, "cgxmmc": a.project, "cgrmc": a.buyer, "cgrtyshxydm": a.buyerID, "zbje": wan(a.amount), "ggrq": a.on.String(),
		})
	}
	return rows
}

// contract is what came of an award.
type contract struct {
	award
	number   string
	signed   civil.Date
	due      civil.Date
	paid     money.Fen
	state    string
	unfinish bool
}

func (x *file) signed() (all []contract) {
	for i, a := range x.won() {
		c := contract{award: a, number: x.number("YSHT", i), signed: min(a.on+7, x.today), due: a.on + 187, state: "履行中", unfinish: true}
		switch age := x.today - c.signed; {
		case age > 400:
			c.state, c.paid, c.unfinish = "已付清", a.amount, false
		case age > 200:
			c.state, c.paid = "已验收", a.amount*8/10
		default:
			c.paid = a.amount * 3 / 10
		}
		all = append(all, c)
	}
	return all
}

func contracts(x *file) (rows []row) {
	for _, c := range x.signed() {
		rows = append(rows, row{
			"gystyshxydm": x.USCC, "htbh": c.number, "zbbh": c.no, "cgxmmc": c.project, "cgrmc": c.buyer, "htje": wan(c.amount), "yzfje": wan(c.paid),
			"qdrq": c.signed.String(), "lxqx": c.due.String(), "htzt": c.state,
		})
	}
	return rows
}

func accounts(x *file) (rows []row) {
	for _, c := range x.signed() {
		if !c.unfinish {
			continue
		}
		x.deal("account " + c.number)
		bank, code := other("银行", x.between(1, 9))
		locked := x.between(1, 2) == 1
		on := any(nil)
		if locked {
			on = min(c.signed+20, x.today).String()
		}
		rows = append(rows, row{
			"gystyshxydm": x.USCC, "htbh": c.number, "skzh": "000000" + string(whole(x.between(1_000_000, 9_999_999))), "khyh": bank, "khyhtyshxydm": code,
			"sfsd": yesNo(locked), "sdrq": on, "jsrq": nil,
		})
	}
	return rows
}

// receivable is the receivables financing platform, as package receivable asks it.
func receivable() *department {
	return &department{
		id: "receivable", zh: "应收账款融资服务平台（参考服务）", scheme: connect.MessageScheme, paged: true,
		good: "SUCCESS", unknown: "CREDITOR_NOT_FOUND", refused: "NOT_AUTHORIZED",
		ask: queryQuestion("creditorUscc", "purpose", "basis", "consentNo"),
		envelope: func(r *reply) any {
			return row{"resultCode": r.code, "resultMessage": r.message, "totalCount": r.total, "asOf": r.today.String(), "records": r.list()}
		},
		services: []service{{dataset: "receivable.confirmed", path: "/api/v1/receivables/confirmed", consent: true, rows: receivables}},
	}
}

func receivables(x *file) (rows []row) {
	if !x.has(100) {
		return nil
	}
	for i := range x.between(1, 6) {
		debtor, code := other("装备有限公司", x.between(100, 160))
		amount := money.Fen(x.between(4, 300)) * money.Wan / 3 / money.Yuan * money.Yuan
		financed := x.between(1, 3) == 1
		registered := any("")
		if financed {
			registered = x.number("DCDJ", i)
		}
		on := x.ago(5, 200)
		rows = append(rows, row{
			"creditorUscc": x.USCC, "receivableNo": x.number("YSZK", i), "debtorName": debtor, "debtorUscc": code, "amount": yuan(amount),
			"outstanding": yuan(amount * money.Fen(x.between(5, 10)) / 10), "confirmDate": on.String(), "dueDate": (on + civil.Date(x.between(60, 300))).String(),
			"financed": financed, "registrationNo": registered,
		})
	}
	return rows
}

// trademark is the trademark register, as package trademark asks it.
func trademark() *department {
	return &department{
		id: "trademark", zh: "商标登记机关（参考服务）", scheme: connect.NationalScheme, xml: true, gb: true, paged: true,
		good: "0000", unknown: "1001", refused: "2001", ask: xmlQuestion,
		envelope: func(r *reply) any {
			return row{
				"HEAD": row{"FHDM": r.code, "FHXX": r.message, "JLZS": whole(r.total), "SJRQ": padded(r.today)},
				"DATA": row{"RECORD": r.rows},
			}
		},
		services: []service{{dataset: "trademark.pledge", path: "/sbzq/cx", rows: marks}},
	}
}

func marks(x *file) (rows []row) {
	if !x.has(150) {
		return nil
	}
	for i := range x.between(1, 3) {
		granted := x.ago(100, 3000)
		r := row{
			"ZCRDM": x.USCC, "ZCH": string(whole(x.between(10_000_000, 69_999_999))), "SBMC": []string{"演示之光", "演山", "演海牌", "演𠮷"}[x.between(0, 3)],
			"GJFL": whole(x.between(1, 45)), "ZYQJZRQ": padded(granted + 3652), "ZQDJZH": nil, "ZQR": nil, "DBZQSE": nil, "ZQDJRQ": nil, "ZQZXRQ": nil,
		}
		if x.has(300) {
			pledged := min(granted+90, x.today)
			bank, _ := other("银行", x.between(1, 9))
			r["ZQDJZH"], r["ZQR"], r["DBZQSE"] = x.number("ZQ", i), bank, wan(money.Fen(x.between(10, 100))*10*money.Wan)
			r["ZQDJRQ"], r["ZQZXRQ"] = padded(pledged), padded(x.later(pledged, 1100))
		}
		rows = append(rows, r)
	}
	return rows
}
