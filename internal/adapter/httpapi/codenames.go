package httpapi

import (
	"context"

	"changrong/internal/fact/codelist"
)

// codeNames adds the names of codes that stand in facts.
func (a *API) codeNames() {
	names := codelist.Load()
	handle(a, Route{ID: "get-code-names", Method: "GET", Path: "/api/code-names", Tag: "exchange", Title: "行业、乡镇街道代码的名称", Open: Anybody},
		func(context.Context, *Call, *empty) (*struct{ Body *codelist.Names }, error) {
			return &struct{ Body *codelist.Names }{names}, nil
		})
}
