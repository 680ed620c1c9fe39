// Command million makes the folder that bench/run.sh imports: what one bank files
// at the end of a year, with a stock message (CLDWDK) of a million notes.
//
//	million -out FOLDER [-lines 1000000] [-seed 7]
//
// Borrowers and notes are those of a made-up city (internal/sim/city), all of them
// put at one bank. Beside the stock stand its customers (FTYKHX), what moved in
// December (DWDKFS), and three tables that no message brings: the bank, its
// branches, and the principals.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/sim/city"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "", "the folder to make")
	lines := flag.Int("lines", 1_000_000, "lines of the stock message")
	seed := flag.Uint64("seed", 7, "of the city")
	flag.Parse()
	if *out == "" || *lines < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := fill(*out, *seed, *lines); err != nil {
		log.Fatal(err)
	}
}

// december is the last of the city's month-ends.
const december = city.Months - 1

// bank is who files: one of the city's lenders, with everybody's branches.
var bank = &city.Lenders[0]

// filing is one bank's folder in the making.
type filing struct {
	stock, flows, customers *pboc.Writer
	principals              *bufio.Writer
	lines                   int // of the stock, so far
	loan                    string
}

// fill makes the folder. A message that is left half-written has no name, so that
// the folder does not pass for whole.
func fill(dir string, seed uint64, lines int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	p := &filing{}
	var err error
	for code, w := range map[string]**pboc.Writer{"CLDWDK": &p.stock, "DWDKFS": &p.flows, "FTYKHX": &p.customers} {
		if *w, err = pboc.NewWriter(dir, bank.ID, code, "20211231", "2022-01-08 09:30:00", false); err != nil {
			return err
		}
	}
	principals, err := os.Create(filepath.Join(dir, "loans.csv"))
	if err != nil {
		return err
	}
	p.principals = bufio.NewWriter(principals)
	fmt.Fprintln(p.principals, "institution_id,loan_id,principal")
	m := city.City(seed, lines) // a borrower has a note in the stock, more or less
	var f city.Firm
	for n := 0; p.lines < lines; n++ {
		if n == m.Enterprises() {
			return fmt.Errorf("the city has only %d notes in stock", p.lines)
		}
		m.Firm(n, &f)
		p.file(&f, lines)
	}
	return errors.Join(p.stock.Close(), p.flows.Close(), p.customers.Close(), p.principals.Flush(), principals.Close(), tables(dir))
}

// tables writes the tables of a few rows.
func tables(dir string) error {
	rows := fmt.Appendf(nil, "institution_id,name,kind,local_legal_person\n%s,%s,%s,1\n", bank.ID, bank.Name, bank.Kind)
	branches := []byte("institution_id,branch_id,name,town,site,opened_on\n")
	for i := range city.Outlets {
		o := &city.Outlets[i]
		branches = fmt.Appendf(branches, "%s,%s,%s,%s,%s,%s\n", bank.ID, o.ID, o.Name, city.Towns[o.Town].Code, o.Site, o.Opened)
	}
	return errors.Join(os.WriteFile(filepath.Join(dir, "institutions.csv"), rows, 0o644),
		os.WriteFile(filepath.Join(dir, "branches.csv"), branches, 0o644))
}

// file writes what f has in the stock, until there are enough lines.
func (p *filing) file(f *city.Firm, lines int) {
	before, line := p.lines, money.Fen(0)
	for i := range f.Notes {
		t := &f.Notes[i]
		if t.Balance[december] == 0 || p.lines == lines {
			continue
		}
		p.lines++
		p.loan = string(city.LoanID(nil, f.N, i))
		line += t.Line()
		p.putStock(f, t)
		p.putFlows(f, t)
		fmt.Fprintf(p.principals, "%s,%s,%d.%02d\n", bank.ID, p.loan, t.Principal/money.Yuan, t.Principal%money.Yuan)
	}
	if p.lines > before {
		p.putCustomer(f, line)
	}
}

