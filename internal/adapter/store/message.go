package store

import (
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/notify"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

var _ notify.Tx = (*Tx)(nil)

func messageMissing() *fault.Error {
	return fault.New(fault.NotFound, "message.not_found", "没有这条提醒或这个账号", "there is no such message or account")
}

func scanPerson(s scanner) (p notify.Person, err error) {
	var roles string
	err = s.Scan(&p.Account, &p.Name, &p.Org, &roles)
	for r := range strings.FieldsSeq(roles) {
		p.Roles = append(p.Roles, access.Role(r))
	}
	return p, err
}

// Person implements notify.Tx.
func (tx *Tx) Person(account string) (*notify.Person, error) {
	return single(tx, messageMissing(), scanPerson, "SELECT id, name, org, roles FROM accounts WHERE id = $1 AND suspended = 0", account)
}

// People implements notify.Tx.
func (tx *Tx) People() ([]notify.Person, error) {
	return all(tx, scanPerson, "SELECT id, name, org, roles FROM accounts WHERE suspended = 0 ORDER BY id")
}

// PeopleOf implements notify.Tx.
func (tx *Tx) PeopleOf(orgs []string) ([]notify.Person, error) {
	var a args
	where := " WHERE suspended = 0 AND org IN (" + in(&a, orgs) + ")"
	return all(tx, scanPerson, "SELECT id, name, org, roles FROM accounts"+where+" ORDER BY id", a...)
}

const messageColumns = "id, account, kind, title, link, event, at_ms, read_ms"

func scanMessage(s scanner) (n notify.Message, err error) {
	err = s.Scan(&n.ID, &n.Account, &n.Kind, &n.Title, &n.Link, &n.Event, &n.At, &n.Read)
	return n, err
}

// AddMessage implements notify.Tx.
func (tx *Tx) AddMessage(n *notify.Message) (bool, error) {
	r, err := tx.exec("INSERT INTO messages ("+messageColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (account, event) DO NOTHING",
		n.ID, n.Account, n.Kind, n.Title, n.Link, n.Event, int64(n.At))
	if err != nil {
		return false, err
	}
	k, err := r.RowsAffected()
	return k == 1, translate(err)
}

// Message implements notify.Tx.
func (tx *Tx) Message(id string) (*notify.Message, error) {
	return single(tx, messageMissing(), scanMessage, "SELECT "+messageColumns+" FROM messages WHERE id = $1", id)
}

// Messages implements notify.Tx.
func (tx *Tx) Messages(account string, unread bool, limit, offset int) ([]notify.Message, int, error) {
	const from = " FROM messages WHERE account = $1 AND ($2 = 0 OR read_ms = 0)"
	var total int
	if err := tx.one(messageMissing(), "SELECT count(*)"+from, []any{account, flag(unread)}, &total); err != nil {
		return nil, 0, err
	}
	ns, err := all(tx, scanMessage, "SELECT "+messageColumns+from+" ORDER BY at_ms DESC, id DESC LIMIT $3 OFFSET $4", account, flag(unread), limit, offset)
	return ns, total, err
}

// CountUnread implements notify.Tx.
func (tx *Tx) CountUnread(account string, before civil.Instant) (n int, err error) {
	err = tx.one(messageMissing(), "SELECT count(*) FROM messages WHERE account = $1 AND read_ms = 0 AND at_ms < $2", []any{account, int64(before)}, &n)
	return n, err
}

// ReadMessages implements notify.Tx.
func (tx *Tx) ReadMessages(account string, ids []string, now civil.Instant) error {
	if ids == nil {
		_, err := tx.exec("UPDATE messages SET read_ms = $1 WHERE account = $2 AND read_ms = 0", int64(now), account)
		return err
	}
	for _, id := range ids {
		if _, err := tx.exec("UPDATE messages SET read_ms = $1 WHERE account = $2 AND id = $3 AND read_ms = 0", int64(now), account, id); err != nil {
			return err
		}
	}
	return nil
}

// SweepMessages implements notify.Tx.
func (tx *Tx) SweepMessages(before civil.Instant) error {
	if _, err := tx.exec("DELETE FROM message_digests WHERE on_day < $1", before.Date().String()); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM messages WHERE at_ms < $1", int64(before))
	return err
}

// Contact implements notify.Tx.
func (tx *Tx) Contact(account string) (*notify.Contact, error) {
	c, err := single(tx, messageMissing(), func(s scanner) (c notify.Contact, err error) {
		err = s.Scan(&c.Account, &c.Mail, &c.Sure, &c.Phone, &c.Code, &c.CodeTil, &c.Tries, &c.SentAt)
		return c, err
	}, "SELECT account, mail, sure, phone, code, code_til_ms, tries, sent_at_ms FROM message_contacts WHERE account = $1", account)
	if fault.KindOf(err) == fault.NotFound {
		return &notify.Contact{Account: account}, nil
	}
	return c, err
}

// PutContact implements notify.Tx.
func (tx *Tx) PutContact(c *notify.Contact) error {
	_, err := tx.exec(`INSERT INTO message_contacts (account, mail, sure, phone, code, code_til_ms, tries, sent_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (account) DO UPDATE SET mail = excluded.mail, sure = excluded.sure, phone = excluded.phone, code = excluded.code,
		code_til_ms = excluded.code_til_ms, tries = excluded.tries, sent_at_ms = excluded.sent_at_ms`,
		c.Account, c.Mail, flag(c.Sure), c.Phone, c.Code, int64(c.CodeTil), c.Tries, int64(c.SentAt))
	return err
}

// Choices implements notify.Tx.
func (tx *Tx) Choices(account string) ([]notify.Choice, error) {
	return all(tx, func(s scanner) (c notify.Choice, err error) {
		err = s.Scan(&c.Kind, &c.Mail, &c.SMS)
		return c, err
	}, "SELECT kind, mail, sms FROM message_choices WHERE account = $1 ORDER BY kind", account)
}

// PutChoice implements notify.Tx.
func (tx *Tx) PutChoice(account string, c notify.Choice) error {
	_, err := tx.exec(`INSERT INTO message_choices (account, kind, mail, sms) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account, kind) DO UPDATE SET mail = excluded.mail, sms = excluded.sms`, account, c.Kind, flag(c.Mail), flag(c.SMS))
	return err
}

// DigestDue implements notify.Tx.
func (tx *Tx) DigestDue(account, day string) (bool, error) {
	r, err := tx.exec("INSERT INTO message_digests (account, on_day) VALUES ($1, $2) ON CONFLICT (account, on_day) DO NOTHING", account, day)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, translate(err)
}
