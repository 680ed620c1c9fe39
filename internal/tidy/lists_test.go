package tidy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dependencyList explains every direct dependency.
const dependencyList = "docs/decisions/dependencies.md"

// dependencies compares what the manifests ask for with dependencyList: a row
// for each, with its version, and no row for what nobody asks for.
var dependencies rule = func(t *tree) (bad []string) {
	listed := map[string]string{}
	if f := t.read(dependencyList); f != nil {
		for _, cells := range rows(f.src) {
			if len(cells) > 1 && strings.HasPrefix(cells[0], "`") {
				listed[strings.Trim(cells[0], "`")] = strings.Trim(cells[1], "`")
			}
		}
	}
	asked := map[string]bool{}
	for _, f := range t.files {
		for name, version := range manifest(f) {
			asked[name] = true
			switch have, ok := listed[name]; {
			case !ok:
				bad = append(bad, fmt.Sprintf("%s: %s has no row in %s", f.path, name, dependencyList))
			case have != version:
				bad = append(bad, fmt.Sprintf("%s: %s is at %s, and at %s in %s", f.path, name, version, have, dependencyList))
			}
		}
	}
	for name := range listed {
		if !asked[name] {
			bad = append(bad, fmt.Sprintf("%s: nothing asks for %s any more", dependencyList, name))
		}
	}
	slices.Sort(bad)
	return bad
}

var (
	required    = regexp.MustCompile(`(?m)^(?:require)?\s+([^\s()]+\.[^\s()]+)\s+(v\S+)$`) // direct ones have no comment behind
	tool        = regexp.MustCompile(`(?m)^(?:tool)?\s+([^\s()]+\.[^\s()]+)$`)
	versioned   = regexp.MustCompile(`(?m)^\s+([^\s()]+)\s+(v\S+) // indirect$`)
	artefact    = regexp.MustCompile(`(?s)<dependency>\s*<groupId>([^<]+)</groupId>\s*<artifactId>([^<]+)</artifactId>\s*<version>([^<]+)</version>`)
	requirement = regexp.MustCompile(`(?m)^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*==\s*([^\s;#]+)`)
)

// manifest returns the direct dependencies that f names, with their versions.
func manifest(f *file) map[string]string {
	deps := map[string]string{}
	switch base := path.Base(f.path); {
	case !f.text():
	case base == "go.mod":
		for _, m := range required.FindAllSubmatch(f.src, -1) {
			deps[string(m[1])] = string(m[2])
		}
		for _, m := range tool.FindAllSubmatch(f.src, -1) {
			for _, v := range versioned.FindAllSubmatch(f.src, -1) {
				if below(string(v[1]), string(m[1])) {
					deps[string(v[1])] = string(v[2])
				}
			}
		}
	case base == "package.json":
		var p struct{ Dependencies, DevDependencies map[string]string }
		if json.Unmarshal(f.src, &p) == nil {
			maps.Copy(deps, p.Dependencies)
			maps.Copy(deps, p.DevDependencies)
		}
	case base == "pom.xml":
		for _, m := range artefact.FindAllSubmatch(f.src, -1) {
			deps[string(m[1])+":"+string(m[2])] = string(m[3])
		}
	case strings.HasPrefix(base, "requirements") && strings.HasSuffix(base, ".txt"):
		for _, m := range requirement.FindAllSubmatch(f.src, -1) {
			deps[string(m[1])] = string(m[2])
		}
	}
	return deps
}

// rows returns the cells of the rows of all tables in a Markdown text, without
// their headings.
func rows(markdown []byte) (rows [][]string) {
	for line := range strings.Lines(string(markdown)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if strings.Trim(cells[0], ":-") == "" && len(rows) > 0 {
			rows = rows[:len(rows)-1]
			continue
		}
		rows = append(rows, cells)
	}
	return rows
}

