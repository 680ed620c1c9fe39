package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTally(t *testing.T) {
	const stream = `
{"Action":"start","Package":"changrong/internal/a"}
{"Action":"output","Package":"changrong/internal/a","Test":"TestGood","Output":"noise of a good test\n"}
{"Action":"pass","Package":"changrong/internal/a","Test":"TestGood","Elapsed":0.1}
{"Action":"output","Package":"changrong/internal/a","Test":"TestBad","Output":"    a_test.go:7: 1 is not 2\n"}
{"Action":"fail","Package":"changrong/internal/a","Test":"TestBad","Elapsed":0.1}
{"Action":"output","Package":"changrong/internal/a","Test":"TestOff","Output":"    a_test.go:9: not on this machine\n"}
{"Action":"output","Package":"changrong/internal/a","Test":"TestOff","Output":"--- SKIP: TestOff (0.00s)\n"}
{"Action":"skip","Package":"changrong/internal/a","Test":"TestOff"}
{"Action":"fail","Package":"changrong/internal/a","Elapsed":0.2}
{"ImportPath":"changrong/internal/b","Action":"build-output","Output":"b.go:1: undefined: x\n"}
{"ImportPath":"changrong/internal/b","Action":"build-fail"}
{"Action":"fail","Package":"changrong/internal/b","FailedBuild":"changrong/internal/b"}
{"Action":"output","Package":"changrong/internal/c","Test":"TestDies","Output":"panic: dead\n"}
{"Action":"fail","Package":"changrong/internal/c"}
{"Action":"skip","Package":"changrong/internal/none"}
`
	var out strings.Builder
	tl := newTally(&out)
	if err := tl.read(strings.NewReader(strings.TrimPrefix(stream, "\n"))); err != nil {
		t.Fatal(err)
	}
	if err := tl.close(); err == nil {
		t.Error("all is said to be well")
	}
	for _, want := range []string{
		"1 is not 2", "undefined: x", "panic: dead", "FAILED internal/a", "FAILED internal/b", "FAILED internal/c",
		"skipped TestOff: a_test.go:9: not on this machine\n1 passed, 3 failed, 1 skipped\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
	for _, not := range []string{"noise of a good test", "internal/none"} {
		if strings.Contains(out.String(), not) {
			t.Errorf("the report has %q:\n%s", not, out.String())
		}
	}
}

func TestTallyOfNothingFails(t *testing.T) {
	var out strings.Builder
	tl := newTally(&out)
	if err := tl.read(strings.NewReader("")); err != nil {
		t.Fatal(err)
	}
	if err := tl.close(); err == nil || !strings.Contains(out.String(), "0 passed, 0 failed, 0 skipped\n") {
		t.Errorf("got %v and %q", err, out.String())
	}
}

func TestJourneysAreCounted(t *testing.T) {
	const failing = `{"name":"/x/web/e2e/a.journey.ts","status":"failed","message":"","startTime":1000,"endTime":3500,"assertionResults":[
 {"title":"a bank reports","status":"passed","failureMessages":[],"meta":{"said":"12 rows"}},
 {"title":"an office settles","status":"failed","failureMessages":["the page is 3px wider than the window"]},
 {"title":"a bureau pays","status":"skipped","failureMessages":[]}]}`
	read := func(files ...string) *report {
		r := &report{}
		if err := json.Unmarshal([]byte(`{"testResults":[`+strings.Join(files, ",")+`]}`), r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	const dead = `{"name":"/x/web/e2e/b.journey.ts","status":"failed","message":"no Chromium","startTime":0,"endTime":0,"assertionResults":[]}`
	const slow = `{"name":"/x/web/e2e/c.journey.ts","status":"failed","message":"","startTime":0,"endTime":9000,"assertionResults":[
 {"title":"a firm applies","status":"failed","failureMessages":["the page was not there in 30 s"]},{"title":"a firm accepts","status":"skipped","failureMessages":[]}]}`
	const good = `{"name":"/x/web/e2e/c.journey.ts","status":"passed","message":"","startTime":0,"endTime":4000,"assertionResults":[
 {"title":"a firm applies","status":"passed","failureMessages":[]},{"title":"a firm accepts","status":"passed","failureMessages":[]}]}`
	first := read(failing, dead, slow)
	if got := first.broken(); !slices.Equal(got, []string{"a.journey.ts", "b.journey.ts", "c.journey.ts"}) {
		t.Errorf("to be made again: %q", got)
	}
	var out strings.Builder
	tl := newTally(&out)
	tl.countJourneys(first, read(failing, dead, good))
	if err := tl.close(); err == nil {
		t.Error("all is said to be well")
	}
	for _, want := range []string{
		"a bank reports: 12 rows\n", "FAILED an office settles", "3px wider", "no Chromium", "a bureau pays was skipped", "not there in 30 s",
		"passed when it was run again: web/e2e/c.journey.ts\n3 passed, 2 failed, 1 skipped\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}

// TestAgain tells an unsteady test from a broken one; a data race is never run again.
func TestAgain(t *testing.T) {
	const stream = `{"Action":"fail","Package":"changrong/internal/a","Test":"TestLate/sqlite"}
{"Action":"fail","Package":"changrong/internal/a","Test":"TestLate"}
{"Action":"fail","Package":"changrong/internal/a","Test":"TestBad"}
{"Action":"output","Package":"changrong/internal/a","Test":"TestRaces","Output":"WARNING: DATA RACE\n"}
{"Action":"fail","Package":"changrong/internal/a","Test":"TestRaces"}
{"Action":"fail","Package":"changrong/internal/a","Elapsed":0.2}
`
	var out strings.Builder
	tl := newTally(&out)
	if err := tl.read(strings.NewReader(stream)); err != nil {
		t.Fatal(err)
	}
	var ran []string
	tl.again(func(pkg, test string) bool {
		ran = append(ran, pkg+" "+test)
		return test != "TestBad"
	})
	if want := []string{"changrong/internal/a TestLate", "changrong/internal/a TestBad"}; !slices.Equal(ran, want) {
		t.Errorf("run again: %q", ran)
	}
	if err := tl.close(); err == nil {
		t.Error("all is said to be well")
	}
	if want := "passed when it was run again: internal/a TestLate\n2 passed, 2 failed, 0 skipped\n"; !strings.Contains(out.String(), want) {
		t.Errorf("the report lacks %q:\n%s", want, out.String())
	}
}

func TestDiscovery(t *testing.T) {
	dir := t.TempDir()
	for name, src := range map[string]string{
		"a.go":      "package a\n\nfunc f() {\n\tgo func() {}()\n}\n",
		"b.go":      "package a\n\n// go home\nvar going = 1\n",
		"a_test.go": "package a\n\nfunc FuzzOne(f *testing.F) {}\n\nfunc fuzzTwo(f *testing.F) {}\n\n// func FuzzThree(f *testing.F)\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := pkg{ImportPath: "changrong/a", Dir: dir, GoFiles: []string{"a.go"}, TestGoFiles: []string{"a_test.go"}}
	b := pkg{ImportPath: "changrong/b", Dir: dir, GoFiles: []string{"b.go"}, TestGoFiles: []string{"a_test.go"}}
	targets, err := a.fuzzTargets()
	if err != nil || !slices.Equal(targets, []string{"FuzzOne"}) {
		t.Errorf("targets: %v, %v", targets, err)
	}
	if got := starters([]pkg{a, b}); !slices.Equal(got, []string{"changrong/a"}) {
		t.Errorf("packages that start goroutines: %v", got)
	}
}
