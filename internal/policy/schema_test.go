package policy_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/policy"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const packs = "../../packs"

var update = flag.Bool("update", false, "write packs/schema anew")

func TestSchemasAreUpToDate(t *testing.T) {
	schemas := policy.Schemas()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		file := filepath.Join(packs, "schema", name+".schema.json")
		if *update {
			if err := os.WriteFile(file, schemas[name], 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(have, schemas[name]) {
			t.Errorf("%s is out of date: go test ./internal/policy -update (%v)", file, err)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(packs, "schema", "*")); len(files) != len(schemas) {
		t.Errorf("%d files for %d schemas", len(files), len(schemas))
	}
}

// compileSchemas returns the schemas by name, each checked against the meta-schema.
func compileSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiled := map[string]*jsonschema.Schema{}
	c := jsonschema.NewCompiler()
	for name, text := range policy.Schemas() {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(name, doc); err != nil {
			t.Fatal(err)
		}
		if compiled[name], err = c.Compile(name); err != nil {
			t.Fatal(err)
		}
	}
	return compiled
}

func validate(schema *jsonschema.Schema, text []byte) error {
	body, err := yaml.YAMLToJSON(text)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

// Every file of every pack names its schema in the first line, and fits it.
func TestPacksFitTheirSchemas(t *testing.T) {
	schemas := compileSchemas(t)
	pointer := regexp.MustCompile(`^# yaml-language-server: \$schema=(\S+)\n`)
	files, err := filepath.Glob(filepath.Join(packs, "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(packs, "*", "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range slices.Concat(files, more) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := pointer.FindSubmatch(text)
		if m == nil {
			t.Errorf("%s: the first line does not name a schema", file)
			continue
		}
		path := filepath.Join(filepath.Dir(file), string(m[1]))
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".schema.json")
		used[name] = true
		if err := validate(schemas[name], text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if len(used) != len(schemas) {
		t.Errorf("schemas in use: %v", used)
	}
}

func TestSchemasRefuse(t *testing.T) {
	const item = "id: a\nclause: 一\ntitle: t\nrows: loans\npayee: institution\nrate: 1%\nrounding: fen\n"
	schemas := compileSchemas(t)
	if err := validate(schemas["item"], []byte(item)); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string][2]string{
		"an unknown key":       {"item", item + "colour: red\n"},
		"a missing key":        {"item", strings.Replace(item, "title: t\n", "", 1)},
		"an unknown table":     {"item", strings.Replace(item, "loans", "cows", 1)},
		"an unknown rounding":  {"item", strings.Replace(item, "fen", "jiao", 1)},
		"a list for a word":    {"item", strings.Replace(item, "title: t", "title: [t]", 1)},
		"half an open term":    {"item", strings.Replace(item, "rate: 1%", "rate: {open: {min: 1%}}", 1)},
		"an unknown average":   {"item", item + "base: {average: guess}\n"},
		"a rank in words":      {"item", item + "exclusion: [{group: g, rank: first}]\n"},
		"a column of no table": {"cases", "cases: [{name: n, why: w, expect: {}, facts: {budgets: [{colour: red}]}}]\n"},
		"a code of no list":    {"cases", "cases: [{name: n, why: w, expect: {}, facts: {enterprises: [{size: tiny}]}}]\n"},
		"an unknown reason":    {"cases", "cases: [{name: n, why: w, expect: {excluded: [{subject: s, reason: because}]}}]\n"},
		"a derived column":     {"shared", "defaults: {loans: {opening_balance: 1}}\n"},
	} {
		if validate(schemas[c[0]], []byte(c[1])) == nil {
			t.Errorf("%s fits the schema:\n%s", what, c[1])
		}
	}
	for what, text := range map[string]string{
		"a reading":   item + "base: {average: {reading: average}}\n",
		"an average":  item + "base: {average: daily_mean}\n",
		"open terms":  strings.Replace(item, "rate: 1%", "rate: {open: {min: 1%, max: 2%, default: 1.5%}}", 1),
		"a parameter": strings.Replace(item, "rate: 1%", "amount: param.a", 1),
	} {
		if err := validate(schemas["item"], []byte(text)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The roundings that a schema offers are those that money knows, and no more.
func TestSchemaNamesTheRoundings(t *testing.T) {
	known := map[string]bool{}
	schema := string(policy.Schemas()["item"])
	for _, name := range regexp.MustCompile(`"(fen|\w+_(?:floor|half_up))"`).FindAllStringSubmatch(schema, -1) {
		if _, err := money.ParseRounding(name[1]); err != nil {
			t.Error(err)
		}
		known[name[1]] = true
	}
	if _, err := money.ParseRounding("?"); err == nil || len(known) != strings.Count(err.Error(), "_floor")/2+strings.Count(err.Error(), "_half_up")/2+1 {
		t.Errorf("the schema has %v, money says %v", known, err)
	}
}
