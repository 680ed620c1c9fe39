package inbox

import (
	"cmp"
	"context"
	"hash/maphash"
	"path"
	"slices"
	"strings"

	"changrong/internal/adapter/intake"
	"changrong/internal/adapter/pboc"
	"changrong/internal/fact"
	"changrong/internal/programme"
	"changrong/internal/reporting"
)

// maxCorrections is how many corrections are told: more than a city has notes.
const maxCorrections = 200_000

// Corrections reads the files that only one of two lists of submissions has, and tells
// row by row what the later say otherwise, and in which file and line. columns are those
// that matter, by table; all of a table that is not named.
func (k *Checker) Corrections(ctx context.Context, before, after []reporting.SnapshotPart, columns map[string][]string) ([]programme.Cause, error) {
	was, is := only(before, after), only(after, before)
	if len(was)+len(is) == 0 {
		return nil, nil
	}
	var out []programme.Cause
	err := k.taken(ctx, was, func(ctx context.Context, a *told) error {
		return k.taken(ctx, is, func(ctx context.Context, b *told) error {
			d := differ{a: a, b: b, seed: maphash.MakeSeed()}
			for _, t := range fact.Tables() {
				if err := d.table(ctx, t, columns); err != nil {
					return err
				}
			}
			out = d.out
			return d.throughLoans(ctx)
		})
	})
	return out, err
}

