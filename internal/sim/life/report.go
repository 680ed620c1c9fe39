package life

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"changrong/internal/reporting"
	"changrong/internal/sim"

	"golang.org/x/sync/errgroup"
)

// paper is a file to be handed in.
type paper struct {
	name    string
	content []byte
}

// files are what the city's banks and offices have to hand in.
type files struct {
	messages map[string]map[string][]paper // by bank and month
	extra    map[string][]paper            // by bank: what messages lack
	office   map[reporting.Set][]paper
	spoiled  map[string]map[string][]paper // messages with an error in them
}

// write makes the city's files in dir.
func (t *Town) write(ctx context.Context, dir string) error {
	clean, err := t.city(ctx, filepath.Join(dir, "clean"), nil)
	if err != nil {
		return err
	}
	t.files = *clean
	spoiled, err := t.city(ctx, filepath.Join(dir, "spoiled"), sim.Troubles())
	if err != nil {
		return err
	}
	t.files.spoiled = spoiled.messages
	return nil
}

func (t *Town) city(ctx context.Context, out string, trouble []sim.Trouble) (*files, error) {
	if _, err := sim.Write(ctx, sim.Options{Seed: t.Seed, Enterprises: t.Enterprises, Notes: t.Notes, Out: out, As: sim.PBoC, Zip: true, Trouble: trouble}); err != nil {
		return nil, err
	}
	f := &files{messages: map[string]map[string][]paper{}, extra: map[string][]paper{}, office: map[reporting.Set][]paper{}}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(out, path)
		if err != nil {
			return err
		}
		parts := strings.Split(filepath.ToSlash(rel), "/")
		if parts[0] != "supplement" {
			code, _, _ := strings.Cut(parts[1], "_")
			if f.messages[code] == nil {
				f.messages[code] = map[string][]paper{}
			}
			f.messages[code][parts[0]] = append(f.messages[code][parts[0]], paper{parts[1], content})
			return nil
		}
		return f.supplement(strings.TrimSuffix(parts[1], ".csv"), strings.Join(parts[1:], "-"), content)
	})
	return f, err
}

// tables of the office, and the set they belong to.
var ofOffice = map[string]reporting.Set{
	"institutions": reporting.Registers, "branches": reporting.Registers, "projects": reporting.Registers, "enterprises": reporting.Registers,
	"decisions": reporting.Decisions, "budgets": reporting.Decisions, "benefits": reporting.Decisions, "filings": reporting.Decisions,
}

// supplement takes a table apart into what each bank hands in, or leaves it to
// the office.
func (f *files) supplement(table, name string, content []byte) error {
	if set, ok := ofOffice[table]; ok {
		f.office[set] = append(f.office[set], paper{name, content})
		return nil
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil || len(rows) < 2 {
		return err
	}
	at := slices.Index(rows[0], "institution_id")
	if at < 0 {
		return fmt.Errorf("life: %s has no institution_id", name)
	}
	of := map[string][][]string{}
	for _, row := range rows[1:] {
		of[row[at]] = append(of[row[at]], row)
	}
	for code, own := range of {
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(append([][]string{rows[0]}, own...)); err != nil {
			return err
		}
		f.extra[code] = append(f.extra[code], paper{name, b.Bytes()})
	}
	return nil
}

// register hands in what the finance office keeps.
func (t *Town) register(ctx context.Context) error {
	clerk, lead := t.one("市金融工作中心", "office"), t.one("市金融工作中心", "office_lead")
	for _, o := range []map[string]any{
		{"title": "金融基础数据（月报）", "kind": "bank", "set": reporting.Lending, "due_day": 8, "from": "2021-11"},
		{"title": "补充资料（年报）", "kind": "bank", "set": reporting.Supplement, "yearly": true, "due_day": 10, "from": "2021-01"},
	} {
		if err := lead.Call(ctx, "POST", "/api/reporting/obligations", o, nil); err != nil {
			return err
		}
	}
	for _, set := range []reporting.Set{reporting.Registers, reporting.Decisions} {
		if err := t.accept(ctx, clerk, lead, set, "2021", t.files.office[set]); err != nil {
			return err
		}
	}
	return nil
}

// report lets every bank hand in its months, the banks beside each other.
func (t *Town) report(ctx context.Context) error {
	if err := t.register(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i := range t.banks {
		g.Go(func() error { return t.bankReports(ctx, &t.banks[i], i) })
	}
	return g.Wait()
}

// bankReports hands in one bank's year. Every fifth bank errs in one month first.
func (t *Town) bankReports(ctx context.Context, b *bank, i int) error {
	if extra := t.files.extra[b.code]; len(extra) > 0 { // messages hang on it
		if err := t.accept(ctx, b.clerk, b.lead, reporting.Supplement, "2021", extra); err != nil {
			return err
		}
	}
	months := slices.Sorted(maps.Keys(t.files.messages[b.code]))
	for n, month := range months {
		if i%5 == 0 && n == len(months)/2 {
			if _, err := t.handIn(ctx, b.clerk, reporting.Lending, reporting.Period(month), t.files.spoiled[b.code][month]); err != nil {
				return err
			}
		}
		if err := t.accept(ctx, b.clerk, b.lead, reporting.Lending, reporting.Period(month), t.files.messages[b.code][month]); err != nil {
			return err
		}
	}
	return nil
}

// accept hands in papers, which must be accepted in the end.
func (t *Town) accept(ctx context.Context, clerk, lead *Person, set reporting.Set, p reporting.Period, papers []paper) error {
	s, err := t.handIn(ctx, clerk, set, p, papers)
	if err != nil {
		return err
	}
	if s.State == reporting.Confirming {
		note := map[string]string{"note": "已与客户经理核对，情况属实"}
		if err := lead.Call(ctx, "POST", "/api/submissions/"+s.ID+"/confirm", note, s); err != nil {
			return err
		}
	}
	if s.State != reporting.Accepted {
		findings, err := items[reporting.Finding](ctx, clerk, "/api/submissions/"+s.ID+"/findings", map[string][]string{"severity": {"error"}})
		if err != nil {
			return err
		}
		return fmt.Errorf("life: %s %s of %s is %s: %+v", set, p, s.OrgName, s.State, findings[:min(len(findings), 3)])
	}
	return nil
}

// handIn hands in papers and waits for the check.
func (t *Town) handIn(ctx context.Context, clerk *Person, set reporting.Set, p reporting.Period, papers []paper) (*reporting.Submission, error) {
	draft := map[string]any{"set": set, "period": p}
	var ids []string
	for _, f := range papers {
		id, err := clerk.Upload(ctx, f.name, f.content)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	draft["uploads"] = ids
	s := &reporting.Submission{}
	if err := clerk.Call(ctx, "POST", "/api/submissions", draft, s); err != nil {
		return nil, err
	}
	err := until(ctx, func() (bool, error) {
		err := clerk.Call(ctx, "GET", "/api/submissions/"+s.ID, nil, s)
		return s.State != reporting.Received && s.State != reporting.Checking, err
	})
	return s, err
}

// until asks again and again, a little later each time, until the answer is yes.
func until(ctx context.Context, yes func() (bool, error)) error {
	for pause := 10 * time.Millisecond; ; pause = min(pause*3/2, time.Second) {
		if ok, err := yes(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
