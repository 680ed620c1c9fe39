package exchange

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Grant is a consent to be given.
type Grant struct {
	Recipient string     `json:"recipient" doc:"organisation"`
	Purpose   Purpose    `json:"purpose" enum:"loan_application,loan_management,city_rating,bank_naming"`
	Datasets  []string   `json:"datasets" maxItems:"40" doc:"none of bank_naming, for which nothing is read"`
	Personal  bool       `json:"personal,omitempty" doc:"单独同意: what is personal is shown whole"`
	ExpiresOn civil.Date `json:"expires_on,omitempty" doc:"the last day; of a text not said, the longest"`
	Hash      string     `json:"text_sha256,omitempty" doc:"of the text that was shown"`
	Channel   Channel    `json:"channel,omitempty" enum:"phone,console,counter"`
}

// Text returns the text of a consent that the caller's firm may give.
//
// Errors: those of GiveIn but exchange.text_changed.
func (s *Service) Text(ctx context.Context, c access.Caller, g Grant) (text *Text, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		t, _, _, err := s.text(tx, c, g)
		text = t
		return err
	})
	return text, err
}

// text checks a grant and writes its text out.
func (s *Service) text(tx Tx, c access.Caller, g Grant) (*Text, *access.Org, *access.Org, error) {
	firm, err := tx.Org(c.Org)
	if err != nil {
		return nil, nil, nil, err
	}
	if firm.Kind != access.EnterpriseOrg || firm.USCC == "" {
		return nil, nil, nil, fault.New(fault.Forbidden, "exchange.not_firm", "只有企业能授权他人查询自己的数据", "only an enterprise consents")
	}
	if !g.Purpose.consented() || s.Texts.longest(g.Purpose) == 0 {
		return nil, nil, nil, fault.New(fault.Invalid, "exchange.grant", "该用途不需要也不能授权", "nobody consents to this purpose").In(fault.Place{Field: "purpose"})
	}
	recipient, err := tx.Org(g.Recipient)
	if err != nil || !g.Purpose.receives(recipient.Kind) {
		return nil, nil, nil, fault.New(fault.Invalid, "exchange.recipient", "只能授权给银行或担保机构；全市评级和推荐给银行只能授权给金融工作机构", "a recipient is a bank or a guarantor; of a rating of the city and of naming, the finance office").In(fault.Place{Field: "recipient"})
	}
	datasets, err := s.granted(g)
	if err != nil {
		return nil, nil, nil, err
	}
	personal := false
	for _, d := range datasets {
		if d.Sharing == NotShared {
			return nil, nil, nil, fault.Newf(fault.Invalid, "exchange.not_shared", "“%s”不予共享", "%s is not shared", d.Zh).In(fault.Place{Field: "datasets"})
		}
		personal = personal || d.HasPersonal()
	}
	if g.Personal && !personal {
		return nil, nil, nil, fault.New(fault.Invalid, "exchange.grant", "所选数据不含个人信息，不需单独同意", "nothing in these datasets is personal").In(fault.Place{Field: "personal"})
	}
	today, longest := s.Now().Date(), civil.Date(s.Texts.longest(g.Purpose))
	if g.ExpiresOn == 0 {
		g.ExpiresOn = today + longest
	}
	if g.ExpiresOn < today || g.ExpiresOn > today+longest {
		return nil, nil, nil, fault.Newf(fault.Invalid, "exchange.expiry", "授权期限自今天起，最长%d天", "a consent ends from today on, within %d days", int(longest)).In(fault.Place{Field: "expires_on"})
	}
	t := s.Texts.write(parties{firm.Name, firm.USCC, recipient.Name}, g.Purpose, datasets, g.Personal, g.ExpiresOn)
	return &t, firm, recipient, nil
}

// receives tells whether an organisation of a kind is who a consent to p is given to.
func (p Purpose) receives(kind access.OrgKind) bool {
	if p.offices() {
		return kind == access.OfficeOrg
	}
	return kind == access.BankOrg || kind == access.GuarantorOrg
}

