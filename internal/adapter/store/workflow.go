package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

var _ workflow.Tx = (*Tx)(nil)

// dayOf reads a day from a TEXT column.
type dayOf struct{ to *civil.Date }

// Scan implements sql.Scanner.
func (d dayOf) Scan(src any) (err error) {
	switch s := src.(type) {
	case string:
		if s == civil.Never.String() { // beyond what an input may say
			*d.to = civil.Never
			return nil
		}
		*d.to, err = civil.ParseDate(s)
	case []byte:
		return d.Scan(string(s))
	default:
		return fmt.Errorf("store: %T is no day", src)
	}
	return err
}

func workflowMissing() *fault.Error {
	return fault.New(fault.NotFound, "workflow.not_found", "没有这个办件或附件", "there is no such case or attachment")
}

const caseColumns = "c.id, c.kind, c.org, c.title, c.panel, c.stage, c.round, c.since_ms, c.due_on, c.left_days, c.amount_fen, c.decided, c.version"

// caseFields are where caseColumns go.
func caseFields(c *workflow.Case, panel *string) []any {
	return []any{
		&c.ID, &c.Kind, &c.Org, &c.Title, panel, &c.Stage, &c.Round, &c.Since, dayOf{&c.DueOn}, &c.Left, &c.Amount, &c.Decided, &c.Version,
	}
}

func scanCase(s scanner) (c workflow.Case, err error) {
	var panel string
	err = s.Scan(caseFields(&c, &panel)...)
	c.Panel = strings.Fields(panel)
	return c, err
}

// Case implements workflow.Tx.
func (tx *Tx) Case(id string) (*workflow.Case, error) {
	return single(tx, workflowMissing(), scanCase, "SELECT "+caseColumns+" FROM cases c WHERE c.id = $1", id)
}

// PutCase implements workflow.Tx.
func (tx *Tx) PutCase(c *workflow.Case) error {
	if c.Version == 0 {
		c.Version = 1
		return tx.later(`INSERT INTO cases (id, kind, org, title, panel, stage, round, since_ms, due_on, left_days, amount_fen, decided, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)`,
			c.ID, c.Kind, c.Org, c.Title, strings.Join(c.Panel, " "), string(c.Stage), c.Round, int64(c.Since), c.DueOn.String(), c.Left, int64(c.Amount), c.Decided)
	}
	err := changed(tx.exec(`UPDATE cases SET title = $1, stage = $2, round = $3, since_ms = $4, due_on = $5, left_days = $6, amount_fen = $7, decided = $8,
		version = version + 1 WHERE id = $9 AND version = $10`,
		c.Title, string(c.Stage), c.Round, int64(c.Since), c.DueOn.String(), c.Left, int64(c.Amount), c.Decided, c.ID, c.Version))
	if err == nil {
		c.Version++
	}
	return err
}

func scanDecision(s scanner) (d workflow.Decision, err error) {
	err = s.Scan(&d.ID, &d.Case, &d.Seq, &d.Round, &d.Stage, &d.Verb, &d.To, &d.Person, &d.Name, &d.Org, &d.Role, &d.At, &d.Reason, &d.Amount)
	return d, err
}

const decisionColumns = "id, case_id, seq, round, stage, verb, to_stage, person, name, org, role, at_ms, reason, amount_fen"

// Decisions implements workflow.Tx.
func (tx *Tx) Decisions(of string) ([]workflow.Decision, error) {
	return all(tx, scanDecision, "SELECT "+decisionColumns+" FROM decisions WHERE case_id = $1 ORDER BY seq", of)
}

// AddDecision implements workflow.Tx.
func (tx *Tx) AddDecision(d *workflow.Decision) error {
	_, err := tx.exec("INSERT INTO decisions ("+decisionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		d.ID, d.Case, d.Seq, d.Round, string(d.Stage), string(d.Verb), string(d.To), d.Person, d.Name, d.Org, d.Role, int64(d.At), d.Reason, int64(d.Amount))
	return err
}

// PutOwners implements workflow.Tx.
func (tx *Tx) PutOwners(of string, owners []workflow.Owner) error {
	if err := tx.later("DELETE FROM case_owners WHERE case_id = $1", of); err != nil {
		return err
	}
	if len(owners) == 0 {
		return nil
	}
	var a args
	rows := make([]string, len(owners))
	for i, o := range owners {
		rows[i] = "(" + a.add(of) + ", " + a.add(o.Role) + ", " + a.add(o.Org) + ")"
	}
	return tx.later("INSERT INTO case_owners (case_id, role, org) VALUES "+strings.Join(rows, ", "), a...)
}

// Owners implements workflow.Tx.
func (tx *Tx) Owners(of string) ([]workflow.Owner, error) {
	return all(tx, func(s scanner) (o workflow.Owner, err error) {
		err = s.Scan(&o.Role, &o.Org)
		return o, err
	}, "SELECT role, org FROM case_owners WHERE case_id = $1 ORDER BY role", of)
}

// args collects the arguments of a query that is put together.
type args []any

// add returns the mark that stands for v.
func (a *args) add(v any) string {
	*a = append(*a, v)
	return fmt.Sprintf("$%d", len(*a))
}

// in returns the marks of a list, which is not empty.
func in[T ~string](a *args, list []T) string {
	marks := make([]string, len(list))
	for i, v := range list {
		marks[i] = a.add(string(v))
	}
	return strings.Join(marks, ", ")
}

