package store

import (
	"encoding/json"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/party"
	"changrong/internal/rating/city"
)

var _ city.Tx = (*Tx)(nil)

// OrgsOfKind implements city.Tx.
func (tx *Tx) OrgsOfKind(kind access.OrgKind) ([]access.Org, error) {
	return all(tx, scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE kind = $1 ORDER BY name, id", string(kind))
}

// OpenFirms implements city.Tx.
func (tx *Tx) OpenFirms(after string, n int) ([]party.Firm, error) {
	return all(tx, func(s scanner) (party.Firm, error) {
		k, err := scanFirm(s)
		return k.Firm, err
	}, "SELECT "+firmColumns+" FROM firms WHERE uscc > $1 AND status = $2 ORDER BY uscc LIMIT $3", after, party.Open, n)
}

// CountOpenFirms implements city.Tx.
func (tx *Tx) CountOpenFirms() (n int64, err error) {
	return n, tx.one(nil, "SELECT count(*) FROM firms WHERE status = $1", []any{party.Open}, &n)
}

const ratingRunColumns = `id, org, by_account, by_name, model, name, edition, as_of_on, asked_ms, ended_ms, state, firms, looked, rated, items, known, scores, doc, shadows,
	last_firm, pieces, version`

func scanRatingRun(s scanner) (r city.Run, err error) {
	var doc, shadows string
	if err := s.Scan(&r.ID, &r.Org, &r.By, &r.ByName, &r.Model, &r.Name, &r.Edition, dayOf{&r.On}, &r.Asked, &r.Ended, &r.State, &r.Firms, &r.Looked, &r.Rated,
		&r.Items, &r.Known, &r.Scores, &doc, &shadows, &r.Last, &r.Pieces, &r.Version); err != nil {
		return r, err
	}
	r.Shadows = strings.Fields(shadows)
	return r, json.Unmarshal([]byte(doc), &r.Tally)
}

// PutRatingRun implements city.Tx.
func (tx *Tx) PutRatingRun(r *city.Run) error {
	doc, err := json.Marshal(r.Tally)
	if err != nil {
		return err
	}
	if r.Version == 0 {
		_, err := tx.exec("INSERT INTO rating_runs ("+ratingRunColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1)",
			r.ID, r.Org, r.By, r.ByName, r.Model, r.Name, r.Edition, day(r.On), int64(r.Asked), int64(r.Ended), string(r.State), r.Firms, r.Looked, r.Rated,
			r.Items, r.Known, r.Scores, string(doc), strings.Join(r.Shadows, " "), r.Last, r.Pieces)
		return err
	}
	return changed(tx.exec(`UPDATE rating_runs SET ended_ms = $1, state = $2, looked = $3, rated = $4, known = $5, scores = $6, doc = $7, last_firm = $8, pieces = $9,
		version = version + 1 WHERE id = $10 AND version = $11`,
		int64(r.Ended), string(r.State), r.Looked, r.Rated, r.Known, r.Scores, string(doc), r.Last, r.Pieces, r.ID, r.Version))
}

// RatingRun implements city.Tx.
func (tx *Tx) RatingRun(id string) (*city.Run, error) {
	return single(tx, ratingMissing(), scanRatingRun, "SELECT "+ratingRunColumns+" FROM rating_runs WHERE id = $1", id)
}

// RatingRuns implements city.Tx.
func (tx *Tx) RatingRuns(n, offset int) ([]city.Run, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM rating_runs", nil, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanRatingRun, "SELECT "+ratingRunColumns+" FROM rating_runs ORDER BY asked_ms DESC, id DESC LIMIT $1 OFFSET $2", limit(n), offset)
	return list, total, err
}

// RatingRunUnderWay implements city.Tx.
func (tx *Tx) RatingRunUnderWay() (*city.Run, error) {
	return orNil(single(tx, ratingMissing(), scanRatingRun, "SELECT "+ratingRunColumns+" FROM rating_runs WHERE state = $1 ORDER BY asked_ms DESC LIMIT 1", string(city.Running)))
}

// RatingRunBefore implements city.Tx.
func (tx *Tx) RatingRunBefore(r *city.Run) (*city.Run, error) {
	return orNil(single(tx, ratingMissing(), scanRatingRun, "SELECT "+ratingRunColumns+` FROM rating_runs
		WHERE state = $1 AND asked_ms < $2 AND id <> $3 ORDER BY asked_ms DESC LIMIT 1`, string(city.Done), int64(r.Asked), r.ID))
}

func scanPiece(s scanner) (p city.Piece, err error) {
	return p, s.Scan(&p.Run, &p.No, &p.First, &p.Last, sealedBytes{&p.Sealed})
}

const pieceColumns = "run, no, first_firm, last_firm, sealed"

// AddPiece implements city.Tx.
func (tx *Tx) AddPiece(p *city.Piece) error {
	_, err := tx.exec("INSERT INTO rating_run_pieces ("+pieceColumns+") VALUES ($1, $2, $3, $4, $5)", p.Run, p.No, p.First, p.Last, textOf(p.Sealed))
	return err
}

