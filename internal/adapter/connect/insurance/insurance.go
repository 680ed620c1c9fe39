// Package insurance asks the social insurance agency (社会保险经办机构) through the gateway
// of IRS: how many people are insured month by month, and what is owed.
//
// Answers are JSON in pages; months are written 202103; the day an answer stands for is
// its Last-Modified.
package insurance

import "changrong/internal/adapter/connect"

// Connector is the agency's protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "insurance", Source: "社会保险公共服务平台", Scheme: connect.GatewayScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "code", Good: []string{"200"}, Unknown: []string{"40401"}, Refused: []string{"40301"}, Message: "msg", Rows: "data.rows", Total: "data.total",
		},
		Services: []connect.Service{
			{Dataset: "insurance.headcount", Ask: asked("/restapi/prod/IC33000020220601000101/cbrs"), Fields: []connect.Field{
				{From: "TYSHXYDM", As: connect.Asked},
				{To: "month", From: "FKSSQ", As: connect.Month},
				{To: "insured", From: "CBRS", As: connect.Whole},
				{To: "paid_amount", From: "SJJE", As: connect.Yuan, Empty: true},
			}},
			{Dataset: "insurance.arrears", Ask: asked("/restapi/prod/IC33000020220601000102/qfxx"), Fields: []connect.Field{
				{From: "TYSHXYDM", As: connect.Asked},
				{To: "owing", From: "SFQF", As: connect.YesNo},
				{To: "amount", From: "QFJE", As: connect.Yuan, Empty: true},
				{To: "since_month", From: "QFQSNY", As: connect.Month, Empty: true},
			}},
		},
	}
}

func asked(path string) func(*connect.Ask) connect.Call {
	return func(a *connect.Ask) connect.Call {
		return connect.PostNumbered(path, a.ID, map[string]any{
			"tyshxydm": a.USCC, "pageNum": a.Page, "pageSize": a.Size, "purpose": a.Purpose, "basis": a.Basis, "authNo": a.Consent,
		})
	}
}
