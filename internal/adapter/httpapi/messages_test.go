package httpapi_test

import (
	"crypto/rand"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/event"
)

// withMessages lets people of the site be told things; nothing leaves it.
func withMessages(t *testing.T, db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Notify = &notify.Service{
			Store: store.Of[notify.Tx]{DB: db}, Now: d.Access.Now, NewID: crypto.NewID, Code: rand.Text, Digest: crypto.Digest, Sealer: newSealer(t),
		}
	}
}

func TestEverybodyReadsHisOwnMessages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var n *notify.Service
		s := newSite(t, db, withMessages(t, db), func(d *httpapi.Deps) { n = d.Notify })
		people := s.everyone(db)
		for _, id := range []string{"e1", "e2"} {
			if err := db.Write(t.Context(), func(tx *store.Tx) error {
				return n.Keep(tx, event.Event{ID: id, Kind: "submission.rejected", At: s.now, Orgs: []string{"org-bank"}, Subject: "s1"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		bank := people[access.Bank]
		var got httpapi.Messages
		bank.expect(200, "GET", "/api/messages?unread=true&limit=1", nil, &got)
		if len(got.Items) != 1 || got.Total != 2 || got.Unread != 2 {
			t.Errorf("%+v", got)
		}
		people[access.Guarantor].expect(200, "GET", "/api/messages", nil, &got)
		if got.Total != 0 {
			t.Errorf("another organisation's: %+v", got)
		}
		bank.expect(204, "POST", "/api/messages/read", map[string]any{}, nil) // nothing named
		bank.expect(200, "GET", "/api/messages", nil, &got)
		if got.Unread != 2 {
			t.Errorf("%+v", got)
		}
		bank.expect(204, "POST", "/api/messages/read", map[string]any{"ids": []string{got.Items[0].ID}}, nil)
		bank.expect(200, "GET", "/api/messages", nil, &got)
		if got.Unread != 1 {
			t.Errorf("%+v", got)
		}
		bank.expect(204, "POST", "/api/messages/read", map[string]any{"all": true}, nil)
		bank.expect(200, "GET", "/api/messages?unread=true", nil, &got)
		if got.Unread != 0 || got.Total != 0 {
			t.Errorf("%+v", got)
		}
		var settings notify.Settings
		bank.expect(204, "PUT", "/api/messages/settings", map[string]any{"mail": "", "phone": "13800001111", "choices": []notify.Choice{{Kind: "report.overdue", SMS: true}}}, nil)
		bank.expect(200, "GET", "/api/messages/settings", nil, &settings)
		if settings.Phone != "13800001111" || len(settings.Choices) != 1 || len(settings.Kinds) < 5 {
			t.Errorf("%+v", settings)
		}
		var problem httpapi.Problem
		bank.expect(503, "PUT", "/api/messages/settings", map[string]any{"mail": "a@example.com", "phone": ""}, &problem)
		if problem.Code != "message.no_mail" {
			t.Errorf("without a mail server: %+v", problem)
		}
		s.person().expect(422, "POST", "/api/messages/stop?token=x", nil, &problem)
		if problem.Code != "message.token" {
			t.Errorf("%+v", problem)
		}
	})
}