// Pieces implements city.Tx.
func (tx *Tx) Pieces(run string, after, n int) ([]city.Piece, error) {
	return all(tx, scanPiece, "SELECT "+pieceColumns+" FROM rating_run_pieces WHERE run = $1 AND no > $2 ORDER BY no LIMIT $3", run, after, n)
}

// PieceOf implements city.Tx.
func (tx *Tx) PieceOf(run, firm string) (*city.Piece, error) {
	return single(tx, ratingMissing(), scanPiece, "SELECT "+pieceColumns+" FROM rating_run_pieces WHERE run = $1 AND last_firm >= $2 ORDER BY last_firm LIMIT 1", run, firm)
}

const whiteListColumns = "id, org, name, words, rule, rule_zh, run, as_of_on, from_on, until_on, state, firms, acts, changed_ms, version"

func scanWhiteList(s scanner) (l city.List, err error) {
	var acts string
	if err := s.Scan(&l.ID, &l.Org, &l.Name, &l.Words, &l.Rule, &l.RuleZh, &l.Run, dayOf{&l.On}, dayOf{&l.From}, dayOf{&l.Until}, &l.State, &l.Firms, &acts,
		&l.Changed, &l.Version); err != nil {
		return l, err
	}
	return l, json.Unmarshal([]byte(acts), &l.Acts)
}

// PutWhiteList implements city.Tx.
func (tx *Tx) PutWhiteList(l *city.List) error {
	acts, err := json.Marshal(l.Acts)
	if err != nil {
		return err
	}
	if l.Version == 0 {
		_, err := tx.exec("INSERT INTO white_lists ("+whiteListColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
			l.ID, l.Org, l.Name, l.Words, l.Rule, l.RuleZh, l.Run, day(l.On), day(l.From), day(l.Until), string(l.State), l.Firms, string(acts), int64(l.Changed))
		return err
	}
	return changed(tx.exec(`UPDATE white_lists SET name = $1, words = $2, rule = $3, rule_zh = $4, run = $5, as_of_on = $6, from_on = $7, until_on = $8, state = $9,
		firms = $10, acts = $11, changed_ms = $12, version = version + 1 WHERE id = $13 AND version = $14`,
		l.Name, l.Words, l.Rule, l.RuleZh, l.Run, day(l.On), day(l.From), day(l.Until), string(l.State), l.Firms, string(acts), int64(l.Changed), l.ID, l.Version))
}

// WhiteList implements city.Tx.
func (tx *Tx) WhiteList(id string) (*city.List, error) {
	return single(tx, ratingMissing(), scanWhiteList, "SELECT "+whiteListColumns+" FROM white_lists WHERE id = $1", id)
}

// WhiteLists implements city.Tx.
func (tx *Tx) WhiteLists(f city.ListFilter) ([]city.List, int, error) {
	var a args
	where := "1 = 1"
	if f.State != "" {
		where += " AND state = " + a.add(string(f.State))
	}
	if f.ValidOn != 0 {
		on := a.add(day(f.ValidOn))
		where += " AND state = " + a.add(string(city.Published)) + " AND from_on <= " + on + " AND until_on >= " + on
	}
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM white_lists WHERE "+where, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanWhiteList, "SELECT "+whiteListColumns+" FROM white_lists WHERE "+where+" ORDER BY changed_ms DESC, id DESC LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// AddListed implements city.Tx.
func (tx *Tx) AddListed(list string, firms []string) error {
	return upsert(tx, "INSERT INTO white_list_firms (list, firm)", "", firms, func(firm *string) []any { return []any{list, *firm} })
}

// Listed implements city.Tx.
func (tx *Tx) Listed(list, org string, now civil.Instant, n, offset int) ([]city.Listed, int, error) {
	var a args
	by := a.add(list)
	agreed := "c.recipient = " + a.add(org) + " AND c.purpose = " + a.add(string(exchange.BankNaming)) + " AND c.withdrawn_ms = 0 AND c.given_ms <= " + a.add(int64(now)) +
		" AND c.expires_on >= " + a.add(day(now.Date()))
	from := " FROM white_list_firms w JOIN firms f ON f.uscc = w.firm AND f.status = " + a.add(party.Open) + " JOIN consents c ON c.firm = w.firm AND " + agreed + " WHERE w.list = " + by
	var total int
	if err := tx.one(nil, "SELECT count(DISTINCT w.firm)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	firms, err := all(tx, func(s scanner) (x city.Listed, err error) {
		return x, s.Scan(&x.USCC, &x.Name, &x.Size, &x.Town, &x.Industry, &x.Consent)
	}, "SELECT f.uscc, f.name, f.size, f.town, f.industry, max(c.id)"+from+" GROUP BY f.uscc, f.name, f.size, f.town, f.industry ORDER BY f.uscc LIMIT "+a.add(n)+" OFFSET "+a.add(offset), a...)
	return firms, total, err
}

// ListsOf implements city.Tx.
func (tx *Tx) ListsOf(firm string, today civil.Date) ([]city.List, error) {
	return all(tx, scanWhiteList, "SELECT "+whiteListColumns+` FROM white_lists WHERE state = $1 AND from_on <= $2 AND until_on >= $3
		AND id IN (SELECT w.list FROM white_list_firms w WHERE w.firm = $4) ORDER BY name, id`, string(city.Published), day(today), day(today), firm)
}
