package httpapi

import (
	"testing"

	"changrong/internal/reporting"
)

func TestFindingsNameTheirFieldInWords(t *testing.T) {
	for _, c := range []struct{ table, field, zh string }{
		{"loans", "loan_id", "借据编码"},
		{"CLDWDK", "loan_id", "借据编码"}, // what shows between rows, of which one stands in a message
		{"", "loan_id", "借据编码"},
		{"CLDWDK", "11 贷款借据编码", "11 贷款借据编码"},
		{"loans", "", ""},
	} {
		f := reporting.Finding{Table: c.table, Field: c.field}
		if w := fieldWords(&f); w.FieldZh != c.zh || (w.FieldEn == "") != (c.field == "") {
			t.Errorf("%s %s: %+v", c.table, c.field, w)
		}
	}
}
