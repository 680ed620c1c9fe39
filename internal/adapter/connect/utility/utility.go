// Package utility asks the companies for electricity, water and gas (水电气企业) with
// signed messages (RFC 9421): what was used and paid, month by month.
//
// Questions are addresses, answers XML; months are written 2021年3月, amounts in yuan.
package utility

import (
	"net/url"

	"changrong/internal/adapter/connect"
)

// Connector is the companies' protocol.
func Connector() *connect.Connector {
	fields := []connect.Field{
		{From: "SHXYDM", As: connect.Asked},
		{To: "month", From: "ZDNY", As: connect.Month},
		{To: "quantity", From: "YL", As: connect.Whole},
		{To: "billed_amount", From: "YJJE", As: connect.Yuan},
		{To: "paid_amount", From: "SJJE", As: connect.Yuan, Empty: true},
		{To: "days_late", From: "YQTS", As: connect.Whole, Empty: true},
	}
	return &connect.Connector{
		ID: "utility", Source: "公用事业数据服务", Scheme: connect.MessageScheme, Form: connect.XML,
		Envelope: connect.Envelope{
			Code: "result.code", Good: []string{"0"}, Unknown: []string{"404"}, Refused: []string{"403"}, Message: "result.message", Rows: "bills.bill",
		},
		Services: []connect.Service{
			{Dataset: "utility.electricity", Ask: asked("/bills/electricity"), Fields: fields},
			{Dataset: "utility.water", Ask: asked("/bills/water"), Fields: fields},
			{Dataset: "utility.gas", Ask: asked("/bills/gas"), Fields: fields},
		},
	}
}

func asked(path string) func(*connect.Ask) connect.Call {
	return func(a *connect.Ask) connect.Call {
		return connect.Get(path, url.Values{"shxydm": {a.USCC}, "qqbh": {a.ID}, "cxyt": {a.Purpose}, "cxyj": {a.Basis}, "sqbh": {a.Consent}})
	}
}
