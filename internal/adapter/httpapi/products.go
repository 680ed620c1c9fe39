package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/origination/product"
)

var productColumns = []export.Column[product.Product]{
	textColumn("编号", func(p *product.Product) string { return p.ID }),
	textColumn("银行", func(p *product.Product) string { return p.BankName }),
	textColumn("产品", func(p *product.Product) string { return p.Name() }),
	textColumn("状态", func(p *product.Product) string { return string(p.State) }),
	{Head: "版本", Cell: func(p *product.Product) export.Cell { return export.Count(p.Edition) }},
	{Head: "更新时间", Cell: func(p *product.Product) export.Cell { return export.Time(p.Changed) }},
}

var figureColumns = []export.Column[product.Figure]{
	textColumn("银行", func(f *product.Figure) string { return f.BankName }),
	{Head: "展示过的产品", Cell: func(f *product.Figure) export.Cell { return export.Count(f.Products) }},
	{Head: "展示次数", Cell: func(f *product.Figure) export.Cell { return export.Count(f.Shown) }},
	{Head: "排首位次数", Cell: func(f *product.Figure) export.Cell { return export.Count(f.First) }},
	{Head: "被选次数", Cell: func(f *product.Figure) export.Cell { return export.Count(f.Chosen) }},
	{Head: "成交次数", Cell: func(f *product.Figure) export.Cell { return export.Count(f.Won) }},
}

// WordTable is a table that conditions may speak of.
type WordTable struct {
	Name       string       `json:"name" doc:"how conditions call it"`
	Zh         string       `json:"title"`
	En         string       `json:"title_en"`
	Dataset    string       `json:"dataset" doc:"of the catalogue; empty: none"`
	Department string       `json:"department" doc:"who knows; empty: what the firm asks for"`
	Columns    []WordColumn `json:"columns"`
}

// WordColumn is a fact that conditions may speak of.
type WordColumn struct {
	Name  string       `json:"name" doc:"tax_filing.months_paid"`
	Zh    string       `json:"title"`
	En    string       `json:"title_en"`
	Type  string       `json:"type" doc:"what its values are, in words"`
	Codes []fact.Value `json:"codes,omitempty"`
}

// products adds what banks offer, and what fits a firm.
func (a *API) products() {
	lists(a, Route{ID: "list-products", Method: "GET", Path: "/api/products", Tag: "product", Title: "金融产品", Need: access.ProductRead}, productColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Bank  string        `query:"bank" maxLength:"64"`
			State product.State `query:"state" enum:"draft,published,paused,retired"`
			Text  string        `query:"text" maxLength:"100" doc:"part of the name"`
			Draft bool          `query:"draft" doc:"only those of which an edition waits to be published"`
		},
		) ([]product.Product, int, error) {
			return a.Products.List(ctx, c.Scope, product.Filter{Bank: in.Bank, State: in.State, Text: in.Text, Written: in.Draft, Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "add-product", Method: "POST", Path: "/api/products", Tag: "product", Title: "新建产品", Need: access.ProductWrite},
		func(ctx context.Context, c *Call, in *struct{ Body product.Terms }) (*struct{ Body product.Product }, error) {
			return bodyOf(a.Products.Write(ctx, c.Caller, c.Scope, "", 0, &in.Body))
		})
	handle(a, Route{ID: "get-product", Method: "GET", Path: "/api/products/{id}", Tag: "product", Title: "产品详情", Need: access.ProductRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body product.Product }, error) {
			return bodyOf(a.Products.Get(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "edit-product", Method: "PUT", Path: "/api/products/{id}", Tag: "product", Title: "修改产品（下一版）", Need: access.ProductWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64         `json:"version" doc:"of the product as it was read"`
				Terms   product.Terms `json:"terms"`
			}
		},
		) (*struct{ Body product.Product }, error) {
			return bodyOf(a.Products.Write(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, &in.Body.Terms))
		})
	handle(a, Route{ID: "act-on-product", Method: "POST", Path: "/api/products/{id}/actions", Tag: "product", Title: "发布、暂停、恢复、停办产品", Need: access.ProductPublish},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64        `json:"version" doc:"of the product as it was read"`
				Verb    product.Verb `json:"verb" enum:"publish,pause,resume,retire"`
			}
		},
		) (*struct{ Body product.Product }, error) {
			return bodyOf(a.Products.Act(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, in.Body.Verb))
		})
	handle(a, Route{ID: "list-product-editions", Method: "GET", Path: "/api/products/{id}/editions", Tag: "product", Title: "产品版本", Need: access.ProductRead},
		func(ctx context.Context, c *Call, in *ByID) (*list[product.Edition], error) {
			items, err := a.Products.Editions(ctx, c.Scope, in.ID)
			return listOf(items, len(items)), err
		})
	a.productWords()
	a.matches()
}