// granted are the datasets of a grant: none where nothing is read.
func (s *Service) granted(g Grant) ([]*Dataset, error) {
	switch {
	case g.Purpose != BankNaming:
		return s.datasets(g.Datasets)
	case len(g.Datasets) > 0:
		return nil, fault.New(fault.Invalid, "exchange.ask", "推荐给银行不涉及数据查询，不需指明数据集", "no dataset is read for this purpose").In(fault.Place{Field: "datasets"})
	}
	return nil, nil
}

// Give gives a consent of the caller's firm.
//
// Errors: those of GiveIn.
func (s *Service) Give(ctx context.Context, c access.Caller, g Grant) (consent *Consent, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		consent, err = s.GiveIn(tx, c, g)
		return err
	})
	return consent, err
}

// GiveIn gives a consent of the caller's firm in a transaction of somebody else's. The
// hash must be that of the text as it is now: what was not shown is not consented to.
//
// Errors: exchange.not_firm, exchange.grant, exchange.recipient, exchange.no_dataset,
// exchange.not_shared, exchange.ask, exchange.expiry, exchange.text_changed.
func (s *Service) GiveIn(tx Tx, c access.Caller, g Grant) (*Consent, error) {
	x, firm, err := s.consent(tx, c, g)
	if err != nil {
		return nil, err
	}
	if err := tx.AddConsents([]*Consent{x}); err != nil {
		return nil, err
	}
	detail := map[string]string{"recipient": x.Recipient, "purpose": string(x.Purpose), "datasets": strings.Join(x.Datasets, " "), "expires_on": x.ExpiresOn.String(), "text_sha256": x.TextHash}
	if err := tx.Audit(c.Entry(x.Given, "consent.give", x.ID, detail)); err != nil {
		return nil, err
	}
	return x, tell(tx, given, x, firm.ID, x.Given)
}