// targets asks for a line of help behind every target of the Makefile.
var targets rule = func(t *tree) (bad []string) {
	f := t.read("Makefile")
	if f == nil {
		return []string{"Makefile: there is none"}
	}
	for i, line := range strings.Split(string(f.src), "\n") {
		if name := regexp.MustCompile(`^[A-Za-z0-9][\w./-]*\s*:([^=]|$)`).FindString(line); name != "" && !strings.Contains(line, "## ") {
			bad = append(bad, fmt.Sprintf("Makefile:%d: %s has no ## line", i+1, strings.TrimRight(name, ": ")))
		}
	}
	return bad
}

// links asks of every link between Markdown files, and to pictures, to lead
// somewhere.
var links rule = func(t *tree) (bad []string) {
	known := map[string]bool{".": true}
	for _, f := range t.files {
		for p := f.path; p != "."; p = path.Dir(p) {
			known[p] = true
		}
	}
	link := regexp.MustCompile(`\]\(([^)\s#]+)[^)]*\)`)
	for _, f := range t.files {
		if path.Ext(f.path) != ".md" || !f.text() {
			continue
		}
		for _, m := range link.FindAllSubmatchIndex(f.src, -1) {
			to := string(f.src[m[2]:m[3]])
			if strings.Contains(to, "://") || known[path.Join(f.dir(), to)] {
				continue
			}
			line := bytes.Count(f.src[:m[0]], []byte{'\n'}) + 1
			bad = append(bad, fmt.Sprintf("%s:%d: the link to %s leads nowhere", f.path, line, to))
		}
	}
	return bad
}

func TestEveryDependencyIsExplained(t *testing.T) { dependencies.holds(t) }
func TestEveryTargetHasHelp(t *testing.T)         { targets.holds(t) }
func TestLinksLeadSomewhere(t *testing.T)         { links.holds(t) }

func TestListRules(t *testing.T) {
	const table = "| module | version |\n|---|---|\n"
	dependencies.finds(t, map[string]string{
		dependencyList:           table + "| `a.org/b` | v1.0.0 |\n| `a.org/gone` | v1.0.0 |\n| `left-pad` | 1.2 |\n| `numpy` | 2.0 |\n| `t.org/tool` | v3.0.0 |\n",
		"go.mod":                 "module changrong\n\ngo 1.26.0\n\nrequire (\n\ta.org/b v1.1.0\n\ta.org/new v1.0.0\n\ta.org/x v1.0.0 // indirect\n)\n",
		"tools/go.mod":           "module changrong/tools\n\ngo 1.26.0\n\ntool t.org/tool/cmd/tool\n\nrequire (\n\tt.org/tool v3.0.0 // indirect\n\tu.org/u v1.0.0 // indirect\n)\n",
		"web/package.json":       `{"dependencies": {"left-pad": "1.2"}, "devDependencies": {"vite": "8"}}` + "\n",
		"bench/pom.xml":          "<project>\n<dependency>\n<groupId>org.a</groupId>\n<artifactId>b</artifactId>\n<version>1.0</version>\n</dependency>\n</project>\n",
		"bench/requirements.txt": "# peers\nnumpy==2.0\npandas[all]==3.0 ; x\n",
	},
		"bench/pom.xml: org.a:b has no row",
		"bench/requirements.txt: pandas has no row",
		dependencyList+": nothing asks for a.org/gone",
		"go.mod: a.org/b is at v1.1.0, and at v1.0.0",
		"go.mod: a.org/new has no row",
		"web/package.json: vite has no row",
	)
	targets.finds(t, map[string]string{
		"Makefile": "A := 1\n.PHONY: a\na: ## does a\n\techo b: c\nb: a\nbin/%: ## does c\nB ?= 2\nexport C:=3\n",
	}, "Makefile:5: b has no")
	links.finds(t, map[string]string{
		"a.md":      "[b](docs/b.md) [c](docs/c.md#x) [d](https://example.org) [e](#e)\n",
		"docs/b.md": "[up](../a.md) [dir](..) ![picture](p.png)\n",
	}, "a.md:1: the link to docs/c.md", "docs/b.md:1: the link to p.png")
}
