package late

import (
	"slices"

	"changrong/internal/access"
)

// leads are the leads of those who work.
var leads = map[string]string{
	string(access.Bank):   string(access.BankLead),
	string(access.Office): string(access.OfficeLead),
	string(access.Bureau): string(access.BureauLead),
}

// owe returns those of a step's roles that are told first: a lead is not while
// somebody of his works at it.
func owe(roles []string) (first []string) {
	for _, r := range roles {
		if !slices.ContainsFunc(roles, func(q string) bool { return leads[q] == r }) {
			first = append(first, r)
		}
	}
	return first
}

// above returns who is told when those who owe a step have let it lie.
func above(first []string) (up []string) {
	for _, r := range first {
		next := leads[r]
		if next == "" {
			next = string(access.OfficeLead)
		}
		if r == next {
			next = string(access.BureauLead)
		}
		if !slices.Contains(up, next) {
			up = append(up, next)
		}
	}
	return up
}