// productWords are for who writes conditions.
func (a *API) productWords() {
	handle(a, Route{ID: "check-condition", Method: "POST", Path: "/api/product-conditions", Tag: "product", Title: "检查条件", Need: access.ProductRead, Once: OnceNever},
		func(_ context.Context, _ *Call, in *struct {
			Body struct {
				When string `json:"when" maxLength:"4000"`
			}
		},
		) (*struct{ Body product.Sentence }, error) {
			return bodyOf(a.Products.Schema.Check(in.Body.When))
		})
	handle(a, Route{ID: "list-product-words", Method: "GET", Path: "/api/product-words", Tag: "product", Title: "条件可用的数据项", Need: access.ProductRead},
		func(_ context.Context, _ *Call, _ *empty) (*list[WordTable], error) {
			var out []WordTable
			for _, s := range a.Products.Schema.Sources() {
				t := wordsOf(s.Table)
				t.Dataset, t.Department = s.Dataset, s.Department
				out = append(out, t)
			}
			return listOf(out, len(out)), nil
		})
}

// matches are what is offered to everybody, and what fits one firm.
func (a *API) matches() {
	handle(a, Route{ID: "list-offered-products", Method: "GET", Path: "/api/offered-products", Tag: "product", Title: "在办产品", Open: Anybody},
		func(ctx context.Context, _ *Call, _ *empty) (*list[product.Public], error) {
			items, err := a.Products.Offered(ctx)
			return listOf(items, len(items)), err
		})
	handle(a, Route{ID: "match-products", Method: "POST", Path: "/api/matches", Tag: "product", Title: "匹配产品", Need: access.MatchAsk, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Key      string           `json:"key,omitempty" maxLength:"64" doc:"of the draft or application; of equals it decides who is first"`
				Amount   money.Fen        `json:"amount_fen"`
				Months   int              `json:"term_months"`
				Purpose  string           `json:"purpose,omitempty" maxLength:"40"`
				Security []string         `json:"security,omitempty" maxItems:"10" doc:"what the firm can offer; none: it does not say"`
				Method   repayment.Method `json:"method,omitempty" maxLength:"40"`
			}
		},
		) (*struct{ Body product.Matches }, error) {
			b := &in.Body
			return bodyOf(a.Products.Find(ctx, c.Caller, product.Wish{
				Key: b.Key, Amount: b.Amount, Months: b.Months, Purpose: b.Purpose, Securities: b.Security, Method: b.Method,
			}))
		})
	lists(a, Route{ID: "list-product-figures", Method: "GET", Path: "/api/product-figures", Tag: "product", Title: "各银行产品展示份额", Need: access.ProductFigures}, figureColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			From string `query:"from" format:"date" doc:"empty: this year"`
			To   string `query:"to" format:"date" doc:"empty: today"`
		},
		) ([]product.Figure, int, error) {
			from, err := dayIn("from", in.From)
			if err != nil {
				return nil, 0, err
			}
			to, err := dayIn("to", in.To)
			if err != nil {
				return nil, 0, err
			}
			all, err := a.Products.Figures(ctx, c.Scope, from, to)
			items, total := part(all, &in.Page)
			return items, total, err
		})
}
