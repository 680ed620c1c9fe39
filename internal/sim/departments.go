package sim

import (
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/sim/city"
)

// The enterprises about which every reference department has something: those that
// play the city's cases worth seeing, and a few more.
const (
	firstShown = 10
	afterShown = 30
)

// Known finds the enterprises of a city for its reference departments: none is made
// before it is asked for.
func Known(m *city.Model) reference.Firms {
	return func(code string) (*reference.Firm, bool) {
		n, ok := m.Find(code)
		if !ok {
			return nil, false
		}
		var f city.Firm
		m.Firm(n, &f)
		return &reference.Firm{
			USCC: f.ID, Name: string(f.AppendName(nil)), Kind: city.Kinds[f.Kind], Industry: city.Trades[f.Trade].Code, Town: city.Towns[f.Town].Code,
			Employees: f.Employees, Sales: f.Sales, Full: n >= firstShown && n < afterShown,
		}, true
	}
}