// Prepare checks the consents that come with something else of the caller's firm, and
// writes nothing: the transaction may be for reading. Who hands that in keeps them
// with it (Tx.AddConsents), names them in its audit entry and tells their recipients.
//
// Errors: those of GiveIn.
func (s *Service) Prepare(tx Tx, c access.Caller, grants []Grant) ([]*Consent, error) {
	out := make([]*Consent, len(grants))
	for i, g := range grants {
		x, _, err := s.consent(tx, c, g)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

// consent checks a grant whose text was shown, and makes the consent of it.
func (s *Service) consent(tx Tx, c access.Caller, g Grant) (*Consent, *access.Org, error) {
	if g.ExpiresOn == 0 {
		return nil, nil, fault.New(fault.Invalid, "exchange.expiry", "请写明授权到期日", "say when the consent ends").In(fault.Place{Field: "expires_on"})
	}
	if g.Channel == "" {
		g.Channel = Console
	}
	if !slices.Contains([]Channel{Phone, Console, Counter}, g.Channel) {
		return nil, nil, fault.New(fault.Invalid, "exchange.grant", "没有这个授权渠道", "there is no such channel").In(fault.Place{Field: "channel"})
	}
	t, firm, recipient, err := s.text(tx, c, g)
	if err != nil {
		return nil, nil, err
	}
	if t.Hash != strings.ToLower(g.Hash) {
		return nil, nil, fault.New(fault.Conflict, "exchange.text_changed", "授权书文本与您看到的不一致，请重新阅读后再授权", "the text is not the one that was shown; read it again").In(fault.Place{Field: "text_sha256"})
	}
	datasets := slices.Clone(g.Datasets)
	slices.Sort(datasets)
	return &Consent{
		ID: s.NewID(), Firm: firm.USCC, FirmName: firm.Name, Recipient: recipient.ID, RecipientName: recipient.Name, Purpose: g.Purpose,
		Datasets: slices.Compact(datasets), Personal: g.Personal, TextVersion: t.Version, TextHash: t.Hash, Text: t.Zh,
		Given: s.Now(), By: c.Account, Channel: g.Channel, ExpiresOn: g.ExpiresOn,
	}, firm, nil
}

// given is the kind of the event of a consent.
const given = "consent.given"

// Told tells the firm and the recipient of a consent that came with something else
// (Prepare): of its id, the names in it, its recipient and its purpose.
func (s *Service) Told(tx Tx, x *Consent, firm string, at civil.Instant) error {
	return tell(tx, given, x, firm, at, "with", "application")
}

// tell tells the firm and the recipient about a consent, with a name and a value besides.
func tell(tx Tx, kind string, x *Consent, firm string, at civil.Instant, more ...string) error {
	data := map[string]string{"firm": x.FirmName, "recipient": x.RecipientName, "purpose": x.Purpose.Zh()}
	if len(more) == 2 {
		data[more[0]] = more[1]
	}
	return tx.Emit(event.Event{Kind: kind, At: at, Orgs: []string{firm, x.Recipient}, Subject: x.ID, Data: data})
}

// Withdraw ends a consent of the caller's firm from now on. Withdrawn again, it stays
// as it is. Copies that nobody has a consent to any more go with it.
//
// Errors: exchange.not_found.
func (s *Service) Withdraw(ctx context.Context, c access.Caller, scope access.Scope, id string) (x *Consent, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if x, err = tx.Consent(id, scope); err != nil {
			return err
		}
		firm, err := tx.Org(c.Org)
		if err != nil {
			return err
		}
		if firm.Kind != access.EnterpriseOrg || firm.USCC != x.Firm { // the recipient sees it, and does not end it
			return missing()
		}
		if x.Withdrawn != 0 {
			return nil
		}
		x.Withdrawn = s.Now()
		if err := tx.EndConsent(id, x.Withdrawn); err != nil {
			return err
		}
		if err := s.forget(tx, x); err != nil {
			return err
		}
		if err := tx.Audit(c.Entry(x.Withdrawn, "consent.withdraw", id, map[string]string{"recipient": x.Recipient})); err != nil {
			return err
		}
		return tell(tx, "consent.withdrawn", x, firm.ID, x.Withdrawn)
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

func missing() error {
	return fault.New(fault.NotFound, "exchange.not_found", "没有这个授权", "there is no such consent")
}

// forget drops the copies of what x was for, where no other consent is.
func (s *Service) forget(tx Tx, x *Consent) error {
	others, _, err := tx.Consents(ConsentFilter{Firm: x.Firm, Live: s.Now(), Limit: maxConsents}, access.Scope{All: true})
	if err != nil {
		return err
	}
	var gone []string
	for _, id := range x.Datasets {
		d := s.Catalogue.byID[id] // nil: the catalogue had it once
		if d != nil && d.Sharing == Unconditional || slices.ContainsFunc(others, func(o Consent) bool { return o.ID != x.ID && o.Covers(id) }) {
			continue
		}
		gone = append(gone, id)
	}
	return tx.DropCopies(x.Firm, gone)
}

// Standing tells how consents stand now, in the order they were asked about; one that
// is not there is not valid.
func (s *Service) Standing(ctx context.Context, ids []string) (out []Standing, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		out, err = s.StandingIn(tx, ids)
		return err
	})
	return out, err
}

// StandingIn is Standing in a transaction of somebody else's: who decides upon what
// was read asks in the transaction that keeps the decision.
func (s *Service) StandingIn(tx Tx, ids []string) ([]Standing, error) {
	out := make([]Standing, 0, len(ids))
	for _, id := range ids {
		x, err := tx.Consent(id, access.Scope{All: true})
		switch {
		case fault.KindOf(err) == fault.NotFound:
			f := fault.Of(missing())
			out = append(out, Standing{Consent: id, Reason: reasonOf(f)})
		case err != nil:
			return nil, err
		default:
			how := x.standing(s.Now())
			how.Rating = s.Texts.rates[x.TextVersion] && x.Purpose == LoanApplication
			out = append(out, how)
		}
	}
	return out, nil
}
