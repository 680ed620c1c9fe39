package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

var _ origination.Tx = (*Tx)(nil)

func originationMissing() *fault.Error {
	return fault.New(fault.NotFound, "origination.not_found", "没有这件申请或相关记录", "there is no such application or record of one")
}

// orgs are organisations that a transaction has read that writes nothing: it sees one
// state of the database, so they stay as they are.
type orgs map[string]access.Org

// OrgsAmong implements origination.Tx.
func (tx *Tx) OrgsAmong(ids []string) ([]access.Org, error) {
	var list []access.Org
	var a args
	for _, id := range ids {
		if o, ok := tx.orgs[id]; ok {
			list = append(list, o)
		} else {
			a = append(a, id)
		}
	}
	if len(a) == 0 {
		return list, nil
	}
	marks := make([]string, len(a))
	for i := range a {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	read, err := all(tx, scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE id IN ("+strings.Join(marks, ", ")+")", a...)
	if tx.orgs != nil {
		for _, o := range read {
			tx.orgs[o.ID] = o
		}
	}
	return append(list, read...), err
}

// OriginationRules implements origination.Tx.
func (tx *Tx) OriginationRules() (*origination.Rules, error) {
	return orNil(single(tx, originationMissing(), func(s scanner) (r origination.Rules, err error) {
		var body string
		var version int64
		if err := s.Scan(&body, &version); err != nil {
			return r, err
		}
		err = json.Unmarshal([]byte(body), &r)
		r.Version = version
		return r, err
	}, "SELECT body, version FROM origination_rules WHERE id = 1"))
}

// PutOriginationRules implements origination.Tx.
func (tx *Tx) PutOriginationRules(r *origination.Rules) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if r.Version == 0 {
		_, err := tx.exec("INSERT INTO origination_rules (id, body, version) VALUES (1, $1, 1)", string(body))
		return err
	}
	return changed(tx.exec("UPDATE origination_rules SET body = $1, version = version + 1 WHERE id = 1 AND version = $2", string(body), r.Version))
}

// DropDraftOf implements origination.Tx.
func (tx *Tx) DropDraftOf(org, id string) error {
	return tx.later("DELETE FROM loan_drafts WHERE id = $1 AND org = $2", id, org)
}

const applicationColumns = `id, org, request_key, number, uscc, firm, sole, need, code, channel, state, offer, targets, sealed, submitted_ms, moved_ms, ended_ms, version`

func scanApplication(s scanner) (a origination.Application, err error) {
	var need, targets string
	if err := s.Scan(&a.ID, &a.Org, &a.Key, &a.Number, &a.USCC, &a.Firm, &a.Sole, &need, &a.Code, &a.Channel, &a.State, &a.Offer, &targets, sealedBytes{&a.Sealed},
		&a.Submitted, &a.Moved, &a.Ended, &a.Version); err != nil {
		return a, err
	}
	a.StateZh = a.State.Zh()
	if err := json.Unmarshal([]byte(need), &a.Need); err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(targets), &a.Targets)
}

// AddApplication implements origination.Tx.
func (tx *Tx) AddApplication(a *origination.Application) error {
	need, err := json.Marshal(&a.Need)
	if err != nil {
		return err
	}
	targets, err := json.Marshal(a.Targets)
	if err != nil {
		return err
	}
	a.Version, a.StateZh = 1, a.State.Zh()
	return tx.later(`INSERT INTO applications (`+applicationColumns+`, amount_fen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18)`,
		a.ID, a.Org, a.Key, a.Number, a.USCC, a.Firm, flag(a.Sole), string(need), a.Code, a.Channel, string(a.State), a.Offer, string(targets), textOf(a.Sealed),
		int64(a.Submitted), int64(a.Moved), int64(a.Ended), int64(a.Need.Amount))
}

// PutApplication implements origination.Tx.
func (tx *Tx) PutApplication(a *origination.Application) error {
	targets, err := json.Marshal(a.Targets)
	if err != nil {
		return err
	}
	err = changed(tx.exec(`UPDATE applications SET state = $1, offer = $2, targets = $3, moved_ms = $4, ended_ms = $5, version = version + 1 WHERE id = $6 AND version = $7`,
		string(a.State), a.Offer, string(targets), int64(a.Moved), int64(a.Ended), a.ID, a.Version))
	if err == nil {
		a.Version, a.StateZh = a.Version+1, a.State.Zh()
	}
	return err
}