// only returns parts with the files that others do not have. What guarantees and
// collaterals are for is told by the stock of their month, which then comes along.
func only(parts, others []reporting.SnapshotPart) (out []reporting.SnapshotPart) {
	type file struct{ folder, name, sha256 string }
	there := map[file]bool{}
	// A version is another folder: what counts is whose file of which set and period it is.
	key := func(p *reporting.SnapshotPart, f *reporting.File) file {
		folder := p.Folder()
		return file{folder[:strings.LastIndex(folder, "-v")], f.Name, f.SHA256}
	}
	for i := range others {
		for j := range others[i].Files {
			there[key(&others[i], &others[i].Files[j])] = true
		}
	}
	for i := range parts {
		p := parts[i]
		all := p.Files
		p.Files = slices.DeleteFunc(slices.Clone(all), func(f reporting.File) bool { return there[key(&p, &f)] })
		days := map[string]bool{}
		for _, f := range p.Files {
			if m := message(f.Name); m == "DBHTXX" || m == "DBWXX" {
				days[dayOf(f.Name)] = true
			}
		}
		changed := slices.Clone(p.Files)
		for _, f := range all {
			m := message(f.Name)
			stock := (m == "CLDWDK" || m == "DWDKFS") && days[dayOf(f.Name)]
			// a message in two files, data and log, is read as a whole
			pair := slices.ContainsFunc(changed, func(c reporting.File) bool { return stem(c.Name) == stem(f.Name) && m != "" })
			if (stock || pair) && !slices.Contains(p.Files, f) {
				p.Files = append(p.Files, f)
			}
		}
		if len(p.Files) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// dayOf returns the day of a message by its name.
func dayOf(name string) string {
	n, wrong := pboc.ParseName(name, stem(path.Base(name)))
	if wrong != nil {
		return ""
	}
	return n.Date.String()
}

// told is what some files tell.
type told struct {
	intake.Taken
	*laid
}

// taken reads the files of parts, and hands over what they tell.
func (k *Checker) taken(ctx context.Context, parts []reporting.SnapshotPart, f func(context.Context, *told) error) error {
	l, err := k.lay(ctx, parts, func(int64, int64, string) {})
	if err != nil {
		return err
	}
	defer l.remove()
	_, err = intake.Import(ctx, intake.Options{
		In: l.dir, Check: true, Traced: true, Workers: k.Workers, Codes: k.Codes, Behind: l.behind,
		Look: func(ctx context.Context, t intake.Taken) error { return f(ctx, &told{t, l}) },
	})
	return err
}

// where returns where row i of b was told.
func (t *told) where(b *fact.Batch, i int) *programme.Told {
	at := t.Place(b.File, b.LineOf(i))
	n, name := t.partOf(at.File)
	out := &programme.Told{File: name, Line: at.Line}
	if n >= 0 {
		p := &t.parts[n]
		out.SetZh = setZh(p)
		out.Submission, out.Org, out.Set, out.Period, out.Version = p.Submission, p.OrgName, string(p.Set), string(p.Period), p.Version
	}
	return out
}

// setZh names the set of a part; the platform's own is in no list of what is handed in.
func setZh(p *reporting.SnapshotPart) string {
	if info := p.Set.Info(); info != nil {
		return info.Zh
	}
	return p.Label()
}

// differ holds what two lists of files tell against each other. Most rows are the same
// in both: those are known by their hashes, and only the others are kept.
type differ struct {
	a, b *told
	seed maphash.Seed
	out  []programme.Cause
}

// seen is a row that one side has otherwise.
type seen struct {
	cells []string
	at    *programme.Told
	about []string
}

// table adds what is different in one table.
func (d *differ) table(ctx context.Context, t *fact.Table, read map[string][]string) error {
	columns := slices.Clone(t.Key)
	for _, c := range t.Stored() {
		linked := slices.ContainsFunc(t.Links, func(l fact.Link) bool { return slices.Contains(l.On, c) })
		if !slices.Contains(columns, c) && (linked || read[t.Name] == nil || slices.Contains(read[t.Name], c)) {
			columns = append(columns, c)
		}
	}
	hashes := [2]map[uint64]struct{}{{}, {}}
	for i, side := range []*told{d.a, d.b} {
		err := rows(ctx, side, t.Name, columns, func(b *fact.Batch, row int, cells []byte) {
			hashes[i][maphash.Bytes(d.seed, cells)] = struct{}{}
		})
		if err != nil {
			return err
		}
	}
	var kept [2]map[string]*seen
	var order []string
	for i, side := range []*told{d.a, d.b} {
		kept[i] = map[string]*seen{}
		err := rows(ctx, side, t.Name, columns, func(b *fact.Batch, row int, cells []byte) {
			if _, same := hashes[1-i][maphash.Bytes(d.seed, cells)]; same || len(kept[i]) >= maxCorrections {
				return
			}
			s := &seen{cells: strings.Split(string(cells[:len(cells)-1]), "\x00"), at: side.where(b, row)}
			if !slices.ContainsFunc(s.cells[len(t.Key):], func(c string) bool { return c != "" }) {
				return // its key alone: other files tell it
			}
			key := strings.Join(s.cells[:len(t.Key)], "/")
			s.about = about(t, columns, s.cells, key)
			kept[i][key] = s
			if i == 0 || kept[0][key] == nil {
				order = append(order, key)
			}
		})
		if err != nil {
			return err
		}
	}
	slices.Sort(order)
	for _, key := range order {
		d.row(t, columns, key, kept[0][key], kept[1][key])
	}
	return nil
}

// throughLoans makes what is about a note be about its enterprise, its branch and its
// project too.
func (d *differ) throughLoans(ctx context.Context) error {
	const prefix = "loans:"
	wanted := map[string][]string{}
	for i := range d.out {
		for _, about := range d.out[i].About[1:] {
			if strings.HasPrefix(about, prefix) {
				wanted[about] = nil
			}
		}
	}
	t := fact.Lookup("loans")
	columns := slices.Clone(t.Key)
	for _, l := range t.Links {
		for _, on := range l.On {
			if !slices.Contains(columns, on) {
				columns = append(columns, on)
			}
		}
	}
	for _, side := range []*told{d.a, d.b} {
		err := rows(ctx, side, t.Name, columns, func(_ *fact.Batch, _ int, line []byte) {
			cells := strings.Split(string(line[:len(line)-1]), "\x00")
			links := about(t, columns, cells, cells[0]+"/"+cells[1])
			if _, ok := wanted[links[0]]; ok {
				wanted[links[0]] = links[1:]
			}
		})
		if err != nil {
			return err
		}
	}
	for i := range d.out {
		c := &d.out[i]
		for _, about := range slices.Clone(c.About[1:]) {
			for _, more := range wanted[about] {
				if !slices.Contains(c.About, more) {
					c.About = append(slices.Clone(c.About), more)
				}
			}
		}
	}
	return nil
}

// rows calls f with every row of a table, its cells each ended by a zero byte.
func rows(ctx context.Context, src fact.Source, table string, columns []string, f func(b *fact.Batch, row int, cells []byte)) error {
	if !src.Has(table) {
		return nil
	}
	var cells []byte
	return src.Scan(ctx, table, columns, 1, func(_ int, b *fact.Batch) error {
		for i := range b.Len() {
			cells = cells[:0]
			for _, v := range b.Vectors {
				cells = append(v.AppendValue(cells, i), 0)
			}
			f(b, i, cells)
		}
		return nil
	})
}

// row adds what is different in one row, which at least one side has.
func (d *differ) row(t *fact.Table, columns []string, key string, a, b *seen) {
	c := programme.Cause{Table: t.Name, Key: key}
	if a != nil {
		c.ToldA, c.About = a.at, a.about
	}
	if b != nil {
		c.ToldB, c.About = b.at, b.about
	}
	switch {
	case len(d.out) >= maxCorrections:
	case a == nil:
		c.Change = "added"
		d.out = append(d.out, c)
	case b == nil:
		c.Change = "removed"
		d.out = append(d.out, c)
	default:
		for i, name := range columns {
			if a.cells[i] == b.cells[i] {
				continue
			}
			one := c
			col := t.Column(name)
			one.FieldZh, one.FieldEn = col.Zh, col.En
			one.Change, one.Field, one.A, one.B = "changed", name, worded(col, a.cells[i]), worded(col, b.cells[i])
			d.out = append(d.out, one)
		}
	}
}

// worded returns a cell as people read it.
func worded(c *fact.Column, cell string) string { return cmp.Or(c.Label(cell), cell) }

// about returns what a row is about: itself, and what it is linked to.
func about(t *fact.Table, columns, cells []string, key string) []string {
	cell := func(name string) string {
		if i := slices.Index(columns, name); i >= 0 {
			return cells[i]
		}
		return ""
	}
	out := []string{t.Name + ":" + key}
	for _, l := range t.Links {
		parts := make([]string, len(l.On))
		for i, on := range l.On {
			parts[i] = cell(on)
		}
		if !slices.Contains(parts, "") {
			out = append(out, l.Table+":"+strings.Join(parts, "/"))
		}
	}
	switch t.Name {
	case "decisions":
		out = append(out, "decisions:"+cell("item")+"/"+cell("subject_id"))
	case "filings":
		out = append(out, "filings:"+cell("item")+"/"+cell("institution_id")+"/"+cell("subject_id"))
	}
	return out
}
