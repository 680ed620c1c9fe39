// Package market asks the market regulation department (市场监督管理部门) through the gateway
// of IRS: registration (登记), penalties (行政处罚) and the list of abnormal operation
// (经营异常名录).
//
// Answers are JSON; days come with a time of day, the capital in 万元, and statuses as
// the department's numbers.
package market

import "changrong/internal/adapter/connect"

// Connector is the department's protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "market", Source: "浙江省市场主体数据库", Scheme: connect.GatewayScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "code", Good: []string{"00"}, Unknown: []string{"01"}, Refused: []string{"90", "91"}, Message: "msg", Rows: "datas", AsOf: "dataTime",
		},
		Services: []connect.Service{
			{Dataset: "market.licence", One: true, Ask: asked("/restapi/prod/IC33000020220601000201/djxx"), Fields: []connect.Field{
				{From: "uniscid", As: connect.Asked},
				{To: "name", From: "entname", As: connect.Text},
				{To: "kind", From: "enttype", As: connect.Codes(kinds)},
				{To: "status", From: "regstate", As: connect.Codes(statuses)},
				{To: "registered_on", From: "estdate", As: connect.Day},
				{To: "closed_on", From: "candate", As: connect.Day, Empty: true},
				{To: "capital", From: "regcap", As: connect.Wan, Empty: true},
				{To: "industry", From: "industryco", As: connect.Text, Empty: true},
				{To: "town", From: "towncode", As: connect.Text, Empty: true},
				{To: "address", From: "dom", As: connect.Text, Empty: true},
				{To: "owner_name", From: "lerep", As: connect.Text, Empty: true},
				{To: "owner_number", From: "lerepcerno", As: connect.Text, Empty: true},
				{To: "owner_phone", From: "lereptel", As: connect.Text, Empty: true},
			}},
			{Dataset: "market.penalty", Ask: asked("/restapi/prod/IC33000020220601000202/xzcf"), Fields: []connect.Field{
				{From: "uniscid", As: connect.Asked},
				{To: "document_no", From: "pendecno", As: connect.Text},
				{To: "kind", From: "illegacttype", As: connect.Text, Empty: true},
				{To: "fine", From: "penam", As: connect.Wan, Empty: true},
				{To: "decided_on", From: "pendecissdate", As: connect.Day},
				{To: "repaired_on", From: "repairdate", As: connect.Day, Empty: true},
			}},
			{Dataset: "market.abnormal", Ask: asked("/restapi/prod/IC33000020220601000203/jyyc"), Fields: []connect.Field{
				{From: "uniscid", As: connect.Asked},
				{To: "reason", From: "specause", As: connect.Text},
				{To: "listed_on", From: "abntime", As: connect.Day},
				{To: "removed_on", From: "remdate", As: connect.Day, Empty: true},
			}},
		},
	}
}

var (
	kinds    = map[string]string{"1": "enterprise", "2": "sole_trader", "3": "coop"}
	statuses = map[string]string{"1": "open", "2": "revoked", "3": "closed"} // 存续、吊销、注销
)

func asked(path string) func(*connect.Ask) connect.Call {
	return func(a *connect.Ask) connect.Call {
		return connect.PostNumbered(path, a.ID, map[string]any{"uniscid": a.USCC, "powerMatters": a.Purpose, "subPowerMatters": a.Basis, "authorization": a.Consent})
	}
}
