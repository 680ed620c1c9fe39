package httpapi

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/qr"
	"changrong/internal/adapter/ratelimit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/origination/code"
)

// scanning is how often one address may scan: often enough for a hall full of people
// behind one address, too seldom to try tokens out.
var scanning = ratelimit.Policy{Name: "scan", Calls: 120, Within: civil.Minute}

// scanCookie tells one browser from another while scans are counted: a random text
// for a day, which is kept nowhere.
const scanCookie = "changrong_scan"

var codeColumns = []export.Column[code.Row]{
	textColumn("编号", func(r *code.Row) string { return r.Number }),
	textColumn("类别", func(r *code.Row) string { return string(r.Kind) }),
	textColumn("位置", func(r *code.Row) string { return string(r.Place) }),
	textColumn("名称", func(r *code.Row) string { return r.Title }),
	textColumn("机构", func(r *code.Row) string { return r.OrgName }),
	textColumn("状态", func(r *code.Row) string { return string(r.State) }),
	{Head: "有效期至", Cell: func(r *code.Row) export.Cell { return export.Day(r.Expires) }},
	{Head: "扫码", Cell: func(r *code.Row) export.Cell { return export.Count(r.Scans) }},
	{Head: "申请", Cell: func(r *code.Row) export.Cell { return export.Count(r.Applications) }},
	{Head: "放款", Cell: func(r *code.Row) export.Cell { return export.Count(r.Loans) }},
	yuanColumn("放款金额", func(r *code.Row) money.Fen { return r.LoansFen }),
}

// Scan is what somebody who scanned a code is told.
type Scan struct {
	code.Answer
	Counted bool `json:"counted" doc:"false: this browser was counted today, or takes no cookie"`
}

// codes adds the codes to scan.
func (a *API) codes() {
	lists(a, Route{ID: "list-codes", Method: "GET", Path: "/api/codes", Tag: "code", Title: "贷款码和企业码", Need: access.CodeRead}, codeColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Org   string     `query:"org" maxLength:"64"`
			Kind  code.Kind  `query:"kind" enum:"loan,firm"`
			Place code.Place `query:"place" enum:"bank,branch,park,counter,firm"`
			State code.State `query:"state" enum:"live,expired,revoked"`
			Text  string     `query:"text" maxLength:"100" doc:"part of the title, or the number"`
		},
		) ([]code.Row, int, error) {
			return a.Codes.List(ctx, c.Scope, code.Filter{
				Org: in.Org, Kind: in.Kind, Place: in.Place, State: in.State, Text: in.Text, Limit: in.Limit, Offset: in.Offset,
			})
		})
	handle(a, Route{ID: "make-code", Method: "POST", Path: "/api/codes", Tag: "code", Title: "制作码", Need: access.CodeWrite},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Place code.Place `json:"place" enum:"bank,branch,park,counter,firm"`
				Title string     `json:"title,omitempty" doc:"of the branch, park or counter; of a bank and an enterprise its name stands"`
				Days  int        `json:"days,omitempty" doc:"how many days it holds; 0: as many as usual"`
			}
		},
		) (*struct{ Body code.Code }, error) {
			return bodyOf(a.Codes.Make(ctx, c.Caller, code.Ask{Place: in.Body.Place, Title: in.Body.Title, Days: in.Body.Days}))
		})
	handle(a, Route{ID: "get-code", Method: "GET", Path: "/api/codes/{id}", Tag: "code", Title: "码", Need: access.CodeRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body code.Code }, error) {
			return bodyOf(a.Codes.Get(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "revoke-code", Method: "POST", Path: "/api/codes/{id}/revoke", Tag: "code", Title: "作废码", Need: access.CodeRevoke},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64  `json:"version" doc:"of the code as it was read"`
				Reason  string `json:"reason"`
			}
		},
		) (*struct{ Body code.Code }, error) {
			return bodyOf(a.Codes.Revoke(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, in.Body.Reason))
		})
	handle(a, Route{ID: "get-code-funnel", Method: "GET", Path: "/api/codes/{id}/funnel", Tag: "code", Title: "扫码转化", Need: access.CodeRead},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			From string `query:"from" format:"date" doc:"empty: thirty days"`
			To   string `query:"to" format:"date" doc:"empty: today"`
		},
		) (*struct{ Body code.Funnel }, error) {
			from, err := dayIn("from", in.From)
			if err != nil {
				return nil, err
			}
			to, err := dayIn("to", in.To)
			if err != nil {
				return nil, err
			}
			return bodyOf(a.Codes.Funnel(ctx, c.Scope, in.ID, from, to))
		})
	a.codePictures()
	a.scans()
}

