package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/money"
	"changrong/internal/programme"
	"changrong/internal/server"
	"changrong/internal/subsidy"
)

// settledRun puts in a settlement for the record that waits to be confirmed, and pays
// so many enterprises.
func (w *town) settledRun(t *testing.T, payees int) *programme.Run {
	t.Helper()
	first, ok := civil.Of(2021, 1, 1)
	if !ok {
		t.Fatal("no day")
	}
	run := &programme.Run{
		ID: crypto.NewID(), Pack: "linhai-2021-47", Purpose: programme.Official, State: programme.Done, Standing: programme.Proposed, From: first, To: first + 364,
		AskedBy: "somebody", AskedOrg: "office", Sums: &programme.Sums{}, Sealed: &programme.Sealed{ResultSHA256: strings.Repeat("a", 64)},
	}
	var totals []programme.Total
	for i := range payees {
		totals = append(totals, programme.Total{
			N: int64(i), Item: "tech-interest", PayeeID: fmt.Sprintf("91331082%010d", i), Payee: fmt.Sprintf("企业%d", i), Rows: 1, Amount: money.Yuan, Pooled: money.Yuan, Paid: money.Yuan,
		})
	}
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		r := *run
		if err := tx.PutRun(&r); err != nil {
			return err
		}
		*run = r
		return tx.AddTotals(run.No, totals)
	}); err != nil {
		t.Fatal(err)
	}
	return run
}

// TestConfirmingASettlementDraftsItsClaims: nobody asks for them; and told twice, done
// twice, or asked for besides, each payee's claim is there once.
func TestConfirmingASettlementDraftsItsClaims(t *testing.T) {
	const payees = 250 // two pieces
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database, Packs: "../../packs"})
		lead := w.person(t, "office", access.OfficeOrg, access.OfficeLead)
		run := w.settledRun(t, payees)
		s := w.stream(t, lead, "")
		if r := w.call(t, http.MethodPost, "/api/runs/"+run.ID+"/confirmation", lead, map[string]any{"version": run.Version}, nil); r.StatusCode != http.StatusOK {
			t.Fatalf("confirming is answered %d", r.StatusCode)
		}
		if r := w.call(t, http.MethodPost, "/api/runs/"+run.ID+"/confirmation", lead, map[string]any{"version": run.Version + 1}, nil); r.StatusCode != http.StatusConflict {
			t.Errorf("confirming twice is answered %d", r.StatusCode)
		}
		drafted := func() int { // until the job is done
			t.Helper()
			moved := 0
			for {
				_, kind, data := s.next()
				switch {
				case kind == "":
					t.Fatal("the stream ended")
				case strings.Contains(data, `"claim.moved"`):
					moved++
				}
				if kind == "job" && strings.Contains(data, `"claims.draft"`) && strings.Contains(data, `"state":"done"`) {
					return moved
				}
			}
		}
		moved := drafted()
		var state subsidy.RunState
		w.call(t, http.MethodGet, "/api/claim-runs/"+run.ID, lead, nil, &state)
		if !state.Done || state.Made != payees {
			t.Errorf("%d claims were told of; drafting came to %+v", moved, state)
		}
		// The relay tells the event again, and the explicit operation is used besides.
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Emit(event.Event{Kind: programme.RunConfirmed, At: w.Now(), Subject: run.ID, Data: map[string]string{"pack": run.Pack}})
		}); err != nil {
			t.Fatal(err)
		}
		if r := w.call(t, http.MethodPost, "/api/claim-runs/"+run.ID, lead, nil, &state); r.StatusCode != http.StatusOK {
			t.Errorf("asking for them by hand is answered %d", r.StatusCode)
		}
		drafted()
		var claims struct {
			Items []subsidy.Claim `json:"items"`
			Total int             `json:"total"`
		}
		w.call(t, http.MethodGet, "/api/claims?limit=1", lead, nil, &claims)
		if claims.Total != payees || state.Made != payees || claims.Items[0].Org != "office" || claims.Items[0].Origin != subsidy.FromSettlement {
			t.Errorf("%d claims, %+v, %+v", claims.Total, state, claims.Items)
		}
		var jobs struct {
			Items []job.Record `json:"items"`
		}
		w.call(t, http.MethodGet, "/api/jobs?kind=claims.draft", lead, nil, &jobs)
		first := jobs.Items[len(jobs.Items)-1] // what was asked for while it waited or ran is the same job
		if len(jobs.Items) < 2 || first.Total != payees || first.Done != payees {
			t.Errorf("its jobs: %+v", jobs.Items)
		}
	})
}
