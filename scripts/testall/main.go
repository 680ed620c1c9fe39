// Command testall runs the tests of the module: all of them once; those of
// packages that start goroutines again under the race detector, with -short; and
// every fuzz target with some thousand inputs; and the journeys through the console in a
// browser. What failed, but for data races and fuzzing, is run once more, alone. It prints a
// line for each package, the output of what failed, why tests were skipped, what passed only
// the second time, and at the end
//
//	N passed, N failed, N skipped
//
// It fails when a test did, and when there was none.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	inputs := flag.Int("fuzz", 10_000, "how many inputs each fuzz target is given; 0: none")
	race := flag.Bool("race", true, "run packages that start goroutines under the race detector too")
	browser := flag.Bool("journeys", true, "make the journeys in a browser too")
	flag.Parse()
	if err := run(*inputs, *race, *browser); err != nil {
		fmt.Fprintln(os.Stderr, "testall:", err)
		os.Exit(1)
	}
}

func run(inputs int, race, browser bool) error {
	packages, err := list()
	if err != nil {
		return err
	}
	t := newTally(os.Stdout)
	heading("tests")
	if err := t.goTest(nil, "./..."); err != nil {
		return err
	}
	if threaded := starters(packages); race && len(threaded) > 0 {
		heading("race detector")
		if _, err := exec.LookPath("gcc"); err != nil {
			fmt.Println("skipped: the race detector needs gcc")
		} else if err := t.goTest([]string{"-race", "-short"}, threaded...); err != nil {
			return err
		}
	}
	if inputs > 0 {
		heading(fmt.Sprintf("fuzzing, %d inputs each", inputs))
		if err := fuzz(t, packages, inputs); err != nil {
			return err
		}
	}
	if browser {
		heading("journeys in a browser")
		if err := t.journeys(); err != nil {
			return err
		}
	}
	return t.close()
}

func heading(s string) { fmt.Printf("\n== %s\n", s) }

// goTest adds what `go test` of these packages reports. The race detector is the only thing
// here that needs cgo.
func (t *tally) goTest(flags []string, packages ...string) error {
	test := func(more ...string) *exec.Cmd {
		cmd := exec.Command("go", slices.Concat([]string{"test", "-vet=off", "-timeout=20m"}, flags, more)...)
		cmd.Env = os.Environ()
		if slices.Contains(flags, "-race") {
			cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
		}
		return cmd
	}
	cmd := test(append([]string{"-json"}, packages...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failed := t.failed
	readErr := t.read(out)
	if err := cmd.Wait(); err != nil && t.failed == failed {
		return fmt.Errorf("go test %s: %w", strings.Join(slices.Concat(flags, packages), " "), err)
	}
	t.again(func(pkg, name string) bool {
		return !strings.HasPrefix(name, "Fuzz") && test("-count=1", "-run=^"+name+"$", pkg).Run() == nil
	})
	return readErr
}

// fuzz runs the fuzz targets one by one. Inputs are counted, as `go test` now and
// then takes the end of a time for a failure (golang/go#75804).
func fuzz(t *tally, packages []pkg, inputs int) error {
	for _, p := range packages {
		targets, err := p.fuzzTargets()
		if err != nil {
			return err
		}
		for _, target := range targets {
			t.label = target
			if err := t.goTest([]string{"-run=^$", "-fuzz=^" + target + "$", fmt.Sprintf("-fuzztime=%dx", inputs)}, p.ImportPath); err != nil {
				return err
			}
		}
	}
	t.label = ""
	return nil
}
