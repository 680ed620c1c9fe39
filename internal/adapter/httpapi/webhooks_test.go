package httpapi_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/adapter/webhook"
)

// withWebhooks lets organisations of the site register addresses.
func withWebhooks(t *testing.T, db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Webhooks = &webhook.Service{
			Store: store.Of[webhook.Tx]{DB: db}, Now: d.Access.Now, NewID: crypto.NewID, Sealer: newSealer(t), Guard: &webhook.Guard{},
			Random: func(n int) []byte { b := make([]byte, n); rand.Read(b); return b },
		}
	}
}

func TestWebhooksAreTheirOrganisations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db, withWebhooks(t, db))
		people := s.everyone(db)
		lead, other := people[access.BankLead], people[access.Guarantor]
		var problem httpapi.Problem
		lead.expect(422, "POST", "/api/webhooks", map[string]any{"url": "https://169.254.169.254/"}, &problem)
		if problem.Code != "webhook.url" || problem.Field != "url" {
			t.Errorf("an address inside: %+v", problem)
		}
		people[access.Bank].expect(403, "POST", "/api/webhooks", map[string]any{"url": "https://bank.example.com/"}, nil)
		var e httpapi.NewWebhook
		lead.expect(200, "POST", "/api/webhooks", map[string]any{"url": "https://bank.example.com/hook", "kinds": []string{"claim.*"}}, &e)
		if !strings.HasPrefix(e.Secret, "whsec_") || !strings.HasPrefix(e.Public, "whpk_") {
			t.Errorf("%+v", e)
		}
		one := "/api/webhooks/" + e.ID
		resp, b := lead.send("GET", one, "")
		if strings.Contains(string(b), "whsec_") || strings.Contains(string(b), `"secret"`) {
			t.Errorf("the secret is shown again: %s", b)
		}
		etag := resp.Header.Get("ETag")
		if resp, _ := lead.send("PUT", one, `{"url":"https://bank.example.com/other"}`, "Content-Type", jsonType, "If-Match", etag); resp.StatusCode != http.StatusNoContent {
			t.Errorf("edit by ETag: %d", resp.StatusCode)
		}
		if resp, _ := lead.send("PUT", one, `{"url":"https://bank.example.com/third"}`, "Content-Type", jsonType, "If-Match", etag); resp.StatusCode != http.StatusPreconditionFailed {
			t.Errorf("edit by an old ETag: %d", resp.StatusCode)
		}
		var rotated httpapi.WebhookSecret
		lead.expect(200, "POST", one+"/secret", map[string]any{"version": 2}, &rotated)
		if rotated.Secret == e.Secret || rotated.Public == e.Public {
			t.Error("the secret is the same")
		}
		var d webhook.Delivery
		lead.expect(200, "POST", one+"/ping", nil, &d)
		var log struct{ Items []webhook.Delivery }
		lead.expect(200, "GET", one+"/deliveries", nil, &log)
		if len(log.Items) != 1 || log.Items[0].ID != d.ID || log.Items[0].Kind != "webhook.ping" {
			t.Errorf("%+v", log)
		}
		lead.expect(200, "GET", one+"/deliveries?state=waiting", nil, &log)
		if len(log.Items) != 1 {
			t.Errorf("those that wait: %+v", log)
		}
		lead.expect(200, "GET", one+"/deliveries?state=failed", nil, &log)
		if len(log.Items) != 0 {
			t.Errorf("those that failed: %+v", log)
		}
		lead.expect(200, "GET", "/api/deliveries/"+d.ID+"/attempts", nil, nil)
		lead.expect(204, "POST", "/api/deliveries/"+d.ID+"/replay", nil, nil)
		for _, c := range [][2]string{{"GET", one}, {"DELETE", one}, {"POST", one + "/ping"}, {"GET", "/api/deliveries/" + d.ID + "/attempts"}, {"POST", "/api/deliveries/" + d.ID + "/replay"}} {
			other.expect(404, c[0], c[1], nil, nil)
		}
		var none struct{ Total int }
		other.expect(200, "GET", one+"/deliveries", nil, &none)
		if none.Total != 0 {
			t.Error("another organisation sees deliveries")
		}
		lead.expect(204, "DELETE", one, nil, nil)
		lead.expect(404, "GET", one, nil, nil)
	})
}
