package workflow

import "changrong/internal/base/civil"

// Begin makes a case of the table's kind, at its first stage.
func Begin(tx Tx, t *Table, c *Case, k Clock, at civil.Instant) error {
	c.Kind, c.Round, c.Decided, c.Version = t.Kind, 1, 0, 0
	t.arrive(c, t.Start(), at, k)
	if err := tx.PutCase(c); err != nil {
		return err
	}
	return tx.PutOwners(c.ID, t.Owners(c, nil))
}

// Advance makes a decision on c and keeps it, and where c stands after it.
//
// Errors: those of Decide, store.changed.
func Advance(tx Tx, t *Table, c *Case, k Clock, who Actor, act Act) (*Decision, error) {
	past, err := tx.Decisions(c.ID)
	if err != nil {
		return nil, err
	}
	d, err := t.Decide(c, past, who, act)
	if err != nil {
		return nil, err
	}
	t.apply(c, d, k)
	if err := tx.AddDecision(d); err != nil {
		return nil, err
	}
	if err := tx.PutCase(c); err != nil {
		return nil, err
	}
	return d, tx.PutOwners(c.ID, t.Owners(c, append(past, *d)))
}

// Can returns what who may do to c now, as far as the table tells: what the noun
// asks beyond it is not looked at.
func (t *Table) Can(c *Case, past []Decision, who Actor) []Verb {
	can := []Verb{}
	verbs := []Verb{Pause, Resume}
	for _, m := range t.From(c.Stage) {
		verbs = append(verbs, m.Verb)
	}
	for _, v := range verbs {
		if _, err := t.Decide(c, past, who, Act{Verb: v, Reason: "?"}); err == nil {
			can = append(can, v)
		}
	}
	return can
}

// Load returns the calendar: the years the program comes with, and over them
// those that were put in.
func Load(tx Tx) (*Calendar, error) {
	years, err := AllYears(tx)
	return NewCalendar(years), err
}

// AllYears returns every year that is known, in order.
func AllYears(tx Tx) ([]Year, error) {
	put, err := tx.Years()
	if err != nil {
		return nil, err
	}
	by := map[int]int{}
	out := []Year{}
	for _, y := range append(Known(), put...) {
		if i, ok := by[y.Year]; ok {
			out[i] = y
			continue
		}
		by[y.Year] = len(out)
		out = append(out, y)
	}
	return out, nil
}
