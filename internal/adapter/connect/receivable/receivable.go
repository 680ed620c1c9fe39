// Package receivable asks the receivables financing platform (应收账款融资服务平台) with
// signed messages (RFC 9421): the receivables that their debtors have confirmed.
//
// Questions are addresses, answers JSON in pages with English names, amounts in yuan as
// text.
package receivable

import (
	"net/url"
	"strconv"

	"changrong/internal/adapter/connect"
)

// Connector is the platform's protocol.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "receivable", Source: "应收账款融资服务平台", Scheme: connect.MessageScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "resultCode", Good: []string{"SUCCESS"}, Unknown: []string{"CREDITOR_NOT_FOUND"}, Refused: []string{"NOT_AUTHORIZED"}, Message: "resultMessage",
			Rows: "records", Total: "totalCount", AsOf: "asOf",
		},
		Services: []connect.Service{
			{Dataset: "receivable.confirmed", Ask: ask, Fields: []connect.Field{
				{From: "creditorUscc", As: connect.Asked},
				{To: "receivable_no", From: "receivableNo", As: connect.Text},
				{To: "debtor", From: "debtorName", As: connect.Text},
				{To: "debtor_id", From: "debtorUscc", As: connect.USCC, Empty: true},
				{To: "amount", From: "amount", As: connect.Yuan},
				{To: "balance", From: "outstanding", As: connect.Yuan},
				{To: "confirmed_on", From: "confirmDate", As: connect.Day},
				{To: "due_on", From: "dueDate", As: connect.Day},
				{To: "financed", From: "financed", As: connect.YesNo},
				{To: "registration_no", From: "registrationNo", As: connect.Text, Empty: true},
			}},
		},
	}
}

func ask(a *connect.Ask) connect.Call {
	return connect.Get("/api/v1/receivables/confirmed", url.Values{
		"creditorUscc": {a.USCC}, "page": {strconv.Itoa(a.Page)}, "size": {strconv.Itoa(a.Size)}, "requestId": {a.ID}, "purpose": {a.Purpose},
		"basis": {a.Basis}, "consentNo": {a.Consent},
	})
}
