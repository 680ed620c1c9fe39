package cases_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/settlement/cases"
)

const (
	packs = "../../../packs"
	howto = "../../../docs/howto"
)

// blocks returns the blocks of code of a page by what stands behind their language.
func blocks(t *testing.T, page string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(howto, page))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)(?: ([^\n]+))?\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		found[m[1]+" "+m[2]] += m[3]
	}
	return found
}

// inMemory copies a pack.
func inMemory(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestAddAClause does what docs/howto/add-a-clause.md says, on a copy of the
// Linhai pack, and settles it.
func TestAddAClause(t *testing.T) {
	page := blocks(t, "add-a-clause.md")
	item, cs := page["yaml items/fee-rebate.yaml"], page["yaml cases/fee-rebate.yaml"]
	before, after := page["yaml clauses.yaml (before)"], page["yaml clauses.yaml (after)"]
	if item == "" || cs == "" || before == "" || after == "" {
		t.Fatalf("the page lacks a block: %v", page)
	}
	files := inMemory(t, filepath.Join(packs, "linhai-2021-47"))
	clauses := string(files["clauses.yaml"].Data)
	if strings.Count(clauses, before) != 1 {
		t.Fatalf("clauses.yaml has not once\n%s", before)
	}

	files["items/fee-rebate.yaml"] = &fstest.MapFile{Data: []byte(item)}
	if _, err := policy.Load(files); fault.CodeOf(err) != "pack.clause" {
		t.Errorf("without the second file: %v", err)
	}
	files["clauses.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(clauses, before, after, 1))}
	files["cases/fee-rebate.yaml"] = &fstest.MapFile{Data: []byte(cs)}
	pack, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	pack.Cases = slices.DeleteFunc(pack.Cases, func(f *policy.CaseFile) bool { return f.Item != "fee-rebate" })
	outcomes, err := cases.Run(t.Context(), pack, executors)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		for _, wrong := range o.Wrong {
			t.Errorf("%s:%d %s: %s: %s", o.File, o.At.Line, o.Name, o.Runner, wrong)
		}
	}
	if len(outcomes) != 2*len(executors) {
		t.Errorf("the new item was settled %d times", len(outcomes))
	}
	plan, err := pack.Plan(policy.Choices{})
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(plan.Item("fee-rebate").Zh(), "\n") + "\n"
	if !strings.Contains(page["text "], said) {
		t.Errorf("the page does not say\n%s", said)
	}

	files["items/fee-rebate.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(item, "borrower.tech", "borrower.teck", 1))}
	if _, err := policy.Load(files); err == nil || !strings.Contains(page["text "], err.Error()) {
		t.Errorf("the page does not show %v", err)
	}
}

// The second city's document is as its clause map says.
func TestSecondCityAgainstItsText(t *testing.T) {
	dir := filepath.Join(packs, "example-xinzhou-2024")
	pack, err := policy.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if pack.ID != filepath.Base(dir) {
		t.Errorf("the pack is called %s", pack.ID)
	}
	text, err := os.Open(filepath.Join(dir, "document.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	official, err := policy.ReadOfficial(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := pack.Against(official); err != nil {
		t.Error(err)
	}
	if c := pack.Coverage(); c.Numbered != 4 || c.Mapped != 4 || len(c.Undecided) != 1 {
		t.Errorf("coverage %+v", c)
	}
}
