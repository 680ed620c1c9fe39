package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/rating/opinion"
)

// ratingReport is an answer that stays nowhere on its way.
type ratingReport struct {
	CacheControl string `header:"Cache-Control"`
	Body         opinion.Report
}

// ownRatings is an answer that stays nowhere on its way.
type ownRatings struct {
	CacheControl string `header:"Cache-Control"`
	Body         opinion.Mine
}

// opinions adds ratings of firms that apply to banks. What a request for one is answered is
// kept for whoever sends it again; so it says that there is a score, not what it is.
func (a *API) opinions() {
	handle(a, Route{ID: "ask-rating", Method: "POST", Path: "/api/referrals/{id}/rating", Tag: "rating", Title: "请求评级", Need: access.RatingAsk},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body opinion.Made }, error) {
			return bodyOf(a.Opinions.Ask(ctx, c.Caller, c.Scope, in.ID))
		})
	handle(a, Route{ID: "get-rating", Method: "GET", Path: "/api/referrals/{id}/rating", Tag: "rating", Title: "评级报告", Need: access.RatingRead},
		func(ctx context.Context, c *Call, in *ByID) (*ratingReport, error) {
			r, err := a.Opinions.Report(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			return &ratingReport{"no-store", *r}, nil
		})
	handle(a, Route{ID: "list-my-ratings", Method: "GET", Path: "/api/my/ratings", Tag: "rating", Title: "我的评级", Need: access.RatingOwn},
		func(ctx context.Context, c *Call, in *struct {
			Limit  int `query:"limit" default:"20" minimum:"1" maximum:"50"`
			Offset int `query:"offset" default:"0" minimum:"0" maximum:"100000"`
		},
		) (*ownRatings, error) {
			r, err := a.Opinions.Mine(ctx, c.Scope, in.Limit, in.Offset)
			if err != nil {
				return nil, err
			}
			return &ownRatings{"no-store", *r}, nil
		})
}
