package store

import (
	"strings"

	"changrong/internal/rating"
)

// SharedScores implements rating.Tx. Ids are in the order of time.
func (tx *Tx) SharedScores(a, b string, n int) ([][2]rating.Kept, error) {
	var both [2][]rating.Kept
	for i, of := range []string{"x", "y"} {
		var err error
		if both[i], err = all(tx, scanScore, "SELECT "+of+"."+strings.ReplaceAll(scoreColumns, ", ", ", "+of+".")+
			" FROM rating_scores x JOIN rating_scores y ON y.firm = x.firm AND y.at_ms = x.at_ms AND y.subject = x.subject AND y.recipient = x.recipient"+
			" WHERE x.model = $1 AND y.model = $2 ORDER BY x.id DESC, y.id DESC LIMIT $3", a, b, n); err != nil {
			return nil, err
		}
	}
	out := make([][2]rating.Kept, len(both[0]))
	for i := range out {
		out[i] = [2]rating.Kept{both[0][i], both[1][i]}
	}
	return out, nil
}
