package sqlgen

import (
	"fmt"

	"changrong/internal/policy"
)

// firstLoans makes the table of enterprises whose earliest notes lie in the scope
// and one of them is attested, or may be: its first bank and first note (NULL:
// none is attested), and the first one of which nobody knows.
func (g *generator) firstLoans() string {
	const name = "first_loans"
	if g.made[name] {
		return name
	}
	g.made[name] = true
	g.facts("loans", "institution_id", "loan_id", "enterprise_id", "disbursed_on", "first_loan")
	b := &block{}
	b.add("earliest", "", "SELECT enterprise_id, MIN(disbursed_on) AS disbursed_on\nFROM loans\nGROUP BY enterprise_id")
	b.add("notes", "企业最早一天的借据 the notes of an enterprise's earliest day", fmt.Sprintf(`SELECT loan.enterprise_id, loan.institution_id, loan.loan_id, loan.first_loan,
  ROW_NUMBER() OVER (PARTITION BY loan.enterprise_id ORDER BY loan.institution_id, loan.loan_id) AS place
FROM loans AS loan
JOIN earliest ON earliest.enterprise_id = loan.enterprise_id AND earliest.disbursed_on = loan.disbursed_on
WHERE loan.disbursed_on BETWEEN %d AND %d`, g.plan.Scope.First, g.plan.Scope.Last))
	b.add("places", "", `SELECT enterprise_id,
  MIN(CASE WHEN first_loan <> 0 THEN place END) AS attested,
  MIN(CASE WHEN first_loan IS NULL THEN place END) AS unknown_place
FROM notes
GROUP BY enterprise_id`)
	g.step(name, "首贷户：最早的借据在期内，且其中有银行证明首贷的\nfirst-loan borrowers: their earliest notes lie in the scope, and one of them is attested, or may be",
		b.query(`SELECT places.enterprise_id,
  sure.institution_id, sure.loan_id, places.attested,
  maybe.institution_id AS unknown_institution_id, places.unknown_place
FROM places
LEFT JOIN notes AS sure ON sure.enterprise_id = places.enterprise_id AND sure.place = places.attested
LEFT JOIN notes AS maybe ON maybe.enterprise_id = places.enterprise_id AND maybe.place = places.unknown_place
WHERE places.attested IS NOT NULL OR places.unknown_place IS NOT NULL`))
	return name
}

// firstLoan is the condition that the note at hand counts as one of a first-loan
// borrower, with first_loans joined as first_loan. The note at hand is loan.
func (g *generator) firstLoan(f *frame, reading policy.FirstLoan) string {
	f.joins = append(f.joins, "LEFT JOIN "+g.firstLoans()+" AS first_loan ON first_loan.enterprise_id = loan.enterprise_id")
	g.facts("loans", "enterprise_id", "disbursed_on")
	var unknown, counts string
	switch reading {
	case policy.YearNotesOfFirstBank:
		unknown = "first_loan.attested IS NULL OR " + g.d.ordered("first_loan.unknown_institution_id") + " < first_loan.institution_id"
		counts = "loan.institution_id = first_loan.institution_id"
	case policy.FirstNote:
		unknown = "first_loan.attested IS NULL OR first_loan.unknown_place < first_loan.attested"
		counts = "(loan.institution_id = first_loan.institution_id AND loan.loan_id = first_loan.loan_id)"
	default: // policy.YearNotesAllBanks
		unknown, counts = "first_loan.attested IS NULL", "TRUE"
	}
	return fmt.Sprintf("CASE WHEN first_loan.enterprise_id IS NULL OR loan.disbursed_on NOT BETWEEN %d AND %d THEN FALSE WHEN %s THEN NULL ELSE %s END",
		g.plan.Scope.First, g.plan.Scope.Last, unknown, counts)
}

// firstElsewhere is the condition that an attested note of the scope is another
// bank's than the known first one; FALSE where the reading knows no such thing.
func (g *generator) firstElsewhere(reading policy.FirstLoan) string {
	if reading == policy.YearNotesAllBanks {
		return "FALSE"
	}
	g.facts("loans", "first_loan", "disbursed_on")
	return fmt.Sprintf("(loan.first_loan <> 0 AND loan.disbursed_on BETWEEN %d AND %d AND loan.institution_id <> first_loan.institution_id)",
		g.plan.Scope.First, g.plan.Scope.Last)
}
