package samplefile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/training"
)

// Table reads a CSV row by row: in UTF-8, with a name for every column, each once, and no
// record longer than memory should hold.
type Table struct {
	Names []string
	in    *csv.Reader
	most  *bounded
}

// Open reads the names.
//
// Errors: rating.file of what is no CSV in UTF-8, rating.columns of columns without a name, of
// the same name, or too many; rating.cell of a character nobody can see.
func Open(r io.Reader) (*Table, error) {
	most := &bounded{r: r}
	text := bufio.NewReader(most)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		text.Discard(3) //nolint:errcheck // it was peeked at
	}
	t := &Table{in: csv.NewReader(text), most: most}
	t.in.ReuseRecord = true
	names, err := t.in.Read()
	switch {
	case fault.CodeOf(err) != "":
		return nil, err
	case err != nil:
		return nil, fault.New(fault.Invalid, "rating.file", "文件是空的，或不是CSV", "the file is empty, or no CSV").Because(err)
	}
	return t, t.head(names)
}

// head looks at the names.
func (t *Table) head(names []string) error {
	if len(names) > training.MaxColumns {
		return fault.Invalidf("rating.columns", "文件有%d列，最多%d列", "the file has %d columns; %d at most", len(names), training.MaxColumns)
	}
	if len(names) == 1 && strings.ContainsAny(names[0], "\t;；，|") {
		return fault.New(fault.Invalid, "rating.file", "只有一列，列名中却有分隔符；各列之间应为英文逗号", "there is one column, with separators in its name: columns are parted by commas").In(fault.Place{Line: 1, Value: names[0]})
	}
	for i, name := range names {
		if err := visible(name, 1, "第"+strconv.Itoa(i+1)+"列的名称"); err != nil {
			return err
		}
		if strings.TrimSpace(name) == "" {
			return fault.Invalidf("rating.columns", "第%d列没有名称；第一行应为列名", "column %d has no name: the first line has the names", i+1)
		}
		if slices.Contains(t.Names, name) {
			return fault.Invalidf("rating.columns", "文件有两列“%s”", "the file has two columns %s", name).In(fault.Place{Field: name})
		}
		t.Names = append(t.Names, strings.Clone(name))
	}
	return nil
}

// Next reads a row: cells without space around them, which the next row overwrites, and the
// line. io.EOF: there is none.
//
// Errors: rating.file, rating.cell.
func (t *Table) Next() (cells []string, line int, err error) {
	cells, err = t.in.Read()
	var wrong *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, 0, io.EOF
	case errors.As(err, &wrong):
		zh := "第" + strconv.Itoa(wrong.Line) + "行不是CSV：列数与第一行不同，或引号没有成对"
		return nil, 0, fault.New(fault.Invalid, "rating.file", zh, "line "+strconv.Itoa(wrong.Line)+" is no CSV").Because(err).In(fault.Place{Line: wrong.Line})
	case err != nil:
		return nil, 0, err
	}
	t.most.from = t.most.read
	line, _ = t.in.FieldPos(0)
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
		if err := visible(cells[i], line, t.Names[i]); err != nil {
			return nil, 0, err
		}
	}
	return cells, line, nil
}

// visible refuses what is not text that one can see.
func visible(s string, line int, field string) error {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = ' ' <= s[i] && s[i] <= '~'
	}
	if plain {
		return nil
	}
	at := fault.Place{Line: line, Field: field, Value: s}
	if !utf8.ValidString(s) {
		return fault.New(fault.Invalid, "rating.file", "文件不是UTF-8编码；请在表格软件中另存为“CSV UTF-8”", "the file is not in UTF-8").In(at)
	}
	for _, r := range s {
		if !unicode.IsGraphic(r) {
			return fault.New(fault.Invalid, "rating.cell", "含有看不见的字符，请去掉", "has a character that nobody can see").In(at)
		}
	}
	return nil
}

// maxRecord is how many bytes a record may have.
const maxRecord = 1 << 20

// bounded reads no more of one record than it may have.
type bounded struct {
	r          io.Reader
	read, from int64 // bytes in all, and when the last record had ended
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.read-b.from > maxRecord {
		return 0, fault.Invalidf("rating.file", "有一行超过%dMB，或引号没有成对", "a line has more than %d MB, or a quote is not closed", maxRecord>>20)
	}
	n, err := b.r.Read(p)
	b.read += int64(n)
	return n, err
}

// Value is what a cell says; empty: it is unknown.
//
// Errors: rating.cell, without its place.
func Value(text string, category bool) (scorecard.Value, error) {
	switch {
	case text == "":
		return scorecard.Value{}, nil
	case category:
		return scorecard.Text(strings.Clone(text)), nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return scorecard.Value{}, fault.New(fault.Invalid, "rating.cell", "不是数，或大得无法表示；未知请留空", "is no number, or one too large; leave unknown ones empty")
	}
	return scorecard.Number(x), nil
}