var (
	securities = []string{"D", "C99", "C01", "B01", "B99", "A", "E"}
	qualities  = []string{"FQ01", "FQ02", "FQ03", "FQ04", "FQ05"}
	sizes      = map[string]string{"large": "CS01", "medium": "CS02", "small": "CS03", "micro": "CS04"}
	ownership  = map[int]string{0: "A0101", 1: "B0102"}
)

// size is what the bank says of the size of f, "" where it leaves that empty.
func size(f *city.Firm) string {
	if f.Blank {
		return ""
	}
	return sizes[f.Size]
}

// head writes fields 1–16 of both loan messages.
func (p *filing) head(w *pboc.Writer, f *city.Firm, t *city.Note) {
	trade := city.Trades[f.Trade].Code
	w.Text(bank.ID).Text(t.BranchID()).Text("331082").Text("A01").Text(f.ID).Empty().Text(trade).Text("331082")
	w.Text(ownership[f.Private]).Text(size(f)).Text(p.loan).Text("HT" + p.loan[2:]).Text("F022").Text(trade + "1").Day(t.Disbursed).Day(t.Due)
}

// terms writes fields 21–28 of both.
func (p *filing) terms(w *pboc.Writer, t *city.Note) {
	w.Text("RF02").Rate(t.Rate).Text("TR05").Rate(city.LPR(t.Disbursed, t.Months)).Text(city.FiscalSupports[t.Fiscal])
	w.Day(max(t.Disbursed, min(t.Due, (t.Disbursed.Month()+12).First()))).Text(securities[t.Security])
	if t.First == city.Unknown {
		w.Empty()
	} else {
		w.Flag(t.First == 1)
	}
}

func (p *filing) putStock(f *city.Firm, t *city.Note) {
	w, end := p.stock, city.MonthEnds[december]
	p.head(w, f, t)
	extended := t.Extended
	if t.Due > end {
		extended = civil.Never // not known yet
	}
	w.Day(extended).Text("CNY").Fen(t.Balance[december]).Fen(t.Balance[december])
	p.terms(w, t)
	state, overdue := "LS01", ""
	switch {
	case t.Overdue <= end:
		state, overdue = "LS03", "01"
	case extended != civil.Never:
		state = "LS02"
	}
	w.Text(qualities[t.Quality[december]]).Text(state).Text(overdue).Text(city.Purposes[t.Purpose]).End()
}

func (p *filing) putFlows(f *city.Firm, t *city.Note) {
	for i, e := range f.Events[t.From:t.To] {
		if e.On.Month() != city.MonthEnds[december].Month() {
			continue
		}
		w := p.flows
		p.head(w, f, t)
		w.Day(e.On).Text("CNY").Fen(e.Amount).Fen(e.Amount)
		p.terms(w, t)
		w.Text("LF01").Empty().Empty().Flag(e.Kind == 0).Text(strconv.Itoa(i + 1)).Text(city.Purposes[t.Purpose]).End()
	}
}

// putCustomer writes what the bank knows of f; line is its credit line there.
func (p *filing) putCustomer(f *city.Firm, line money.Fen) {
	w := p.customers
	w.Text(bank.ID).Text(string(f.AppendName(nil))).Text("A01").Text(f.ID).Empty().Empty().Empty().Empty().Empty()
	for _, x := range []money.Fen{f.Assets, f.Sales} {
		if x < 0 {
			w.Empty()
		} else {
			w.Fen(x)
		}
	}
	if f.Employees < 0 {
		w.Empty()
	} else {
		w.Count(int64(f.Employees))
	}
	w.Flag(false).Empty().Empty().Text("331082").Empty().Empty()
	w.Text(city.Trades[f.Trade].Code).Text(size(f)).Text(ownership[f.Private]).Empty().Fen(line).Empty().Flag(false).End()
}
