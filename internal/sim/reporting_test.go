package sim_test

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/fact"
	"changrong/internal/reporting"
	"changrong/internal/sim"
	"changrong/internal/sim/city"
)

// filing is what the banks and the office of a city hand in.
type filing struct {
	months     []reporting.Period
	messages   map[string]map[reporting.Period]inboxtest.Files // by bank
	supplement map[string]inboxtest.Files
	office     map[reporting.Set]inboxtest.Files
}

// filed writes a city as its banks file it.
func filed(t *testing.T, o sim.Options) (*filing, string, sim.Summary) {
	t.Helper()
	o.As, o.Zip = sim.Both, true
	dir, sum := write(t, o)
	f := &filing{messages: map[string]map[reporting.Period]inboxtest.Files{}, supplement: map[string]inboxtest.Files{}, office: map[reporting.Set]inboxtest.Files{}}
	root := filepath.Join(dir, "pboc")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		parts := strings.Split(filepath.ToSlash(rel), "/")
		if parts[0] == "supplement" {
			return f.besides(strings.TrimSuffix(parts[1], ".csv"), strings.Join(parts[1:], "-"), string(content))
		}
		bank, _, _ := strings.Cut(parts[1], "_")
		if f.messages[bank] == nil {
			f.messages[bank] = map[reporting.Period]inboxtest.Files{}
		}
		month := reporting.Period(parts[0])
		if f.messages[bank][month] == nil {
			f.messages[bank][month] = inboxtest.Files{}
		}
		f.messages[bank][month][parts[1]] = content
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, months := range f.messages {
		f.months = slices.Sorted(maps.Keys(months))
	}
	return f, filepath.Join(dir, "facts"), sum
}

// besides deals the rows of a supplement table out to the banks, or to the office.
func (f *filing) besides(table, name, content string) error {
	for _, set := range []reporting.Set{reporting.Registers, reporting.Decisions} {
		if slices.Contains(set.Info().Tables, table) {
			if f.office[set] == nil {
				f.office[set] = inboxtest.Files{}
			}
			f.office[set][name] = []byte(content)
			return nil
		}
	}
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil || len(rows) == 0 {
		return err
	}
	at := slices.Index(rows[0], "institution_id")
	texts := map[string]*strings.Builder{}
	for _, row := range rows[1:] {
		b := texts[row[at]]
		if b == nil {
			b = &strings.Builder{}
			b.WriteString(strings.Join(rows[0], ",") + "\n")
			texts[row[at]] = b
		}
		w := csv.NewWriter(b)
		if err := w.Write(row); err != nil {
			return err
		}
		w.Flush()
	}
	for bank, b := range texts {
		if f.supplement[bank] == nil {
			f.supplement[bank] = inboxtest.Files{}
		}
		f.supplement[bank][name] = []byte(b.String())
	}
	return nil
}

// banksOf makes the desk's organisations: the office, whose tables it hands in, and
// the banks that file, by code.
func banksOf(t *testing.T, d *inboxtest.Desk, f *filing) (office access.Caller, banks map[string]access.Caller) {
	t.Helper()
	office, banks = d.Org(access.OfficeOrg, "金融工作中心", ""), map[string]access.Caller{}
	for set, files := range f.office {
		if n := d.Take(office, set, "2021", files); n.State != reporting.Accepted {
			t.Fatalf("%s: %q", set, d.Found(n.ID))
		}
	}
	for i := range city.Lenders {
		if l := &city.Lenders[i]; f.messages[l.ID] != nil {
			banks[l.ID] = d.Org(access.BankOrg, l.Name, l.ID)
		}
	}
	return office, banks
}

