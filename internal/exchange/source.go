package exchange

import (
	"context"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Source asks departments. An implementation gives up within the time its
// department is allowed, and speaks to at most one department in a call.
type Source interface {
	// Fetch asks the department of a dataset about one firm. A department that knows
	// the firm and has nothing about it delivers no records.
	//
	// Errors: connect.timeout, connect.unreachable, connect.open (it failed too often lately and is left
	// alone), connect.drift (the answer is not what the catalogue says; the field is
	// named), connect.refused, connect.unknown_firm.
	Fetch(ctx context.Context, q Query) (*Delivery, error)
}

// Query is one question to one department.
type Query struct {
	ID      string  // of this call, for the department's own log
	Dataset string  // id in the catalogue: tax.filing
	USCC    string  // the firm asked about
	Purpose Purpose // what the answer is for
	Basis   string  // on what ground it is asked, in words
	Consent string  // id of the consent; "" where there is a legal basis
}

// Delivery is what a department answered.
type Delivery struct {
	Records []Record
	AsOf    civil.Date // the day for which it says so
	Source  string     // the department's system, as it calls itself
	Raw     string     // SHA-256 of the answer as it came, hex
}

// Record is one row of a delivery. Cells holds a text for every field of the
// dataset, as fact.Vector.AppendCell reads it (yuan "1234.50", percent "3.85", days
// "2026-03-01", months "2026-03", truth "0" and "1"); "" where the department has
// none. A field that is missing, or that the catalogue does not have, is drift.
type Record struct {
	Cells  map[string]string `json:"cells"`
	AsOf   civil.Date        `json:"as_of_on,omitzero"` // zero: as the delivery
	Source string            `json:"source,omitempty"`  // "": as the delivery
}

// Nobody is a Source of a platform that no department is connected to.
type Nobody struct{}

// Fetch says so.
func (Nobody) Fetch(context.Context, Query) (*Delivery, error) {
	return nil, fault.New(fault.Unavailable, "exchange.not_connected", "尚未接入该部门", "the department is not connected")
}
