package factfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/adapter/factfile/parquetfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// errTooMany ends the reading of a file with too many findings.
var errTooMany = errors.New("factfile: too many findings")

// ReadFile reads the named columns of one file of table t for the importer.
// Whatever is wrong or odd goes to report, with the file's base name, line,
// column and value; rows with an error are left out; fn gets the others, in
// order, with the line of each. A workbook is read from the sheet named as t,
// or else from its first.
//
// After maxFindings errors it reports factfile.too_many and reads no further.
// An error is returned only when the file as a whole is unreadable, and fn's own.
func ReadFile(path string, t *fact.Table, columns []string, report func(fact.Finding), fn func(*fact.Batch) error) error {
	cols, err := cells.Columns(t, columns)
	if err != nil {
		return err
	}
	p, err := openPart(path, t)
	if err != nil {
		return err
	}
	if p.parquet != nil {
		defer p.parquet.Close() //nolint:errcheck // only read from
	}
	fd, err := open(request{part: p, columns: cols, warn: report})
	if err != nil {
		return err
	}
	defer fd.close()
	errorsFound := 0
	out := output{batch: fn, bad: func(f fact.Finding) error {
		report(f)
		if errorsFound++; errorsFound < maxFindings {
			return nil
		}
		report(tooMany(p.name()))
		return errTooMany
	}}
	w := newWorkspace(t, cols)
	for {
		u, err := fd.next(w)
		if u == nil || err != nil {
			return err
		}
		if err := u.read(w, out); errors.Is(err, errTooMany) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// openPart makes a part of the file at path.
func openPart(path string, t *fact.Table) (*part, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, cells.OpenFault(path, err)
	}
	name := filepath.Base(path)
	p := &part{
		File:  File{Table: t.Name, Path: name, Format: formatOf(name), Size: info.Size()},
		table: t, path: path,
	}
	switch p.Format {
	case CSV:
		return p, nil
	case Parquet:
		p.parquet, err = parquetfile.Open(path, name, t)
		return p, err
	case Excel:
		sheets, err := sheetNames(path, name)
		p.Sheet = sheetOf(t, sheets)
		return p, err
	}
	f := fault.Invalidf("factfile.format", "不能读取“%s”格式的文件，请用 .csv、.xlsx 或 .parquet",
		"cannot read a file ending in %q; use .csv, .xlsx or .parquet", strings.ToLower(filepath.Ext(name)))
	return nil, f.In(fault.Place{File: name})
}

// tooMany is the last finding about a file with too many errors.
func tooMany(file string) fact.Finding {
	f := fault.Invalidf("factfile.too_many", "错误超过 %d 处，其余内容未检查", "over %d errors; the rest was not checked", maxFindings)
	return fact.FindingOf(f.In(fault.Place{File: file}))
}

// warning makes a Warning finding about a file or a line of it.
func warning(f *fault.Error) fact.Finding {
	w := fact.FindingOf(f)
	w.Severity = fact.Warning
	return w
}