// TestACityReportsThroughTheDesk: every bank hands in its supplement and thirteen
// months, one after another; what comes of the snapshot are the facts that come of
// all files taken in at once.
func TestACityReportsThroughTheDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	t.Cleanup(pgtest.Stop)
	f, facts, _ := filed(t, sim.Options{Seed: 5, Enterprises: 250})
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := inboxtest.New(t, db)
		office, banks := banksOf(t, d, f)
		take := func(code string, set reporting.Set, p reporting.Period, files inboxtest.Files) {
			n := d.Take(banks[code], set, p, files)
			if n.State != reporting.Accepted {
				t.Fatalf("%s of %s for %s is %s: %q", set, code, p, n.State, d.Found(n.ID))
			}
		}
		codes := slices.Sorted(maps.Keys(banks))
		if !strings.HasSuffix(t.Name(), "sqlite") {
			codes = codes[:2] // what a check finds does not hang on the database
		}
		for _, code := range codes {
			if files := f.supplement[code]; files != nil {
				take(code, reporting.Supplement, "2021", files)
			}
			for _, m := range f.months {
				take(code, reporting.Lending, m, f.messages[code][m])
			}
		}
		snap, err := d.Freeze(t.Context(), office, "2020-12", "2021-12")
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(d.Dir, "facts")
		found, err := d.Materialise(t.Context(), snap, out, func(int64, int64, string) {})
		if err != nil || !found.Written {
			t.Fatalf("%v %+v", err, found)
		}
		if len(codes) == len(banks) {
			sameFacts(t, out, facts)
		}
	})
}

// sameFacts holds two folders of facts against each other, but for what messages
// cannot tell (asRepaid).
func sameFacts(t *testing.T, a, b string) {
	t.Helper()
	was, is := openFacts(t, b), openFacts(t, a)
	for _, table := range fact.Tables() {
		if !was.Has(table.Name) {
			continue
		}
		want, got := rowsOf(t, was, table), rowsOf(t, is, table)
		if len(want) != len(got) {
			t.Errorf("%s: %d rows, not %d", table.Name, len(got), len(want))
		}
		differ := 0
		for key, row := range want {
			if got[key] != row && (table.Name != "loan_events" || got[key] != asRepaid(row)) {
				if differ++; differ <= 3 {
					t.Errorf("%s %s:\n is %s\nnot %s", table.Name, key, got[key], row)
				}
			}
		}
	}
}

func openFacts(t *testing.T, dir string) *factfile.Folder {
	t.Helper()
	f, err := factfile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// TestPlantedFaultsAreFoundAndMended: banks hand in a year with faults in it, are
// told each by its code and file, hand in the year as it should be, and are
// accepted; the version with the faults stays what it was.
func TestPlantedFaultsAreFoundAndMended(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	o := sim.Options{Seed: 5, Enterprises: 250}
	good, _, _ := filed(t, o)
	o.Trouble = sim.Troubles()
	bad, _, sum := filed(t, o)
	d := inboxtest.New(t, storetest.SQLite(t))
	_, banks := banksOf(t, d, good)
	year := func(f *filing, bank string) inboxtest.Files {
		files := maps.Clone(f.supplement[bank])
		if files == nil {
			files = inboxtest.Files{}
		}
		for _, month := range f.messages[bank] {
			maps.Copy(files, month)
		}
		return files
	}
	planted := map[string][]sim.Planted{}
	for _, p := range sum.Planted {
		planted[p.InstitutionID] = append(planted[p.InstitutionID], p)
	}
	if len(planted) < 2 {
		t.Fatalf("planted %+v", sum.Planted)
	}
	for bank, faults := range planted {
		first := d.Take(banks[bank], reporting.Lending, "2021", year(bad, bank))
		found := d.Found(first.ID)
		for _, p := range faults {
			code, mine := inMessages[p.Trouble], 0
			for _, s := range found {
				if strings.Contains(s, " "+code+" ") && (strings.Contains(s, ".zip") || strings.Contains(s, ".csv")) {
					mine++
				}
			}
			if mine == 0 {
				t.Errorf("%s of %s: %s is not among %q", p.Trouble, bank, code, found)
			}
		}
		was := asJSON(t, first)
		second := d.Take(banks[bank], reporting.Lending, "2021", year(good, bank))
		if second.State != reporting.Accepted || second.Version != 2 || second.Errors > 0 {
			t.Fatalf("%s mended: %s version %d, %q", bank, second.State, second.Version, d.Found(second.ID))
		}
		again := d.Read(first.ID)
		again.Current = first.Current // one with warnings alone was accepted, and is replaced now
		if is := asJSON(t, again); is != was {
			t.Errorf("the first version was %s, is %s", was, is)
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
