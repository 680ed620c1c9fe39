package factfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/adapter/factfile/parquetfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// Format is how a file holds its rows.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	Parquet Format = "parquet"
	Excel   Format = "xlsx"
)

// formatOf returns the format that the name's ending says, or "".
func formatOf(name string) Format {
	switch f := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))); f {
	case CSV, Parquet, Excel:
		return f
	}
	return ""
}

// File is one file, or one sheet of a workbook, that holds rows of a table.
type File struct {
	Table  string
	Path   string // within the folder, with slashes
	Sheet  string // of a workbook; "" is its first
	Format Format
	Size   int64 // of the whole file, in bytes
}

// name is how findings call f.
func (f *File) name() string {
	if f.Sheet != "" {
		return f.Path + "!" + f.Sheet
	}
	return f.Path
}

// part is a File with what is needed to read it.
type part struct {
	File
	table   *fact.Table
	path    string            // to open it
	parquet *parquetfile.File // when it is one
}

// Folder is a folder of facts, open for reading; a fact.Source. The Parquet
// files in it stay open until Close.
type Folder struct {
	dir     string
	parts   map[string][]*part
	ignored []string
}

// Open looks through the folder dir and opens its Parquet files.
//
// Errors: factfile.not_found, factfile.unreadable, factfile.empty (no file of a
// known table), factfile.twice (a table in two places), factfile.too_many_files,
// and those of a workbook or Parquet file that cannot be opened.
func Open(dir string) (*Folder, error) {
	f := &Folder{dir: dir, parts: map[string][]*part{}}
	entries, err := list(dir, "")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := f.look(e); err != nil {
			return nil, err
		}
	}
	if len(f.parts) == 0 && len(f.ignored) == 0 {
		return nil, fault.Invalidf("factfile.empty", "文件夹“%s”是空的，应放入事实表（如 loans.csv、loans.parquet、facts.xlsx）",
			"folder %q is empty; it should hold tables (such as loans.csv, loans.parquet or facts.xlsx)", dir)
	}
	if len(f.parts) == 0 {
		return nil, fault.Invalidf("factfile.empty",
			"文件夹“%s”里没有可识别的表（如 loans.csv、loans.parquet、facts.xlsx）；被忽略的文件：%s",
			"folder %q holds no known table (such as loans.csv, loans.parquet or facts.xlsx); ignored: %s",
			dir, few(f.ignored))
	}
	if err := f.openParquet(); err != nil {
		_ = f.Close() // only read from; err says more
		return nil, err
	}
	return f, nil
}

// entry is one name in a folder, links followed.
type entry struct {
	rel  string
	path string
	info fs.FileInfo
}

// list returns what the folder dir, which is rel within the folder of facts, holds.
func list(dir, rel string) ([]entry, error) {
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, cells.OpenFault(dir, err)
	}
	if len(names) > maxEntries {
		return nil, fault.Invalidf("factfile.too_many_files", "文件夹“%s”里的文件超过 %d 个",
			"folder %q holds over %d files", dir, maxEntries)
	}
	entries := make([]entry, 0, len(names))
	for _, n := range names {
		path := filepath.Join(dir, n.Name())
		info, err := os.Stat(path)
		if err != nil {
			return nil, cells.OpenFault(path, err)
		}
		entries = append(entries, entry{rel: rel + n.Name(), path: path, info: info})
	}
	return entries, nil
}

// look sorts one name of the folder: a table, or ignored.
func (f *Folder) look(e entry) error {
	hidden := strings.HasPrefix(e.rel, ".") || strings.HasPrefix(e.rel, "~$") // Excel's lock file
	switch {
	case e.info.IsDir() && fact.Lookup(e.rel) != nil:
		return f.lookInto(e)
	case e.info.IsDir():
		f.ignored = append(f.ignored, e.rel+"/")
		return nil
	case hidden || !e.info.Mode().IsRegular():
	case formatOf(e.rel) == Excel:
		return f.lookWorkbook(e)
	default:
		table := fact.Lookup(strings.TrimSuffix(e.rel, filepath.Ext(e.rel)))
		if format := formatOf(e.rel); format != "" && table != nil {
			return f.add(table, f.newPart(table, e, format, ""))
		}
	}
	f.ignored = append(f.ignored, e.rel)
	return nil
}

