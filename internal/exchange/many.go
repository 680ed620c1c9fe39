package exchange

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/fault"
)

// maxFirms are read together: few enough that the transaction that writes the log is short.
const maxFirms = 100

// several is one firm on its way through ReadMany.
type several struct {
	ask    Ask
	call   string
	items  []*item // that may be read
	closed []Part  // that may not
}

// ReadMany reads the same datasets about several firms for the caller's organisation, as
// Read does of one. Departments are asked about them all together, as many questions at
// once as Read asks about one firm. What may not be read is told with the reason, and is
// not in the log: nobody has asked for it by name.
//
// Errors: those of Read; exchange.ask where there are too many firms.
func (s *Service) ReadMany(ctx context.Context, c access.Caller, p Purpose, firms, datasets []string) ([]Answer, error) {
	if len(firms) > maxFirms {
		return nil, fault.Invalidf("exchange.ask", "一次至多查询%d家企业", "at most %d firms at a time", maxFirms).In(fault.Place{Field: "firms"})
	}
	todo := make([]several, len(firms))
	for i, firm := range firms {
		todo[i] = several{ask: Ask{Firm: firm, Purpose: p, Datasets: datasets}, call: s.NewID()}
	}
	var who reader
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		for i := range todo {
			if who, err = s.reader(tx, c, todo[i].ask); err != nil {
				return err
			}
			if err := s.sort(tx, who, &todo[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []*item
	for i := range todo {
		all = append(all, todo[i].items...)
	}
	s.fetch(ctx, all)
	if err := ctx.Err(); err != nil {
		return nil, fault.New(fault.Unavailable, "exchange.cancelled", "请求已取消", "the request was cancelled").Because(err)
	}
	var out []Answer
	err = s.Store.Write(ctx, func(tx Tx) error {
		out = make([]Answer, len(todo))
		for i := range todo {
			x := &todo[i]
			out[i] = Answer{ID: x.call, Firm: x.ask.Firm, Purpose: p, At: s.Now(), Parts: []Part{}}
			if len(x.items) > 0 {
				if err := s.give(tx, c, who, x.items, &out[i]); err != nil {
					return err
				}
			}
			out[i].Parts = append(out[i].Parts, x.closed...)
		}
		return nil
	})
	return out, err
}

// sort finds what of a firm may be read, what may not, and what departments have to be
// asked.
func (s *Service) sort(tx Tx, who reader, x *several) error {
	items, err := s.items(x.ask)
	if err != nil {
		return err
	}
	consents, err := tx.ConsentsFor(x.ask.Firm, who.org, x.ask.Purpose)
	if err != nil {
		return err
	}
	x.items, x.closed = nil, nil
	for _, it := range items {
		if g, why := permit(it.d, who, x.ask.Purpose, consents, s.Now()); g == nil {
			x.closed = append(x.closed, Part{Dataset: it.d.ID, Zh: it.d.Zh, Department: it.d.Department, Outcome: Refused, Reason: why})
			continue
		}
		x.items = append(x.items, it)
	}
	return s.prepare(tx, x.call, who, x.ask, x.items)
}

// Named writes into the log that the caller's organisation was told of firms by somebody
// to whom they gave a consent to name them: consents are by firm.
func (s *Service) Named(tx Tx, c access.Caller, list, basis string, firms []string, consents map[string]string) error {
	org, err := tx.Org(c.Org)
	if err != nil {
		return err
	}
	call, now := s.NewID(), s.Now()
	log := make([]Reading, len(firms))
	for i, firm := range firms {
		log[i] = Reading{
			ID: call + "-" + strconv.Itoa(i+1), Call: call, At: now, Firm: firm, Reader: org.ID, ReaderName: org.Name, Account: c.Account, Purpose: BankNaming,
			Dataset: list, Department: "office", Fields: []string{"name", "uscc", "town", "industry", "size"}, Masked: []string{}, Records: 1,
			Consent: consents[firm], Basis: basis, Outcome: Kept, AsOf: now.Date(),
		}
	}
	return tx.AddReadings(log)
}
