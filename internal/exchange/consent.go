package exchange

import (
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Consent is a firm's consent (授权) that one recipient reads some datasets about it
// for one purpose. It is never changed but for being withdrawn, once.
type Consent struct {
	ID            string        `json:"id"`
	Firm          string        `json:"firm"`      // its USCC
	FirmName      string        `json:"firm_name"` // as the text says
	Recipient     string        `json:"recipient"` // organisation
	RecipientName string        `json:"recipient_name"`
	Purpose       Purpose       `json:"purpose"`
	Datasets      []string      `json:"datasets"`
	Personal      bool          `json:"personal"` // it names what is personal in them
	TextVersion   string        `json:"text_version"`
	TextHash      string        `json:"text_sha256"`
	Text          string        `json:"text,omitempty"` // as it was shown; not in lists
	Given         civil.Instant `json:"given_ms"`
	By            string        `json:"-"` // account
	Channel       Channel       `json:"channel"`
	ExpiresOn     civil.Date    `json:"expires_on"`             // the last day
	Withdrawn     civil.Instant `json:"withdrawn_ms,omitempty"` // 0: it was not
}

// Channel is where a consent was given.
type Channel string

// The channels.
const (
	Phone   Channel = "phone"   // 手机页面
	Console Channel = "console" // 网页
	Counter Channel = "counter" // 柜面, on the firm's own account
)

// Valid tells whether c lets something be read at an instant.
func (c *Consent) Valid(now civil.Instant) bool {
	return now >= c.Given && (c.Withdrawn == 0 || now < c.Withdrawn) && now.Date() <= c.ExpiresOn
}

// Covers tells whether c is for a dataset.
func (c *Consent) Covers(dataset string) bool { return slices.Contains(c.Datasets, dataset) }

// Reason is why something is not given, or is as old as it is.
type Reason struct {
	Code string `json:"code"`
	Zh   string `json:"text"`
	En   string `json:"text_en"`
}

func reasonOf(f *fault.Error) *Reason { return &Reason{f.Code, f.Zh, f.En} }

// Standing is how a consent stands at an instant: what somebody needs to know who
// decides upon what was read with it.
type Standing struct {
	Consent   string        `json:"consent"`
	Valid     bool          `json:"valid"`
	Withdrawn civil.Instant `json:"withdrawn_ms,omitempty"`
	ExpiresOn civil.Date    `json:"expires_on"`
	Reason    *Reason       `json:"reason,omitempty"` // of one that is not valid
	Rating    bool          `json:"rating"`           // its text lets the recipient have the firm rated
}

// standing returns how c stands.
func (c *Consent) standing(now civil.Instant) Standing {
	s := Standing{Consent: c.ID, Valid: c.Valid(now), Withdrawn: c.Withdrawn, ExpiresOn: c.ExpiresOn}
	if !s.Valid {
		s.Reason = c.over(now)
	}
	return s
}

// over returns why c, which is not valid, is not.
func (c *Consent) over(now civil.Instant) *Reason {
	if c.Withdrawn != 0 && now >= c.Withdrawn {
		return reasonOf(fault.Newf(fault.Forbidden, "exchange.withdrawn", "企业已于%s撤回授权，不能再查看；已作的查询仍有记录", "the firm withdrew its consent on %s", c.Withdrawn.Date()))
	}
	return reasonOf(fault.Newf(fault.Forbidden, "exchange.expired", "授权已于%s到期，请企业重新授权", "the consent ended with %s", c.ExpiresOn))
}

// reader is who reads.
type reader struct {
	org  string
	kind access.OrgKind
	own  bool // it is the firm itself
}

// ground is on what a dataset may be read.
type ground struct {
	consent  *Consent // nil: on basis
	basis    Basis
	personal bool // what is personal is shown whole
}

// words says the ground in one line.
func (g *ground) words() string {
	if g.consent != nil {
		return "企业授权 " + g.consent.ID
	}
	return g.basis.Text + "（" + g.basis.Source + "）"
}

// ownLook is on what a firm reads about itself.
var ownLook = Basis{"企业查询本企业数据", "《中华人民共和国个人信息保护法》第四十五条；《政务数据共享条例》（国务院令第809号）"}

// permit finds on what d may be read for p at an instant, given what consents the firm
// gave the reader for p; or why it may not.
func permit(d *Dataset, who reader, p Purpose, consents []Consent, now civil.Instant) (*ground, *Reason) {
	if who.own {
		return &ground{basis: ownLook, personal: true}, nil
	}
	if d.Sharing == NotShared {
		return nil, reasonOf(fault.Newf(fault.Forbidden, "exchange.not_shared", "“%s”不予共享", "%s is not shared", d.Zh))
	}
	var best, over *Consent
	for i := range consents {
		c := &consents[i]
		switch {
		case !c.Covers(d.ID):
		case !c.Valid(now):
			if over == nil || c.Given > over.Given {
				over = c
			}
		case best == nil, c.Personal && !best.Personal, c.Personal == best.Personal && c.ExpiresOn > best.ExpiresOn:
			best = c
		}
	}
	if best != nil {
		return &ground{consent: best, personal: best.Personal}, nil
	}
	if d.Sharing == Unconditional {
		return &ground{basis: d.Basis}, nil
	}
	for _, s := range d.Statutes {
		if s.Kind == who.kind && s.Purpose == p {
			return &ground{basis: s.Basis}, nil
		}
	}
	if over != nil {
		return nil, over.over(now)
	}
	return nil, reasonOf(fault.Newf(fault.Forbidden, "exchange.no_consent", "企业未授权为“%s”查询“%s”", "no consent to read it: purpose %s, %s", p.Zh(), d.Zh))
}
