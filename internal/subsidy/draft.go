package subsidy

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/workflow"
)

// Run is what a settlement came to, as far as claims are drafted from it.
type Run struct {
	ID     string
	Policy string
	Period string
	Lines  string // result_sha256 of its bundle
	Dues   []Due
	Report func(done, total int64) // is told how far it has come; nil: nobody is
}

// Due is what one payee gets under one item: a row of totals.csv.
type Due struct {
	Item, ItemTitle  string
	Pool             string
	Payee, PayeeName string
	PayeeKind        policy.Payee
	Rows             int64
	Amount           money.Fen
}

// RunState is how far the drafting from a settlement has come. The later one of a
// policy and period has the greater Seq.
type RunState struct {
	Run     string        `json:"run"`
	Policy  string        `json:"policy"`
	Period  string        `json:"period"`
	Lines   string        `json:"lines"`
	Seq     int64         `json:"seq"`
	At      civil.Instant `json:"at_ms"`
	Drafted               // what it came to so far
}

// Drafted is what drafting from a settlement came to.
type Drafted struct {
	Done        bool         `json:"done"`
	Made        int          `json:"made"`       // claims drafted
	Superseded  int          `json:"superseded"` // drafts of earlier settlements whose place was taken
	Dropped     int          `json:"dropped"`    // drafts of earlier settlements that this one does not pay
	Unpaid      int          `json:"unpaid"`     // payees and items that come to nothing
	Differences []Difference `json:"differences"`
}

// Difference is a claim that came to something else in a later settlement, or is
// paid by it no longer. One that has gone further than its draft is left as it is.
type Difference struct {
	Claim     string         `json:"claim"` // the earlier one
	Stage     workflow.Stage `json:"stage"` // where it stands now
	Item      string         `json:"item"`
	Payee     string         `json:"payee"`
	PayeeName string         `json:"payee_name"`
	Was       money.Fen      `json:"was_fen"`
	Now       money.Fen      `json:"now_fen"`
}

// DraftClaims makes a draft of a claim for every payee and item that the settlement
// pays. Doing it again, also after it was cut short, changes nothing that was done.
//
// Errors: subsidy.run (another settlement under this id), subsidy.newer_run (a later
// one has taken over), subsidy.too_many.
func (s *Service) DraftClaims(ctx context.Context, c access.Caller, r Run) (*RunState, error) {
	if len(r.Dues) > maxDues {
		return nil, fault.Invalidf("subsidy.too_many", "一次测算最多生成%d件申报", "a settlement drafts at most %d claims", maxDues)
	}
	state, err := s.beginRun(ctx, c, r)
	if err != nil || state.Done {
		return state, err
	}
	for at := 0; at < len(r.Dues); at += piece {
		end := min(at+piece, len(r.Dues))
		if err := s.draftPiece(ctx, c, r, r.Dues[at:end]); err != nil {
			return nil, err
		}
		if r.Report != nil {
			r.Report(int64(end), int64(len(r.Dues)))
		}
	}
	return s.endRun(ctx, c, r)
}

// beginRun notes that claims are being drafted from r; what was noted before is
// returned.
func (s *Service) beginRun(ctx context.Context, c access.Caller, r Run) (state *RunState, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if state, err = tx.ClaimRun(r.ID); err != nil {
			return err
		}
		if state != nil {
			if state.Policy != r.Policy || state.Period != r.Period || state.Lines != r.Lines {
				return fault.New(fault.Conflict, "subsidy.run", "该测算编号已用于另一次测算", "another settlement has this id")
			}
			return nil
		}
		last, err := tx.LastClaimRun(r.Policy, r.Period)
		if err != nil {
			return err
		}
		state = &RunState{Run: r.ID, Policy: r.Policy, Period: r.Period, Lines: r.Lines, Seq: 1, At: s.Now(), Drafted: Drafted{Differences: []Difference{}}}
		if last != nil {
			state.Seq = last.Seq + 1
		}
		return tx.PutClaimRun(state)
	})
	return state, err
}

// current returns the state of r, unless a later settlement has taken over.
func current(tx Tx, r Run) (*RunState, error) {
	state, err := tx.LastClaimRun(r.Policy, r.Period)
	if err != nil {
		return nil, err
	}
	if state == nil || state.Run != r.ID {
		return nil, fault.New(fault.Conflict, "subsidy.newer_run", "本期已有更新的测算，不再按此测算生成申报", "a later settlement of the period has taken over")
	}
	return state, nil
}

