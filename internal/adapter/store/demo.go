package store

// CountDemo returns how many accounts of a demonstration there are.
func (tx *Tx) CountDemo() (n int, err error) {
	err = tx.one(nil, "SELECT count(*) FROM accounts WHERE demo = 1", nil, &n)
	return n, err
}
