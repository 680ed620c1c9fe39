package invoice

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Invoice is one row. Its texts are only good until the next one is read.
type Invoice struct {
	Line   int
	Firm   string // whose file it is, by whatever key the file has
	Code   string // 发票代码; "" in new invoices that have a number of 20 digits
	Number string
	On     civil.Date
	Party  string // the other side
	Amount money.Fen
	Tax    money.Fen
	Total  money.Fen
	Void   bool
}

// The columns of a file.
const (
	firm = iota
	code
	number
	day
	party
	amount
	tax
	total
	state
	columns
)

// names are what files call the columns.
var names = [columns][]string{
	firm:   {"enterprise_id", "企业代号", "统一社会信用代码", "纳税人识别号", "企业"},
	code:   {"invoice_code", "发票代码"},
	number: {"invoice_no", "发票号码", "数电票号码"},
	day:    {"date", "开票日期"},
	party:  {"counterparty", "购方单位代号", "销方单位代号", "对方识别号", "购方识别号", "销方识别号", "对方名称"},
	amount: {"amount", "金额"},
	tax:    {"tax", "税额"},
	total:  {"total", "价税合计"},
	state:  {"void", "发票状态"},
}

// required are columns that no file may lack.
var required = []int{firm, number, day, party, amount, total}

// MaxErrors is how many wrong rows are told of one file: after so many it is another file
// that is meant.
const MaxErrors = 200

// maxLine is how long a row may be.
const maxLine = 64 << 10

// Summary says what a file held.
type Summary struct {
	Rows   int     `json:"rows"`
	Wrong  int     `json:"wrong"`
	Errors []error `json:"-"` // of the first MaxErrors wrong rows, each with its line and column
}

// Read reads a file, and gives every good row to visit. Wrong rows are left out and told.
//
// Errors: invoice.header, invoice.file of what cannot be read at all, invoice.too_many_errors,
// and those of visit.
func Read(r io.Reader, visit func(*Invoice) error) (*Summary, error) {
	text, err := plain(r)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(text)
	in.ReuseRecord, in.FieldsPerRecord = true, -1
	at, err := header(in)
	if err != nil {
		return nil, err
	}
	s := &Summary{}
	row := &Invoice{}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return s, fault.New(fault.Invalid, "invoice.file", "文件读到一半出错："+err.Error(), "the file cannot be read on").Because(err)
		}
		s.Rows++
		row.Line, _ = in.FieldPos(0)
		if err := row.read(cells, at); err != nil {
			s.Wrong++
			if len(s.Errors) == MaxErrors {
				return s, fault.Invalidf("invoice.too_many_errors", "错误超过%d处，不再读下去；请检查是否选错了文件", "more than %d wrong rows; this is likely another file", MaxErrors)
			}
			s.Errors = append(s.Errors, err)
			continue
		}
		if err := visit(row); err != nil {
			return s, err
		}
	}
}

// plain is the text of a file: uncompressed, in UTF-8, without a mark.
func plain(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, maxLine)
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fault.New(fault.Invalid, "invoice.file", "压缩文件损坏", "the compressed file is broken").Because(err)
		}
		in = bufio.NewReaderSize(z, maxLine)
	}
	head, err := in.Peek(maxLine)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "invoice.file", "文件读不出来", "the file cannot be read").Because(err)
	}
	if mark := []byte("\ufeff"); bytes.HasPrefix(head, mark) {
		in.Discard(len(mark)) //nolint:errcheck // it was peeked at
		return in, nil
	}
	for cut := range min(utf8.UTFMax, len(head)+1) { // the last character may be cut off
		if utf8.Valid(head[:len(head)-cut]) {
			return in, nil
		}
	}
	return transform.NewReader(in, simplifiedchinese.GB18030.NewDecoder()), nil
}

// header finds the columns.
func header(in *csv.Reader) (at [columns]int, err error) {
	cells, err := in.Read()
	if err != nil {
		return at, fault.New(fault.Invalid, "invoice.header", "文件是空的，或不是CSV", "the file is empty, or no CSV").Because(err)
	}
	for c := range at {
		at[c] = slices.IndexFunc(cells, func(cell string) bool { return slices.Contains(names[c], strings.TrimSpace(cell)) })
	}
	for _, c := range required {
		if at[c] < 0 {
			return at, fault.New(fault.Invalid, "invoice.header", "缺少列“"+names[c][0]+"”（可写作"+strings.Join(names[c][1:], "、")+"）", "there is no column "+names[c][0])
		}
	}
	return at, nil
}

// read reads a row.
func (x *Invoice) read(cells []string, at [columns]int) error {
	cell := func(c int) string {
		if at[c] < 0 || at[c] >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[at[c]])
	}
	wrong := func(c int, zh, en string) error {
		return fault.New(fault.Invalid, "invoice.cell", zh, en).In(fault.Place{Line: x.Line, Field: names[c][0], Value: cell(c)})
	}
	x.Firm, x.Code, x.Number, x.Party = cell(firm), cell(code), cell(number), cell(party)
	for _, c := range []int{firm, number} {
		if cell(c) == "" {
			return wrong(c, "没有填写", "is empty")
		}
	}
	var err error
	if x.On, err = dateOf(cell(day)); err != nil {
		return wrong(day, "不是日期，应如2019-06-30", "is no date")
	}
	for _, m := range []struct {
		c  int
		to *money.Fen
	}{{amount, &x.Amount}, {tax, &x.Tax}, {total, &x.Total}} {
		*m.to = 0
		if m.c == tax && cell(tax) == "" {
			continue
		}
		if *m.to, err = money.ParseYuan(cell(m.c)); err != nil {
			return wrong(m.c, "不是金额", "is no amount")
		}
	}
	switch cell(state) {
	case "", "0", "有效发票", "正常", "已开具":
		x.Void = false
	case "1", "作废发票", "作废":
		x.Void = true
	default:
		return wrong(state, "不是发票状态，应为有效发票或作废发票", "is no state of an invoice")
	}
	return nil
}

// dateOf reads a day as files write it: 2019-06-30, 2019/6/30, 2019.6.30.
func dateOf(s string) (civil.Date, error) {
	if len(s) == len("2019-06-30") && s[4] == '-' {
		return civil.ParseDate(s)
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '.' || r == '-' })
	for i := range parts {
		if len(parts[i]) == 1 {
			parts[i] = "0" + parts[i]
		}
	}
	return civil.ParseDate(strings.Join(parts, "-"))
}
