package store

import (
	"changrong/internal/base/civil"
	"changrong/internal/workflow"
)

// LateCases implements late.Tx.
func (tx *Tx) LateCases(on civil.Date, after string, limit int) ([]workflow.Case, error) {
	return all(tx, scanCase, "SELECT "+caseColumns+` FROM cases c WHERE c.due_on < $1 AND c.id > $2
		AND EXISTS (SELECT 1 FROM case_owners o WHERE o.case_id = c.id) ORDER BY c.id LIMIT $3`, on.String(), after, limit)
}

// Reminded implements late.Tx.
func (tx *Tx) Reminded(key string) (bool, error) {
	var n int
	err := tx.one(nil, "SELECT count(*) FROM reminders WHERE id = $1", args{key}, &n)
	return n > 0, err
}
