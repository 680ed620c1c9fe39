// Package procurement asks the supervision system of government procurement (政府采购)
// through the national exchange platform: awards, contracts, and the accounts that
// contracts are paid into.
//
// Answers are JSON in pages; amounts are in 万元.
package procurement

import "changrong/internal/adapter/connect"

// Connector is the system's protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "procurement", Source: "政府采购监管系统", Scheme: connect.NationalScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "code", Good: []string{"200"}, Unknown: []string{"4004"}, Refused: []string{"4001", "4003"}, Message: "message",
			Rows: "data.list", Total: "data.total", AsOf: "data.updateTime",
		},
		Services: []connect.Service{
			{Dataset: "procurement.award", Ask: asked("/zfcg/zbcj"), Fields: []connect.Field{
				{From: "gystyshxydm", As: connect.Asked},
				{To: "award_no", From: "zbbh", As: connect.Text},
				{To: "project", From: "cgxmmc", As: connect.Text},
				{To: "buyer", From: "cgrmc", As: connect.Text},
				{To: "buyer_id", From: "cgrtyshxydm", As: connect.USCC, Empty: true},
				{To: "amount", From: "zbje", As: connect.Wan},
				{To: "announced_on", From: "ggrq", As: connect.Day},
			}},
			{Dataset: "procurement.contract", Ask: asked("/zfcg/cght"), Fields: []connect.Field{
				{From: "gystyshxydm", As: connect.Asked},
				{To: "contract_no", From: "htbh", As: connect.Text},
				{To: "award_no", From: "zbbh", As: connect.Text, Empty: true},
				{To: "project", From: "cgxmmc", As: connect.Text},
				{To: "buyer", From: "cgrmc", As: connect.Text},
				{To: "amount", From: "htje", As: connect.Wan},
				{To: "paid_amount", From: "yzfje", As: connect.Wan, Empty: true},
				{To: "signed_on", From: "qdrq", As: connect.Day},
				{To: "due_on", From: "lxqx", As: connect.Day, Empty: true},
				{To: "status", From: "htzt", As: connect.Codes(statuses)},
			}},
			{Dataset: "procurement.account", Ask: asked("/zfcg/skzh"), Fields: []connect.Field{
				{From: "gystyshxydm", As: connect.Asked},
				{To: "contract_no", From: "htbh", As: connect.Text},
				{To: "account", From: "skzh", As: connect.Text},
				{To: "bank", From: "khyh", As: connect.Text},
				{To: "bank_id", From: "khyhtyshxydm", As: connect.USCC, Empty: true},
				{To: "locked", From: "sfsd", As: connect.YesNo},
				{To: "locked_on", From: "sdrq", As: connect.Day, Empty: true},
				{To: "released_on", From: "jsrq", As: connect.Day, Empty: true},
			}},
		},
	}
}

var statuses = map[string]string{"履行中": "performing", "已验收": "accepted", "已付清": "settled", "已终止": "ended"}

func asked(path string) func(*connect.Ask) connect.Call {
	return func(a *connect.Ask) connect.Call {
		return connect.Post(path, map[string]any{
			"requestId": a.ID, "gystyshxydm": a.USCC, "pageNum": a.Page, "pageSize": a.Size, "cxyt": a.Purpose, "cxyj": a.Basis, "sqbh": a.Consent,
		})
	}
}
