package store

import (
	"encoding/json"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/origination"
	"changrong/internal/rating/watch"
	"changrong/internal/workflow"
)

var _ watch.Tx = (*Tx)(nil)

// WatchRule implements watch.Tx.
func (tx *Tx) WatchRule(model string) (*watch.Rule, error) {
	return orNil(single(tx, ratingMissing(), func(s scanner) (r watch.Rule, err error) {
		return r, s.Scan(&r.Observe, &r.Held, &r.Days, &r.Version)
	}, "SELECT observe_months, held_months, overdue_days, version FROM rating_watch_rules WHERE model = $1", model))
}

// PutWatchRule implements watch.Tx.
func (tx *Tx) PutWatchRule(model string, r *watch.Rule) error {
	if r.Version == 0 { // one that was set meanwhile is not written over
		return changed(tx.exec("INSERT INTO rating_watch_rules (model, observe_months, held_months, overdue_days, version) VALUES ($1, $2, $3, $4, 1) ON CONFLICT (model) DO NOTHING",
			model, r.Observe, r.Held, r.Days))
	}
	return changed(tx.exec("UPDATE rating_watch_rules SET observe_months = $1, held_months = $2, overdue_days = $3, version = version + 1 WHERE model = $4 AND version = $5",
		r.Observe, r.Held, r.Days, model, r.Version))
}

// Months implements watch.Tx.
func (tx *Tx) Months(f watch.MonthFilter) ([]watch.Month, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM rating_months WHERE model = $1", []any{f.Model}, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, func(s scanner) (m watch.Month, err error) {
		var body string
		if err := s.Scan(&body); err != nil {
			return m, err
		}
		return m, json.Unmarshal([]byte(body), &m)
	}, "SELECT body FROM rating_months WHERE model = $1 ORDER BY month DESC LIMIT $2 OFFSET $3", f.Model, limit(f.Limit), f.Offset)
	if err != nil || len(list) == 0 {
		return list, total, err
	}
	alarms, _, err := tx.Alarms(watch.AlarmFilter{Model: f.Model})
	for i := range list {
		list[i].Alarms = []watch.Alarm{}
		for _, a := range alarms {
			if a.Month == list[i].Month {
				list[i].Alarms = append(list[i].Alarms, a)
			}
		}
	}
	return list, total, err
}

// MonthStates implements watch.Tx.
func (tx *Tx) MonthStates(model string) (map[civil.Month]watch.State, error) {
	out := map[civil.Month]watch.State{}
	_, err := all(tx, func(s scanner) (state watch.State, err error) {
		var text string
		if err := s.Scan(&text, &state); err != nil {
			return state, err
		}
		month, err := civil.ParseMonth(text)
		out[month] = state
		return state, err
	}, "SELECT month, state FROM rating_months WHERE model = $1", model)
	return out, err
}

// PutMonth implements watch.Tx.
func (tx *Tx) PutMonth(m *watch.Month) error {
	bare := *m
	bare.Alarms = nil
	body, err := json.Marshal(&bare)
	if err != nil {
		return err
	}
	var good, bad int64
	if m.Came != nil {
		good, bad = m.Came.Good, m.Came.Bad
	}
	_, err = tx.exec(`INSERT INTO rating_months (model, month, state, at_ms, firms, good, bad, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (model, month) DO UPDATE SET state = excluded.state, at_ms = excluded.at_ms, firms = excluded.firms, good = excluded.good, bad = excluded.bad, body = excluded.body`,
		m.Model, m.Month.String(), string(m.State), int64(m.At), m.Firms, good, bad, string(body))
	return err
}

const alarmColumns = "id, model, name, edition, month, code, item, grave, state, raised_ms, by_account, by_name, words, acted_ms, body, version"

// alarmSaid is what no query asks of an alarm.
type alarmSaid struct {
	Value float64 `json:"value"`
	Zh    string  `json:"title"`
	En    string  `json:"title_en"`
	DoZh  string  `json:"todo"`
	DoEn  string  `json:"todo_en"`
}

func scanAlarm(s scanner) (a watch.Alarm, err error) {
	var month, body string
	if err := s.Scan(&a.ID, &a.Model, &a.Name, &a.Edition, &month, &a.Code, &a.Item, &a.Grave, &a.State, &a.Raised, &a.By, &a.ByName, &a.Words, &a.Acted, &body, &a.Version); err != nil {
		return a, err
	}
	if a.Month, err = civil.ParseMonth(month); err != nil {
		return a, err
	}
	var said alarmSaid
	err = json.Unmarshal([]byte(body), &said)
	a.Value, a.Zh, a.En, a.DoZh, a.DoEn = said.Value, said.Zh, said.En, said.DoZh, said.DoEn
	return a, err
}

// Alarm implements watch.Tx.
func (tx *Tx) Alarm(id string) (*watch.Alarm, error) {
	return single(tx, ratingMissing(), scanAlarm, "SELECT "+alarmColumns+" FROM rating_alarms WHERE id = $1", id)
}

// Alarms implements watch.Tx.
func (tx *Tx) Alarms(f watch.AlarmFilter) ([]watch.Alarm, int, error) {
	a := args{}
	where := []string{"1 = 1"}
	for _, x := range []struct{ column, value string }{{"model", f.Model}, {"state", string(f.State)}} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	if f.Month != 0 {
		where = append(where, "month = "+a.add(f.Month.String()))
	}
	from := " FROM rating_alarms WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	query := "SELECT " + alarmColumns + from + " ORDER BY month DESC, grave DESC, code, item, id"
	if f.Limit > 0 {
		query += " LIMIT " + a.add(f.Limit) + " OFFSET " + a.add(f.Offset)
	}
	list, err := all(tx, scanAlarm, query, a...)
	return list, total, err
}

// PutAlarm implements watch.Tx.
func (tx *Tx) PutAlarm(x *watch.Alarm) error {
	body, err := json.Marshal(alarmSaid{x.Value, x.Zh, x.En, x.DoZh, x.DoEn})
	if err != nil {
		return err
	}
	if x.Version == 0 {
		_, err := tx.exec("INSERT INTO rating_alarms ("+alarmColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)",
			x.ID, x.Model, x.Name, x.Edition, x.Month.String(), x.Code, x.Item, flag(x.Grave), string(x.State), int64(x.Raised), x.By, x.ByName, x.Words, int64(x.Acted), string(body))
		return err
	}
	return changed(tx.exec("UPDATE rating_alarms SET grave = $1, state = $2, raised_ms = $3, by_account = $4, by_name = $5, words = $6, acted_ms = $7, body = $8, version = version + 1 WHERE id = $9 AND version = $10",
		flag(x.Grave), string(x.State), int64(x.Raised), x.By, x.ByName, x.Words, int64(x.Acted), string(body), x.ID, x.Version))
}

// ReferralUses implements watch.Tx.
func (tx *Tx) ReferralUses(ids []string) (map[string]watch.Use, error) {
	out := map[string]watch.Use{}
	a := args{}
	_, err := all(tx, func(s scanner) (id string, err error) {
		var stage workflow.Stage
		var offers int64
		err = s.Scan(&id, &stage, &offers)
		switch {
		case offers > 0:
			out[id] = watch.Offered
		case stage == origination.Declined:
			out[id] = watch.Declined
		default:
			out[id] = watch.Open
		}
		return id, err
	}, "SELECT c.id, c.stage, (SELECT count(*) FROM offers o WHERE o.referral = c.id) FROM cases c WHERE c.kind = 'referral' AND c.id IN ("+in(&a, ids)+")", a...)
	return out, err
}
