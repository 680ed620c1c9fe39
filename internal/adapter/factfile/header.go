package factfile

import (
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// header says which field of a file holds which column.
type header struct {
	fields int
	// columns holds, for each field, its column; nil where it is unknown.
	columns []*fact.Column
}

// readHeader finds the columns of t that names are, each the name or the Chinese
// label of one. format begins the codes of what it finds wrong; at is where the
// header stands.
//
// Errors: too_many_columns, no_header (nothing known), duplicate_column,
// missing_column; warning: unknown_column.
func readHeader(t *fact.Table, names []string, format Format, at fault.Place, warn func(fact.Finding)) (*header, error) {
	code := func(reason string) string { return formatPrefix[format] + "." + reason }
	if len(names) > maxColumns {
		return nil, fault.Invalidf(code("too_many_columns"), "超过 %d 列，请删去不用的列",
			"over %d columns; delete those that are not used", maxColumns).In(at)
	}
	h := &header{fields: len(names), columns: make([]*fact.Column, len(names))}
	known := 0
	for i, name := range names {
		c := columnNamed(t, strings.TrimSpace(name))
		if c == nil {
			continue
		}
		for j, other := range h.columns[:i] {
			if other == c {
				return nil, fault.Invalidf(code("duplicate_column"), "“%s”与“%s”是同一列，只能有一个",
					"%q and %q are the same column; keep one", clip(names[j]), clip(name)).
					In(fault.Place{File: at.File, Line: at.Line, Field: c.Name})
			}
		}
		h.columns[i] = c
		known++
	}
	if known == 0 {
		return nil, fault.Invalidf(code("no_header"), "第一行应为列名（如 %s），但没有一个是表 %s 的列",
			"the first row must be column names (such as %s); none belongs to table %s",
			strings.Join(t.Key, ","), t.Name).In(at)
	}
	if missing := h.missing(t); missing != "" {
		return nil, fault.Invalidf(code("missing_column"), "缺少必填的列：%s", "required columns are missing: %s", missing).In(at)
	}
	for i, c := range h.columns {
		if c == nil && (format != Excel || names[i] != "") {
			warn(warning(unknownColumn(t, code("unknown_column"), names[i]).In(at)))
		}
	}
	return h, nil
}

// formatPrefix begins the codes of a format's faults.
var formatPrefix = map[Format]string{CSV: "csv", Parquet: "parquet", Excel: "excel"}

// missing names the required columns that no field is.
func (h *header) missing(t *fact.Table) string {
	var missing []string
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Required && h.field(c) < 0 {
			missing = append(missing, c.Name+"（"+c.Zh+"）")
		}
	}
	return strings.Join(missing, "、")
}

// field returns which field holds c, -1 when none does.
func (h *header) field(c *fact.Column) int {
	for i, other := range h.columns {
		if other == c {
			return i
		}
	}
	return -1
}

// columnNamed returns the stored column of t with the name or the Chinese label.
func columnNamed(t *fact.Table, name string) *fact.Column {
	for i := range t.Columns {
		if c := &t.Columns[i]; !c.Derived && (c.Name == name || c.Zh == name) {
			return c
		}
	}
	return nil
}

// unknownColumn says that name is no column and which one it may be meant for.
func unknownColumn(t *fact.Table, code, name string) *fault.Error {
	name = clip(name)
	var f *fault.Error
	if near := nearest(t, strings.TrimSpace(name)); near != "" {
		f = fault.Invalidf(code, "没有“%s”这一列，已忽略；是否应为“%s”？", "no column %q, ignored; is %q meant?", name, near)
	} else {
		f = fault.Invalidf(code, "没有“%s”这一列，已忽略", "no column %q, ignored", name)
	}
	f.At = fault.Place{Field: name}
	return f
}

// nearest returns the name or label of t's columns with the fewest edits to
// name, "" when it takes more than a third of it.
func nearest(t *fact.Table, name string) string {
	best, fewest := "", len([]rune(name))/3+1
	for _, column := range t.Stored() {
		for _, candidate := range [...]string{column, t.Column(column).Zh} {
			if d := edits([]rune(name), []rune(candidate)); d < fewest {
				best, fewest = candidate, d
			}
		}
	}
	return best
}

// edits is Levenshtein's distance.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

func clip(s string) string { return fault.Clip(s) }
