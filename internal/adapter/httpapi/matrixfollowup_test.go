package httpapi_test

import (
	"fmt"

	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/subsidy/followup"
	"changrong/internal/workflow"
)

func aSample(s *scene) string {
	s.vars["policy"] = "p" + s.mark
	s.write(func(tx *store.Tx) error {
		return tx.PutSample(&followup.Sample{ID: "a" + s.mark, Policy: "p" + s.mark, Seed: fmt.Sprint(s.n), Strata: []followup.Stratum{{Percent: 1}}, Person: "account-office", At: s.now})
	})
	return "a" + s.mark
}

// aClawback is issued, of a claim that nothing was paid for.
func aClawback(s *scene) string {
	claim := aClaim(s)
	b := &followup.Clawback{
		Case:   workflow.Case{ID: "w" + s.mark, Kind: "clawback", Org: s.org, Title: "追回", Stage: followup.Collecting, Round: 1, DueOn: civil.Never, Left: -1, Amount: 100},
		Number: "1999-" + s.mark, Claim: claim, Policy: "p", Item: "i", ItemTitle: "奖补", Payee: "p", PayeeName: "某行", Why: "核查", Basis: "办法", Deadline: civil.Date(30000),
		Proposer: "account-of-another", Made: s.now,
	}
	s.write(func(tx *store.Tx) error {
		b := *b
		if err := tx.PutCase(&b.Case); err != nil {
			return err
		}
		return tx.PutClawback(&b)
	})
	return b.ID
}

func aReturnAsked(s *scene) any {
	return map[string]any{"claim": s.id, "amount_fen": 100, "why": "核查发现", "basis": "办法第九条", "deadline_on": "2024-12-01"}
}
