package sim

import (
	"encoding/csv"
	"io"

	"changrong/internal/adapter/connect/reference"
	"changrong/internal/base/civil"
	"changrong/internal/party"
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
		return known(m, n, &f), true
	}
}

// known makes enterprise n, as departments know it.
func known(m *city.Model, n int, f *city.Firm) *reference.Firm {
	m.Firm(n, f)
	return &reference.Firm{
		USCC: f.ID, Name: string(f.AppendName(nil)), Kind: city.Kinds[f.Kind], Industry: city.Trades[f.Trade].Code, Town: city.Towns[f.Town].Code,
		Employees: f.Employees, Sales: f.Sales, Full: n >= firstShown && n < afterShown,
	}
}

// WriteRegistry writes the registry of firms of a city (party.Register) as CSV, as its
// market regulation department, one of departments, has it.
func WriteRegistry(w io.Writer, m *city.Model, departments *reference.Server) error {
	out := csv.NewWriter(w)
	columns := party.Register.Stored()
	if err := out.Write(columns); err != nil {
		return err
	}
	var f city.Firm
	line := make([]string, len(columns))
	for n := range m.Enterprises() {
		x := known(m, n, &f)
		r := departments.Registered(x)
		closed := ""
		if r.Closed != civil.Never {
			closed = r.Closed.String()
		}
		cells := map[string]string{
			"uscc": x.USCC, "name": x.Name, "kind": x.Kind, "industry": x.Industry, "town": x.Town, "size": f.Size, "status": r.Status, "closed_on": closed,
			"registered_on": r.Founded.String(), "registered_capital": r.Capital.String(), "legal_representative": r.Person,
		}
		for i, c := range columns {
			line[i] = cells[c]
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
