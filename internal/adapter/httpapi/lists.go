package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/export"

	"github.com/danielgtaylor/huma/v2"
)

// Page is the part of a list that is asked for, and in what form; inputs of lists
// embed it.
type Page struct {
	Limit  int           `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"how many items; of json only"`
	Offset int           `query:"offset" default:"0" minimum:"0" maximum:"10000000" doc:"how many before them; of json only"`
	Format export.Format `query:"format" default:"json" enum:"json,csv,xlsx" doc:"csv and xlsx: the whole list as a file"`
}

func (p *Page) page() *Page { return p }

// paged is a pointer to an input that embeds Page.
type paged[I any] interface {
	*I
	page() *Page
}

// listBody is a part of a list as JSON.
type listBody[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" doc:"of the whole list"`
}

// exportPage is how many rows are read at a time for a file.
const exportPage = 2000

// lists adds an operation that answers a part of a list as JSON, or all of it as a
// file with these columns. f returns the items from in.Offset on, at most in.Limit,
// and how many there are in all; for a file it is called part after part, so its
// order must not change meanwhile: new items come last, or the filter leaves them out.
//
//	lists(a, Route{ID: "list-orgs", …}, orgColumns,
//		func(ctx context.Context, c *Call, in *struct{ Page }) ([]access.Org, int, error) { … })
func lists[T, I any, P paged[I]](a *API, r Route, columns []export.Column[T], f func(context.Context, *Call, *I) ([]T, int, error)) {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[listBody[T]](), true, r.ID+"-list")
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	r.answers = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema}, "text/csv": file, export.XLSX.ContentType(): file,
	}}}
	handle(a, r, func(ctx context.Context, c *Call, in *I) (*struct{ Body func(huma.Context) }, error) {
		page := P(in).page()
		whole := page.Format == export.CSV || page.Format == export.XLSX
		if whole {
			page.Offset, page.Limit = 0, exportPage
		}
		items, total, err := f(ctx, c, in)
		if err != nil {
			return nil, err
		}
		if !whole {
			if items == nil {
				items = []T{}
			}
			return &struct{ Body func(huma.Context) }{answerJSON(listBody[T]{items, total})}, nil
		}
		if err := a.exported(ctx, c, r); err != nil {
			return nil, err
		}
		next := func() ([]T, error) {
			page.Offset += exportPage
			more, _, err := f(ctx, c, in)
			return more, err
		}
		return &struct{ Body func(huma.Context) }{answerFile(r.Title, page.Format, columns, items, next)}, nil
	})
}

// exported notes in the audit log who took a whole list away.
func (a *API) exported(ctx context.Context, c *Call, r Route) error {
	return a.Access.Store.Write(ctx, func(tx access.Tx) error {
		return tx.Audit(c.Entry(a.Access.Now(), "list.export", "", map[string]string{"list": r.ID}))
	})
}

func answerJSON(body any) func(huma.Context) {
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/json")
		ctx.SetStatus(http.StatusOK)
		json.NewEncoder(ctx.BodyWriter()).Encode(body) //nolint:errcheck // the caller has gone
	}
}

// answerFile writes items, and what next returns until it returns less than a page.
// A failure on the way cuts the connection, so that half a file is not taken for a
// whole one.
func answerFile[T any](title string, format export.Format, columns []export.Column[T], items []T, next func() ([]T, error)) func(huma.Context) {
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", format.ContentType())
		ctx.SetHeader("Content-Disposition", attachment(title+"."+string(format)))
		ctx.SetStatus(http.StatusOK)
		w, err := export.NewWriter(ctx.BodyWriter(), format, columns)
		for err == nil {
			for i := range items {
				if err = w.Add(&items[i]); err != nil {
					break
				}
			}
			if err != nil || len(items) < exportPage {
				break
			}
			items, err = next()
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			problemOf(err) //nolint:errcheck // it writes the log
			panic(http.ErrAbortHandler)
		}
	}
}

// attachment is the value of Content-Disposition that saves a file under name (RFC 6266).
func attachment(name string) string {
	return "attachment; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// part returns the part of a list in memory that is asked for.
func part[T any](items []T, p *Page) ([]T, int) {
	n := len(items)
	from := min(p.Offset, n)
	return items[from:min(from+p.Limit, n)], n
}