// lookInto adds the folder of a table's parts.
func (f *Folder) lookInto(dir entry) error {
	entries, err := list(dir.path, dir.rel+"/")
	if err != nil {
		return err
	}
	table := fact.Lookup(dir.rel)
	var parts []*part
	for _, e := range entries {
		name := filepath.Base(e.path)
		format := formatOf(name)
		if format == "" || !e.info.Mode().IsRegular() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") {
			f.ignored = append(f.ignored, e.rel)
			continue
		}
		p := f.newPart(table, e, format, "")
		if format == Excel {
			sheets, err := sheetNames(p.path, p.Path)
			if err != nil {
				return err
			}
			p.Sheet = sheetOf(table, sheets)
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		f.ignored = append(f.ignored, dir.rel+"/")
		return nil
	}
	return f.add(table, parts...)
}

// lookWorkbook adds the sheets that are named as tables are; a workbook named
// as a table, without such a sheet, holds that table in its first sheet.
func (f *Folder) lookWorkbook(e entry) error {
	sheets, err := sheetNames(e.path, e.rel)
	if err != nil {
		return err
	}
	var others []string
	for _, s := range sheets {
		table := tableOfSheet(s)
		if table == nil {
			others = append(others, e.rel+"!"+s)
			continue
		}
		if err := f.add(table, f.newPart(table, e, Excel, s)); err != nil {
			return err
		}
	}
	if len(others) < len(sheets) {
		f.ignored = append(f.ignored, others...)
		return nil
	}
	if table := fact.Lookup(strings.TrimSuffix(e.rel, filepath.Ext(e.rel))); table != nil && len(sheets) > 0 {
		f.ignored = append(f.ignored, others[1:]...)
		return f.add(table, f.newPart(table, e, Excel, sheets[0]))
	}
	f.ignored = append(f.ignored, e.rel)
	return nil
}

func (f *Folder) newPart(t *fact.Table, e entry, format Format, sheet string) *part {
	return &part{
		File:  File{Table: t.Name, Path: e.rel, Sheet: sheet, Format: format, Size: e.info.Size()},
		table: t, path: e.path,
	}
}

// add gives table its parts; they must be its only ones, or rows would count twice.
func (f *Folder) add(t *fact.Table, parts ...*part) error {
	if there := f.parts[t.Name]; there != nil {
		return fault.Invalidf("factfile.twice", "表 %s（%s）既在“%s”又在“%s”，请只保留一处",
			"table %s (%s) is in %q and in %q; keep only one of them",
			t.Name, t.Zh, there[0].name(), parts[0].name())
	}
	f.parts[t.Name] = parts
	return nil
}

// openParquet opens the Parquet files and reads their footers.
func (f *Folder) openParquet() error {
	for _, p := range f.all() {
		if p.Format != Parquet {
			continue
		}
		var err error
		if p.parquet, err = parquetfile.Open(p.path, p.Path, p.table); err != nil {
			return err
		}
	}
	return nil
}

// all returns every part, in dictionary order and then name order.
func (f *Folder) all() []*part {
	var all []*part
	for _, t := range fact.Tables() {
		all = append(all, f.parts[t.Name]...)
	}
	return all
}

// Has tells whether there is a file for table, if only an empty one.
func (f *Folder) Has(table string) bool { return f.parts[table] != nil }

// Files returns what the folder's tables are read from, in dictionary order and
// then in the order of reading.
func (f *Folder) Files() []File {
	all := f.all()
	files := make([]File, len(all))
	for i, p := range all {
		files[i] = p.File
	}
	return files
}

// Ignored returns the files and sheets that belong to no table, in name order.
func (f *Folder) Ignored() []string { return slices.Clone(f.ignored) }

// Rows returns how many rows table has, when the files themselves say it:
// Parquet footers do.
func (f *Folder) Rows(table string) (n int64, known bool) {
	for _, p := range f.parts[table] {
		if p.parquet == nil {
			return 0, false
		}
		n += p.parquet.Rows()
	}
	return n, f.Has(table)
}

// Canonical tells whether every file of table is Parquet with the very schema
// that ParquetWriter writes, so that it may be copied as it stands.
func (f *Folder) Canonical(table string) bool {
	for _, p := range f.parts[table] {
		if p.parquet == nil || !p.parquet.Canonical() {
			return false
		}
	}
	return f.Has(table)
}

// Close closes the files that Open opened. No Scan may be running.
func (f *Folder) Close() error {
	var errs []error
	for _, p := range f.all() {
		if p.parquet != nil {
			errs = append(errs, p.parquet.Close())
		}
	}
	return errors.Join(errs...)
}

// few names the first of some things.
func few(names []string) string {
	const shown = 5
	if len(names) > shown {
		return strings.Join(names[:shown], "、") + " …"
	}
	return strings.Join(names, "、")
}
