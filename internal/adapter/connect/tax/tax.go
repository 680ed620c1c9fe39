// Package tax asks the tax authority (税务部门) through the gateway of IRS: what was filed
// and paid, the credit grade (纳税信用级别), invoices by month, and arrears.
//
// Answers are JSON; days are written 20210305, months 202103, amounts in yuan as
// numbers.
package tax

import "changrong/internal/adapter/connect"

// Connector is the authority's protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "tax", Source: "金税系统数据共享接口", Scheme: connect.GatewayScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "Response.returnCode", Good: []string{"00000000"}, Unknown: []string{"10100001"}, Refused: []string{"10200001", "10200002"},
			Message: "Response.returnMsg", Rows: "Response.data", AsOf: "Response.sjrq",
		},
		Services: []connect.Service{
			{Dataset: "tax.filing", One: true, Ask: asked("/restapi/prod/IC33000020220601000301/nssb"), Fields: []connect.Field{
				{From: "nsrsbh", As: connect.Asked},
				{To: "registered_on", From: "djrq", As: connect.Day, Empty: true},
				{To: "taxpayer_kind", From: "nsrlx", As: connect.Codes(taxpayers), Empty: true},
				{To: "months_filed", From: "aqsbys", As: connect.Whole, Empty: true},
				{To: "months_paid", From: "lxnsys", As: connect.Whole, Empty: true},
				{To: "last_filed_month", From: "zjsbssq", As: connect.Month, Empty: true},
				{To: "sales_12m", From: "j12gyxssr", As: connect.Yuan, Empty: true},
				{To: "sales_last_year", From: "sndxssr", As: connect.Yuan, Empty: true},
				{To: "tax_paid_12m", From: "j12gysjse", As: connect.Yuan, Empty: true},
				{To: "tax_paid_last_year", From: "sndsjse", As: connect.Yuan, Empty: true},
			}},
			{Dataset: "tax.grade", One: true, Ask: asked("/restapi/prod/IC33000020220601000302/nsxyjb"), Fields: []connect.Field{
				{From: "nsrsbh", As: connect.Asked},
				{To: "grade", From: "pjjg", As: connect.Codes(grades)},
				{To: "year", From: "pjnd", As: connect.Whole},
				{To: "score", From: "pjdf", As: connect.Whole, Empty: true},
			}},
			{Dataset: "tax.invoices", Ask: asked("/restapi/prod/IC33000020220601000303/fphz"), Fields: []connect.Field{
				{From: "nsrsbh", As: connect.Asked},
				{To: "month", From: "kpyf", As: connect.Month},
				{To: "issued_amount", From: "kpje", As: connect.Yuan},
				{To: "issued_count", From: "kpfs", As: connect.Whole},
				{To: "voided_amount", From: "zfhcje", As: connect.Yuan, Empty: true},
				{To: "received_amount", From: "jxje", As: connect.Yuan, Empty: true},
				{To: "buyers", From: "gfhs", As: connect.Whole, Empty: true},
			}},
			{Dataset: "tax.arrears", Ask: asked("/restapi/prod/IC33000020220601000304/qsxx"), Fields: []connect.Field{
				{From: "nsrsbh", As: connect.Asked},
				{To: "tax", From: "qssz", As: connect.Text},
				{To: "amount", From: "qsye", As: connect.Yuan},
				{To: "announced_on", From: "ggrq", As: connect.Day},
				{To: "cleared_on", From: "qjrq", As: connect.Day, Empty: true},
			}},
		},
	}
}

var (
	taxpayers = map[string]string{"一般纳税人": "general", "小规模纳税人": "small"}
	grades    = map[string]string{"A": "A", "B": "B", "M": "M", "C": "C", "D": "D"}
)

func asked(path string) func(*connect.Ask) connect.Call {
	return func(a *connect.Ask) connect.Call {
		return connect.PostNumbered(path, a.ID, map[string]any{"nsrsbh": a.USCC, "cxyt": a.Purpose, "cxyj": a.Basis, "sqsbh": a.Consent})
	}
}
