package registry

import (
	"changrong/internal/access"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// Learn takes in what the market regulation department has answered about one firm, as
// if it were the row of a file: so that the registry has a firm that came in after the
// last file, and knows at once of one that was closed. What the answer does not say of
// a firm stays as it is. An answer that a file would be refused for changes nothing.
func (s *Service) Learn(tx Tx, f party.Firm) error {
	wrong := false
	c := checker{
		asOf: f.AsOf, seen: map[[18]byte]struct{}{}, place: func(int) fault.Place { return fault.Place{} },
		tell: func(x fact.Finding) { wrong = wrong || x.Severity == fact.Error },
	}
	if c.check([]party.Firm{f}); wrong {
		return nil
	}
	before, err := tx.FirmsByCode([]string{f.USCC})
	if err != nil {
		return err
	}
	for i := range before {
		if err := s.unseal(&before[i]); err != nil {
			return err
		}
		f = completed(f, before[i].Firm)
	}
	n, err := book{s, &Import{}}.take(tx, []party.Firm{f})
	if err != nil || n == 0 {
		return err
	}
	return tx.Audit(access.Caller{Address: "server"}.Entry(s.Now(), "registry.learn", f.USCC, map[string]string{"status": f.Status, "as_of": f.AsOf.String(), "source": f.Source}))
}

// completed is f with what was known where f says nothing.
func completed(f, was party.Firm) party.Firm {
	for _, x := range []struct {
		now *string
		was string
	}{
		{&f.Industry, was.Industry},
		{&f.Town, was.Town},
		{&f.Size, was.Size},
		{(*string)(&f.Person), string(was.Person)},
	} {
		if *x.now == "" {
			*x.now = x.was
		}
	}
	if f.Capital == 0 {
		f.Capital = was.Capital
	}
	return f
}
