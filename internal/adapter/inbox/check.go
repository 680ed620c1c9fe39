package inbox

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/intake"
	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/loanbook"
	"changrong/internal/reporting"

	"golang.org/x/sync/errgroup"
)

var _ reporting.Checker = (*Checker)(nil)

// Checker reads submissions with package intake.
type Checker struct {
	Blobs   blob.Store
	Tmp     string // folder in which submissions are laid out; "" the system's
	Workers int    // parsers of one check; 0: one for each processor
	Codes   *pboc.Codes
}

// laid is submissions laid out in a folder.
type laid struct {
	dir   string
	parts []reporting.SnapshotPart
	at    map[string]int // parts by their folders: a file of each row is looked up
	own   int            // the part that is checked; -1: all are
}

// lay writes the files of parts into a new folder, each part in one of its own.
func (k *Checker) lay(ctx context.Context, parts []reporting.SnapshotPart, progress reporting.Progress) (l *laid, err error) {
	l = &laid{parts: parts, at: map[string]int{}, own: -1}
	for i := range parts {
		l.at[parts[i].Folder()] = i
	}
	if l.dir, err = os.MkdirTemp(k.Tmp, "changrong-check-*"); err != nil {
		return nil, disk(err)
	}
	defer func() {
		if err != nil {
			l.remove()
		}
	}()
	done, total := int64(0), int64(0)
	for i := range parts {
		total += int64(len(parts[i].Files))
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, k.Workers, runtime.GOMAXPROCS(0)))
	var told sync.Mutex
	for i := range parts {
		g.Go(func() error {
			return k.layPart(gctx, &parts[i], l.dir, func() {
				told.Lock()
				defer told.Unlock()
				done++
				progress(done, total, "取出文件")
			})
		})
	}
	return l, g.Wait()
}

// layPart writes the files of one part into its folder below dir.
func (k *Checker) layPart(ctx context.Context, p *reporting.SnapshotPart, dir string, written func()) error {
	for _, f := range p.Files {
		if err := reporting.CheckName(f.Name); err != nil { // it was checked when it came
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(p.Folder()), filepath.FromSlash(placeOf(f.Name)))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return disk(err)
		}
		if err := k.Blobs.Fetch(ctx, blob.Ref{SHA256: f.SHA256, Size: f.Size}, to); err != nil {
			return err
		}
		written()
	}
	return nil
}

// placeOf returns where a file of a submission lies in its folder. A table may come
// in several files, loans-1.csv and loans-2.csv: those lie in a folder loans.
func placeOf(name string) string {
	table, _, parted := strings.Cut(name, "-")
	if !parted || fact.Lookup(table) == nil {
		return name
	}
	return table + "/" + name
}

func (l *laid) remove() { os.RemoveAll(l.dir) }

// partOf returns the number of the part that a path belongs to, -1 for none, and
// the path within it.
func (l *laid) partOf(file string) (int, string) {
	who, rest, _ := strings.Cut(file, "/")
	which, rest, _ := strings.Cut(rest, "/")
	if i, ok := l.at[file[:min(len(file), len(who)+1+len(which))]]; ok {
		return i, nameIn(rest)
	}
	return -1, file
}

// nameIn returns the name of the file that lies at rest in its submission's folder.
func nameIn(rest string) string {
	if table, name, ok := strings.Cut(rest, "/"); ok && fact.Lookup(table) != nil {
		return name
	}
	return rest
}

// owner says of whom the file at a path may speak.
func (l *laid) owner(file string) intake.Owner {
	i, _ := l.partOf(file)
	switch {
	case i < 0 || l.parts[i].Office || l.parts[i].Platform:
		return intake.Owner{}
	case l.parts[i].Set == reporting.Guarantees:
		return intake.Owner{Column: "guarantor_id", USCC: l.parts[i].Institution}
	}
	return intake.Owner{Column: "institution_id", USCC: l.parts[i].Institution}
}

// waits tells whether the file at a path may be about notes whose messages are still
// to come.
func (l *laid) waits(file string) bool {
	i, _ := l.partOf(file)
	return i >= 0 && l.parts[i].Set == reporting.Supplement
}

