package code

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Service makes and reads codes.
type Service struct {
	Store  Store
	Signer Signer
	Now    func() civil.Instant
	NewID  func() string              // a UUID
	Digest func(secret string) string // a hash in hexadecimal, of 32 characters or more
}

// Make makes a code for the caller's organisation. A place has one code at a time: one
// that has expired makes room, one that holds is revoked first.
//
// Errors: code.place, code.title, code.personal, code.days, code.no_uscc, code.exists.
func (s *Service) Make(ctx context.Context, who access.Caller, a Ask) (made *Code, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		org, err := tx.Org(who.Principal.Org)
		if err != nil {
			return err
		}
		c, err := plan(a, org, now)
		if err != nil {
			return err
		}
		before, err := tx.CodeAt(c)
		switch {
		case err != nil:
			return err
		case before != nil && before.StateOn(now.Date()) == Live:
			return fault.Newf(fault.Conflict, "code.exists", "这里已有有效的码（%s），如需换码请先作废", "there is a code that holds for this place (%s); revoke it first", before.Number)
		case before != nil:
			before.Revoked, before.RevokedBy, before.Why = now, who.Account, "到期换码"
			if err := tx.RevokeCode(before); err != nil {
				return err
			}
		}
		start := map[Kind]string{Loan: "D", Firm: "Q"}[c.Kind]
		year, _, _ := now.Date().YMD()
		start = fmt.Sprintf("%s%d", start, year)
		n, err := tx.NextCodeNumber(start)
		if err != nil {
			return err
		}
		c.ID, c.MadeBy, c.Version, c.Number = s.NewID(), who.Account, 1, fmt.Sprintf("%s%06d", start, n)
		if c.Token, err = Seal(c, s.Signer); err != nil {
			return err
		}
		if err := tx.AddCode(c); err != nil {
			return err
		}
		made = c
		return tx.Audit(who.Entry(now, "code.add", c.ID, map[string]string{"number": c.Number, "place": string(c.Place)}))
	})
	return made, err
}

// Revoke ends a code at once; whoever scans it is told so.
//
// Errors: code.not_found, code.revoked, code.reason, store.changed.
func (s *Service) Revoke(ctx context.Context, who access.Caller, scope access.Scope, id string, version int64, why string) (c *Code, err error) {
	if why = strings.TrimSpace(why); why == "" || utf8.RuneCountInString(why) > maxReason {
		return nil, fault.Invalidf("code.reason", "请说明作废原因，不超过%d字", "say why, in at most %d characters", maxReason).In(fault.Place{Field: "reason"})
	}
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if c, err = tx.Code(id, scope); err != nil {
			return err
		}
		if c.Revoked > 0 {
			return revoked(c)
		}
		c.Version, c.Revoked, c.RevokedBy, c.Why, c.State = version, now, who.Account, why, Revoked
		if err := tx.RevokeCode(c); err != nil {
			return err
		}
		c.Version++
		return tx.Audit(who.Entry(now, "code.revoke", id, map[string]string{"number": c.Number, "reason": why}))
	})
	if err != nil {
		return nil, err
	}
	c.veiled(who.Principal.Org)
	return c, nil
}

func revoked(c *Code) error {
	return fault.Newf(fault.Conflict, "code.revoked", "这个码（%s）已作废，请使用新的码", "this code (%s) was revoked; use a new one", c.Number)
}

// List returns codes with what came of them.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter) (rows []Row, total int, err error) {
	f.On = s.Now().Date()
	err = s.Store.Read(ctx, func(tx Tx) error {
		rows, total, err = tx.Codes(f, scope)
		return err
	})
	for i := range rows {
		rows[i].State = rows[i].StateOn(f.On)
		rows[i].veiled(scope.Org)
	}
	return rows, total, err
}

// Get returns a code.
//
// Errors: code.not_found.
func (s *Service) Get(ctx context.Context, scope access.Scope, id string) (c *Code, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		c, err = tx.Code(id, scope)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.State = c.StateOn(s.Now().Date())
	c.veiled(scope.Org)
	return c, nil
}

// Answer is what somebody who scanned a code is told.
type Answer struct {
	Code    string     `json:"code" doc:"its id"`
	Kind    Kind       `json:"kind" enum:"loan,firm"`
	Place   Place      `json:"place" enum:"bank,branch,park,counter,firm"`
	Number  string     `json:"number"`
	Org     string     `json:"org" doc:"whose it is; of a firm code for people of a bank alone"`
	OrgName string     `json:"org_name" doc:"an enterprise's is masked, but for people of a bank"`
	Bank    bool       `json:"bank" doc:"the code is a bank's: the application goes there first"`
	Title   string     `json:"title"`
	USCC    string     `json:"uscc" doc:"of a firm code, for people of a bank"`
	Expires civil.Date `json:"expires_on"`
	Go      string     `json:"go" doc:"the page to go on at; empty: nothing can be done with the code by who asks"`
}

// Scan tells what a code is of, or why it is not good.
//
// Errors: code.forged, code.elsewhere, code.unknown, code.revoked, code.expired.
func (s *Service) Scan(ctx context.Context, who access.Caller, token string) (*Answer, error) {
	c, bank, err := s.read(ctx, token)
	if err != nil {
		return nil, err
	}
	a := &Answer{
		Code: c.ID, Kind: c.Kind, Place: c.Place, Number: c.Number, Org: c.Org, OrgName: c.OrgName, Bank: bank, Title: c.Title, Expires: c.Expires,
		Go: "/m/apply?code=" + token,
	}
	if c.Kind == Loan {
		return a, nil
	}
	a.Go = ""
	switch {
	case who.Principal != nil && who.OrgKind == access.BankOrg:
		a.USCC, a.Go = c.USCC, "/referrals?text="+c.USCC
	case who.Principal == nil || who.Principal.Org != c.Org:
		a.Org, a.Title, a.OrgName = "", Masked(c.Title), Masked(c.OrgName)
	}
	return a, nil
}

// read returns the code that a token is of, when it holds.
func (s *Service) read(ctx context.Context, token string) (c *Code, bank bool, err error) {
	t, err := ParseToken(token)
	if err != nil {
		return nil, false, err
	}
	if err := t.verify(s.Signer); err != nil {
		return nil, false, err
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		if c, err = tx.Code(t.ID, access.Scope{All: true}); err != nil {
			return err
		}
		org, err := tx.Org(c.Org)
		bank = err == nil && org.Kind == access.BankOrg
		return err
	})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, false, fault.New(fault.Invalid, "code.unknown", "平台上没有这个码的记录，请联系发码的机构", "the platform has no record of this code; ask who gave it")
	case err != nil:
		return nil, false, err
	}
	switch c.StateOn(s.Now().Date()) {
	case Revoked:
		return nil, false, revoked(c)
	case Expired:
		return nil, false, fault.Newf(fault.Conflict, "code.expired", "这个码（%[1]s）已于%[2]s到期，请使用新的码", "this code (%[1]s) expired after %[3]s; use a new one", c.Number, c.Expires.Zh(), c.Expires)
	}
	return c, bank, nil
}
