package store

// RestartOnce lets requests with a key be sent again at once that were being
// carried out when the only server of this database was killed.
func (tx *Tx) RestartOnce() error {
	_, err := tx.exec("UPDATE idempotency SET started_ms = 0 WHERE state <> 'done'")
	return err
}