// behind tells whether the file at a path is what the platform itself knows of loans.
func (l *laid) behind(file string) bool {
	i, _ := l.partOf(file)
	return i >= 0 && l.parts[i].Platform
}

// Check implements reporting.Checker.
func (k *Checker) Check(ctx context.Context, parts []reporting.SnapshotPart, own int, items []string, progress reporting.Progress) (*reporting.Outcome, error) {
	l, err := k.lay(ctx, parts, progress)
	if err != nil {
		return nil, err
	}
	defer l.remove()
	l.own = own
	c := &check{laid: l, part: &parts[own], items: items, counts: map[string]*reporting.Count{}}
	progress(0, 0, "检查")
	rep, err := intake.Import(ctx, intake.Options{
		In: l.dir, Check: true, Workers: k.Workers, Keep: reporting.KeepFindings, Codes: k.Codes, Owner: l.owner, Waits: l.waits, Judge: c.judge,
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		if kind := fault.KindOf(err); kind == fault.Unavailable || kind == fault.Internal {
			return nil, err
		}
		rep = &intake.Report{Findings: []fact.Finding{fact.FindingOf(err)}, Counts: []intake.Count{{Code: fault.CodeOf(err), Severity: fact.Error, Total: 1}}, Errors: 1}
	} else {
		c.contents(rep)
	}
	return c.outcome(rep), nil
}

// check is one check.
type check struct {
	*laid
	part   *reporting.SnapshotPart
	items  []string
	added  []reporting.Finding
	counts map[string]*reporting.Count
}

// judge decides what a finding means for the submission that is checked. What is
// wrong with others' files, and was accepted, is no fault of it, unless an earlier
// period no longer fits: then this one does not. That a later period no longer
// fits is to be expected of a correction, and said.
func (c *check) judge(f fact.Finding) (fact.Finding, bool) {
	// A balance that a table told is placed at its note now, and at its own row in the
	// end; its key says the month.
	if m := monthOf(f.At.Value); m != "" && after(m, c.part.Period) && strings.HasPrefix(f.Code, "loanbook.") {
		return c.laterOn(f, m)
	}
	i, _ := c.partOf(f.At.File)
	p := c.part
	if i >= 0 {
		p = &c.parts[i]
	}
	// A supplement may speak of notes whose messages are still to come.
	if p.Set == reporting.Supplement && f.Severity == fact.Error && intake.Missing(f.Code) {
		f.Severity, f.Zh, f.En = fact.Warning, "等待报文或后续数据："+f.Zh, "until its messages come: "+f.En
	}
	if i < 0 || i == c.own {
		return f, true
	}
	switch {
	case f.Severity == fact.Warning:
		return f, false // it was told when that came
	case p.Office && !c.part.Office:
		f.Severity, f.Zh, f.En = fact.Warning, "市金融工作中心维护的资料有误，请与其联系："+f.Zh, "in the finance office's registers: "+f.En
	case after(p.Period, c.part.Period):
		return c.laterOn(f, p.Period)
	}
	return f, true
}

// laterOn makes a warning of an error about a period after the submission's.
func (c *check) laterOn(f fact.Finding, p reporting.Period) (fact.Finding, bool) {
	if f.Severity == fact.Warning {
		return f, false
	}
	f.Severity, f.Zh, f.En = fact.Warning, "与已接收的"+p.Zh()+"报送不符，该期须随后更正："+f.Zh, "does not fit what was accepted for "+string(p)+", which has to be corrected next: "+f.En
	return f, true
}

// monthOf returns the month at the end of the key of a balance, "" when there is none.
func monthOf(key string) reporting.Period {
	last := key[strings.LastIndexByte(key, '/')+1:]
	if _, err := civil.ParseMonth(last); err != nil || strings.Count(key, "/") != 2 {
		return ""
	}
	return reporting.Period(last)
}

// after tells whether a begins after b has ended.
func after(a, b reporting.Period) bool {
	first, _, err := a.Months()
	_, last, err2 := b.Months()
	return err == nil && err2 == nil && first > last
}

// add adds a finding about the submission as a whole.
func (c *check) add(code, file, zh, en string) {
	f := reporting.Finding{Severity: reporting.SeverityError, Code: code, File: file, Zh: zh, En: en}
	c.added = append(c.added, f)
	n := c.counts[code]
	if n == nil {
		n = &reporting.Count{Code: code, Severity: reporting.SeverityError}
		c.counts[code] = n
	}
	n.Total++
}

// contents checks what the submission's files turned out to be.
func (c *check) contents(rep *intake.Report) {
	info := c.part.Set.Info()
	first, last, err := c.part.Period.Months()
	if err != nil || info == nil {
		return // it was checked when it came
	}
	if c.part.Period.Yearly() {
		first-- // the balances that a year begins with
	}
	held := map[string]bool{}
	for i := range rep.Files {
		f := &rep.Files[i]
		at, name := c.partOf(f.Path)
		if at != c.own {
			continue
		}
		code := message(name)
		switch {
		case f.Institution != "":
			held[code] = true
			if !slices.Contains(info.Messages, code) {
				c.add("reporting.not_in_set", name, "“"+info.Zh+"”中不报送"+code, code+" is not in "+info.En)
			}
			if m, err := civil.ParseMonth(f.Month); err != nil || m < first || m > last {
				c.add("reporting.other_month", name, "报文是"+f.Month+"的，报送期是"+string(c.part.Period), "the message is of "+f.Month+", the submission of "+string(c.part.Period))
			}
		default:
			for _, t := range f.Tables {
				held[t] = true
				if !slices.Contains(info.Tables, t) {
					c.add("reporting.not_in_set", name, "“"+info.Zh+"”中不报送"+fact.Lookup(t).Zh+"（"+t+"）", t+" is not in "+info.En)
				}
			}
		}
	}
	if len(held) == 0 && rep.Errors == 0 {
		c.add("reporting.nothing_read", "", "没有可以读取的报文或数据表，请核对文件名", "there is neither a message nor a table; check the names of the files")
	}
	for _, item := range c.items {
		if !held[item] && len(held) > 0 {
			c.add("reporting.item_missing", "", "缺少"+nameOf(item), item+" is missing")
		}
	}
}

// message returns the code of the message that a file is by its name.
func message(name string) string {
	base := path.Base(name)
	if n, wrong := pboc.ParseName(name, strings.TrimSuffix(base, path.Ext(base))); wrong == nil {
		return n.Message.Code
	}
	return ""
}

// nameOf names a message or a table in Chinese.
func nameOf(item string) string {
	if m := pboc.Lookup(item); m != nil {
		return m.Zh + "（" + item + "）"
	}
	if t := fact.Lookup(item); t != nil {
		return t.Zh + "（" + item + "）"
	}
	return item
}

// outcome makes of a report what the desk wants to know.
func (c *check) outcome(rep *intake.Report) *reporting.Outcome {
	out := &reporting.Outcome{Errors: rep.Errors + len(c.added), Warnings: rep.Warnings, Findings: c.added}
	tables := c.tables(rep)
	for i := range rep.Findings {
		out.Findings = append(out.Findings, c.finding(&rep.Findings[i], tables))
	}
	for _, n := range rep.Counts {
		out.Counts = append(out.Counts, reporting.Count{Code: n.Code, Severity: n.Severity.String(), Total: n.Total})
	}
	for _, f := range c.added {
		if n := c.counts[f.Code]; n != nil {
			out.Counts = append(out.Counts, *n)
			delete(c.counts, f.Code)
		}
	}
	out.Findings = reporting.Trim(out.Findings, out.Counts)
	out.Files = c.rows(rep)
	out.Sums = c.sums(rep)
	return out
}

// tables returns what each file holds: a message or a table.
func (l *laid) tables(rep *intake.Report) map[string]string {
	tables := map[string]string{}
	for i := range rep.Files {
		f := &rep.Files[i]
		what := strings.Join(f.Tables, " ")
		if f.Institution != "" {
			what = message(f.Path)
		}
		tables[f.Path] = what
	}
	return tables
}

// tableOfRule returns the table that findings with a code are about, "" when they
// do not say.
func tableOfRule(code string) string {
	for _, r := range loanbook.Rules() {
		if r.Code == code {
			return r.Table
		}
	}
	return ""
}

// finding turns a finding around: places are within a submission.
func (l *laid) finding(f *fact.Finding, tables map[string]string) reporting.Finding {
	i, name := l.partOf(f.At.File)
	table, ok := tables[f.At.File]
	if !ok { // of a .dat or .log in a zip, or beside one
		table = message(name)
	}
	if table == "" {
		table = tableOfRule(f.Code)
	}
	if i >= 0 && l.own >= 0 && i != l.own {
		name = l.parts[i].Label() + "/" + name
	}
	return reporting.Finding{
		Severity: f.Severity.String(), Code: f.Code, File: name, Table: table, Line: f.At.Line, Column: f.At.Column, Field: f.At.Field, Value: f.At.Value, Zh: f.Zh, En: f.En,
	}
}

// rows returns the files of the submission with the rows that were read.
func (c *check) rows(rep *intake.Report) []reporting.File {
	files := slices.Clone(c.part.Files)
	for i := range rep.Files {
		at, name := c.partOf(rep.Files[i].Path)
		if at != c.own {
			continue
		}
		name, _, _ = strings.Cut(name, "!") // a sheet of a workbook
		for j := range files {
			if files[j].Name == name {
				files[j].Rows += rep.Files[i].Rows
			}
		}
	}
	return files
}

// sums returns the control sums of the months that the submission is about.
func (c *check) sums(rep *intake.Report) []reporting.Sum {
	sums := []reporting.Sum{}
	if c.part.Set != reporting.Lending {
		return sums
	}
	first, last, err := c.part.Period.Months()
	if err != nil {
		return sums
	}
	if c.part.Period.Yearly() {
		first--
	}
	for _, b := range rep.Balances {
		if m, err := civil.ParseMonth(b.Month); err == nil && b.Institution == c.part.Institution && m >= first && m <= last {
			sums = append(sums, reporting.Sum{Month: reporting.Period(b.Month), Institution: b.Institution, Notes: b.Notes, BalanceFen: b.Fen})
		}
	}
	return sums
}

// Materialise implements reporting.Checker.
func (k *Checker) Materialise(ctx context.Context, parts []reporting.SnapshotPart, out string, progress reporting.Progress) (*reporting.SnapshotFindings, error) {
	l, err := k.lay(ctx, parts, progress)
	if err != nil {
		return nil, err
	}
	defer l.remove()
	progress(0, 0, "汇总各机构数据")
	rep, err := intake.Import(ctx, intake.Options{
		In: l.dir, Out: out, Workers: k.Workers, Keep: reporting.KeepFindings, Codes: k.Codes, Owner: l.owner, Waits: l.waits, Behind: l.behind,
	})
	if err != nil {
		return nil, err
	}
	found := &reporting.SnapshotFindings{Errors: rep.Errors, Warnings: rep.Warnings, Written: rep.Written, Rows: map[string]int64{}, Findings: []reporting.SnapshotFinding{}}
	for _, t := range rep.Tables {
		found.Rows[t.Name] = t.Rows
	}
	for _, n := range rep.Counts {
		found.Counts = append(found.Counts, reporting.Count{Code: n.Code, Severity: n.Severity.String(), Total: n.Total, Kept: n.Kept})
	}
	tables := l.tables(rep)
	for i := range rep.Findings {
		f := &rep.Findings[i]
		one := reporting.SnapshotFinding{Finding: l.finding(f, tables)}
		if at := l.whose(f); at >= 0 {
			p := &l.parts[at]
			one.Org, one.OrgName = p.Org, p.OrgName
			if f.At.File != "" {
				one.Submission = p.Submission
				one.File = p.Label() + "/" + one.File
			}
		}
		found.Findings = append(found.Findings, one)
	}
	return found, nil
}

// whose returns the number of the part whose organisation a finding belongs to: by
// its file, or else by the institution its key begins with; -1 nobody's.
func (l *laid) whose(f *fact.Finding) int {
	if i, _ := l.partOf(f.At.File); i >= 0 {
		return i
	}
	id, _, _ := strings.Cut(f.At.Value, "/")
	return slices.IndexFunc(l.parts, func(p reporting.SnapshotPart) bool { return id != "" && p.Institution == id })
}
