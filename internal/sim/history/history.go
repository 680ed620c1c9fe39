package history

import (
	"context"
	"runtime"
	"strings"
	"time"

	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/adapter/ratingdata"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/sim"
	"changrong/internal/sim/city"

	"golang.org/x/sync/errgroup"
)

// Options say which history.
type Options struct {
	Seed        uint64
	Enterprises int // that ask for a loan
	Workers     int // 0: one a processor; what comes out does not depend on it
}

// History is a year of loans that is over.
type History struct {
	Features *feature.Set // what departments know; in the order of Firm.Values
	Firms    []Firm
}

// Firm is one that asked for a loan, and what became of it.
type Firm struct {
	USCC, Name string
	Period     int        // in which it was lent to: a number into Days
	On         civil.Date // that windows of features end before
	Values     []scorecard.Value
	Refused    bool // nobody lent to it, and nobody knows what would have become
	Bad        bool // it was overdue for more than 90 days within the twelve months after

	risk int // odds in hundredths of a doubling, before luck
}

// Days are those on which firms were lent to: in the middle of months, since departments that
// answer for the day before have whole months only once another has begun.
var Days = []civil.Date{city.Day(2019, 7, 15), city.Day(2019, 10, 16), city.Day(2020, 1, 15), city.Day(2020, 4, 15)}

// Limits of a history: fewer firms have too few defaults to train on, and more take minutes.
const (
	leastFirms = 200
	mostFirms  = 200_000
)

// fewest firms are asked about at one server: it keeps what it was asked.
const atOneServer = 50

// invoicesOf begins the source of features that need single invoices, which no department has.
const invoicesOf = "invoices."

// FeaturesText declares the features of a history, as YAML: those that ship, without those
// that need single invoices.
func FeaturesText() ([]byte, error) {
	all, err := feature.Text("smefeatures")
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	for line := range strings.Lines(string(all)) {
		if !strings.Contains(line, "source: "+invoicesOf) {
			out.WriteString(line)
		}
	}
	return []byte(out.String()), nil
}

// Make makes a history.
//
// Errors: sim.options; ctx's.
func Make(ctx context.Context, o Options) (*History, error) {
	if o.Enterprises < leastFirms || o.Enterprises > mostFirms {
		return nil, fault.Invalidf("sim.options", "企业户数应在%d至%d之间", "a history has %d to %d enterprises", leastFirms, mostFirms)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	text, err := FeaturesText()
	if err != nil {
		return nil, err
	}
	h := &History{Firms: make([]Firm, o.Enterprises)}
	if h.Features, err = feature.Parse(text); err != nil {
		return nil, err
	}
	catalogue, err := exchange.Load()
	if err != nil {
		return nil, err
	}
	m := city.City(o.Seed, o.Enterprises)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.Workers)
	for from := 0; from < o.Enterprises; from += atOneServer {
		g.Go(func() error {
			return h.ask(ctx, m, catalogue, from, min(o.Enterprises, from+atOneServer))
		})
	}
	return h, g.Wait()
}

// ask asks departments about some firms, all of one period, and decides what became of them.
func (h *History) ask(ctx context.Context, m *city.Model, catalogue *exchange.Catalogue, from, to int) error {
	period := from / atOneServer % len(Days)
	on := Days[period]
	now := func() time.Time { return time.UnixMilli(int64(civil.StartOf(on) + 9*civil.Hour)) }
	find := sim.Known(m)
	var asked *reference.Firm // made once, not for each dataset
	server := reference.NewServer(m.Seed, func(string) (*reference.Firm, bool) { return asked, asked != nil }, now)
	router, err := departments.Parse([]byte(reference.Config(m.Seed, "http://departments.invalid")), departments.Options{Now: now, Transport: inside{server}, Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		return err
	}
	defer router.Close()
	var f city.Firm
	for n := from; n < to; n++ {
		m.Firm(n, &f)
		asked, _ = find(f.ID)
		x := &h.Firms[n]
		*x = Firm{USCC: f.ID, Name: string(f.AppendName(nil)), Period: period, On: on}
		a := exchange.Answer{Firm: f.ID, At: civil.StartOf(on) + 9*civil.Hour}
		for _, id := range ratingdata.Datasets(catalogue, h.Features) {
			d, err := catalogue.Dataset(id)
			if err != nil {
				return err
			}
			got, err := router.Fetch(ctx, exchange.Query{ID: f.ID, Dataset: id, USCC: f.ID, Purpose: exchange.LoanApplication, Basis: "合成样本", Consent: "synthetic"})
			if err != nil {
				return err
			}
			p, err := d.Whole(got, a.At)
			if err != nil {
				return err
			}
			a.Parts = append(a.Parts, *p)
		}
		known := ratingdata.Known(&a)
		for i := range h.Features.Features {
			x.Values = append(x.Values, h.Features.Features[i].Of(known.Tables, on))
		}
		var d city.Dice
		d.Roll(m.Seed, city.StreamHistory, uint64(n))
		x.live(h.Features, &d)
	}
	return nil
}

// live decides what became of a firm, and what of it is known.
func (x *Firm) live(set *feature.Set, d *city.Dice) {
	x.risk = odds(set, x.Values)
	x.Bad = d.Odds(x.risk + d.Bell()*luck/100)
	// Banks saw some of what departments know, and judged by the feel.
	x.Refused = d.Odds(-420 + (x.risk-usual)*2/3 + d.Bell())
	// Firms consent department by department; risky ones less often.
	withheld := map[string]bool{}
	for _, department := range []string{"tax", "insurance", "utility", "court"} {
		withheld[department] = d.Chance(25_000 + 40_000*truth(x.risk > usual+150))
	}
	away := map[string]bool{} // departments that are open to all can be away, too
	for i := range set.Features {
		source := set.Features[i].Source
		department, _, _ := strings.Cut(source, ".")
		if _, asked := away[department]; !asked {
			away[department] = d.Chance(12_000)
		}
		open := strings.HasPrefix(source, "tax.arrears") || department == "procurement"
		if away[department] || withheld[department] && !open {
			x.Values[i] = scorecard.Value{}
		}
	}
}
