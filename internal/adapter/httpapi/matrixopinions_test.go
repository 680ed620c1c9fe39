package httpapi_test

import (
	"context"
	"encoding/json"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/origination"
	"changrong/internal/rating"
	"changrong/internal/rating/opinion"
	"changrong/internal/rating/scorecard"
)

// withOpinions lets a site tell of ratings; every consent holds, and no department is asked.
func withOpinions(_ *testing.T, db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Opinions = &opinion.Service{
			Store: store.Of[opinion.Tx]{DB: db}, Now: d.Access.Now,
			Rating: &rating.Service{Store: store.Of[rating.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID},
			Neighbours: opinion.Neighbours{
				Referral: func(tx opinion.Tx, id string, scope access.Scope) (*opinion.Referral, error) {
					r, err := tx.(origination.Tx).Referral(id, scope)
					if err != nil {
						return nil, err
					}
					return &opinion.Referral{ID: r.ID, USCC: r.USCC, Bank: r.Org, Live: r.Live()}, nil
				},
				Standing: func(opinion.Tx, string) (*opinion.Standing, error) {
					return &opinion.Standing{Valid: true, Rating: true}, nil
				},
				Read: func(context.Context, access.Caller, string, *rating.Panel) (*rating.Known, error) {
					return &rating.Known{}, nil
				},
			},
		}
	}
}

// aScore is a score of the scene's firm.
func aScore(s *scene) string {
	card := &scorecard.Card{
		Format: scorecard.Format, Name: s.mark, Scale: scorecard.Scale{Base: 600, Odds: 20, PDO: 40}, Grades: []scorecard.Grade{{Name: "A", PD: 1e8}},
		Characteristics: []scorecard.Characteristic{{Name: "x", Zh: "项", En: "item", Trend: "ascending", Splits: []float64{1}, Bins: []scorecard.Bin{{WOE: 1}, {WOE: -1}}, Beta: -1}},
	}
	card.Weigh()
	b, err := card.JSON()
	if err != nil {
		s.t.Fatal(err)
	}
	firm := s.usccs[s.org]
	if s.org == orgOf(s.role) {
		firm = s.usccs["org-enterprise"]
	}
	x := &rating.Score{ID: "s" + s.mark, Firm: firm, Model: "m" + s.mark, Name: s.mark, Edition: 1, At: s.now, On: s.now.Date()}
	kept, err := rating.Seal(s.access.Sealer, x)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(func(tx *store.Tx) error {
		if err := tx.PutModel(&rating.Model{ID: x.Model, Name: s.mark, Edition: 1, State: rating.Retired, Card: b, Report: json.RawMessage("1"), Validation: json.RawMessage("1"), Changed: s.now}); err != nil {
			return err
		}
		return tx.AddScore(kept)
	})
	return x.ID
}
