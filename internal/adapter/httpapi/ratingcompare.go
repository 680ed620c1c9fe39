package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/rating"
)

// ratingCompared adds what models said of the same firms.
func (a *API) ratingCompared() {
	handle(a, Route{ID: "compare-rating-models", Method: "GET", Path: "/api/rating-models/compare", Tag: "rating", Title: "比较模型对同一批企业的评分", Need: access.ModelRead},
		func(ctx context.Context, _ *Call, in *struct {
			IDs []string `query:"ids" required:"true" minItems:"2" maxItems:"4" doc:"two to four models; the others are held against the first"`
		},
		) (*struct{ Body rating.Comparison }, error) {
			return bodyOf(a.Rating.Compare(ctx, in.IDs))
		})
}
