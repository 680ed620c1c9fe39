package followup

import (
	"slices"
	"testing"

	"changrong/internal/access"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// TestEveryRoleHasItsList holds what waits for whom, of claims, payment orders and
// clawbacks together, against the list written here a second time.
func TestEveryRoleHasItsList(t *testing.T) {
	want := map[access.Role][]string{
		access.Bank:       {"claim draft", "claim returned"},
		access.BankLead:   {"claim draft", "claim returned"},
		access.Office:     {"claim cleared", "claim draft", "claim follow_up", "claim office_review", "claim returned", "claim submitted"},
		access.OfficeLead: {"claim cleared", "claim consultation", "claim draft", "claim follow_up", "claim office_review", "claim returned", "claim submitted", "clawback ending", "clawback proposed"},
		access.Bureau:     {"claim approved", "claim bureau_review", "claim clawback", "claim follow_up", "claim ordered", "clawback collecting"},
		access.BureauLead: {"claim approval", "claim approved", "claim bureau_review", "claim clawback", "claim follow_up", "claim ordered", "clawback collecting", "clawback ending", "clawback proposed", "payment_order prepared"},
		access.PBoC:       {"claim comments"},
		access.Regulator:  {"claim comments"},
	}
	for _, role := range access.Roles() {
		got := []string{}
		for _, table := range []*workflow.Table{subsidy.Life, subsidy.OrderLife, Life} {
			for _, s := range table.Stages {
				c := &workflow.Case{Stage: s.Stage, Panel: []string{string(access.PBoC), string(access.Regulator)}}
				passing := s.Stage == New || s.Stage == subsidy.OrderNew // nothing rests there
				if !passing && slices.ContainsFunc(table.Owners(c, nil), func(o workflow.Owner) bool { return o.Role == string(role) }) {
					got = append(got, table.Kind+" "+string(s.Stage))
				}
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want[role]) && len(got)+len(want[role]) > 0 {
			t.Errorf("%s has %q, not %q", role, got, want[role])
		}
	}
}
