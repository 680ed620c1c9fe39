package ledger

import (
	"slices"
	"strings"

	"changrong/internal/base/money"
)

// Execution is how far the money of some sources has come (执行情况).
type Execution struct {
	Sources []SourceExecution `json:"sources"`
	Levels  []LevelExecution  `json:"levels"` // by year and level
	Items   []ItemExecution   `json:"items"`  // by item; what is not yet for one is in none of them
	Total   Totals            `json:"total"`
}

// SourceExecution is one source with its balances.
type SourceExecution struct {
	Source Source `json:"source"`
	Totals Totals `json:"totals"`
}

// LevelExecution is the sources of one year and level together.
type LevelExecution struct {
	Year   int    `json:"year"`
	Level  Level  `json:"level"`
	Totals Totals `json:"totals"`
}

// ItemExecution is what all sources together hold for one item.
type ItemExecution struct {
	Item   string `json:"item"`
	Totals Totals `json:"totals"`
}

// ExecutionOf reports on the sources of a filter.
func ExecutionOf(b Books, f SourceFilter) (*Execution, error) {
	f.Limit, f.Offset = 0, 0
	sources, _, err := b.LedgerSources(f)
	if err != nil {
		return nil, err
	}
	sums, err := b.LedgerSums(f)
	if err != nil {
		return nil, err
	}
	return execution(sources, sums), nil
}

func execution(sources []Source, sums []Balance) *Execution {
	x := &Execution{Sources: make([]SourceExecution, len(sources)), Levels: []LevelExecution{}, Items: []ItemExecution{}}
	at := map[string]int{}
	for i, s := range sources {
		x.Sources[i].Source = s
		at[s.ID] = i
	}
	items := map[string]int{}
	for _, b := range sums {
		x.Sources[at[b.Source]].Totals.Add(b.Account, b.Amount)
		x.Total.Add(b.Account, b.Amount)
		if b.Item == "" {
			continue
		}
		i, ok := items[b.Item]
		if !ok {
			i = len(x.Items)
			items[b.Item] = i
			x.Items = append(x.Items, ItemExecution{Item: b.Item})
		}
		x.Items[i].Totals.Add(b.Account, b.Amount)
	}
	for _, s := range x.Sources { // by year and level, as sources come
		n := len(x.Levels)
		if n == 0 || x.Levels[n-1].Year != s.Source.Year || x.Levels[n-1].Level != s.Source.Level {
			x.Levels = append(x.Levels, LevelExecution{Year: s.Source.Year, Level: s.Source.Level})
			n++
		}
		for _, a := range Accounts() {
			x.Levels[n-1].Totals.Add(a, s.Totals.Of(a))
		}
	}
	slices.SortFunc(x.Items, func(a, b ItemExecution) int { return strings.Compare(a.Item, b.Item) })
	return x
}

// Progress is the share of what was granted that is paid (支付进度), rounded down to
// a hundredth of a percent; ok is false when nothing was granted.
func (t Totals) Progress() (rate money.Rate, ok bool) {
	if t.Granted <= 0 {
		return 0, false
	}
	const hundredths = int64(money.One / (money.Percent / 100))
	q, _, ok := money.MulDivFloor(int64(max(t.Paid, 0)), hundredths, int64(t.Granted))
	return money.Rate(q) * (money.Percent / 100), ok
}
