package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/ratelimit"
	"changrong/internal/base/civil"
	"changrong/internal/subsidy"
)

// objecting is how often one address may object: often enough for an office full of
// people, too seldom to drown the answers.
var objecting = ratelimit.Policy{Name: "objection", Calls: 20, Within: 20 * civil.Minute}

// MadeObjection is what who objects is told.
type MadeObjection struct {
	ID string        `json:"id" doc:"to ask after it by"`
	At civil.Instant `json:"at_ms"`
}

// PublicNotice is a notice as everybody sees it, with what the policy is called that it
// pays by.
type PublicNotice struct {
	subsidy.NoticeView
	PolicyTitle  string `json:"policy_title" doc:"empty: the policy is installed no longer"`
	PolicyNumber string `json:"policy_number"`
	Issuer       string `json:"issuer" doc:"of the policy"`
}

// notices adds the public notices. Reading them and objecting takes no account.
func (a *API) notices() {
	handle(a, Route{ID: "list-notices", Method: "GET", Path: "/api/notices", Tag: "notice", Title: "公示", Open: Anybody},
		func(ctx context.Context, _ *Call, in *struct {
			Limit  int `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int `query:"offset" default:"0" minimum:"0" maximum:"10000000"`
		},
		) (*list[subsidy.Notice], error) {
			items, total, err := a.Claims.Notices(ctx, in.Limit, in.Offset)
			return listOf(items, total), err
		})
	handle(a, Route{ID: "get-notice", Method: "GET", Path: "/api/notices/{id}", Tag: "notice", Title: "公示名单", Open: Anybody},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body PublicNotice }, error) {
			v, err := a.Claims.Notice(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			n := PublicNotice{NoticeView: *v}
			if pack, err := a.Packs.Pack(v.Notice.Policy); err == nil {
				n.PolicyTitle, n.PolicyNumber, n.Issuer = pack.Title, pack.Number, pack.Issuer
			}
			return &struct{ Body PublicNotice }{n}, nil
		})
	handle(a, Route{ID: "object-to-notice", Method: "POST", Path: "/api/notices/{id}/objections", Tag: "notice", Title: "提出异议", Open: Anybody, Rate: objecting},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Claim   string `json:"claim,omitempty" doc:"a line of the notice; empty: the notice as a whole"`
				Name    string `json:"name" doc:"of the person or organisation"`
				Contact string `json:"contact" doc:"how to answer"`
				Text    string `json:"text"`
			}
		},
		) (*struct{ Body MadeObjection }, error) {
			b := &in.Body
			o, err := a.Claims.ObjectTo(ctx, c.Caller, subsidy.Objection{Notice: in.ID, Claim: b.Claim, Name: b.Name, Contact: b.Contact, Text: b.Text})
			if err != nil {
				return nil, err
			}
			return &struct{ Body MadeObjection }{MadeObjection{o.ID, o.At}}, nil
		})
	handle(a, Route{ID: "publish-notice", Method: "POST", Path: "/api/notices", Tag: "notice", Title: "发布公示", Need: access.NoticeWrite},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Policy  string   `json:"policy"`
				Title   string   `json:"title"`
				Contact string   `json:"contact" doc:"to whom to object besides"`
				Claims  []string `json:"claims"`
			}
		},
		) (*struct{ Body subsidy.Notice }, error) {
			return bodyOf(a.Claims.PublishNotice(ctx, c.Caller, in.Body.Policy, in.Body.Title, in.Body.Contact, in.Body.Claims))
		})
	a.objections()
}

// objections are dealt with by the authorities.
func (a *API) objections() {
	handle(a, Route{ID: "list-objections", Method: "GET", Path: "/api/objections", Tag: "notice", Title: "异议", Need: access.ObjectionRead},
		func(ctx context.Context, _ *Call, in *struct {
			Notice string `query:"notice" maxLength:"64"`
			Claim  string `query:"claim" maxLength:"64"`
			Open   bool   `query:"open" doc:"only those that wait for an answer"`
			Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int    `query:"offset" default:"0" minimum:"0" maximum:"10000000"`
		},
		) (*list[subsidy.Objection], error) {
			items, total, err := a.Claims.Objections(ctx, subsidy.ObjectionFilter{Notice: in.Notice, Claim: in.Claim, Open: in.Open, Limit: in.Limit, Offset: in.Offset})
			return listOf(items, total), err
		})
	handle(a, Route{ID: "answer-objection", Method: "PUT", Path: "/api/objections/{id}", Tag: "notice", Title: "答复异议", Need: access.ObjectionAnswer},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64           `json:"version" doc:"of the objection as it was read"`
				Outcome subsidy.Outcome `json:"outcome" enum:"upheld,dismissed"`
				Answer  string          `json:"answer"`
				Claim   string          `json:"claim,omitempty" doc:"for which it is upheld, where it is against the notice as a whole"`
			}
		},
		) (*struct{ Body subsidy.Objection }, error) {
			b := &in.Body
			return bodyOf(a.Claims.AnswerObjection(ctx, c.Caller, in.ID, b.Version, b.Outcome, b.Answer, b.Claim))
		})
}
