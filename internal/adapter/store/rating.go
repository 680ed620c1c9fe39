package store

import (
	"encoding/json"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
)

var _ rating.Tx = (*Tx)(nil)

func ratingMissing() *fault.Error {
	return fault.New(fault.NotFound, "rating.not_found", "没有这个模型或评分", "there is no such model or score")
}

const (
	modelListed  = "id, name, edition, state, card_sha256, manifest, acts, changed_ms, version"
	modelColumns = modelListed + ", features, card, report, validation"
)

// scanModel reads a model; the columns of modelColumns beside the listed ones go to more.
func scanModel(s scanner, m *rating.Model, more ...any) error {
	var manifest, acts string
	into := []any{&m.ID, &m.Name, &m.Edition, &m.State, &m.CardSHA256, &manifest, &acts, &m.Changed, &m.Version}
	if err := s.Scan(append(into, more...)...); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(manifest), &m.Manifest); err != nil {
		return err
	}
	return json.Unmarshal([]byte(acts), &m.Acts)
}

func scanModelListed(s scanner) (m rating.Model, err error) { return m, scanModel(s, &m) }

func scanModelWhole(s scanner) (m rating.Model, err error) {
	var card, report, validation string
	err = scanModel(s, &m, &m.Features, &card, &report, &validation)
	m.Card, m.Report, m.Validation = json.RawMessage(card), json.RawMessage(report), json.RawMessage(validation)
	return m, err
}

// Model implements rating.Tx.
func (tx *Tx) Model(id string) (*rating.Model, error) {
	return single(tx, ratingMissing(), scanModelWhole, "SELECT "+modelColumns+" FROM rating_models WHERE id = $1", id)
}

// Models implements rating.Tx.
func (tx *Tx) Models(f rating.ModelFilter) ([]rating.Model, int, error) {
	a := args{}
	where := []string{"1 = 1"}
	for _, x := range []struct{ column, value string }{{"name", f.Name}, {"state", string(f.State)}} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	from := " FROM rating_models WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanModelListed, "SELECT "+modelListed+from+" ORDER BY changed_ms DESC, id DESC LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// PutModel implements rating.Tx.
func (tx *Tx) PutModel(m *rating.Model) error {
	manifest, err := json.Marshal(m.Manifest)
	if err != nil {
		return err
	}
	acts, err := json.Marshal(m.Acts)
	if err != nil {
		return err
	}
	if m.Version == 0 {
		_, err := tx.exec("INSERT INTO rating_models ("+modelColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11, $12)",
			m.ID, m.Name, m.Edition, string(m.State), m.CardSHA256, string(manifest), string(acts), int64(m.Changed), m.Features, string(m.Card), string(m.Report), string(m.Validation))
		return err
	}
	return changed(tx.exec("UPDATE rating_models SET state = $1, manifest = $2, acts = $3, changed_ms = $4, validation = $5, version = version + 1 WHERE id = $6 AND version = $7",
		string(m.State), string(manifest), string(acts), int64(m.Changed), string(m.Validation), m.ID, m.Version))
}

// LastEdition implements rating.Tx.
func (tx *Tx) LastEdition(name string) (n int64, err error) {
	return n, tx.one(nil, "SELECT coalesce(max(edition), 0) FROM rating_models WHERE name = $1", []any{name}, &n)
}

// InUse implements rating.Tx.
func (tx *Tx) InUse() ([]rating.Model, error) {
	return all(tx, scanModelWhole, "SELECT "+modelColumns+" FROM rating_models WHERE state IN ($1, $2) ORDER BY name, edition, id", string(rating.Active), string(rating.Shadow))
}

const scoreColumns = "id, firm, model, name, edition, at_ms, as_of_on, recipient, subject, shadow, said"

func scanScore(s scanner) (x rating.Kept, err error) {
	var said string
	if err := s.Scan(&x.ID, &x.Firm, &x.Model, &x.Name, &x.Edition, &x.At, dayOf{&x.On}, &x.Recipient, &x.Subject, &x.Shadow, &said); err != nil {
		return x, err
	}
	x.Sealed, err = bytesOf(said)
	return x, err
}

// AddScore implements rating.Tx.
func (tx *Tx) AddScore(x *rating.Kept) error {
	_, err := tx.exec("INSERT INTO rating_scores ("+scoreColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		x.ID, x.Firm, x.Model, x.Name, x.Edition, int64(x.At), day(x.On), x.Recipient, x.Subject, flag(x.Shadow), textOf(x.Sealed))
	return err
}

// Score implements rating.Tx.
func (tx *Tx) Score(id string, s access.Scope) (*rating.Kept, error) {
	a := args{id}
	where, err := tx.about(&a, s, "recipient")
	if err != nil {
		return nil, err
	}
	if !s.All {
		where += " AND shadow = 0"
	}
	return single(tx, ratingMissing(), scanScore, "SELECT "+scoreColumns+" FROM rating_scores WHERE id = $1 AND "+where, a...)
}

// Scores implements rating.Tx.
func (tx *Tx) Scores(f rating.ScoreFilter, s access.Scope) ([]rating.Kept, int, error) {
	var a args
	within, err := tx.about(&a, s, "recipient")
	if err != nil {
		return nil, 0, err
	}
	where := []string{within}
	if !f.Shadow || !s.All {
		where = append(where, "shadow = 0")
	}
	for _, x := range []struct{ column, value string }{{"firm", f.Firm}, {"model", f.Model}, {"subject", f.Subject}} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	from := " FROM rating_scores WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanScore, "SELECT "+scoreColumns+from+" ORDER BY at_ms DESC, id DESC LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// ScoresBetween implements rating.Tx.
func (tx *Tx) ScoresBetween(model string, from, to civil.Instant, after string, n int) ([]rating.Kept, error) {
	return all(tx, scanScore, "SELECT "+scoreColumns+" FROM rating_scores WHERE model = $1 AND at_ms >= $2 AND at_ms < $3 AND id > $4 ORDER BY id LIMIT $5",
		model, int64(from), int64(to), after, n)
}
