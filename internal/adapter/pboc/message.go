package pboc

import "changrong/internal/base/fault"

// Kind is the type of a field.
type Kind uint8

// The kinds. Those from Amount on are numbers.
const (
	Text     Kind = iota // free text
	Ident                // a number or code of the bank's own: no space around it
	Coded                // a code of Field.List
	Bank                 // the institution's own USCC, as in the file name
	Document             // the number of a document, whose type is the field before: A01 a USCC, A02 an organisation code
	Region               // six digits, GB/T 2260
	Division             // GB/T 4754-2017 letter and division; 100 a person, 200 abroad
	Class                // GB/T 4754-2017 letter and class; 100 a person, 200 abroad
	Currency             // ISO 4217
	Amount               // at most two decimals, not below zero; fen
	Ratio                // percent of at most two decimals, as hundredths of a percent
	Rate                 // percent of at most five decimals; ppb
	Count                // digits
	Flag                 // 0 or 1
	Day                  // YYYY-MM-DD
)

// Numeric tells whether fields of kind k are numbers.
func (k Kind) Numeric() bool { return k >= Amount }

var kindZh = [...]string{
	"文本", "编码", "代码", "金融机构统一社会信用代码", "证件代码", "行政区划代码（六位数字）", "行业门类加大类",
	"行业门类加中类", "币种", "金额（至多两位小数）", "百分比（至多两位小数）", "利率（%，至多五位小数）", "整数", "0 或 1", "日期 YYYY-MM-DD",
}

// Zh names the kind as a clerk would.
func (k Kind) Zh() string { return kindZh[k] }

// Field is one field of a message.
type Field struct {
	No       int    // from 1, its place in the record
	Zh       string // its name
	Column   string // its column in the reporting mart, "" not known
	Kind     Kind
	Len      int // longest value, in characters; 0 the kind's own
	Required bool
	List     string // of Coded, the code list
	To       string // table.column of the fact dictionary it feeds; "" checked only
}

// name returns how a finding calls the field: 19 贷款余额.
func (f *Field) name() string { return string(appendInt(nil, f.No)) + " " + f.Zh }

// Message is one kind of message.
type Message struct {
	Code   string // CLDWDK
	Zh, En string
	Tables []string // the tables of the fact dictionary it feeds
	Fields []Field
	Key    []int // numbers of the fields that tell records of one message apart
	About  int   // number of the field that names what a record is about: note, contract, thing, customer
}

// Field returns the field called zh. It panics when there is none, which every
// call in a test shows.
func (m *Message) Field(zh string) *Field {
	for i := range m.Fields {
		if m.Fields[i].Zh == zh {
			return &m.Fields[i]
		}
	}
	panic("pboc: " + m.Code + " has no field " + zh)
}

// Messages returns the messages that are read, in the order a month is filed.
// Callers must not change them.
func Messages() []*Message { return messages }

// Lookup returns the message with this code, or nil.
func Lookup(code string) *Message {
	for _, m := range messages {
		if m.Code == code {
			return m
		}
	}
	return nil
}

// others are messages of the same collection that hold nothing for us.
var others = map[string]string{
	"CLGRDK": "存量个人贷款", "GRDKFS": "个人贷款发生额", "GRKHXX": "个人客户", "TYKHXX": "同业客户", "JRJGFZ": "分支机构",
	"CLWTDK": "存量委托贷款", "WTDKFS": "委托贷款发生额", "CLZXDK": "存量专项贷款", "CLTYJD": "存量同业借贷", "TYJDFS": "同业借贷发生额",
	"CLTYCK": "存量同业存款", "TYCKFS": "同业存款发生额", "FTYDWC": "存量非同业单位存款", "DWCKFS": "单位存款发生额",
	"CLGRCK": "存量个人存款", "GRCKFS": "个人存款发生额", "CLZQTZ": "存量债券投资", "ZQTZFS": "债券投资发生额",
	"CLZQFX": "存量债券发行", "ZQFXFS": "债券发行发生额", "CLGQTZ": "存量股权投资", "GQTZFS": "股权投资发生额",
	"SPVTZX": "特定目的载体投资", "SPVFSX": "特定目的载体发生额", "WQYBJY": "未确认",
}

// number gives fields their numbers and puts them together.
func number(fields ...[]Field) (all []Field) {
	for _, part := range fields {
		for _, f := range part {
			f.No = len(all) + 1
			all = append(all, f)
		}
	}
	return all
}

// appendInt appends n ≥ 0.
func appendInt(b []byte, n int) []byte {
	if n >= 10 {
		b = appendInt(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// place returns where field f of a record stands; text is the offending value.
func place(file string, line int, f *Field, text []byte) fault.Place {
	return fault.Place{File: file, Line: line, Field: f.name(), Value: fault.Clip(string(text))}
}
