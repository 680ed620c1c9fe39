// Package draft keeps what somebody has typed of a loan application (申请草稿) before it
// is handed in: also of who has not said yet who he is, under a secret that only his
// browser has. What is typed may be personal, so it is sealed.
package draft

import (
	"context"
	"encoding/json"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Limits.
const (
	For     = 30 * civil.Day // a draft that nobody touches is forgotten
	maxBody = 8 << 10        // bytes
	maxOwn  = 20             // drafts of one firm
)

// Tx is what this package needs of one transaction. What is not there is
// fault.NotFound (draft.not_found).
type Tx interface {
	LoanDraft(id string) (*Application, error)
	LoanDraftByHash(hash string) (*Application, error)
	LoanDrafts(org string) ([]Application, error)
	PutLoanDraft(*Application) error // inserts at Version 0, else replaces that version
	DropLoanDraft(id string) error
	SweepLoanDrafts(before civil.Instant) error

	Audit(audit.Entry) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Sealer keeps what is personal out of the database's files.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}

// Service keeps drafts.
type Service struct {
	Store  Store
	Sealer Sealer
	Now    func() civil.Instant
	NewID  func() string
	Secret func() string              // a new secret that nobody guesses
	Digest func(secret string) string // its hash
}

func missing() error {
	return fault.New(fault.NotFound, "draft.not_found", "没有这份草稿，可能已提交或已过期", "there is no such draft; it may have been handed in, or be too old")
}

// Application is what somebody has typed so far. One that was begun before its owner said
// who he is belongs to whoever has its secret; then it becomes the firm's.
type Application struct {
	ID      string          `json:"id"`
	Org     string          `json:"org" doc:"the firm; empty: nobody has signed in with it"`
	Code    string          `json:"code" doc:"id of the loan code it began with; empty: none"`
	Body    json.RawMessage `json:"body" doc:"as the page keeps it: an object of at most 8 KiB"`
	Touched civil.Instant   `json:"touched_ms"`
	Version int64           `json:"version"`

	Hash   string `json:"-"` // of the secret; "" once it is a firm's
	Sealed []byte `json:"-"` // Body
}

func place(id string) string { return "loan_drafts.body " + id }

// check tells whether body may be kept: an object, not too long. Errors:
// draft.body.
func check(body json.RawMessage) error {
	var fields map[string]json.RawMessage
	if len(body) > maxBody || json.Unmarshal(body, &fields) != nil || fields == nil {
		return fault.Invalidf("draft.body", "草稿须为不超过%d KiB的对象", "a draft is an object of at most %d KiB", maxBody>>10).In(fault.Place{Field: "body"})
	}
	return nil
}

// Holder is who keeps a draft: a firm, or whoever has the secret.
type Holder struct {
	Org    string
	Secret string
}

// find returns the holder's draft with an id, or with the secret when id is "".
func (s *Service) find(tx Tx, h Holder, id string) (d *Application, err error) {
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
	if !mine || s.Now() > d.Touched+For {
		return nil, missing()
	}
	return d, nil
}

// Get returns a draft. Errors: draft.not_found.
func (s *Service) Get(ctx context.Context, h Holder, id string) (d *Application, err error) {
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

func (s *Service) unseal(d *Application) (err error) {
	body, err := s.Sealer.Open(d.Sealed, place(d.ID))
	d.Body = body
	return err
}

// Save keeps what was typed: in the draft with an id, or in a new one. Of one
// that nobody owns yet, the secret is returned when it is new.
//
// Errors: draft.body, draft.not_found, store.changed, draft.too_many.
func (s *Service) Save(ctx context.Context, h Holder, id, code string, version int64, body json.RawMessage) (d *Application, secret string, err error) {
	if err := check(body); err != nil {
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
			d = &Application{ID: s.NewID(), Org: h.Org, Code: code}
			if h.Org == "" {
				secret, d.Hash = fresh, s.Digest(fresh)
			} else if mine, err := tx.LoanDrafts(h.Org); err != nil || len(mine) >= maxOwn {
				return orElse(err, fault.New(fault.Conflict, "draft.too_many", "草稿过多，请先删除不用的草稿", "there are too many drafts; drop some"))
			}
		}
		if code != "" {
			d.Code = code
		}
		d.Touched = s.Now()
		if d.Sealed, err = s.Sealer.Seal(body, place(d.ID)); err != nil {
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

// Claim makes the draft of a secret the caller's firm's.
//
// Errors: draft.not_found.
func (s *Service) Claim(ctx context.Context, c access.Caller, secret string) (d *Application, err error) {
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

// List lists a firm's drafts, the last touched first.
func (s *Service) List(ctx context.Context, org string) (list []Application, err error) {
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

// Drop forgets a draft. Errors: draft.not_found.
func (s *Service) Drop(ctx context.Context, h Holder, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		d, err := s.find(tx, h, id)
		if err != nil {
			return err
		}
		return tx.DropLoanDraft(d.ID)
	})
}

// Sweep forgets drafts that nobody touches.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepLoanDrafts(s.Now() - For) })
}