// waitsFor is the condition that case c waits for who, and that who has not
// decided there.
func waitsFor(a *args, who workflow.Actor) string {
	if len(who.Roles) == 0 {
		return "1 = 0"
	}
	return fmt.Sprintf(`c.id IN (SELECT o.case_id FROM case_owners o WHERE o.role IN (%s) AND (o.org = '' OR o.org = %s))
		AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.case_id = c.id AND d.round = c.round AND d.stage = c.stage AND d.person = %s
			AND d.verb <> 'pause' AND d.verb <> 'resume')`, in(a, who.Roles), a.add(who.Org), a.add(who.Person))
}

// Waiting implements workflow.Tx.
func (tx *Tx) Waiting(who workflow.Actor, on civil.Date, q workflow.WaitingQuery) ([]workflow.Waiting, int, error) {
	var a args
	where := " FROM cases c WHERE " + waitsFor(&a, who)
	if q.Kind != "" {
		where += " AND c.kind = " + a.add(q.Kind)
	}
	if q.Late {
		where += " AND c.due_on < " + a.add(on.String())
	}
	var total int
	if err := tx.one(nil, "SELECT count(*)"+where, a, &total); err != nil {
		return nil, 0, err
	}
	where += " ORDER BY c.due_on, c.since_ms, c.id LIMIT " + a.add(q.Limit) + " OFFSET " + a.add(q.Offset)
	list, err := all(tx, func(s scanner) (w workflow.Waiting, err error) {
		w.Case, err = scanCase(s)
		w.IsLate = w.Late(on)
		return w, err
	}, "SELECT "+caseColumns+where, a...)
	return list, total, err
}

// Comments implements workflow.Tx.
func (tx *Tx) Comments(of string, inside bool) ([]workflow.Comment, error) {
	return all(tx, func(s scanner) (c workflow.Comment, err error) {
		err = s.Scan(&c.ID, &c.Case, &c.Person, &c.Name, &c.Org, &c.At, &c.Text, &c.Inside)
		return c, err
	}, "SELECT id, case_id, person, name, org, at_ms, text, inside FROM case_comments WHERE case_id = $1 AND (inside = 0 OR $2 = 1) ORDER BY at_ms, id",
		of, flag(inside))
}

// AddComment implements workflow.Tx.
func (tx *Tx) AddComment(c *workflow.Comment) error {
	_, err := tx.exec("INSERT INTO case_comments (id, case_id, person, name, org, at_ms, text, inside) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		c.ID, c.Case, c.Person, c.Name, c.Org, int64(c.At), c.Text, flag(c.Inside))
	return err
}

const attachmentColumns = "id, case_id, paper, name, type, sha256, size, person, org, at_ms, dropped_ms"

func scanAttachment(s scanner) (a workflow.Attachment, err error) {
	err = s.Scan(&a.ID, &a.Case, &a.Paper, &a.Name, &a.Type, &a.SHA256, &a.Size, &a.Person, &a.Org, &a.At, &a.Dropped)
	return a, err
}

// Attachments implements workflow.Tx.
func (tx *Tx) Attachments(of string) ([]workflow.Attachment, error) {
	return all(tx, scanAttachment, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = $1 ORDER BY at_ms, id", of)
}

// Attachment implements workflow.Tx.
func (tx *Tx) Attachment(id string) (*workflow.Attachment, error) {
	return single(tx, workflowMissing(), scanAttachment, "SELECT "+attachmentColumns+" FROM attachments WHERE id = $1", id)
}

// PutAttachment implements workflow.Tx.
func (tx *Tx) PutAttachment(a *workflow.Attachment) error {
	_, err := tx.exec("INSERT INTO attachments ("+attachmentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET dropped_ms = excluded.dropped_ms`,
		a.ID, a.Case, a.Paper, a.Name, a.Type, a.SHA256, a.Size, a.Person, a.Org, int64(a.At), int64(a.Dropped))
	return err
}

// Years implements workflow.Tx.
func (tx *Tx) Years() ([]workflow.Year, error) {
	return all(tx, func(s scanner) (y workflow.Year, err error) {
		var off, on string
		if err := s.Scan(&y.Year, &off, &on, &y.Source, &y.Version); err != nil {
			return y, err
		}
		if err := json.Unmarshal([]byte(off), &y.Off); err != nil {
			return y, err
		}
		return y, json.Unmarshal([]byte(on), &y.On)
	}, "SELECT year, off_on, work_on, source, version FROM calendar_years ORDER BY year")
}

// PutYear implements workflow.Tx.
func (tx *Tx) PutYear(y *workflow.Year) error {
	off, err := json.Marshal(y.Off)
	if err != nil {
		return err
	}
	on, err := json.Marshal(y.On)
	if err != nil {
		return err
	}
	if y.Version == 0 {
		_, err := tx.exec("INSERT INTO calendar_years (year, off_on, work_on, source, version) VALUES ($1, $2, $3, $4, 1)", y.Year, string(off), string(on), y.Source)
		return err
	}
	return changed(tx.exec("UPDATE calendar_years SET off_on = $1, work_on = $2, source = $3, version = version + 1 WHERE year = $4 AND version = $5",
		string(off), string(on), y.Source, y.Year, y.Version))
}
