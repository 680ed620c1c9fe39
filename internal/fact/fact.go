// Package fact is the dictionary of the tables everything is computed from, and
// columnar batches of their rows.
//
// From the dictionary come file import with row-level errors, SQL tables, the
// types of rule expressions, labels, and the generated reference page. A table
// or column that is written down anywhere else is a defect.
package fact

import "changrong/internal/base/civil"

// Type is the type of a column's values. Every type but the textual ones is held
// as an int64.
type Type uint8

// The types. Textual ones come last, from Text on.
const (
	Bool     Type = iota // 0 or 1
	Int                  // a count
	Fen                  // money; yuan with at most two decimals in text, fen in memory
	Rate                 // percent with at most five decimals in text, parts per billion in memory
	Date                 // YYYY-MM-DD; days since 1970-01-01
	Month                // YYYY-MM; civil.Month
	Time                 // YYYY-MM-DDTHH:MM:SS in the city's zone; seconds of civil time since 1970-01-01
	Text                 // free text or an identifier of somebody's own
	Code                 // one of Column.Codes
	USCC                 // 统一社会信用代码, GB 32100-2015
	Industry             // GB/T 4754-2017: letter and two to four digits
	Town                 // nine-digit town code, GB/T 2260 county and three digits
)

// Textual tells whether values of t are text and not numbers.
func (t Type) Textual() bool { return t >= Text }

// Zh names the type as a clerk would.
func (t Type) Zh() string { return typeWords[t][0] }

// En names the type in English.
func (t Type) En() string { return typeWords[t][1] }

var typeWords = [...][2]string{
	Bool:     {"是否（0/1）", "boolean 0/1"},
	Int:      {"整数", "integer"},
	Fen:      {"金额（元，至多两位小数）", "yuan, at most two decimals"},
	Rate:     {"百分率（%，至多五位小数）", "percent, at most five decimals"},
	Date:     {"日期 YYYY-MM-DD", "date YYYY-MM-DD"},
	Month:    {"月份 YYYY-MM", "month YYYY-MM"},
	Time:     {"时间 YYYY-MM-DDTHH:MM:SS", "time YYYY-MM-DDTHH:MM:SS"},
	Text:     {"文本", "text"},
	Code:     {"代码", "code"},
	USCC:     {"统一社会信用代码", "unified social credit code"},
	Industry: {"国民经济行业代码（字母加二至四位数字）", "GB/T 4754 industry: letter and 2–4 digits"},
	Town:     {"乡镇街道代码（九位）", "nine-digit town code"},
}

// Value is one entry of a code list.
type Value struct{ Code, Zh, En string }

// Column is one column of a table.
type Column struct {
	Name     string
	Type     Type
	Required bool // a row without it is refused
	// None says that an empty cell has a plain meaning (has not happened, is not
	// there) instead of being unknown: a date is then civil.Never, a text "".
	None bool
	// Derived columns are computed from other tables and stand in no file.
	Derived bool
	Codes   []Value // of Type Code
	Zh, En  string  // label
	Doc     string  // what it means where the label does not say it, in Chinese
}

// Label returns what value means, "" when it is not in the code list.
func (c *Column) Label(value string) string {
	for _, v := range c.Codes {
		if v.Code == value {
			return v.Zh
		}
	}
	return ""
}

// Link leads from a row to the one row of another table it belongs to.
type Link struct {
	Name   string   // how expressions call the other row: borrower
	Table  string   // its table
	On     []string // this table's columns that hold the other's key, in key order
	Zh, En string
}

// Table is one table of facts.
type Table struct {
	Name    string // file name and SQL table: loans
	Row     string // how expressions call one row: loan
	Key     []string
	Zh, En  string
	Columns []Column
	Links   []Link
}

// Column returns the column called name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Link returns the link called name, or nil.
func (t *Table) Link(name string) *Link {
	for i := range t.Links {
		if t.Links[i].Name == name {
			return &t.Links[i]
		}
	}
	return nil
}

// LinkTo returns the first link to table, or nil.
func (t *Table) LinkTo(table string) *Link {
	for i := range t.Links {
		if t.Links[i].Table == table {
			return &t.Links[i]
		}
	}
	return nil
}

// Stored returns the names of the columns that stand in files, in order.
func (t *Table) Stored() []string {
	names := make([]string, 0, len(t.Columns))
	for i := range t.Columns {
		if !t.Columns[i].Derived {
			names = append(names, t.Columns[i].Name)
		}
	}
	return names
}

// Tables returns all tables in dictionary order. Callers must not change them.
func Tables() []*Table { return tables }

// Lookup returns the table called name, or nil.
func Lookup(name string) *Table { return byName[name] }

var byName = func() map[string]*Table {
	m := make(map[string]*Table, len(tables))
	for _, t := range tables {
		m[t.Name] = t
	}
	return m
}()

// NeverText is civil.Never as SQL and CSV reports write it.
var NeverText = civil.Never.String()
