package httpapi_test

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/origination/benefit"
	"changrong/internal/settlement/prospect"
)

// between is a time in which no policy is in force and nothing was paid: all that is
// asked is who may ask.
type between struct{ db *store.DB }

func (b between) Org(ctx context.Context, id string) (o *access.Org, err error) {
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		o, err = tx.Org(id)
		return err
	})
	return o, err
}

func (between) Lists(context.Context, civil.Range) (benefit.Lists, error) { return nil, nil }

func (between) Registered(context.Context, string) (*benefit.Said, error) { return nil, nil }

func (between) Loans(context.Context, string, civil.Range) (prospect.Cells, error) { return nil, nil }

func (between) Departments(context.Context, access.Caller, string) ([]benefit.Said, []benefit.Unread, error) {
	return nil, nil, nil
}

func (between) Paid(context.Context, string) ([]benefit.Paid, error) { return []benefit.Paid{}, nil }

func (between) Told(context.Context, access.Caller, string) error { return nil }

func withBenefits(db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) { d.Benefits = &benefit.Service{World: between{db}, Now: d.Access.Now} }
}