func (s *Service) draftPiece(ctx context.Context, c access.Caller, r Run, dues []Due) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		state, err := current(tx, r)
		if err != nil {
			return err
		}
		orgs, err := tx.Orgs(access.Scope{All: true})
		if err != nil {
			return err
		}
		for i := range dues {
			if err := s.draftOne(tx, c, r, &dues[i], orgs, &state.Drafted); err != nil {
				return err
			}
		}
		return tx.PutClaimRun(state)
	})
}

// draftOne drafts the claim that is due, unless it is there or another stands in
// the way.
func (s *Service) draftOne(tx Tx, c access.Caller, r Run, due *Due, orgs []access.Org, out *Drafted) error {
	if done, err := tx.ClaimOfRun(r.ID, due.Item, due.Payee); err != nil || done != nil {
		return err
	}
	live, err := tx.LiveClaim(r.Policy, r.Period, due.Item, due.Payee)
	if err != nil {
		return err
	}
	if live != nil && (!live.Inside() || live.Origin != FromSettlement) {
		if live.Computed != due.Amount {
			out.differ(live, due.Amount)
		}
		return nil
	}
	if due.Amount <= 0 {
		out.Unpaid++
		return nil // a draft of an earlier one is dropped in the end
	}
	claim := &Claim{
		Case: workflow.Case{ID: s.NewID(), Org: home(orgs, due, c), Amount: due.Amount}, Policy: r.Policy, Period: r.Period, Run: r.ID, Origin: FromSettlement,
		Item: due.Item, ItemTitle: due.ItemTitle, Pool: due.Pool, Payee: due.Payee, PayeeKind: due.PayeeKind, PayeeName: due.PayeeName,
		Rows: due.Rows, Lines: r.Lines, Computed: due.Amount,
	}
	if live != nil {
		if err := s.supersede(tx, live, "新一次测算替代本草稿"); err != nil {
			return err
		}
		claim.Before, claim.Was = live.ID, live.Computed
		out.Superseded++
		if live.Computed != due.Amount {
			out.differ(live, due.Amount)
		}
	}
	if err := s.begin(tx, claim); err != nil {
		return err
	}
	out.Made++
	if live != nil {
		return s.inherit(tx, live, claim)
	}
	return nil
}

// home returns the organisation that a drafted claim lies with: the payee's own,
// else that of who had it drafted, for somebody who has no account here.
func home(orgs []access.Org, due *Due, c access.Caller) string {
	for i := range orgs {
		if orgs[i].USCC != "" && orgs[i].USCC == due.Payee {
			return orgs[i].ID
		}
	}
	if c.Principal == nil {
		return ""
	}
	return c.Org
}

func (d *Drafted) differ(c *Claim, now money.Fen) {
	d.Differences = append(d.Differences, Difference{
		Claim: c.ID, Stage: c.Stage, Item: c.Item, Payee: c.Payee, PayeeName: c.PayeeName, Was: c.Computed, Now: now,
	})
}

func (s *Service) supersede(tx Tx, c *Claim, why string) error {
	_, err := s.advance(tx, c, workflow.Actor{}, step{verb: Supersede, reason: why, amount: c.Amount})
	return err
}

// inherit gives the papers of a draft to the one that took its place.
func (s *Service) inherit(tx Tx, from, to *Claim) error {
	files, err := tx.Attachments(from.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Dropped != 0 {
			continue
		}
		f.ID, f.Case = s.NewID(), to.ID
		if err := tx.PutAttachment(&f); err != nil {
			return err
		}
	}
	return nil
}

// endRun drops the drafts of earlier settlements that this one does not pay.
func (s *Service) endRun(ctx context.Context, c access.Caller, r Run) (state *RunState, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if state, err = current(tx, r); err != nil || state.Done {
			return err
		}
		drafts, _, err := tx.Claims(ClaimFilter{
			Policy: r.Policy, Period: r.Period, Origin: FromSettlement, Stages: []workflow.Stage{Draft, Returned},
		}, access.Scope{All: true})
		if err != nil {
			return err
		}
		for i := range drafts {
			if drafts[i].Run == r.ID {
				continue
			}
			if err := s.supersede(tx, &drafts[i], "新一次测算不再兑付"); err != nil {
				return err
			}
			state.Dropped++
			state.differ(&drafts[i], 0)
		}
		state.Done = true
		if err := tx.PutClaimRun(state); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claims.draft", r.ID, map[string]string{"policy": r.Policy, "period": r.Period}))
	})
	return state, err
}

// RunState returns how far the drafting from a settlement has come.
//
// Errors: subsidy.not_found.
func (s *Service) RunState(ctx context.Context, id string) (state *RunState, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if state, err = tx.ClaimRun(id); err == nil && state == nil {
			return fault.New(fault.NotFound, "subsidy.not_found", "没有按这次测算生成过申报", "no claims were drafted from this settlement")
		}
		return err
	})
	return state, err
}
