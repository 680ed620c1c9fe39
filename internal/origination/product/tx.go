package product

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// Tx is what this package needs of one transaction. What is not there, or not within
// the scope, is fault.NotFound (product.not_found).
type Tx interface {
	Org(id string) (*access.Org, error)

	Product(id string, s access.Scope) (*Product, error)
	Products(Filter, access.Scope) ([]Product, int, error) // by bank and id
	PutProduct(*Product) error                             // inserts at Version 0, else replaces that version's State, Edition and Draft
	CountProducts(bank string) (int, error)                // not retired

	AddEdition(*Edition) error
	Edition(product string, edition int64) (*Edition, error)
	Editions(product string) ([]Edition, error) // the last first
	Offered() ([]Offered, error)                // by product, of banks that are there

	MarkProduct(key, product string, step Step, on civil.Date) (first bool, err error)
	CountProduct(product, bank string, on civil.Date, step Step) error
	ProductFigures(from, to civil.Date, s access.Scope) ([]Figure, error) // by bank
	SweepProductMarks(before civil.Date) error                            // of Shown

	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Filter is which products a list has.
type Filter struct {
	Bank          string
	State         State
	Text          string // in the name
	Written       bool   // only those of which an edition waits to be published
	Limit, Offset int
}
