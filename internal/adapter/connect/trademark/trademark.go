// Package trademark asks the trademark register (商标登记) through the national exchange
// platform: a firm's marks, and the pledges on them (质权登记).
//
// Questions and answers are XML, answers in GB 18030; days are written 2021年03月05日,
// amounts in 万元.
package trademark

import (
	"strconv"

	"changrong/internal/adapter/connect"
)

// Connector is the register's protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "trademark", Source: "商标注册与质权登记系统", Scheme: connect.NationalScheme, Form: connect.XML,
		Envelope: connect.Envelope{
			Code: "HEAD.FHDM", Good: []string{"0000"}, Unknown: []string{"1001"}, Refused: []string{"2001"}, Message: "HEAD.FHXX",
			Rows: "DATA.RECORD", Total: "HEAD.JLZS", AsOf: "HEAD.SJRQ",
		},
		Services: []connect.Service{
			{Dataset: "trademark.pledge", Ask: ask, Fields: []connect.Field{
				{From: "ZCRDM", As: connect.Asked},
				{To: "registration_no", From: "ZCH", As: connect.Text},
				{To: "mark", From: "SBMC", As: connect.Text, Empty: true},
				{To: "class", From: "GJFL", As: connect.Whole},
				{To: "expires_on", From: "ZYQJZRQ", As: connect.Day},
				{To: "pledge_no", From: "ZQDJZH", As: connect.Text, Empty: true},
				{To: "pledgee", From: "ZQR", As: connect.Text, Empty: true},
				{To: "secured_amount", From: "DBZQSE", As: connect.Wan, Empty: true},
				{To: "pledged_on", From: "ZQDJRQ", As: connect.Day, Empty: true},
				{To: "released_on", From: "ZQZXRQ", As: connect.Day, Empty: true},
			}},
		},
	}
}

func ask(a *connect.Ask) connect.Call {
	return connect.PostXML("/sbzq/cx", "PACKAGE", [2]string{"QQBH", a.ID}, [2]string{"ZCRDM", a.USCC}, [2]string{"YH", strconv.Itoa(a.Page)},
		[2]string{"MYTS", strconv.Itoa(a.Size)}, [2]string{"CXYT", a.Purpose}, [2]string{"CXYJ", a.Basis}, [2]string{"SQBH", a.Consent})
}
