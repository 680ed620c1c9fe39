package reporting

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/fault"
)

// Severities of findings.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
)

// Finding is one thing wrong, or odd, with one row of a submission.
type Finding struct {
	Severity string `json:"severity" enum:"error,warning"`
	Code     string `json:"code"`
	File     string `json:"file"`  // "" of no file in particular
	Table    string `json:"table"` // table of the dictionary, or message; "" not known
	Line     int    `json:"line"`  // 0 not known
	Column   int    `json:"column"`
	Field    string `json:"field"`
	Value    string `json:"value"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
}

// Count is how often one code was found.
type Count struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Total    int    `json:"total"`
	Kept     int    `json:"kept"` // of them, in the list
}

// findingHeader is the columns of a file of findings.
var findingHeader = []string{"severity", "code", "file", "table", "line", "column", "field", "value", "zh", "en"}

func (f *Finding) cells() []string {
	return []string{f.Severity, f.Code, f.File, f.Table, known(f.Line), known(f.Column), f.Field, f.Value, f.Zh, f.En}
}

func known(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// WriteFindings writes findings as the desk keeps them, for ReadFindings.
func WriteFindings(w io.Writer, findings []Finding) error {
	out := csv.NewWriter(w)
	for i := range findings {
		if err := out.Write(findings[i].cells()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// ReadFindings calls f with every finding that WriteFindings wrote, until f
// returns false.
//
// Errors: reporting.findings_damaged.
func ReadFindings(r io.Reader, f func(*Finding) bool) error {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.ReuseRecord = len(findingHeader), true
	for {
		c, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.New(fault.Internal, "reporting.findings_damaged", "检查结果文件损坏", "the file of findings is damaged").Because(err)
		}
		one := Finding{Severity: c[0], Code: c[1], File: c[2], Table: c[3], Line: number(c[4]), Column: number(c[5]), Field: c[6], Value: c[7], Zh: c[8], En: c[9]}
		if !f(&one) {
			return nil
		}
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // empty is 0
	return n
}

// Filter says which findings are asked for; what is empty asks for all.
type Filter struct {
	Severity string
	Code     string
	File     string
	Table    string
	Line     int
	Text     string // anywhere in it, upper or lower case
}

// Match tells whether f is asked for.
func (q *Filter) Match(f *Finding) bool {
	if q.Severity != "" && f.Severity != q.Severity || q.Code != "" && f.Code != q.Code || q.File != "" && f.File != q.File ||
		q.Table != "" && f.Table != q.Table || q.Line != 0 && f.Line != q.Line {
		return false
	}
	if q.Text == "" {
		return true
	}
	text := strings.ToLower(q.Text)
	return slices.ContainsFunc(f.cells(), func(c string) bool { return strings.Contains(strings.ToLower(c), text) })
}

// Page reads the findings that match, from offset, at most limit, and counts all
// that match.
func Page(r io.Reader, q Filter, offset, limit int) (page []Finding, total int, err error) {
	page = []Finding{}
	err = ReadFindings(r, func(f *Finding) bool {
		if q.Match(f) {
			if total >= offset && len(page) < limit {
				page = append(page, *f)
			}
			total++
		}
		return true
	})
	return page, total, err
}

// Trim leaves at most as many findings as are kept of one submission, errors
// first, and counts what is left in counts.
func Trim(findings []Finding, counts []Count) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int { return strings.Compare(a.Severity, b.Severity) })
	if len(findings) > maxFindings {
		findings = findings[:maxFindings]
	}
	for i := range counts {
		counts[i].Kept = 0
		for j := range findings {
			if findings[j].Code == counts[i].Code && findings[j].Severity == counts[i].Severity {
				counts[i].Kept++
			}
		}
	}
	return findings
}
