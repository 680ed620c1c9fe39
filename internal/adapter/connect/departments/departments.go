// Package departments lists every department the platform can ask, reads from a file
// which of them are connected and how, and leads each question to its department.
package departments

import (
	"context"

	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/connect/court"
	"changrong/internal/adapter/connect/insurance"
	"changrong/internal/adapter/connect/market"
	"changrong/internal/adapter/connect/procurement"
	"changrong/internal/adapter/connect/receivable"
	"changrong/internal/adapter/connect/tax"
	"changrong/internal/adapter/connect/trademark"
	"changrong/internal/adapter/connect/utility"
	"changrong/internal/exchange"
)

// All returns every connector there is, in the order of their ids.
func All() []*connect.Connector {
	return []*connect.Connector{
		court.Connector(),
		insurance.Connector(),
		market.Connector(),
		procurement.Connector(),
		receivable.Connector(),
		tax.Connector(),
		trademark.Connector(),
		utility.Connector(),
	}
}

// Router leads a question to the department of its dataset. It is an exchange.Source.
type Router struct {
	routes  map[string]*route
	clients map[string]*connect.Client // by department
}

// route is how one dataset is asked for.
type route struct {
	connector *connect.Connector
	service   *connect.Service
	client    *connect.Client
	signer    connect.Signer
}

// Fetch implements exchange.Source.
//
// Errors: exchange.not_connected; those of connect.Connector.Fetch.
func (r *Router) Fetch(ctx context.Context, q exchange.Query) (*exchange.Delivery, error) {
	x := r.routes[q.Dataset]
	if x == nil {
		return exchange.Nobody{}.Fetch(ctx, q)
	}
	return x.connector.Fetch(ctx, x.client, x.service, x.signer, &q)
}

// Paused tells of every department that is connected whether its breaker is open.
func (r *Router) Paused() map[string]bool {
	all := map[string]bool{}
	for id, c := range r.clients {
		all[id] = c.Open()
	}
	return all
}

// Close lets go of connections.
func (r *Router) Close() {
	for _, c := range r.clients {
		c.Close()
	}
}
