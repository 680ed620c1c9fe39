package intake

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/fact"

	"golang.org/x/text/width"
)

// Count is how often one code was found.
type Count struct {
	Code     string
	Severity fact.Severity
	Total    int
	Kept     int // of them, in Report.Findings
}

// collector keeps the first findings of each code and counts the rest.
type collector struct {
	keep     int
	findings []fact.Finding
	counts   []Count
	at       map[string]int // index in counts, by code and severity
	errors   int
	warnings int
	files    map[string]*File // by path, to count per file
	judge    func(fact.Finding) (fact.Finding, bool)
}

func newCollector(keep int) *collector {
	if keep <= 0 {
		keep = DefaultKeep
	}
	return &collector{keep: keep, at: map[string]int{}, files: map[string]*File{}}
}

// add takes a finding.
func (c *collector) add(f fact.Finding) {
	if c.judge != nil {
		var ok bool
		if f, ok = c.judge(f); !ok {
			return
		}
	}
	key := f.Code + f.Severity.String()
	i, ok := c.at[key]
	if !ok {
		i = len(c.counts)
		c.at[key] = i
		c.counts = append(c.counts, Count{Code: f.Code, Severity: f.Severity})
	}
	n := &c.counts[i]
	n.Total++
	if n.Total <= c.keep {
		n.Kept++
		c.findings = append(c.findings, f)
	}
	file := c.files[f.At.File]
	if f.Severity == fact.Error {
		c.errors++
		if file != nil {
			file.Errors++
		}
		return
	}
	c.warnings++
	if file != nil {
		file.Warnings++
	}
}

// header is the columns of findings.
var header = []string{"severity", "code", "file", "line", "column", "field", "value", "zh", "en"}

func cells(f *fact.Finding) []string {
	known := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	return []string{f.Severity.String(), f.Code, f.At.File, known(f.At.Line), known(f.At.Column), f.At.Field, f.At.Value, f.Zh, f.En}
}

// WriteFindings writes findings as CSV: severity, code, file, line, column, field,
// value, zh, en. A cell that a spreadsheet would take for a formula gets an apostrophe.
func WriteFindings(w io.Writer, findings []fact.Finding) error {
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	for i := range findings {
		row := cells(&findings[i])
		for j, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				row[j] = "'" + cell
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteTable writes findings for people, in aligned columns: severity, code,
// place, field, value and the Chinese sentence. Chinese characters take two
// columns of a terminal each.
func WriteTable(w io.Writer, findings []fact.Finding) error {
	rows := [][]string{{"级别", "代码", "位置", "栏目", "内容", "说明"}}
	for i := range findings {
		f := &findings[i]
		rows = append(rows, []string{f.Severity.Zh(), f.Code, fault.Place{File: f.At.File, Line: f.At.Line, Column: f.At.Column}.String(), f.At.Field, f.At.Value, f.Zh})
	}
	wide := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			wide[i] = max(wide[i], columnsOf(cell))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		for i, cell := range r {
			b.WriteString(cell)
			if i+1 < len(r) {
				b.WriteString(strings.Repeat(" ", wide[i]-columnsOf(cell)+2))
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// columnsOf returns how many columns of a terminal s takes.
func columnsOf(s string) (n int) {
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
