package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/ratelimit"
	"changrong/internal/base/fault"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Route is one operation and who may call it.
type Route struct {
	ID     string // verb-noun; also what the TypeScript client calls it
	Method string
	Path   string
	Tag    string
	Title  string
	// Who may call: whoever has the permission Need; or, when it is "", who is told
	// by Open.
	Need  access.Permission
	Open  Openness
	Limit int64 // bytes of a body; 0: maxBody
	Once  Onceness
	Rate  ratelimit.Policy // how often one address may call it; zero: as others of its sort

	answers   map[string]*huma.Response // what the types do not say
	versioned bool                      // its body has the version that was read
	loose     bool                      // the query is another system's, which may say more than is read
}

// Openness is who may call an operation that needs no permission.
type Openness uint8

// The opennesses.
const (
	SignedIn Openness = iota // whoever is signed in
	HalfWay                  // also who is on the way in (access.Stage); the operation says at which stages
	Anybody
)

// Call is one call of an operation.
type Call struct {
	access.Caller                 // its Principal is nil when nobody is signed in
	Session       *access.Session // nil when nobody is signed in
	Scope         access.Scope    // whose things the route's permission reaches
	w             http.ResponseWriter
	req           *http.Request
}

// callKey is the key of a *Call in a request's context.
type callKey struct{}

// handle adds an operation. f runs when the caller may call it.
func handle[I, O any](a *API, r Route, f func(context.Context, *Call, *I) (*O, error)) {
	version := versionOf(reflect.TypeFor[O]())
	r.versioned = versionOf(reflect.TypeFor[I]()) != nil
	a.routes = append(a.routes, r)
	op := huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: r.Path, Summary: r.Title, Tags: []string{r.Tag},
		MaxBodyBytes: r.Limit, Middlewares: huma.Middlewares{a.admit(r)},
		Extensions: map[string]any{"x-permission": string(r.Need)}, BodyReadTimeout: bodyTimeout,
		Responses: r.answers, SkipValidateParams: r.loose,
	}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	if r.Limit > maxBody {
		op.BodyReadTimeout = -1 // each piece of it has a deadline of its own
	}
	r.describe(&op, version != nil)
	if r.Need != "" || r.Open != Anybody {
		op.Security = []map[string][]string{{"session": {}}}
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		c := ctx.Value(callKey{}).(*Call)
		http.NewResponseController(c.w).SetReadDeadline(time.Time{}) //nolint:errcheck // the body is here; the operation may take longer
		out, err := f(ctx, c, in)
		if err != nil {
			return nil, problemOf(err)
		}
		if out != nil && version != nil && tag(c, reflect.ValueOf(out).Elem(), version) {
			return nil, notModified{}
		}
		return out, nil
	})
}

// admit lets a call through that may be made.
func (a *API) admit(r Route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		req, w := humago.Unwrap(ctx)
		c := &Call{Caller: access.Caller{Address: a.address(req), Agent: fault.Clip(req.UserAgent())}, w: w, req: req}
		err := a.identify(req, c)
		if fault.KindOf(err) != fault.Unavailable { // else nobody knows whose call it is
			if slow := a.ration(c, r); slow != nil {
				err = slow
			}
		}
		if err == nil {
			err = c.permit(r)
		}
		if err == nil {
			err = a.prepare(c, r)
		}
		switch {
		case err != nil:
		case a.Once != nil && r.keyed():
			err = a.once(huma.WithValue(ctx, callKey{}, c), c, r, next)
		default:
			next(huma.WithValue(ctx, callKey{}, c))
		}
		if err != nil {
			writeProblem(w, problemOf(err))
		}
	}
}

// prepare makes the body ready to be read.
func (a *API) prepare(c *Call, r Route) error {
	if r.Limit > maxBody {
		c.req.Body = &steady{c.req.Body, http.NewResponseController(c.w)}
		return nil
	}
	return a.ifMatch(c, r)
}

// identify finds out who calls; nobody is no error.
func (a *API) identify(req *http.Request, c *Call) error {
	if a.Keys != nil && req.Header.Get("Signature-Input") != "" {
		return a.signed(req, c)
	}
	cookie, err := req.Cookie(cookieName)
	if err != nil {
		return nil //nolint:nilerr // no cookie: nobody is signed in
	}
	p, s, err := a.Access.Resume(req.Context(), cookie.Value)
	switch {
	case fault.CodeOf(err) == "access.sign_in":
		return nil
	case err != nil:
		return err
	}
	c.Principal, c.Session = p, s
	return nil
}

// permit tells whether the call may be made, and how far it reaches.
func (c *Call) permit(r Route) error {
	whole := c.Session == nil || c.Session.Stage == access.SignedIn
	switch {
	case r.Need == "" && r.Open == Anybody:
		return nil
	case c.Principal == nil, c.Session == nil && r.Need == "": // the latter is for people
		return fault.New(fault.Forbidden, "access.sign_in", "请先登录", "sign in first")
	case !whole && (r.Need != "" || r.Open != HalfWay):
		return due(c.Session.Stage)
	case r.Need == "":
		return nil
	}
	var err error
	c.Scope, err = c.Principal.Scope(r.Need)
	return err
}

// maxBody is how many bytes the body of a request may have where its route says
// nothing else.
const maxBody = 1 << 20
