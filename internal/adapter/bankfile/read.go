package bankfile

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/ledger"
)

// Read reads the lines of a bank's file called name. When any finding is an error,
// the file as a whole is not to be taken in.
//
// Errors: bankfile.format, bankfile.too_large, bankfile.encoding, bankfile.damaged,
// bankfile.header, bankfile.too_many_rows. Findings: bankfile.day, bankfile.ref,
// bankfile.amount, bankfile.direction, bankfile.text, bankfile.cell,
// bankfile.twice, and that there are more of them, bankfile.too_many.
func Read(name string, content []byte) ([]ledger.BankLine, []fact.Finding, error) {
	place := fault.Place{File: path.Base(name)}
	if len(content) > MaxSize {
		return nil, nil, fault.Invalidf("bankfile.too_large", "文件超过%dMB", "the file is over %d MB", MaxSize>>20).In(place)
	}
	table, err := tableOf(name, content)
	if err != nil {
		return nil, nil, fault.Of(err).In(place)
	}
	r := &reading{place: place, seen: map[ledger.BankLine]int{}}
	for {
		row, line, err := table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fault.Of(err).In(place)
		}
		if err := r.row(row, line); err != nil {
			return nil, nil, fault.Of(err).In(place)
		}
	}
	if !r.begun {
		return nil, nil, noHeader().In(place)
	}
	return r.lines, r.findings, nil
}

func noHeader() *fault.Error {
	return fault.New(fault.Invalid, "bankfile.header", "前30行中没有列名：至少要有日期、金额和回单编号（或流水号）三列",
		"there are no column names among the first rows: a day, an amount and a receipt number are needed")
}

// table hands out rows of cells, with their lines in the file; io.EOF ends it.
type table interface {
	next() (row []string, line int, err error)
}

// tableOf opens content as what its name says.
func tableOf(name string, content []byte) (table, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx":
		return openSheet(content)
	case ".csv", ".txt", ".tsv":
		return openText(content)
	case ".xls":
		return nil, fault.New(fault.Invalid, "bankfile.format", "这是旧版 .xls，请在 Excel 中另存为 .xlsx", "an old .xls file; save it as .xlsx")
	}
	return nil, fault.New(fault.Invalid, "bankfile.format", "只能导入 .xlsx、.csv 或 .txt 文件", "only .xlsx, .csv and .txt files are read")
}

// reading is what was read so far.
type reading struct {
	place    fault.Place
	begun    bool
	at       [columns]int
	blank    int // rows before the names
	rows     int
	lines    []ledger.BankLine
	findings []fact.Finding
	seen     map[ledger.BankLine]int
}

// row takes one row.
func (r *reading) row(row []string, line int) error {
	if r.rows++; r.rows > maxRows {
		return fault.Invalidf("bankfile.too_many_rows", "文件超过%d行", "the file has over %d rows", maxRows)
	}
	if !r.begun {
		if r.at, r.begun = header(row); !r.begun {
			if r.blank++; r.blank >= headRows {
				return noHeader()
			}
		}
		return nil
	}
	if total(row) {
		return nil
	}
	l := ledger.BankLine{Line: line}
	if !r.cells(row, &l) {
		return nil
	}
	key := l
	key.Line, key.Note = 0, ""
	if first, ok := r.seen[key]; ok {
		f := fact.FindingOf(fault.Invalidf("bankfile.twice", "与第%d行相同（日期、金额、收款人、回单编号），未重复计入", "the same as line %d; taken once", first).
			In(fault.Place{File: r.place.File, Line: line, Value: l.Ref}))
		f.Severity = fact.Warning
		r.find(f)
		return nil
	}
	r.seen[key] = line
	r.lines = append(r.lines, l)
	return nil
}

// total tells whether a row is blank, or sums up others.
func total(row []string) bool {
	for _, cell := range row {
		if cell = units.Replace(cell); cell != "" {
			for _, word := range []string{"合计", "总计", "小计", "本页", "累计"} {
				if strings.HasPrefix(cell, word) {
					return true
				}
			}
			return false
		}
	}
	return true
}

