package exchange

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
)

// Service gives data to who may have it. It is the only way to data.
type Service struct {
	Store     Store
	Source    Source
	Sealer    Sealer
	Catalogue *Catalogue
	Texts     *Texts
	Now       func() civil.Instant
	NewID     func() string
	// Learn is told what a department has just answered that breaks no rule, in the
	// transaction that keeps it. nil: nobody wants to know.
	Learn func(tx Tx, d *Dataset, firm string, x *Delivery) error
}

// item is one dataset on its way through Read.
type item struct {
	d     *Dataset
	query Query
	asks  bool      // the department is to be asked
	got   *Delivery // what it answered
	found []Finding
	why   *Reason // why it did not
	none  bool    // it does not know the firm
}

// Read reads datasets about a firm for the caller's organisation. What may be read is
// decided at the instant of the transaction that writes the log: a consent withdrawn
// while departments were being asked gives nothing. A dataset that is not given says
// why; nothing is given that is not in the log.
//
// Errors: exchange.ask, exchange.no_dataset, exchange.purpose, those of uscc.Check.
func (s *Service) Read(ctx context.Context, c access.Caller, ask Ask) (*Answer, error) {
	items, err := s.items(ask)
	if err != nil {
		return nil, err
	}
	call := s.NewID()
	var who reader
	err = s.Store.Read(ctx, func(tx Tx) error {
		if who, err = s.reader(tx, c, ask); err != nil {
			return err
		}
		return s.prepare(tx, call, who, ask, items)
	})
	if err != nil {
		return nil, err
	}
	s.fetch(ctx, items)
	if err := ctx.Err(); err != nil {
		return nil, fault.New(fault.Unavailable, "exchange.cancelled", "请求已取消", "the request was cancelled").Because(err)
	}
	var out *Answer
	err = s.Store.Write(ctx, func(tx Tx) error {
		out = &Answer{ID: call, Firm: ask.Firm, Purpose: ask.Purpose, At: s.Now(), Parts: []Part{}}
		return s.give(tx, c, who, items, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// items checks what is asked for.
func (s *Service) items(ask Ask) ([]*item, error) {
	if err := uscc.Check(ask.Firm); err != nil {
		return nil, fault.Of(err).In(fault.Place{Field: "firm", Value: fault.Clip(ask.Firm)})
	}
	datasets, err := s.datasets(ask.Datasets)
	if err != nil {
		return nil, err
	}
	items := make([]*item, len(datasets))
	for i, d := range datasets {
		items[i] = &item{d: d}
	}
	return items, nil
}

// datasets finds datasets, each once.
func (s *Service) datasets(ids []string) ([]*Dataset, error) {
	if len(ids) == 0 || len(ids) > maxDatasets {
		return nil, fault.Invalidf("exchange.ask", "请指明1至%d个数据集", "name 1 to %d datasets", maxDatasets).In(fault.Place{Field: "datasets"})
	}
	var out []*Dataset
	seen := map[string]bool{}
	for _, id := range ids {
		d, err := s.Catalogue.Dataset(id)
		if err != nil {
			return nil, err
		}
		if !seen[id] {
			out = append(out, d)
		}
		seen[id] = true
	}
	return out, nil
}

// reader finds out who reads, and whether for that purpose.
func (s *Service) reader(tx Tx, c access.Caller, ask Ask) (reader, error) {
	org, err := tx.Org(c.Org)
	if err != nil {
		return reader{}, err
	}
	who := reader{org: org.ID, kind: org.Kind, own: org.Kind == access.EnterpriseOrg && org.USCC == ask.Firm}
	return who, ask.Purpose.fits(who)
}

// prepare finds out what departments have to be asked.
func (s *Service) prepare(tx Tx, call string, who reader, ask Ask, items []*item) error {
	now := s.Now()
	consents, err := s.consents(tx, ask.Firm, who.org, ask.Purpose)
	if err != nil {
		return err
	}
	copies, err := s.copies(tx, ask.Firm, items)
	if err != nil {
		return err
	}
	for i, x := range items {
		x.asks = false
		g, _ := permit(x.d, who, ask.Purpose, consents, now)
		if g == nil {
			continue
		}
		if kept := copies[x.d.ID]; kept != nil && now < kept.FreshTil {
			if have, _ := kept.unpack(s.Sealer, x.d); have != nil {
				continue
			}
		}
		x.asks = true
		x.query = Query{ID: call + "-" + strconv.Itoa(i+1), Dataset: x.d.ID, USCC: ask.Firm, Purpose: ask.Purpose, Basis: g.words()}
		if g.consent != nil {
			x.query.Consent = g.consent.ID
		}
	}
	return nil
}

// consents are those that a firm gave a recipient for p. Who may look at its application
// may have it rated, where the text that it agreed to says so.
func (s *Service) consents(tx Tx, firm, recipient string, p Purpose) ([]Consent, error) {
	if p != CreditRating {
		return tx.ConsentsFor(firm, recipient, p)
	}
	list, err := tx.ConsentsFor(firm, recipient, LoanApplication)
	return slices.DeleteFunc(list, func(c Consent) bool { return !s.Texts.rates[c.TextVersion] }), err
}

func (s *Service) copies(tx Tx, firm string, items []*item) (map[string]*Copy, error) {
	ids := make([]string, len(items))
	for i, x := range items {
		ids[i] = x.d.ID
	}
	list, err := tx.Copies(firm, ids)
	byID := map[string]*Copy{}
	for i := range list {
		byID[list[i].Dataset] = &list[i]
	}
	return byID, err
}

// fetch asks the departments, several at once, and waits for all.
func (s *Service) fetch(ctx context.Context, items []*item) {
	var all sync.WaitGroup
	slots := make(chan struct{}, maxAtOnce)
	for _, x := range items {
		if !x.asks {
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			x.fetch(ctx, s.Source, s.Now)
		})
	}
	all.Wait()
}

// fetch asks one department, and checks what it answers.
func (x *item) fetch(ctx context.Context, source Source, now func() civil.Instant) {
	defer func() { // a connector's defect is its own department's trouble
		if p := recover(); p != nil {
			x.got, x.why = nil, reasonOf(fault.Newf(fault.Internal, "exchange.source", "与部门的接口出错：%v", "the connector failed: %v", p))
		}
	}()
	got, err := source.Fetch(ctx, x.query)
	if err == nil && got == nil {
		err = fault.New(fault.Internal, "exchange.source", "部门没有答复", "the connector gave nothing")
	}
	if err == nil {
		b, bad := x.d.Decode(got.Records)
		if err = bad; err == nil {
			x.got, x.found = got, x.d.check(got, b, now().Date())
			return
		}
	}
	f := fault.Of(err)
	x.why, x.none = reasonOf(f), f.Code == UnknownFirm
}

// UnknownFirm is the code of a department's answer that it does not know the firm.
const UnknownFirm = "connect.unknown_firm"

// give decides what goes out, keeps what came in, and writes the log.
func (s *Service) give(tx Tx, c access.Caller, who reader, items []*item, out *Answer) error {
	consents, err := s.consents(tx, out.Firm, who.org, out.Purpose)
	if err != nil {
		return err
	}
	copies, err := s.copies(tx, out.Firm, items)
	if err != nil {
		return err
	}
	org, err := tx.Org(who.org)
	if err != nil {
		return err
	}
	var log []Reading
	var given []string
	for _, x := range items {
		part, g, err := s.part(tx, who, x, consents, copies[x.d.ID], out)
		if err != nil {
			return err
		}
		r := part.reading(x.d, g)
		r.ID, r.Call, r.At, r.Firm, r.Purpose = s.NewID(), out.ID, out.At, out.Firm, out.Purpose
		r.Reader, r.ReaderName, r.Own, r.Account = org.ID, org.Name, who.own, c.Account
		log = append(log, r)
		out.Parts = append(out.Parts, *part)
		if r.Outcome.Gives() {
			given = append(given, x.d.ID)
		}
	}
	if err := tx.AddReadings(log); err != nil {
		return err
	}
	detail := map[string]string{"firm": out.Firm, "purpose": string(out.Purpose), "given": strings.Join(given, " "), "asked": strconv.Itoa(len(items))}
	if err := tx.Audit(c.Entry(out.At, "firm_data.read", out.ID, detail)); err != nil || who.own || len(given) == 0 {
		return err
	}
	firm, err := tx.OrgOfFirm(out.Firm)
	if err != nil || firm == nil {
		return err
	}
	return tx.Emit(event.Event{
		Kind: "firm_data.read", At: out.At, Orgs: []string{firm.ID}, Subject: out.ID,
		Data: map[string]string{"reader": org.Name, "purpose": out.Purpose.Zh(), "datasets": strconv.Itoa(len(given))},
	})
}

// part makes what goes out of one dataset.
func (s *Service) part(tx Tx, who reader, x *item, consents []Consent, kept *Copy, out *Answer) (*Part, *ground, error) {
	p := x.d.part()
	g, why := permit(x.d, who, out.Purpose, consents, out.At)
	if g == nil {
		p.Outcome, p.Reason = Refused, why
		return p, nil, nil
	}
	if g.consent != nil {
		p.Consent = g.consent.ID
	} else {
		p.Basis = &g.basis
	}
	if x.got != nil {
		fresh, err := pack(s.Sealer, x.d, out.Firm, x.got, x.found, out.At)
		if err != nil {
			return nil, nil, err
		}
		if err := tx.PutCopy(fresh); err != nil {
			return nil, nil, err
		}
		if s.Learn != nil && !slices.ContainsFunc(x.found, func(f Finding) bool { return f.Error }) {
			if err := s.Learn(tx, x.d, out.Firm, x.got); err != nil {
				return nil, nil, err
			}
		}
		p.Outcome = Asked
		return p, g, p.show(x.d, x.got, x.found, g, out.At)
	}
	if kept != nil {
		if have, found := kept.unpack(s.Sealer, x.d); have != nil && !x.none {
			p.Outcome, p.Reason = Kept, x.why
			if x.why != nil || out.At >= kept.FreshTil {
				p.Outcome = Last
			}
			return p, g, p.show(x.d, have, found, g, kept.Fetched)
		}
	}
	p.Outcome, p.Reason = Away, cmp.Or(x.why, reasonOf(fault.New(fault.Unavailable, "exchange.again", "授权或数据刚有变化，请再查询一次", "something changed meanwhile; read again")))
	if x.none {
		p.Outcome = Unknown
	}
	return p, g, nil
}
