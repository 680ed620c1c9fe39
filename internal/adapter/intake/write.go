package intake

import (
	"bufio"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"changrong/internal/adapter/factfile"
	"changrong/internal/fact"

	"golang.org/x/sync/errgroup"
)

// submissionsFile is the name of the list of what facts come from.
const submissionsFile = "submissions.csv"

// write writes the tables, each in a goroutine of g.
func (r *run) write(ctx context.Context, g *errgroup.Group, dir string) {
	for _, t := range fact.Tables() {
		if r.s.Has(t.Name) {
			g.Go(func() error { return r.s.writeTable(ctx, t, filepath.Join(dir, t.Name+".parquet")) })
		}
	}
}

// writeTable writes one table.
func (s *store) writeTable(ctx context.Context, t *fact.Table, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return unwritable(path, err)
	}
	defer func() {
		if e := f.Close(); e != nil && err == nil {
			err = unwritable(path, e)
		}
	}()
	out := bufio.NewWriterSize(f, 1<<18)
	w := factfile.NewParquetWriter(out, t)
	err = s.Scan(ctx, t.Name, t.Stored(), 1, func(_ int, b *fact.Batch) error { return w.Write(b) })
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return unwritable(path, err)
	}
	if err := out.Flush(); err != nil {
		return unwritable(path, err)
	}
	if err := f.Sync(); err != nil {
		return unwritable(path, err)
	}
	return nil
}

// publish adds the list of files and gives the folder its name.
func (r *run) publish(tmp string) error {
	if err := r.writeSubmissions(filepath.Join(tmp, submissionsFile)); err != nil {
		return unwritable(r.opts.Out, err)
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return unwritable(r.opts.Out, err)
	}
	if err := refuseOut(r.opts.Out); err != nil {
		return err
	}
	if err := os.Rename(tmp, r.opts.Out); err != nil {
		return unwritable(r.opts.Out, err)
	}
	return nil
}

// writeSubmissions lists every file that facts come from. A message's .log is
// not listed: all it says is checked against the .dat. The version counts
// corrections of one submission, which a folder taken in whole does not have.
func (r *run) writeSubmissions(path string) error {
	var b strings.Builder
	out := csv.NewWriter(&b)
	rows := [][]string{{"institution_id", "tables", "month", "version", "file", "sha256", "rows", "warnings"}}
	for _, f := range r.files {
		rows = append(rows, []string{
			f.Institution, strings.Join(f.Tables, " "), f.Month, "1", f.Path, f.SHA256, strconv.FormatInt(f.Rows, 10), strconv.Itoa(f.Warnings),
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