// codePictures are a code to be shown and printed.
func (a *API) codePictures() {
	png, svg, pdf := "image/png", "image/svg+xml", "application/pdf"
	answers := asFile(png)
	answers["200"].Content[svg] = answers["200"].Content[png]
	handle(a, Route{ID: "get-code-picture", Method: "GET", Path: "/api/codes/{id}/picture", Tag: "code", Title: "二维码图片", Need: access.CodeRead, answers: answers},
		func(ctx context.Context, c *Call, in *struct {
			ID     string `path:"id" maxLength:"64"`
			Format string `query:"format" enum:"png,svg" default:"png"`
			Width  int    `query:"width" minimum:"128" maximum:"4096" default:"600" doc:"in pixels, about; of png"`
		},
		) (*fileAnswer, error) {
			k, link, err := a.linkOf(ctx, c, in.ID)
			if err != nil {
				return nil, err
			}
			squares, err := qr.New(link)
			if err != nil {
				return nil, err
			}
			if in.Format == "svg" {
				return sendFile(io.NopCloser(bytes.NewReader(squares.SVG())), k.Number+".svg", svg), nil
			}
			b, err := squares.PNG(in.Width)
			if err != nil {
				return nil, err
			}
			return sendFile(io.NopCloser(bytes.NewReader(b)), k.Number+".png", png), nil
		})
	handle(a, Route{ID: "get-code-sheet", Method: "GET", Path: "/api/codes/{id}/sheet", Tag: "code", Title: "打印码", Need: access.CodeRead, answers: asFile(pdf)},
		func(ctx context.Context, c *Call, in *struct {
			ID    string         `path:"id" maxLength:"64"`
			Paper document.Paper `query:"paper" enum:"A4,A5" default:"A4"`
		},
		) (*fileAnswer, error) {
			k, link, err := a.linkOf(ctx, c, in.ID)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if err := document.CodeSheet(&b, k, link, in.Paper, a.Font); err != nil {
				return nil, err
			}
			return sendFile(io.NopCloser(&b), document.SheetName(k, k.Made.Date()), pdf), nil
		})
}

// linkOf returns a code and the address that it says.
//
// Errors: code.not_found.
func (a *API) linkOf(ctx context.Context, c *Call, id string) (*code.Code, string, error) {
	k, err := a.Codes.Get(ctx, c.Scope, id)
	if err != nil {
		return nil, "", err
	}
	u, err := a.addressed(c.req)
	if err != nil {
		return nil, "", err
	}
	return k, u.Scheme + "://" + u.Host + "/c/" + k.Token, nil
}

// scans are for everybody. To look takes nothing and leaves nothing but the cookie; a
// scan is counted of a browser that brings the cookie back, which what only fetches
// addresses does not.
func (a *API) scans() {
	handle(a, Route{ID: "get-scan", Method: "GET", Path: "/api/scan/{token}", Tag: "code", Title: "查看扫码结果", Open: Anybody, Rate: scanning},
		func(ctx context.Context, c *Call, in *struct {
			Token string `path:"token" maxLength:"500"`
		},
		) (*struct{ Body code.Answer }, error) {
			a.browser(c)
			return bodyOf(a.Codes.Scan(ctx, c.Caller, in.Token))
		})
	handle(a, Route{ID: "count-scan", Method: "POST", Path: "/api/scans", Tag: "code", Title: "扫码", Open: Anybody, Rate: scanning},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Token string `json:"token" maxLength:"500"`
			}
		},
		) (*struct{ Body Scan }, error) {
			answer, counted, err := a.Codes.Count(ctx, c.Caller, a.browser(c), in.Body.Token)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Scan }{Scan{*answer, counted}}, nil
		})
}

// browser returns what the caller's cookie says, "" where it has none yet; then it is
// given one.
func (a *API) browser(c *Call) string {
	if given, err := c.req.Cookie(scanCookie); err == nil && len(given.Value) >= 43 && len(given.Value) <= 64 {
		return given.Value
	}
	http.SetCookie(c.w, &http.Cookie{ //nolint:gosec // Secure is as the platform is reached
		Name: scanCookie, Value: crypto.NewSecret(), Path: "/api/", MaxAge: int(civil.Day / civil.Second), HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode,
	})
	return ""
}

// dayIn reads a day of a query; "" is none.
//
// Errors: those of civil.ParseDate.
func dayIn(field, text string) (civil.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := civil.ParseDate(text)
	if err != nil {
		return 0, fault.Of(err).In(fault.Place{Field: field})
	}
	return d, nil
}
