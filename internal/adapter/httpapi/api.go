// Package httpapi is the HTTP interface: one operation a function, its form in the
// types of its input and output (OpenAPI 3.1, api/openapi.yaml), its errors as
// problem JSON (RFC 9457) with stable codes.
//
// Every operation names the permission it needs, or that it needs none; whether
// the caller has it is decided in one place before the operation runs (handle),
// and the scope that comes of it goes into every query.
//
// How to add a list: lists instead of handle, with the columns of its file. The
// operation then has limit, offset and format=json|csv|xlsx; its input embeds Page
// and has filters of its own beside it.
package httpapi

import (
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"sync"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/ratelimit"
	"changrong/internal/adapter/signin"
	"changrong/internal/adapter/strictjson"
	"changrong/internal/adapter/webhook"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/origination/benefit"
	"changrong/internal/origination/code"
	"changrong/internal/origination/draft"
	"changrong/internal/origination/product"
	"changrong/internal/programme"
	"changrong/internal/rating"
	"changrong/internal/rating/city"
	"changrong/internal/rating/opinion"
	"changrong/internal/rating/training"
	"changrong/internal/rating/watch"
	"changrong/internal/registry"
	"changrong/internal/reporting"
	"changrong/internal/reporting/match"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/drafting"
	"changrong/internal/subsidy/followup"
	"changrong/internal/subsidy/fund"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Deps are what the operations work with.
type Deps struct {
	Access   *access.Service
	Fund     *fund.Service
	Claims   *subsidy.Service
	Drafting *drafting.Service
	FollowUp *followup.Service
	Files    blob.Store     // what is attached to claims
	Font     *document.Font // of papers
	Jobs     *job.Book
	Hub      *outbox.Hub
	Desk     *reporting.Service
	Signs    *crypto.Provider // what the platform signs with

	Programme *programme.Service
	Packs     *engine.Packs

	Secure bool              // the platform is reached by https: cookies are for that alone
	SignIn []signin.Provider // where people may sign in elsewhere

	Once    *once.Book     // requests that may be sent again; nil: none may
	Rates   Rates          // how often callers may call; zero: as often as they like
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
	Public  string         // how callers address the platform: https://jr.example.com; "" as requests say

	Keys     *apikey.Service  // keys of other systems; nil: requests are not signed
	Webhooks *webhook.Service // addresses that are told what happens; nil: none
	Codes    *code.Service    // codes to scan
	Products *product.Service // what banks offer
	Benefits *benefit.Service // what policies give a firm
	Notify   *notify.Service  // what people are told; nil: nothing

	Exchange *exchange.Service // what departments have about firms
	Firms    *registry.Service // the registry of firms

	Origination *origination.Service // loan applications
	Drafts      *draft.Service       // what is typed before they are handed in
	Through     *match.Service       // loans that came through the platform

	Rating   *rating.Service   // scorecards, and what they say of firms
	Training *training.Service // cards in the making
	Opinions *opinion.Service  // what banks are told of it
	Watch    *watch.Service    // how they do from month to month
	City     *city.Service     // what they say of all firms, and white lists
}

// API is the HTTP interface.
type API struct {
	Deps
	huma   huma.API
	mux    *http.ServeMux
	routes []Route

	limiter *ratelimit.Limiter
}

// New makes the interface with all its operations.
func New(d Deps) *API {
	settings.Do(func() {
		huma.NewError = newProblem
		huma.ValidateStrictCasing = true // a name is written one way
	})
	a := &API{Deps: d, mux: http.NewServeMux(), limiter: ratelimit.New(0)}
	config := huma.DefaultConfig("畅融 Changrong", "1")
	config.DocsPath = ""    // a page of it needs scripts from elsewhere
	config.SchemasPath = "" // schemas are in the document
	config.CreateHooks = nil
	config.RejectUnknownQueryParameters = true // a filter misspelled must not list everything
	config.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	config.OpenAPIPath = "/api/openapi"
	config.Components = &huma.Components{
		Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
		SecuritySchemes: map[string]*huma.SecurityScheme{
			"session": {Type: "apiKey", In: "cookie", Name: cookieName},
		},
	}
	a.huma = humago.New(a.mux, config)
	a.sessions()
	a.accounts()
	a.keys()
	a.webhooks()
	a.messages()
	a.mine()
	a.auditLog()
	a.elsewhere()
	a.progress()
	a.reporting()
	a.ledger()
	a.runs()
	a.whatIfs()
	a.policies()
	a.cockpit()
	a.claims()
	a.schedules()
	a.codes()
	a.products()
	a.benefits()
	a.exchange()
	a.codeNames()
	a.firms()
	a.origination()
	a.through()
	a.ratingModels()
	a.ratingCompared()
	a.training()
	a.watched()
	a.city()
	a.opinions()
	return a
}

// settings guards the library's settings that are one for the whole process.
var settings sync.Once

// Handler returns the interface, to be served below /api/.
func (a *API) Handler() http.Handler {
	sites := http.NewCrossOriginProtection()
	sites.SetDenyHandler(http.HandlerFunc(crossSite))
	return a.guard(sites.Handler(a.mux))
}

// jsonFormat writes JSON as the library does and reads it strictly.
var jsonFormat = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: strictjson.Unmarshal}

// OpenAPI returns the description of the interface as YAML.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().YAML() }

// Routes returns every operation.
func (a *API) Routes() []Route { return a.routes }

// schemaName names the schema of a type: packages below may use the same noun.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if base, of, ok := strings.Cut(strings.TrimSuffix(t.Name(), "]"), "["); ok && !strings.ContainsAny(of, ",[*") {
		i := strings.LastIndex(of, ".") // of a list, say what of
		return strings.ToUpper(base[:1]) + base[1:] + qualified(of[:max(i, 0)], of[i+1:], of[i+1:])
	}
	return qualified(t.PkgPath(), t.Name(), name)
}

// qualified returns name with the package of the type that it is of.
func qualified(path, of, name string) string {
	pkg := path[strings.LastIndex(path, "/")+1:]
	if of == "" || pkg == "httpapi" || pkg == "" || strings.EqualFold(pkg, of) {
		return name
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}
