package life

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"changrong/internal/exchange"
	"changrong/internal/origination"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many people do something at a time.
const atOnce = 4

// each does something for every one of a list, several at a time.
func each[T any](ctx context.Context, list []T, do func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, x := range list {
		g.Go(func() error { return do(ctx, x) })
	}
	return g.Wait()
}

// byFirm are the requests for which something is to be done, those of one firm
// together.
func (l *lending) byFirm(which func(*request) bool) (out [][]*request) {
	for _, b := range l.firms {
		var own []*request
		for _, r := range l.requests {
			if r.firm == b && which(r) {
				own = append(own, r)
			}
		}
		if len(own) > 0 {
			out = append(out, own)
		}
	}
	return out
}

// round does what is to be done about loans on one day.
func (l *lending) round(ctx context.Context, n int) error {
	if err := l.scans(ctx, n); err != nil {
		return err
	}
	apply := l.byFirm(func(r *request) bool { return r.round == n })
	if err := each(ctx, apply, l.apply); err != nil {
		return err
	}
	if err := l.answers(ctx, n); err != nil {
		return err
	}
	choose := l.byFirm(func(r *request) bool { return r.choose == n || r.leave == n || r.again == n })
	if err := each(ctx, choose, func(ctx context.Context, own []*request) error {
		for _, r := range own {
			if err := l.choose(ctx, r, n); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return l.pays(ctx, n)
}

// scans are those of people who look, and mostly leave it at that.
func (l *lending) scans(ctx context.Context, n int) error {
	for i := range l.codes {
		for range 3 + l.rand.IntN(4) {
			if i == briefly && n >= autumn {
				continue
			}
			if err := l.scan(ctx, &l.codes[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply hands in what one firm wants, one after the other.
func (l *lending) apply(ctx context.Context, own []*request) error {
	for _, r := range own {
		if err := l.submit(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (l *lending) submit(ctx context.Context, r *request) error {
	b := r.firm
	key := fmt.Sprintf("life-%s-%d-%d", b.uscc, r.round, slices.Index(l.requests, r))
	wish := map[string]any{"key": key, "amount_fen": r.need.Amount, "term_months": r.need.Months, "purpose": r.need.Purpose, "security": r.need.Security}
	if err := b.Call(ctx, "POST", "/api/matches", wish, nil); err != nil {
		return err
	}
	targets := []map[string]any{}
	for _, a := range r.answers {
		target, err := l.wanted(ctx, b, a.house, r)
		if err != nil {
			return err
		}
		targets = append(targets, target)
	}
	in := map[string]any{
		"key": key, "need": r.need, "targets": targets,
		"contact": origination.Contact{Name: "演经办", Phone: fmt.Sprintf("0576-85%06d", 110000+b.n)},
	}
	if r.code >= 0 {
		in["code"] = l.codes[r.code].ID
	}
	var made origination.Application
	if err := b.Call(ctx, "POST", "/api/applications", in, &made); err != nil {
		return err
	}
	r.id = made.ID
	if err := l.arrived(ctx, r); err != nil {
		return err
	}
	path := "/api/applications/" + r.id + "/attachments?" + url.Values{"name": {"营业执照.pdf"}, "paper": {"licence"}}.Encode()
	return b.send(ctx, "POST", path, http.Header{"Content-Type": {"application/octet-stream"}}, bytes.NewReader(pagePDF(b.uscc, "licence")), nil)
}

// wanted asks for a bank, with the consent as its text is shown.
func (l *lending) wanted(ctx context.Context, b *borrower, h *house, r *request) (map[string]any, error) {
	var text exchange.Text
	grant := map[string]any{"recipient": h.org, "purpose": exchange.LoanApplication, "datasets": l.datasets}
	if err := b.Call(ctx, "POST", "/api/consent-texts", grant, &text); err != nil {
		return nil, err
	}
	target := map[string]any{"bank": h.org, "consent": map[string]any{
		"datasets": l.datasets, "text_sha256": text.Hash, "expires_on": text.ExpiresOn, "channel": exchange.Phone,
	}}
	if r.need.Amount <= h.most && r.need.Months <= 60 && r.need.Months >= 3 {
		target["product"] = h.product
	}
	return target, nil
}

// arrived waits until an application has come to its banks.
func (l *lending) arrived(ctx context.Context, r *request) error {
	return until(ctx, func() (bool, error) {
		var v origination.Folder
		if err := r.firm.Call(ctx, "GET", "/api/applications/"+r.id, nil, &v); err != nil {
			return false, err
		}
		all := true
		for _, a := range r.answers {
			i := slices.IndexFunc(v.Application.Targets, func(t origination.Target) bool { return t.Bank == a.house.org })
			a.id = v.Application.Targets[i].Referral
			all = all && a.id != ""
		}
		return all, nil
	})
}

// choose has a firm take the cheapest offer, withdraw, or go to another bank.
func (l *lending) choose(ctx context.Context, r *request, n int) error {
	b := r.firm
	switch n {
	case r.leave:
		err := b.Call(ctx, "POST", "/api/applications/"+r.id+"/withdrawal", map[string]any{"version": 0}, nil)
		return unless(err, "origination.closed")
	case r.again:
		declined := slices.IndexFunc(r.answers, func(a *answer) bool { return a.code != "" && a.act <= n })
		h := l.houses[2]
		if declined < 0 || slices.ContainsFunc(r.answers, func(a *answer) bool { return a.house == h }) {
			return nil
		}
		target, err := l.wanted(ctx, b, h, r)
		if err != nil {
			return err
		}
		return b.Call(ctx, "POST", "/api/applications/"+r.id+"/targets", map[string]any{"targets": []any{target}}, nil)
	}
	for _, a := range r.answers {
		switch {
		case a.offer == "":
		case a.price != nil, r.chosen == nil, r.chosen.price == nil && a.quote < r.chosen.quote:
			r.chosen = a
		}
	}
	if r.chosen == nil {
		return nil
	}
	return b.Call(ctx, "POST", "/api/offers/"+r.chosen.offer+"/acceptance", nil, nil)
}

// unless forgives a refusal with one of some codes.
func unless(err error, codes ...string) error {
	if r, ok := err.(*Refusal); ok && slices.Contains(codes, r.Code) { //nolint:errorlint // Call returns it as it is
		return nil
	}
	return err
}
