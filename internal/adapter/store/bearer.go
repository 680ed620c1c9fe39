package store

import (
	"strings"

	"changrong/internal/access"
)

// Bearer implements access.Tx.
func (tx *Tx) Bearer(hash string) (*access.Bearer, error) {
	return single(tx, accessMissing(), func(s scanner) (b access.Bearer, err error) {
		x, a := &b.Session, &b.Account
		var roles string
		err = s.Scan(&x.ID, &x.Hash, &x.Account, &x.Stage, &x.Via, &x.Started, &x.LastSeen, &x.Agent, &x.Address,
			&a.Name, &a.Org, &roles, &a.Suspended, &a.Demo, &b.Kind)
		a.ID = x.Account
		for r := range strings.FieldsSeq(roles) {
			a.Roles = append(a.Roles, access.Role(r))
		}
		return b, err
	}, `SELECT s.id, s.hash, s.account, s.stage, s.via, s.started_ms, s.last_seen_ms, s.agent, s.address, a.name, a.org, a.roles, a.suspended, a.demo, o.kind
		FROM sessions s JOIN accounts a ON a.id = s.account JOIN orgs o ON o.id = a.org WHERE s.hash = $1`, hash)
}
