package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/policy"
)

const linhai = "../../packs/linhai-2021-47"

// sharedFolder holds the official text, which the repository does not carry.
func sharedFolder() string {
	if dir := os.Getenv("CHANGRONG_SHARED"); dir != "" {
		return dir
	}
	return "../../../shared"
}

func TestLinhaiMapsEveryClause(t *testing.T) {
	p, err := policy.Load(os.DirFS(linhai))
	if err != nil {
		t.Fatal(err)
	}
	c := p.Coverage()
	if c.Numbered != 20 || c.Mapped != 20 || len(c.Undecided) != 0 {
		t.Errorf("coverage = %+v, want 20 of 20 and nothing undecided", c)
	}
	if len(c.Sections) != 2 || c.Sections[1] != "四" {
		t.Errorf("sections = %v, want 二 and 四", c.Sections)
	}
	if n := len(p.Items()); n != 11 {
		t.Errorf("%d items, want 11", n)
	}
}

func TestLinhaiAgainstOfficialText(t *testing.T) {
	f, err := os.Open(filepath.Join(sharedFolder(), "policy", "linhai-2021-47.txt"))
	if err != nil {
		t.Skipf("the official text is not here: %v", err)
	}
	defer f.Close()
	p, err := policy.Load(os.DirFS(linhai))
	if err != nil {
		t.Fatal(err)
	}
	text, err := policy.ReadOfficial(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Against(text); err != nil {
		t.Error(err)
	}
}

// The sentences of the packs, as officials read them, stand in testdata.
func TestPacksInChinese(t *testing.T) {
	for _, id := range []string{"linhai-2021-47", "example-xinzhou-2024"} {
		p, err := policy.Load(os.DirFS(filepath.Join(packs, id)))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := p.Plan(policy.Choices{})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, it := range plan.Items {
			fmt.Fprintf(&b, "%s　%s\n%s\n\n", it.ID, it.Title, strings.Join(it.Zh(), "\n"))
		}
		for _, ind := range plan.Indicators {
			fmt.Fprintf(&b, "%s　%s\n%s\n\n", ind.ID, ind.Title, strings.Join(ind.SelectionZh(), "；"))
		}
		file := filepath.Join("testdata", id+".txt")
		if *update {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(file)
		if err != nil || string(have) != b.String() {
			t.Errorf("%s is out of date: go test ./internal/policy -update (%v)\n%s", file, err, b.String())
		}
	}
}
