package reference

import (
	"changrong/internal/adapter/connect"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// tax is the tax authority, as package tax asks it.
func tax() *department {
	return &department{
		id: "tax", zh: "税务部门（参考服务）", scheme: connect.GatewayScheme, good: "00000000", unknown: "10100001", refused: "10200001",
		ask: jsonQuestion("nsrsbh", "cxyt", "cxyj", "sqsbh"),
		envelope: func(r *reply) any {
			return row{"Response": row{"returnCode": r.code, "returnMsg": r.message, "sjrq": compact(r.today), "data": r.list()}}
		},
		services: []service{
			{dataset: "tax.filing", path: "/restapi/prod/IC33000020220601000301/nssb", consent: true, one: true, rows: filing},
			{dataset: "tax.grade", path: "/restapi/prod/IC33000020220601000302/nsxyjb", consent: true, one: true, rows: grade},
			{dataset: "tax.invoices", path: "/restapi/prod/IC33000020220601000303/fphz", consent: true, rows: invoices},
			{dataset: "tax.arrears", path: "/restapi/prod/IC33000020220601000304/qsxx", rows: arrears},
		},
	}
}

// taxShare is what of a hundred yuan sold goes to taxes.
const taxShare = 3

func filing(x *file) []row {
	months := x.months(12)
	var sales money.Fen
	for _, m := range months {
		sales += x.sales(m)
	}
	y, _, _ := x.today.YMD()
	var before money.Fen
	for m := 1; m <= 12; m++ {
		month, _ := civil.MonthOf(y-1, m)
		before += x.sales(month)
	}
	paid, filed := x.between(12, 60), 12
	if x.between(1, 100) <= 12 && !x.Full {
		paid, filed = x.between(0, 11), x.between(6, 11)
	}
	kind := "一般纳税人"
	if sales < 500*money.Wan {
		kind = "小规模纳税人"
	}
	return []row{{
		"nsrsbh": x.USCC, "djrq": compact(x.ago(6*365, 15*365)), "nsrlx": kind, "aqsbys": whole(filed), "lxnsys": whole(paid),
		"zjsbssq": compactMonth(months[11]), "j12gyxssr": yuanNumber(sales), "sndxssr": yuanNumber(before), "j12gysjse": yuanNumber(sales * taxShare / 100),
		"sndsjse": yuanNumber(before * taxShare / 100),
	}}
}

func grade(x *file) []row {
	y, _, _ := x.today.YMD()
	g, score := "B", x.between(70, 89)
	switch n := x.between(1, 100); {
	case n <= 20 || x.Full:
		g, score = "A", x.between(90, 100)
	case n <= 30:
		g, score = "M", x.between(70, 89)
	case n <= 40:
		g, score = "C", x.between(40, 69)
	case n <= 45:
		g, score = "D", x.between(0, 39)
	}
	return []row{{"nsrsbh": x.USCC, "pjjg": g, "pjnd": whole(y - 1), "pjdf": whole(score)}}
}

func invoices(x *file) (rows []row) {
	for _, m := range x.months(24) {
		issued := x.sales(m)
		rows = append(rows, row{
			"nsrsbh": x.USCC, "kpyf": compactMonth(m), "kpje": yuanNumber(issued), "kpfs": whole(x.between(3, 90)),
			"zfhcje": yuanNumber(issued * money.Fen(x.between(0, 5)) / 100), "jxje": yuanNumber(issued * money.Fen(x.between(50, 85)) / 100), "gfhs": whole(x.between(1, 40)),
		})
	}
	return rows
}

func arrears(x *file) []row {
	if !x.has(30) {
		return nil
	}
	on := x.ago(60, 400)
	return []row{{
		"nsrsbh": x.USCC, "qssz": []string{"增值税", "企业所得税"}[x.between(0, 1)], "qsye": yuanNumber(money.Fen(x.between(3, 300)) * 1000 * money.Yuan),
		"ggrq": compact(on), "qjrq": orNull(compact(x.later(on, x.between(20, 300)))),
	}}
}

// insurance is the social insurance agency, as package insurance asks it.
func insurance() *department {
	return &department{
		id: "insurance", zh: "社会保险经办机构（参考服务）", scheme: connect.GatewayScheme, paged: true, modified: true, good: "200", unknown: "40401", refused: "40301",
		ask: jsonQuestion("tyshxydm", "purpose", "basis", "authNo"),
		envelope: func(r *reply) any {
			return row{"code": r.code, "msg": r.message, "data": row{"total": r.total, "rows": r.list()}}
		},
		services: []service{
			{dataset: "insurance.headcount", path: "/restapi/prod/IC33000020220601000101/cbrs", consent: true, rows: headcount},
			{dataset: "insurance.arrears", path: "/restapi/prod/IC33000020220601000102/qfxx", consent: true, rows: owing},
		},
	}
}

func headcount(x *file) (rows []row) {
	for _, m := range x.months(24) {
		n := max(1, x.people()*x.between(92, 105)/100)
		rows = append(rows, row{"TYSHXYDM": x.USCC, "FKSSQ": compactMonth(m), "CBRS": whole(n), "SJJE": yuan(money.Fen(n*x.between(1050, 1250)) * money.Yuan)})
	}
	return rows
}

func owing(x *file) []row {
	if x.between(1, 1000) > 40 || x.Full {
		return []row{{"TYSHXYDM": x.USCC, "SFQF": "否", "QFJE": "0.00", "QFQSNY": ""}}
	}
	months := x.months(6)
	return []row{{"TYSHXYDM": x.USCC, "SFQF": "是", "QFJE": yuan(money.Fen(x.people()*x.between(1000, 4000)) * money.Yuan), "QFQSNY": compactMonth(months[x.between(0, 5)])}}
}

// utility is the companies for electricity, water and gas, as package utility asks
// them.
func utility() *department {
	return &department{
		id: "utility", zh: "水电气企业（参考服务）", scheme: connect.MessageScheme, xml: true, modified: true, good: "0", unknown: "404", refused: "403",
		ask: queryQuestion("shxydm", "cxyt", "cxyj", "sqbh"),
		envelope: func(r *reply) any {
			return row{"result": row{"code": r.code, "message": r.message}, "bills": row{"bill": r.rows}}
		},
		services: []service{
			{dataset: "utility.electricity", path: "/bills/electricity", consent: true, rows: bills(1000, 900, 75)},
			{dataset: "utility.water", path: "/bills/water", consent: true, rows: bills(900, 12, 550)},
			{dataset: "utility.gas", path: "/bills/gas", consent: true, rows: bills(300, 60, 380)},
		},
	}
}

// bills are those of firms that have a meter (so many in a thousand): so much used a
// head, at a price in fen.
func bills(perThousand, aHead, price int) func(*file) []row {
	return func(x *file) (rows []row) {
		if !x.has(perThousand) {
			return nil
		}
		for _, m := range x.months(24) {
			used := x.people() * aHead * x.between(60, 140) / 100
			billed := money.Fen(used * price)
			late := 0
			if x.between(1, 20) == 1 {
				late = x.between(1, 40)
			}
			rows = append(rows, row{
				"SHXYDM": x.USCC, "ZDNY": speltMonth(m), "YL": whole(used), "YJJE": yuan(billed), "SJJE": yuan(billed), "YQTS": whole(late),
			})
		}
		return rows
	}
}
