package origination

import (
	"context"
	"encoding/json"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Draft is what somebody has typed so far. One that was begun before its owner said
// who he is belongs to whoever has its secret; then it becomes the firm's.
type Draft struct {
	ID      string          `json:"id"`
	Org     string          `json:"org" doc:"the firm; empty: nobody has signed in with it"`
	Code    string          `json:"code" doc:"id of the loan code it began with; empty: none"`
	Body    json.RawMessage `json:"body" doc:"as the page keeps it: an object of at most 8 KiB"`
	Touched civil.Instant   `json:"touched_ms"`
	Version int64           `json:"version"`

	Hash   string `json:"-"` // of the secret; "" once it is a firm's
	Sealed []byte `json:"-"` // Body
}

func draftPlace(id string) string { return "loan_drafts.body " + id }

// checkDraft tells whether body may be kept: an object, not too long. Errors:
// origination.draft.
func checkDraft(body json.RawMessage) error {
	var fields map[string]json.RawMessage
	if len(body) > maxDraft || json.Unmarshal(body, &fields) != nil || fields == nil {
		return fault.Invalidf("origination.draft", "草稿须为不超过%d KiB的对象", "a draft is an object of at most %d KiB", maxDraft>>10).In(fault.Place{Field: "body"})
	}
	return nil
}

// Holder is who keeps a draft: a firm, or whoever has the secret.
type Holder struct {
	Org    string
	Secret string
}

// find returns the holder's draft with an id, or with the secret when id is "".
func (s *Service) find(tx Tx, h Holder, id string) (d *Draft, err error) {
	hash := ""
	if h.Secret != "" {
		hash = s.Digest(h.Secret)
	}
	switch {
	case id != "":
		d, err = tx.LoanDraft(id)
	case hash != "":
		d, err = tx.LoanDraftByHash(hash)
	default:
		return nil, missing()
	}
	if err != nil {
		return nil, err
	}
	mine := d.Org != "" && d.Org == h.Org || d.Org == "" && hash != "" && d.Hash == hash
	if !mine || s.Now() > d.Touched+DraftFor {
		return nil, missing()
	}
	return d, nil
}

// Draft returns a draft. Errors: origination.not_found.
func (s *Service) Draft(ctx context.Context, h Holder, id string) (d *Draft, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if d, err = s.find(tx, h, id); err != nil {
			return err
		}
		return s.unseal(d)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *Service) unseal(d *Draft) (err error) {
	body, err := s.Sealer.Open(d.Sealed, draftPlace(d.ID))
	d.Body = body
	return err
}

// SaveDraft keeps what was typed: in the draft with an id, or in a new one. Of one
// that nobody owns yet, the secret is returned when it is new.
//
// Errors: origination.draft, origination.not_found, store.changed, origination.drafts.
func (s *Service) SaveDraft(ctx context.Context, h Holder, id, code string, version int64, body json.RawMessage) (d *Draft, secret string, err error) {
	if err := checkDraft(body); err != nil {
		return nil, "", err
	}
	fresh := s.Secret()
	err = s.Store.Write(ctx, func(tx Tx) error {
		secret = ""
		if id != "" {
			if d, err = s.find(tx, h, id); err != nil {
				return err
			}
			d.Version = version
		} else {
			d = &Draft{ID: s.NewID(), Org: h.Org, Code: code}
			if h.Org == "" {
				secret, d.Hash = fresh, s.Digest(fresh)
			} else if mine, err := tx.LoanDrafts(h.Org); err != nil || len(mine) >= maxOpen {
				return orElse(err, fault.New(fault.Conflict, "origination.drafts", "草稿过多，请先删除不用的草稿", "there are too many drafts; drop some"))
			}
		}
		if code != "" {
			d.Code = code
		}
		d.Touched = s.Now()
		if d.Sealed, err = s.Sealer.Seal(body, draftPlace(d.ID)); err != nil {
			return err
		}
		return tx.PutLoanDraft(d)
	})
	if err != nil {
		return nil, "", err
	}
	d.Body = body
	return d, secret, nil
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// ClaimDraft makes the draft of a secret the caller's firm's.
//
// Errors: origination.not_found.
func (s *Service) ClaimDraft(ctx context.Context, c access.Caller, secret string) (d *Draft, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if d, err = s.find(tx, Holder{Secret: secret}, ""); err != nil {
			return err
		}
		d.Org, d.Hash, d.Touched = c.Org, "", s.Now()
		if err := tx.PutLoanDraft(d); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "draft.claim", d.ID, nil))
	})
	if err != nil {
		return nil, err
	}
	return d, s.unseal(d)
}

// Drafts lists a firm's drafts, the last touched first.
func (s *Service) Drafts(ctx context.Context, org string) (list []Draft, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.LoanDrafts(org)
		return err
	})
	for i := range list {
		if err == nil {
			err = s.unseal(&list[i])
		}
	}
	return list, err
}

// DropDraft forgets a draft. Errors: origination.not_found.
func (s *Service) DropDraft(ctx context.Context, h Holder, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		d, err := s.find(tx, h, id)
		if err != nil {
			return err
		}
		return tx.DropLoanDraft(d.ID)
	})
}
