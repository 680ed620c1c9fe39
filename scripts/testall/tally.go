package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action      string
	Package     string
	Test        string
	Output      string
	Elapsed     float64
	ImportPath  string // of build-output and build-fail
	FailedBuild string // of a package that could not be built
}

// tally counts tests and keeps the output of each until it is known to be good.
type tally struct {
	to                      io.Writer
	label                   string // what is run, where that is not a package
	passed, failed, skipped int
	output                  map[string][]string // by "package test"
	skips                   []string
	unsteady                []string // what failed, and passed when it was run again
	failures                []failure
	broken                  map[string]int // failed tests of a package
	run                     map[string]int // finished tests of a package
}

// failure is a test that failed, with those within it.
type failure struct {
	pkg, test string
	failed    int  // how many it counts for
	stands    bool // a data race is seen by chance: seen once, it stands
}

func newTally(to io.Writer) *tally { return &tally{to: to} }

// read takes in the events of one run of `go test`.
func (t *tally) read(r io.Reader) error {
	t.output, t.broken, t.run = map[string][]string{}, map[string]int{}, map[string]int{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(t.to, "%s", line) // not from the test, so somebody wants to see it
			} else {
				t.add(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *tally) add(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		t.output[key] = append(t.output[key], e.Output)
	case "build-output":
		t.output[e.ImportPath+" build"] = append(t.output[e.ImportPath+" build"], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.finish(e)
			return
		}
		t.run[e.Package]++
		switch e.Action {
		case "pass":
			t.passed++
		case "fail":
			t.failed++
			t.broken[e.Package]++
			t.suspect(e)
			t.show(key)
		case "skip":
			t.skipped++
			t.skips = append(t.skips, e.Test+": "+reason(t.output[key]))
		}
		delete(t.output, key)
	}
}

// suspect remembers a test that failed, to be run again.
func (t *tally) suspect(e event) {
	top, _, _ := strings.Cut(e.Test, "/")
	i := slices.IndexFunc(t.failures, func(f failure) bool { return f.pkg == e.Package && f.test == top })
	if i < 0 {
		i, t.failures = len(t.failures), append(t.failures, failure{pkg: e.Package, test: top})
	}
	t.failures[i].failed++
	if strings.Contains(strings.Join(t.output[e.Package+" "+e.Test], ""), "DATA RACE") {
		t.failures[i].stands = true
	}
}

// again runs what failed once more, each alone. What passes then is counted as passed, and
// named at the end as unsteady: it hangs on the machine's load or on an order, and wants
// mending, but what was tested is not broken.
func (t *tally) again(passes func(pkg, test string) bool) {
	for _, f := range t.failures {
		if f.stands || !passes(f.pkg, f.test) {
			continue
		}
		t.failed -= f.failed
		t.passed += f.failed
		t.unsteady = append(t.unsteady, strings.TrimPrefix(f.pkg, module+"/")+" "+f.test)
	}
	t.failures = nil
}

// finish reports a package.
func (t *tally) finish(e event) {
	name := strings.TrimPrefix(e.Package, module+"/")
	if t.label != "" {
		name += " " + t.label
	}
	switch {
	case e.Action == "skip" || (e.Action == "pass" && t.run[e.Package] == 0): // no test
	case e.Action == "pass":
		fmt.Fprintf(t.to, "%-6s %-40s %5d tests %7.1f s\n", "ok", name, t.run[e.Package], e.Elapsed)
	default:
		if t.broken[e.Package] == 0 { // it was not built, or died between tests
			t.failed++
			t.show(e.FailedBuild + " build")
			t.show(e.Package + " ")
			for key := range t.output {
				if strings.HasPrefix(key, e.Package+" ") {
					t.show(key)
				}
			}
		}
		fmt.Fprintf(t.to, "%-6s %-40s %5d tests %7.1f s\n", "FAILED", name, t.run[e.Package], e.Elapsed)
	}
}

// show prints the output of key and forgets it.
func (t *tally) show(key string) {
	for _, line := range t.output[key] {
		fmt.Fprint(t.to, line)
	}
	delete(t.output, key)
}

// reason is what a skipped test said last, without the frame around it.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			return line
		}
	}
	return "no reason given"
}

// close prints the sum and says whether all is well.
func (t *tally) close() error {
	fmt.Fprintln(t.to)
	for _, s := range t.skips {
		fmt.Fprintln(t.to, "skipped", s)
	}
	for _, s := range t.unsteady {
		fmt.Fprintln(t.to, "unsteady: failed, as printed above, and passed when it was run again:", s)
	}
	fmt.Fprintf(t.to, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped)
	switch {
	case t.failed > 0:
		return errors.New("tests failed")
	case t.passed == 0:
		return errors.New("no test ran")
	}
	return nil
}
