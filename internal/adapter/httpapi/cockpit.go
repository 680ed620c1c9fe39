package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/programme"
	"changrong/internal/settlement/explain"
)

func (a *API) cockpit() {
	handle(a, Route{ID: "get-cockpit", Method: "GET", Path: "/api/cockpit", Tag: "cockpit", Title: "驾驶舱", Need: access.Cockpit},
		func(ctx context.Context, c *Call, in *struct {
			Pack string `query:"pack" maxLength:"80" doc:"a policy; empty: that of the newest official run"`
		},
		) (*struct{ Body *programme.Cockpit }, error) {
			x, err := a.Programme.Cockpit(ctx, c.Scope, in.Pack)
			return &struct{ Body *programme.Cockpit }{x}, err
		})
	handle(a, Route{ID: "explain-run", Method: "GET", Path: "/api/runs/{id}/explanation", Tag: "run", Title: "计算说明", Need: access.RunRead},
		func(ctx context.Context, c *Call, in *struct {
			ID          string `path:"id"`
			Payee       string `query:"payee" maxLength:"40" doc:"code of a payee; or else a subject"`
			Institution string `query:"institution" maxLength:"40" doc:"of the subject; empty: any"`
			Subject     string `query:"subject" maxLength:"80" doc:"number of a note, branch, project, enterprise …"`
			Item        string `query:"item" maxLength:"80" doc:"empty: all"`
		},
		) (*struct{ Body *explain.Trace }, error) {
			q := explain.Query{Payee: in.Payee, Institution: in.Institution, Subject: in.Subject, Item: in.Item}
			t, err := a.Programme.Explain(ctx, c.Scope, in.ID, q)
			return &struct{ Body *explain.Trace }{t}, err
		})
}
