package life

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"changrong/internal/access"
	"changrong/internal/sim/city"
)

// borrower is an enterprise of the city with somebody who acts for it.
type borrower struct {
	*Person
	n     int // in the city
	uscc  string
	notes []city.Note
}

// The identity provider through which enterprises come in, and where it asks who one is.
const (
	legalPerson = "zlb"
	asksWho     = "/sso/login"
)

// vouched tells whether enterprises can come in as what a provider vouches for.
func (t *Town) vouched(ctx context.Context) (bool, error) {
	providers, err := whole[struct {
		ID string `json:"id"`
	}](ctx, t.System, "/api/signin")
	if err != nil {
		return false, err
	}
	for _, p := range providers {
		if p.ID == legalPerson {
			return true, nil
		}
	}
	return false, nil
}

// present signs p in through the provider that vouches for enterprises.
func (p *Person) present(ctx context.Context) error {
	browser := *p.browser
	browser.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errors.New("life: the provider sends one round and round")
		}
		if strings.HasSuffix(r.URL.Path, asksWho) {
			q := r.URL.Query()
			q.Set("who", p.ticket)
			r.URL.RawQuery = q.Encode()
		}
		return nil
	}
	start := p.base + "/api/signin/" + legalPerson + "/start?" + url.Values{"next": {"/api/session"}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, start, nil)
	if err != nil {
		return err
	}
	resp, err := browser.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if at := resp.Request.URL; at.Path != "/api/session" || resp.StatusCode != http.StatusOK {
		return &Refusal{Status: resp.StatusCode, Code: at.Query().Get("error"), What: "sign in as " + p.ticket}
	}
	return nil
}

// welcome lets an enterprise of the city have somebody on the platform: by the provider
// where there is one, by an account of the administrator's else, and always for
// the first, so that one can be tried with a password.
func (t *Town) welcome(ctx context.Context, f *city.Firm, first, vouched bool) (*borrower, error) {
	b := &borrower{n: f.N, uscc: f.ID, notes: append([]city.Note(nil), f.Notes...)}
	name := string(f.AppendName(nil))
	var err error
	if vouched && !first {
		if b.Person, err = NewPerson(t.URL, "", "演经办", ""); err != nil {
			return nil, err
		}
		b.ticket, b.Place = f.ID, name
		if err := b.SignIn(ctx); err != nil {
			return nil, err
		}
		var me struct {
			Org string `json:"org"`
		}
		err = b.Call(ctx, "GET", "/api/session", nil, &me)
		b.Org = me.Org
		return b, err
	}
	org, err := t.org(ctx, access.EnterpriseOrg, name, f.ID)
	if err != nil {
		return nil, err
	}
	b.Person, err = t.hire(ctx, org, job{fmt.Sprintf("qy%03d", f.N), "演经办", []access.Role{access.Enterprise}}, t.password())
	return b, err
}
