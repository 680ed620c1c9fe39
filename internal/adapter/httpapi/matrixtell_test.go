package httpapi_test

import (
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/webhook"
)

func aWebhook(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.PutEndpoint(&webhook.Endpoint{ID: "w" + s.mark, Org: s.org, URL: "https://bank.example.com/", Added: s.now})
	})
	return "w" + s.mark
}

func aDelivery(s *scene) string {
	endpoint := aWebhook(s)
	s.write(func(tx *store.Tx) error {
		_, err := tx.AddDelivery(&webhook.Delivery{ID: "d" + s.mark, Endpoint: endpoint, Event: "e" + s.mark, Kind: "thing.made", State: webhook.Failed, Added: s.now})
		return err
	})
	return "d" + s.mark
}

func aWebhookWithDelivery(s *scene) string {
	aDelivery(s)
	return "w" + s.mark
}
