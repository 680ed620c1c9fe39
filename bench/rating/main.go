// Command rating measures how long scorecards take to make, and how well they tell good from
// bad, beside two programs that others use for it, on the same rows and the same folds.
//
//	go run ./bench/rating --python PYTHON SAMPLE.csv:TARGET:BAD[:LEAVE,LEAVE…] …
//
// PYTHON has what requirements.txt names. A table is printed; what fails stays in it.
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
	"slices"
	"strings"
	"time"

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

func main() {
	python := flag.String("python", "python3", "the interpreter of the peers")
	flag.Parse()
	fmt.Println("| sample | who | making a card, s | AUC, 5 folds × 3 seeds | deviation between folds |")
	fmt.Println("| --- | --- | ---: | ---: | ---: |")
	for _, arg := range flag.Args() {
		if err := compare(*python, arg); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// compare measures one sample.
func compare(python, arg string) error {
	parts := strings.Split(arg, ":")
	if len(parts) < 3 {
		return fmt.Errorf("%s: want SAMPLE.csv:TARGET:BAD", arg)
	}
	o := samplefile.Options{Target: parts[1], Bad: parts[2]}
	if len(parts) > 3 {
		o.Leave = strings.Split(parts[3], ",")
	}
	b, err := os.ReadFile(parts[0])
	if err != nil {
		return err
	}
	s, err := samplefile.Read(bytes.NewReader(b), o)
	if err != nil {
		return err
	}
	lines, err := ours(s)
	if err != nil {
		return err
	}
	theirs, err := peers(python, b, s, o)
	if err != nil {
		return err
	}
	for _, l := range append(lines, theirs...) {
		if l.Failed != "" {
			fmt.Printf("| %s | %s | failed: %s | | |\n", filepath.Base(parts[0]), l.Who, l.Failed)
			continue
		}
		took := "" // the plain regression is only there to be compared with
		if l.Train > 0 {
			took = fmt.Sprintf("%.4f", l.Train)
		}
		fmt.Printf("| %s | %s | %s | %.4f | %.4f |\n", filepath.Base(parts[0]), l.Who, took, l.AUC, l.SD)
	}
	return nil
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
