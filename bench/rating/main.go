// Command rating measures how long scorecards take to make, and how well they tell good from
// bad, beside two programs that others use for it, on the same rows and the same folds.
//
//	go run ./bench/rating --python PYTHON [--record PAGE] SAMPLE.csv:TARGET:BAD[:LEAVE,LEAVE…] …
//
// PYTHON has what requirements.txt names. Tables are printed, and put between marks into the
// page to record them in; what fails stays there.
package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"changrong/bench/kit"
	"changrong/internal/adapter/samplefile"
	"changrong/internal/rating/train"
)

// Folds and seeds of every comparison.
const folds = 5

var seeds = []uint64{1, 2, 3}

// line is what one program did on one sample.
type line struct {
	Who    string  `json:"who"`
	Train  float64 `json:"train_s"`
	AUC    float64 `json:"auc"`
	SD     float64 `json:"sd"`
	Failed string  `json:"failed"`
}

// Marks around what is recorded.
const begin, end = "<!-- what rating writes -->\n", "<!-- to this line of rating -->"

func main() {
	python := flag.String("python", "python3", "the interpreter of the peers")
	record := flag.String("record", "", "page whose marked part is renewed with what came out")
	flag.Parse()
	page, err := measure(*python, flag.Args())
	if err == nil {
		fmt.Print(page)
		if *record != "" {
			err = kit.Renew(*record, begin, end, page)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure makes the page.
func measure(python string, samples []string) (string, error) {
	m, err := speeds()
	if err != nil {
		return "", err
	}
	promised, err := m.promised()
	if err != nil {
		return "", err
	}
	rows := [][]string{}
	for _, arg := range samples {
		more, err := compare(python, arg)
		if err != nil {
			return "", err
		}
		rows = append(rows, more...)
	}
	return fmt.Sprintf("- date: %s\n- processor: %s\n- changrong: %s, %s\n\nMedians of 5 runs, on one processor:\n\n%s\n\nOn the same rows and the same folds, %d folds × %d seeds:\n\n%s\n",
		time.Now().Format(time.DateOnly), kit.Processor(), kit.Said("git", "describe", "--always", "--dirty", "--abbrev=12"), runtime.Version(), promised,
		folds, len(seeds), kit.Markdown([]string{"sample, who", "making a card, s", "AUC", "deviation between folds"}, rows)), nil
}

// compare measures one sample: a row for everybody.
func compare(python, arg string) (rows [][]string, err error) {
	parts := strings.Split(arg, ":")
	if len(parts) < 3 {
		return nil, fmt.Errorf("%s: want SAMPLE.csv:TARGET:BAD", arg)
	}
	o := samplefile.Options{Target: parts[1], Bad: parts[2]}
	if len(parts) > 3 {
		o.Leave = strings.Split(parts[3], ",")
	}
	b, err := os.ReadFile(parts[0])
	if err != nil {
		return nil, err
	}
	s, err := samplefile.Read(bytes.NewReader(b), o)
	if err != nil {
		return nil, err
	}
	lines, err := ours(s)
	if err != nil {
		return nil, err
	}
	theirs, err := peers(python, b, s, o)
	if err != nil {
		return nil, err
	}
	for _, l := range append(lines, theirs...) {
		who := filepath.Base(parts[0]) + ", " + l.Who
		if l.Failed != "" {
			rows = append(rows, []string{who, "failed: " + l.Failed, "", ""})
			continue
		}
		took := "" // the plain regression is only there to be compared with
		if l.Train > 0 {
			took = fmt.Sprintf("%.4f", l.Train)
		}
		rows = append(rows, []string{who, took, fmt.Sprintf("%.4f", l.AUC), fmt.Sprintf("%.4f", l.SD)})
	}
	return rows, nil
}

// ours measures Changrong, and the plain regression beside it.
func ours(s *train.Sample) ([]line, error) {
	p := train.DefaultPlan("bench")
	var took []float64
	for range 9 {
		began := time.Now()
		if _, _, err := train.Train(s, p); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	slices.Sort(took)
	v, err := train.Validate(s, p, folds, seeds)
	if err != nil {
		return nil, err
	}
	card, plain := line{Who: "changrong", Train: took[len(took)/2]}, line{Who: "plain logistic regression (changrong)"}
	card.AUC, card.SD = train.Mean(v.Card.AUC)
	plain.AUC, plain.SD = train.Mean(v.Plain.AUC)
	return []line{card, plain}, nil
}

// peers measures the others on the same rows and folds.
func peers(python string, file []byte, s *train.Sample, o samplefile.Options) ([]line, error) {
	dir, err := os.MkdirTemp("", "changrong-rating")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var all [][]int
	for _, seed := range seeds {
		all = append(all, s.Folds(folds, seed))
	}
	b, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	foldsFile, sample := filepath.Join(dir, "folds.json"), filepath.Join(dir, "sample.csv")
	if err := os.WriteFile(foldsFile, b, 0o600); err != nil {
		return nil, err
	}
	if err := without(sample, file, o.Leave); err != nil {
		return nil, err
	}
	cmd := exec.Command(python, filepath.Join("bench", "rating", "peers.py"), sample, o.Target, o.Bad, foldsFile)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("peers: %w", err)
	}
	var lines []line
	for in := bufio.NewScanner(bytes.NewReader(out)); in.Scan(); {
		var l line
		if json.Unmarshal(in.Bytes(), &l) == nil && l.Who != "" {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// without writes a sample without the columns that are left out.
func without(name string, file []byte, leave []string) error {
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil {
		return err
	}
	var keep []int
	for i, column := range rows[0] {
		if !slices.Contains(leave, column) {
			keep = append(keep, i)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		cells := make([]string, len(keep))
		for i, k := range keep {
			cells[i] = row[k]
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return os.WriteFile(name, b.Bytes(), 0o600)
}