// ApplicationsBefore implements origination.Tx.
func (tx *Tx) ApplicationsBefore(org, key string) (id string, open int, err error) {
	err = tx.one(nil, `SELECT coalesce((SELECT id FROM applications WHERE org = $1 AND request_key = $2), ''), (SELECT count(*) FROM applications WHERE org = $1 AND state = $3)`,
		args{org, key, string(origination.Submitted)}, &id, &open)
	return id, open, err
}

// ApplicationByKey implements origination.Tx.
func (tx *Tx) ApplicationByKey(org, key string) (*origination.Application, error) {
	return orNil(single(tx, originationMissing(), scanApplication, "SELECT "+applicationColumns+" FROM applications WHERE org = $1 AND request_key = $2", org, key))
}

// Application implements origination.Tx.
func (tx *Tx) Application(id string, s access.Scope) (*origination.Application, error) {
	return single(tx, originationMissing(), scanApplication, "SELECT "+applicationColumns+" FROM applications WHERE id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
}

// Applications implements origination.Tx.
func (tx *Tx) Applications(f origination.ApplicationFilter, s access.Scope) ([]origination.Application, int, error) {
	var a args
	where := []string{"1 = 1"}
	and := func(condition string, v any) { where = append(where, condition+a.add(v)) }
	if !s.All {
		and("org = ", s.Org)
	}
	if len(f.States) > 0 {
		where = append(where, "state IN ("+in(&a, f.States)+")")
	}
	if f.Code != "" {
		and("code = ", f.Code)
	}
	if f.Firm != "" {
		where = append(where, "(uscc = "+a.add(f.Firm)+" OR number = "+a.add(f.Firm)+" OR "+holds(&a, "firm", f.Firm)+")")
	}
	if f.From != 0 {
		and("submitted_ms >= ", int64(civil.StartOf(f.From)))
	}
	if f.To != 0 {
		and("submitted_ms < ", int64(civil.StartOf(f.To+1)))
	}
	if f.Idle != 0 {
		and("moved_ms < ", int64(f.Idle))
		where = append(where, "NOT EXISTS (SELECT 1 FROM referrals r WHERE r.application = applications.id AND r.live = 1)")
	}
	from := " FROM applications WHERE " + strings.Join(where, " AND ")
	var total int
	if f.Limit > 0 {
		if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
			return nil, 0, err
		}
	}
	order := " ORDER BY id DESC"
	if f.Oldest {
		order = " ORDER BY id"
	}
	list, err := all(tx, scanApplication, "SELECT "+applicationColumns+from+order+" LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	if f.Limit == 0 {
		total = len(list)
	}
	return list, total, err
}

// holds is the condition that a column has a text in it.
func holds(a *args, column, text string) string {
	// Neither database's pattern match is the other's, so a text is looked for by taking it out.
	return "length(replace(" + column + ", " + a.add(text) + ", '')) < length(" + column + ")"
}

// SealedContact implements origination.Tx.
func (tx *Tx) SealedContact(application string) (sealed []byte, err error) {
	err = tx.one(originationMissing(), "SELECT sealed FROM applications WHERE id = $1", args{application}, sealedBytes{&sealed})
	return sealed, err
}

// ApplicationPapers implements origination.Tx.
func (tx *Tx) ApplicationPapers(application string) ([]workflow.Attachment, error) {
	return all(tx, scanAttachment, "SELECT id, application, paper, name, type, sha256, size, person, org, at_ms, 0 FROM application_papers WHERE application = $1 ORDER BY at_ms, id", application)
}

// AddApplicationPaper implements origination.Tx.
func (tx *Tx) AddApplicationPaper(x *workflow.Attachment) error {
	_, err := tx.exec("INSERT INTO application_papers (id, application, paper, name, type, sha256, size, person, org, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		x.ID, x.Case, x.Paper, x.Name, x.Type, x.SHA256, x.Size, x.Person, x.Org, int64(x.At))
	return err
}

// ForgetContacts implements origination.Tx.
func (tx *Tx) ForgetContacts(before civil.Instant) error {
	_, err := tx.exec("UPDATE applications SET sealed = '' WHERE sealed <> '' AND ended_ms > 0 AND ended_ms < $1 AND state <> 'accepted'", int64(before))
	return err
}
