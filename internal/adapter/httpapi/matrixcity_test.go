package httpapi_test

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/rating"
	"changrong/internal/rating/city"
	"changrong/internal/rating/feature"
)

// withCity lets a site rate all firms; nothing is read of them, and nobody's outcome is known.
func withCity(db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.City = &city.Service{
			Store: store.Of[city.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID,
			Read: func(_ context.Context, _ access.Caller, firms []string, _ *feature.Set) ([]*rating.Known, error) {
				return make([]*rating.Known, len(firms)), nil
			},
			Asked:    func(*feature.Set) []string { return []string{} },
			Outcomes: func(context.Context, string, civil.Date) (map[string]bool, error) { return nil, nil },
			Named:    func(city.Tx, access.Caller, *city.List, []city.Listed) error { return nil },
		}
	}
}

// aRatingRun is a run that is done.
func aRatingRun(s *scene) string {
	model := aModel(s)
	s.write(func(tx *store.Tx) error {
		return tx.PutRatingRun(&city.Run{
			ID: "r" + s.mark, Org: orgOf(access.OfficeLead), Model: model, Name: s.mark, Edition: 1, On: s.now.Date(), Asked: s.now, Ended: s.now, State: city.Done,
			Tally: city.Tally{Grades: []city.Grade{{Name: "AAA"}}, Reasons: []city.Reason{}},
		})
	})
	return "r" + s.mark
}

// aWhiteList is one that banks see, and aDraftList one that they do not, which somebody else
// has written.
func aWhiteList(s *scene) string { return s.whiteList(city.Published) }

func aDraftList(s *scene) string { return s.whiteList(city.Draft) }

func (s *scene) whiteList(state city.ListState) string {
	l := &city.List{ID: "w" + s.mark, Org: orgOf(access.OfficeLead), Terms: listTerms(s), On: s.now.Date(), State: state, Acts: []city.ListAct{}, Changed: s.now}
	s.write(func(tx *store.Tx) error { l.Version = 0; return tx.PutWhiteList(l) })
	return l.ID
}

func listTerms(s *scene) city.Terms {
	return city.Terms{Name: s.mark, Words: "供主动联系", Rule: "rating.rank <= 3", Run: aRatingRun(s), From: s.now.Date(), Until: s.now.Date() + 30}
}

func aListWritten(s *scene) any { return listTerms(s) }

func aListEdited(s *scene) any {
	t := listTerms(&scene{stage: s.stage, mark: s.mark + "e"})
	return map[string]any{"version": 1, "terms": t}
}
