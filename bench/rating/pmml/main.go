// Command pmml scores rows by cards exported as PMML in an evaluator that others wrote (JPMML,
// fetched by Maven), and compares the scores with ours, row by row.
//
//	go run ./bench/rating/pmml SAMPLE.csv:TARGET:BAD[:FEATURES.yaml] …
//
// Each row is scored as it is, and again with one of its values taken away, of an unheard-of
// category, infinite, or far beyond what may be: what we refuse has to have no score there either. It
// ends with status 1 where any score differs.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/adapter/samplefile"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// here is where the program's own files lie.
const here = "bench/rating/pmml"

func main() {
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(samples []string) error {
	dir, err := os.MkdirTemp("", "changrong-pmml")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	classes := filepath.Join(dir, "classpath")
	if out, err := exec.Command("mvn", "-q", "-B", "-f", filepath.Join(here, "pom.xml"), "dependency:build-classpath", "-Dmdep.outputFile="+classes).CombinedOutput(); err != nil {
		return fmt.Errorf("maven: %w\n%s", err, out)
	}
	path, err := os.ReadFile(classes)
	if err != nil {
		return err
	}
	fmt.Println("| sample | characteristics | rows | scored, the same | without a score in both | otherwise |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: |")
	otherwise := 0
	for _, arg := range samples {
		n, err := compare(arg, string(path), dir)
		if err != nil {
			return fmt.Errorf("%s: %w", arg, err)
		}
		otherwise += n
	}
	if otherwise > 0 {
		return fmt.Errorf("%d rows are scored otherwise", otherwise)
	}
	return nil
}

// compare makes a card of a sample, and returns how many rows are scored otherwise elsewhere.
func compare(arg, classes, dir string) (int, error) {
	card, rows, err := rowsOf(arg)
	if err != nil {
		return 0, err
	}
	scorer, err := card.Scorer()
	if err != nil {
		return 0, err
	}
	document, err := card.PMML()
	if err != nil {
		return 0, err
	}
	file := filepath.Join(dir, "card.pmml")
	if err := os.WriteFile(file, document, 0o600); err != nil {
		return 0, err
	}
	theirs, err := elsewhere(classes, file, card, rows)
	if err != nil {
		return 0, err
	}
	same, none, otherwise := 0, 0, 0
	for i, row := range rows {
		want := ""
		if r, err := scorer.Score(row); err == nil {
			want = strconv.Itoa(r.Score)
		}
		switch got := strings.TrimSuffix(theirs[i], ".0"); {
		case got != want:
			otherwise++
			if otherwise <= 5 {
				fmt.Fprintf(os.Stderr, "row %d: %q here, %q there: %v\n", i+1, want, got, row)
			}
		case want == "":
			none++
		default:
			same++
		}
	}
	fmt.Printf("| %s | %d | %d | %d | %d | %d |\n", filepath.Base(strings.Split(arg, ":")[0]), len(card.Characteristics), len(rows), same, none, otherwise)
	return otherwise, nil
}

// rowsOf makes a card of a sample, and the rows that are scored.
func rowsOf(arg string) (*scorecard.Card, [][]scorecard.Value, error) {
	parts := strings.Split(arg, ":")
	if len(parts) < 3 {
		return nil, nil, fmt.Errorf("want SAMPLE.csv:TARGET:BAD")
	}
	o := samplefile.Options{Target: parts[1], Bad: parts[2]}
	if len(parts) > 3 {
		var err error
		if o.Features, err = feature.LoadFrom(os.DirFS(filepath.Dir(parts[3])), filepath.Base(parts[3])); err != nil {
			return nil, nil, err
		}
	}
	file, err := os.Open(parts[0])
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	s, err := samplefile.Read(file, o)
	if err != nil {
		return nil, nil, err
	}
	card, _, err := train.Train(s, train.DefaultPlan("pmml"))
	if err != nil {
		return nil, nil, err
	}
	columns := make([]*train.Column, len(card.Characteristics))
	for i := range columns {
		n := slices.IndexFunc(s.Columns, func(c train.Column) bool { return c.Feature.Name == card.Characteristics[i].Name })
		columns[i] = &s.Columns[n]
	}
	var rows [][]scorecard.Value
	for n := range s.Bad {
		row := make([]scorecard.Value, len(columns))
		for i, c := range columns {
			if row[i].Known = c.Known[n]; row[i].Known && c.Texts != nil {
				row[i].Text = c.Texts[n]
			} else if row[i].Known {
				row[i].Number = c.Numbers[n]
			}
		}
		rows = append(rows, row, spoilt(card, row, n))
	}
	return card, rows, nil
}

// spoilt is a row with one value otherwise, another one for each n.
func spoilt(card *scorecard.Card, row []scorecard.Value, n int) []scorecard.Value {
	row = slices.Clone(row)
	i := n % len(row)
	switch x := &card.Characteristics[i]; n / len(row) % 5 {
	case 0:
		row[i] = scorecard.Value{}
	case 1:
		if row[i] = scorecard.Number(1e15); x.Category() {
			row[i] = scorecard.Text("nobody's")
		}
	case 2:
		if row[i] = scorecard.Number(-1e15); x.Category() {
			row[i] = scorecard.Text(x.Groups[0][0] + " ")
		}
	case 3:
		if !x.Category() {
			row[i] = scorecard.Number(math.Inf(1 - 2*(n%2)))
		}
	default: // at a cut, where it has one
		if len(x.Splits) > 0 {
			row[i] = scorecard.Number(x.Splits[n%len(x.Splits)])
		}
	}
	return row
}

// elsewhere scores rows by the other evaluator.
func elsewhere(classes, file string, card *scorecard.Card, rows [][]scorecard.Value) ([]string, error) {
	var in, out bytes.Buffer
	for i := range card.Characteristics {
		in.WriteString(map[bool]string{true: "\t"}[i > 0] + card.Characteristics[i].Name)
	}
	for _, row := range rows {
		in.WriteByte('\n')
		for i, v := range row {
			cell := v.Text
			if v.Known && !card.Characteristics[i].Category() {
				cell = strings.Replace(strconv.FormatFloat(v.Number, 'g', -1, 64), "Inf", "Infinity", 1)
			}
			in.WriteString(map[bool]string{true: "\t"}[i > 0] + cell)
		}
	}
	in.WriteByte('\n')
	cmd := exec.Command("java", "-cp", classes, filepath.Join(here, "Score.java"), file)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("java: %w", err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(rows) {
		return nil, fmt.Errorf("%d answers for %d rows", len(lines), len(rows))
	}
	return lines, nil
}
