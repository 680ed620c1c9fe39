package intake

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/pboc"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// input is the files of a folder, by what they are.
type input struct {
	packages    []pboc.Package
	supplements []*supplement
	unreadable  bool // a folder with tables cannot be read
}

// gather looks through a folder and the folders in it. Links are not followed,
// and what begins with a dot is left alone.
// Errors: intake.not_found, intake.too_many_files.
func gather(dir string, find func(fact.Finding)) (*input, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fault.Newf(fault.NotFound, "intake.not_found", "没有“%s”这个文件夹", "there is no folder %q", dir).Because(err)
	}
	var messages, tables []string // folders with a table, below dir
	files := 0
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		hidden := rel != "." && strings.HasPrefix(e.Name(), ".")
		switch files++; {
		case files > maxFiles:
			return fault.Invalidf("intake.too_many_files", "文件超过 %d 个", "over %d files", maxFiles)
		case e.IsDir() && hidden, e.IsDir() && strings.Count(rel, "/") >= maxDepth:
			return fs.SkipDir
		case e.IsDir() && rel != "." && fact.Lookup(e.Name()) != nil:
			tables = append(tables, path.Dir(rel))
			return fs.SkipDir
		case e.IsDir() || hidden:
			return nil
		case !e.Type().IsRegular():
			find(ruleUnknownFile.At(fault.Place{File: rel}, "", ""))
			return nil
		}
		switch strings.ToLower(path.Ext(rel)) {
		case ".dat", ".log", ".zip":
			messages = append(messages, rel)
		case ".csv", ".xlsx", ".parquet":
			tables = append(tables, path.Dir(rel))
		default:
			find(ruleUnknownFile.At(fault.Place{File: rel}, "", ""))
		}
		return nil
	})
	if err != nil {
		if fault.CodeOf(err) != "" {
			return nil, err
		}
		return nil, fault.New(fault.Unavailable, "intake.unreadable", "文件夹无法读取", "the folder cannot be read").In(fault.Place{File: dir}).Because(err)
	}
	in := &input{}
	var findings []fact.Finding
	in.packages, findings = pboc.Find(messages)
	for _, f := range findings {
		find(f)
	}
	slices.Sort(tables)
	for _, sub := range slices.Compact(tables) {
		if err := in.addTables(dir, sub, find); err != nil {
			return nil, err
		}
	}
	if len(in.packages)+len(in.supplements) == 0 && len(findings) == 0 && !in.unreadable {
		find(ruleNoInput.At(fault.Place{}, "", ""))
	}
	return in, nil
}

// addTables adds the tables in one folder.
func (in *input) addTables(dir, sub string, find func(fact.Finding)) error {
	at := filepath.Join(dir, filepath.FromSlash(sub))
	f, err := factfile.Open(at)
	if err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return err
		}
		finding := fact.FindingOf(err)
		finding.At.File = path.Join(sub, finding.At.File)
		find(finding)
		in.unreadable = true
		return nil
	}
	for _, t := range f.Files() {
		rel := path.Join(sub, t.Path)
		if t.Sheet != "" {
			rel += "!" + t.Sheet
		}
		in.supplements = append(in.supplements, &supplement{table: t.Table, path: filepath.Join(at, filepath.FromSlash(t.Path)), rel: rel})
	}
	for _, name := range f.Ignored() {
		file, _, _ := strings.Cut(name, "!")
		switch strings.ToLower(path.Ext(file)) {
		case ".csv", ".xlsx", ".parquet":
			find(ruleUnknownFile.At(fault.Place{File: path.Join(sub, name)}, "", ""))
		}
	}
	return f.Close()
}
