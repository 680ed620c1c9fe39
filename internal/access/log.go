package access

import (
	"context"

	"changrong/internal/access/audit"
)

// AuditEntries returns the entries of the audit log that f leaves in, the latest
// first, and how many there are without its limit.
func (s *Service) AuditEntries(ctx context.Context, f audit.Filter) (entries []audit.Entry, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		entries, total, err = tx.AuditEntries(f)
		return err
	})
	return entries, total, err
}

// AuditAfter returns up to f.Limit entries that f leaves in, in order from the first
// after seq.
func (s *Service) AuditAfter(ctx context.Context, seq int64, f audit.Filter) (entries []audit.Entry, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		entries, err = tx.AuditAfter(seq, f)
		return err
	})
	return entries, err
}

// VerifyAudit walks the whole chain of the audit log. head is its last entry as
// somebody wrote it down earlier, or nil.
func (s *Service) VerifyAudit(ctx context.Context, hashes audit.Hashes, head *audit.Head) (*audit.Report, error) {
	v := audit.NewVerifier(hashes, head)
	err := s.Store.Read(ctx, func(tx Tx) error {
		return tx.EachAuditEntry(func(e *audit.Entry) error {
			v.Next(e)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return v.Report(), nil
}

// ChainWith makes new entries of the audit log be chained with the hash of suite;
// those before keep theirs.
func (s *Service) ChainWith(ctx context.Context, suite string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		before, err := tx.ChainWith(suite)
		if err != nil || before == suite {
			return err
		}
		return tx.Audit(Caller{Address: "server"}.Entry(s.Now(), "audit.chain_with", "", map[string]string{"before": before, "after": suite}))
	})
}
