// Package court asks the courts (人民法院) through the national exchange platform: the
// list of dishonest judgment debtors (失信被执行人), enforcement (被执行) and cases (涉诉).
//
// Answers are JSON, all rows in one; days are written 2021年3月5日, amounts in yuan with
// separators.
package court

import "changrong/internal/adapter/connect"

// Connector is the courts' protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "court", Source: "人民法院执行信息系统", Scheme: connect.NationalScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "fhzt", Good: []string{"1"}, Unknown: []string{"2"}, Refused: []string{"3", "4"}, Message: "fhxx", Rows: "jgj", AsOf: "sjrq",
		},
		Services: []connect.Service{
			{Dataset: "court.dishonesty", Ask: asked("/fysx/sxbzxr"), Fields: []connect.Field{
				{From: "tyshxydm", As: connect.Asked},
				{To: "case_no", From: "zxah", As: connect.Text},
				{To: "court", From: "zxfy", As: connect.Text},
				{To: "conduct", From: "sxxwqx", As: connect.Text, Empty: true},
				{To: "published_on", From: "fbrq", As: connect.Day},
				{To: "removed_on", From: "cxrq", As: connect.Day, Empty: true},
			}},
			{Dataset: "court.enforcement", Ask: asked("/fysx/bzxr"), Fields: []connect.Field{
				{From: "tyshxydm", As: connect.Asked},
				{To: "case_no", From: "zxah", As: connect.Text},
				{To: "court", From: "zxfy", As: connect.Text},
				{To: "amount", From: "zxbd", As: connect.Yuan, Empty: true},
				{To: "filed_on", From: "larq", As: connect.Day},
				{To: "closed_on", From: "jarq", As: connect.Day, Empty: true},
			}},
			{Dataset: "court.cases", Ask: asked("/fysx/ssaj"), Fields: []connect.Field{
				{From: "tyshxydm", As: connect.Asked},
				{To: "case_no", From: "ah", As: connect.Text},
				{To: "court", From: "slfy", As: connect.Text},
				{To: "cause", From: "ay", As: connect.Text, Empty: true},
				{To: "role", From: "ssdw", As: connect.Codes(roles)},
				{To: "amount", From: "ssbd", As: connect.Yuan, Empty: true},
				{To: "filed_on", From: "larq", As: connect.Day},
				{To: "closed_on", From: "jarq", As: connect.Day, Empty: true},
			}},
		},
	}
}

var roles = map[string]string{"原告": "plaintiff", "被告": "defendant", "第三人": "third_party"}

// asked asks for a firm. The platform wants to know for what (cxsy) and on whose leave
// (sqbh).
func asked(path string) func(*connect.Ask) connect.Call {
	return func(a *connect.Ask) connect.Call {
		return connect.Post(path, map[string]any{"qqbh": a.ID, "tyshxydm": a.USCC, "cxsy": a.Purpose, "cxyj": a.Basis, "sqbh": a.Consent})
	}
}
