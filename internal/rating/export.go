package rating

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/rating/scorecard"
)

// Form is how a card leaves the platform.
type Form string

// The forms.
const (
	JSON Form = "json" // to the byte what is kept
	PMML Form = "pmml"
	SQL  Form = "sql"
)

// Export gives a card to who runs it elsewhere, and notes that. table and key are of SQL.
//
// Errors: rating.not_found, those of scorecard.Read.
func (s *Service) Export(ctx context.Context, who access.Caller, id string, f Form, table, key string) (file []byte, m *Model, err error) {
	if m, err = s.Model(ctx, id); err != nil {
		return nil, nil, err
	}
	card, err := scorecard.Read(m.Card)
	if err != nil {
		return nil, nil, err
	}
	switch f {
	case PMML:
		file, err = card.PMML()
	case SQL:
		var query string
		query, err = card.SQL(table, key)
		file = []byte(query)
	case JSON:
		file = m.Card
	}
	if err != nil {
		return nil, nil, err
	}
	detail := m.named()
	detail["as"] = string(f)
	return file, m, s.Store.Write(ctx, func(tx Tx) error { return tx.Audit(who.Entry(s.Now(), "rating_model.export", id, detail)) })
}
