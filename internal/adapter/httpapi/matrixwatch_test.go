package httpapi_test

import (
	"context"
	"encoding/json"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/rating"
	"changrong/internal/rating/watch"
)

// withWatch lets a site watch scorecards; no bank reports anything.
func withWatch(db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Watch = &watch.Service{
			Store: store.Of[watch.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID,
			Loans: func(context.Context, civil.Month, civil.Month, func(string) bool, func(*watch.Note)) error {
				return nil
			},
		}
	}
}

// aWatchedModel is a model that was in use last month, with that month.
func aWatchedModel(s *scene) string {
	last := s.now.Date().Month() - 1
	m := &rating.Model{
		ID: "m" + s.mark, Name: s.mark, Edition: 1, State: rating.Retired, Features: "x", Card: json.RawMessage(`{}`), Report: json.RawMessage(`{}`), Validation: json.RawMessage(`{}`),
		Acts: []rating.Act{{Verb: rating.Activate, At: civil.StartOf(last.First())}}, Changed: s.now,
	}
	s.vars["month"], s.shows = last.String(), "m"+s.mark
	s.write(func(tx *store.Tx) error {
		m := *m
		if err := tx.PutModel(&m); err != nil {
			return err
		}
		return tx.PutMonth(&watch.Month{Model: m.ID, Month: last, State: watch.Closed, At: s.now, Items: []watch.Item{}, Grades: []watch.Grade{}})
	})
	return m.ID
}

func lastMonth(s *scene) any { return map[string]string{"month": s.vars["month"]} }

// anAlarm is an alarm of that month.
func anAlarm(s *scene) string {
	model := aWatchedModel(s)
	s.shows = ""
	s.write(func(tx *store.Tx) error {
		return tx.PutAlarm(&watch.Alarm{ID: "a" + s.mark, Model: model, Name: s.mark, Edition: 1, Month: s.now.Date().Month() - 1, Code: "psi", State: watch.Raised, Raised: s.now})
	})
	return "a" + s.mark
}
