package httpapi

import (
	"context"
	"io"
	"net/http"

	"changrong/internal/access"
)

// FieldSaid is fieldSaid, for tests.
var FieldSaid = fieldSaid

// Probe is a thing with a version that tests read and edit.
type Probe struct {
	Name    string `json:"name" maxLength:"5"`
	Version int64  `json:"version"`
}

type probeBody struct{ Body Probe }

// AddProbes adds operations on one thing, kept in p: reading and editing it, one
// that panics, and one that reads what it is sent piece by piece.
func AddProbes(a *API, p *Probe) {
	handle(a, Route{ID: "get-probe", Method: "GET", Path: "/api/probe", Open: Anybody}, func(context.Context, *Call, *empty) (*probeBody, error) {
		return &probeBody{*p}, nil
	})
	handle(a, Route{ID: "put-probe", Method: "PUT", Path: "/api/probe", Open: Anybody}, func(_ context.Context, _ *Call, in *probeBody) (*probeBody, error) {
		if in.Body.Version != p.Version {
			return nil, &Problem{Status: http.StatusPreconditionFailed, Code: "store.changed", Type: "urn:changrong:store.changed", Title: "他人已修改", En: "changed"}
		}
		*p = Probe{in.Body.Name, p.Version + 1}
		return &probeBody{*p}, nil
	})
	handle(a, Route{ID: "panic", Method: "POST", Path: "/api/panic", Need: access.OrgRead}, func(context.Context, *Call, *empty) (*empty, error) {
		panic("a defect")
	})
	handle(a, Route{ID: "long", Method: "POST", Path: "/api/long", Open: Anybody, Limit: 1 << 30}, func(_ context.Context, c *Call, _ *empty) (*struct{ Body int64 }, error) {
		n, err := io.Copy(io.Discard, c.req.Body)
		return &struct{ Body int64 }{n}, err
	})
}