// cells reads what a row says into l; false when something is wrong with it.
func (r *reading) cells(row []string, l *ledger.BankLine) bool {
	good := true
	wrong := func(c column, err error) {
		if err != nil {
			good = false
			r.find(fact.FindingOf(fault.Of(err).In(fault.Place{File: r.place.File, Line: l.Line, Column: r.at[c] + 1, Field: names[c][0], Value: fault.Clip(r.cell(row, c))})))
		}
	}
	for c := range columns {
		if cell := r.cell(row, c); cell != "" && (!utf8.ValidString(cell) || strings.ContainsAny(cell, "\x00\ufffd")) {
			wrong(c, fault.New(fault.Invalid, "bankfile.cell", "有无法识别的字符", "characters that are none"))
			return false
		} else if strings.HasPrefix(cell, "#") && strings.ContainsAny(cell, "!?") {
			wrong(c, fault.New(fault.Invalid, "bankfile.cell", "单元格的公式出错", "the cell's formula fails"))
			return false
		}
	}
	var err error
	l.On, err = parseDay(r.cell(row, day))
	wrong(day, err)
	l.Ref = r.cell(row, ref)
	if l.Ref == "" {
		wrong(ref, fault.New(fault.Invalid, "bankfile.ref", "缺少回单编号或流水号", "there is no receipt number"))
	}
	if rounded(l.Ref) {
		wrong(ref, fault.New(fault.Invalid, "bankfile.ref", "编号被 Excel 存成了数字，末几位已丢失；请把该列设为文本后重新导出", "Excel keeps the number rounded; make the column text and export it again"))
	}
	c, err := r.amount(row, l)
	wrong(c, err)
	if number := r.cell(row, account); !rounded(number) {
		l.Tail = ledger.Tail(number)
	}
	l.Payee, l.Note = r.cell(row, payee), r.cell(row, note)
	for c, text := range map[column]string{ref: l.Ref, payee: l.Payee, note: l.Note} {
		if utf8.RuneCountInString(text) > maxText {
			wrong(c, fault.Invalidf("bankfile.text", "内容超过%d个字", "longer than %d characters", maxText))
		}
	}
	return good
}

// rounded tells whether a number was kept as a float64 is written: 2.02506E+18.
func rounded(number string) bool {
	mantissa, exponent, ok := strings.Cut(number, "E+")
	return ok && mantissa != "" && exponent != "" && strings.Trim(mantissa, "0123456789.") == "" && strings.Trim(exponent, "0123456789") == ""
}

// cell returns what a row has in a column, without blanks at its ends.
func (r *reading) cell(row []string, c column) string {
	if i := r.at[c]; i >= 0 && i < len(row) {
		return strings.Trim(row[i], " \t\r\n\u3000\u00a0")
	}
	return ""
}

// find keeps a finding, as long as there are not too many.
func (r *reading) find(f fact.Finding) {
	switch n := len(r.findings); {
	case n < maxFindings:
		r.findings = append(r.findings, f)
	case n == maxFindings:
		r.findings = append(r.findings, fact.FindingOf(fault.Invalidf("bankfile.too_many", "问题超过%d处，其余未列出", "over %d findings; the rest is not listed", maxFindings).In(r.place)))
	}
}

// text is CSV, or text with another sign between the cells.
type text struct {
	rest  []byte
	comma byte
	line  int
}

func openText(content []byte) (table, error) {
	content, err := decoded(content)
	if err != nil {
		return nil, err
	}
	first := content[:min(len(content), 64<<10)]
	t := &text{rest: content, comma: ','}
	for _, c := range []byte("\t|;") {
		if bytes.Count(first, []byte{c}) > bytes.Count(first, []byte{t.comma}) {
			t.comma = c
		}
	}
	return t, nil
}
