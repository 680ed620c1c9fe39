package fact_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"changrong/internal/fact"
)

var update = flag.Bool("update", false, "write docs/reference/facts.md anew")

const referencePage = "../../docs/reference/facts.md"

func TestReferencePageIsUpToDate(t *testing.T) {
	page := fact.Reference()
	if *update {
		if err := os.WriteFile(referencePage, page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(referencePage)
	if err != nil || !bytes.Equal(have, page) {
		t.Errorf("%s is out of date: go test ./internal/fact -update (%v)", referencePage, err)
	}
}

func TestReferencePageSaysEverything(t *testing.T) {
	page := string(fact.Reference())
	for _, table := range fact.Tables() {
		_, section, _ := strings.Cut(page, "\n## "+table.Name+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		for i := range table.Columns {
			c := &table.Columns[i]
			if !strings.Contains(section, "| `"+c.Name+"` | "+c.Zh+" |") {
				t.Errorf("%s.%s is not there", table.Name, c.Name)
			}
			for _, k := range c.Codes {
				if !strings.Contains(section, "`"+k.Code+"` "+k.Zh) {
					t.Errorf("%s.%s: the code %s is not there", table.Name, c.Name, k.Code)
				}
			}
		}
		for _, l := range table.Links {
			if !strings.Contains(section, "`"+l.Name+"` 是它的") {
				t.Errorf("%s: the link %s is not there", table.Name, l.Name)
			}
		}
	}
}
