package server

import (
	"context"
	"slices"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/drafting"
	"changrong/internal/subsidy/followup"
	"changrong/internal/subsidy/late"
	"changrong/internal/workflow"
)

// partClaims: claims are reviewed and paid. What the clock does to them (silence that
// is consent, notices that are over) is looked at every few minutes; its terms are
// whole days.
func (p *Platform) partClaims(_ context.Context, d *httpapi.Deps) (err error) {
	if d.Font, err = document.LoadFont(p.Font); err != nil {
		return err
	}
	d.Files = p.Files
	d.Claims = &subsidy.Service{Store: of[subsidy.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID, Packed: p.Packed.ClaimRules}
	d.FollowUp = &followup.Service{Store: of[followup.Tx](p), Claims: d.Claims}
	p.late = &late.Service{
		Store: of[late.Tx](p), Tables: []*workflow.Table{subsidy.Life, subsidy.OrderLife, followup.Life}, Claims: d.Claims, Now: p.Now, NewID: crypto.NewID,
	}
	draft := &drafting.Service{Claims: d.Claims, Settled: func(ctx context.Context, id string) (*subsidy.Run, access.Caller, error) {
		run, err := d.Programme.Run(ctx, access.Scope{All: true}, id)
		if err != nil {
			return nil, access.Caller{}, err
		}
		who := access.Caller{Principal: &access.Principal{Account: run.RuledBy, Name: run.RuledByName, Org: run.AskedOrg}, Address: "server"}
		dues, err := p.API.Settled(ctx, id)
		return dues, who, err
	}}
	draft.Store, draft.Now = of[drafting.Tx](p), p.Now
	d.Drafting = draft
	p.handlers[drafting.JobKind] = draft.Do
	p.told = append(p.told, outbox.Subscriber{Name: "drafting", Keep: func(tx *store.Tx, e event.Event) error { return draft.Keep(tx, e) }})
	p.chore("claims", 5*time.Minute, func(ctx context.Context) error {
		if _, err := d.Claims.Tick(ctx); err != nil {
			return err
		}
		if _, err := d.FollowUp.Tick(ctx); err != nil {
			return err
		}
		_, err := p.late.Tick(ctx)
		return err
	})
	return nil
}

// lateFor returns what is late for somebody: what waits for him, and what he or, for
// the office, anybody has not handed in.
func (p *Platform) lateFor(desk *reporting.Service) func(context.Context, notify.Person) ([]notify.Item, error) {
	return func(ctx context.Context, who notify.Person) (items []notify.Item, err error) {
		actor := subsidy.ActorOf(access.Caller{Principal: &access.Principal{Account: who.Account, Name: who.Name, Org: who.Org, Roles: who.Roles}})
		waiting, err := p.late.Of(ctx, actor, maxLate)
		if err != nil {
			return nil, err
		}
		for _, x := range waiting {
			link := map[string]string{"claim": "/claims/" + x.ID, "payment_order": "/orders/" + x.ID, "clawback": "/clawbacks/" + x.ID, "objection": "/objections"}[x.Kind]
			items = append(items, notify.Item{Title: x.Title, Link: link})
		}
		scope, err := (&access.Principal{Account: who.Account, Org: who.Org, Roles: who.Roles}).Scope(access.CalendarRead)
		if fault.KindOf(err) == fault.Forbidden || err == nil && scope.All && !slices.ContainsFunc(who.Roles, func(r access.Role) bool { return r == access.Office || r == access.OfficeLead }) {
			return items, nil // it is nothing to him
		}
		if err != nil {
			return nil, err
		}
		missed, err := desk.Missed(ctx, scope)
		for i := range missed {
			c := &missed[i]
			items = append(items, notify.Item{Title: c.OrgName + " " + c.Title + "（" + string(c.Period) + "）未报送，应于" + c.DueOn.String() + "前", Link: "/reporting/calendar"})
		}
		return items, err
	}
}

// maxLate is how many of what waits for somebody a digest tells of.
const maxLate = 20
