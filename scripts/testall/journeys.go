package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// browsers are what Chromium is called, here and there.
var browsers = []string{"chromium", "chromium-browser", "google-chrome"}

// noJourneys says what the journeys in a browser lack here; "" when they can be made.
func noJourneys() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "they need Node"
	}
	if _, err := os.Stat("web/node_modules/playwright-core"); err != nil {
		return "they need the console's packages, which `make web` installs"
	}
	if index, err := os.ReadFile("web/dist/index.html"); err != nil || len(index) == 0 {
		return "they need the console, which `make web` builds"
	}
	if path := os.Getenv("CHROMIUM"); path != "" {
		return ""
	}
	for _, b := range browsers {
		if _, err := exec.LookPath(b); err == nil {
			return ""
		}
	}
	return "they need Chromium"
}

// report is what vitest writes about a run.
type report struct {
	TestResults []journeyFile `json:"testResults"`
}

// journeyFile is what it tells of a file of journeys.
type journeyFile struct {
	Name             string  `json:"name"` // of the file
	Status           string  `json:"status"`
	Message          string  `json:"message"`
	StartTime        float64 `json:"startTime"`
	EndTime          float64 `json:"endTime"`
	AssertionResults []struct {
		Title           string   `json:"title"`
		Status          string   `json:"status"`
		FailureMessages []string `json:"failureMessages"`
		Meta            struct {
			Said string `json:"said"` // what it counted or measured
		} `json:"meta"`
	} `json:"assertionResults"`
}

// journeys makes the journeys in a browser, with a program built for them.
func (t *tally) journeys() error {
	if lacking := noJourneys(); lacking != "" {
		fmt.Fprintf(t.to, "skipped: %s\n", lacking)
		t.skipped++
		t.skips = append(t.skips, "journeys in a browser: "+lacking)
		return nil
	}
	dir, err := os.MkdirTemp("", "changrong-journeys-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "changrong")
	if b, err := exec.Command("go", "build", "-trimpath", "-o", program, "./cmd/changrong").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, b)
	}
	start := time.Now()
	first, err := travel(dir, program)
	if err != nil {
		return err
	}
	again := &report{}
	if files := first.broken(); len(files) > 0 {
		if again, err = travel(dir, program, files...); err != nil {
			return err
		}
	}
	t.countJourneys(first, again)
	fmt.Fprintf(t.to, "journeys took %.0f s\n", time.Since(start).Seconds())
	return nil
}

// travel makes the journeys of these files, or all, and returns what they tell.
func travel(dir, program string, files ...string) (*report, error) {
	out := filepath.Join(dir, "report.json")
	cmd := exec.Command("npm", append([]string{"run", "--silent", "journeys", "--", "--reporter=json", "--outputFile=" + out}, files...)...)
	cmd.Dir = "web"
	cmd.Env = append(os.Environ(), "CHANGRONG="+program)
	said, runErr := cmd.CombinedOutput()
	b, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("the journeys told nothing of themselves: %w: %s", errors.Join(runErr, err), said)
	}
	if err := os.Remove(out); err != nil {
		return nil, err
	}
	r := &report{}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("the report of the journeys: %w", err)
	}
	if runErr != nil && len(r.broken()) == 0 {
		return nil, fmt.Errorf("the journeys: %w: %s", runErr, said)
	}
	return r, nil
}

// broken are the files that did not pass.
func (r *report) broken() (files []string) {
	for i := range r.TestResults {
		if r.TestResults[i].Status != "passed" {
			files = append(files, filepath.Base(r.TestResults[i].Name))
		}
	}
	return files
}

// countJourneys counts what a report tells, a line for each file and journey. Files that did
// not pass were made again, each from its beginning: what they told then counts, and what had
// failed is printed.
func (t *tally) countJourneys(first, again *report) {
	printed := newTally(t.to) // counts for nothing
	for _, file := range first.TestResults {
		i := slices.IndexFunc(again.TestResults, func(f journeyFile) bool { return f.Name == file.Name })
		if i < 0 {
			t.countFile(&file)
			continue
		}
		printed.countFile(&file)
		if t.countFile(&again.TestResults[i]); again.TestResults[i].Status == "passed" {
			t.unsteady = append(t.unsteady, "web/e2e/"+filepath.Base(file.Name))
		}
	}
}

// countFile counts the journeys of a file.
func (t *tally) countFile(file *journeyFile) {
	name := "web/e2e/" + filepath.Base(file.Name)
	for _, a := range file.AssertionResults {
		switch a.Status {
		case "passed":
			t.passed++
			fmt.Fprintf(t.to, "       %s\n", strings.TrimSuffix(a.Title+": "+a.Meta.Said, ": "))
		case "failed":
			t.failed++
			fmt.Fprintf(t.to, "FAILED %s\n%s\n", a.Title, strings.Join(a.FailureMessages, "\n"))
		default:
			t.skipped++
			t.skips = append(t.skips, name+": "+a.Title+" was "+a.Status)
		}
	}
	word := "ok"
	if file.Status != "passed" {
		word = "FAILED"
		if file.Message != "" { // it came to no journey
			t.failed++
			fmt.Fprintln(t.to, file.Message)
		}
	}
	fmt.Fprintf(t.to, "%-6s %-40s %5d tests %7.1f s\n", word, name, len(file.AssertionResults), (file.EndTime-file.StartTime)/1000)
}
