package store

import (
	"changrong/internal/base/civil"
	"changrong/internal/rating/opinion"
)

var _ opinion.Tx = (*Tx)(nil)

// SweepScores implements opinion.Tx.
func (tx *Tx) SweepScores(before civil.Instant) error {
	_, err := tx.exec("DELETE FROM rating_scores WHERE at_ms < $1", int64(before))
	return err
}
