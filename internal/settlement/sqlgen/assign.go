package sqlgen

import (
	"fmt"
	"slices"

	"changrong/internal/policy"
)

// assign makes <group>_assign: the rows that items of an exclusion group lose.
func (g *generator) assign(group *policy.Group) {
	if group.Strategy == policy.DeductPaid || len(group.Items) == 0 {
		return // it keeps all
	}
	var claims []string
	for i, it := range group.Items {
		columns := []string{g.d.text(it.ID) + " AS item", fmt.Sprintf("%d AS place", i+1), "s.institution_id", "s.subject_id", "s.enterprise_id"}
		from := "FROM " + g.items[it] + "_select AS s"
		switch group.Strategy {
		case policy.FirstFiled:
			columns = append(columns, filed("filed_at")+" AS filed_at")
			from += g.filings(it, "filed_at")
		case policy.OneInstitution:
			columns = append(columns, "s.disbursed_on")
		}
		claims = append(claims, "SELECT "+commas(columns)+"\n"+from+"\nWHERE s.reason IS NULL"+g.notLost(it, group))
	}
	b := &block{}
	b.add("claims", "各项目选取的行  rows as the items select them", unionAll(claims, ""))
	over, winner, reason, lost := "PARTITION BY institution_id, subject_id ORDER BY place", "item", "lost_to", "item <> winner"
	en := "a row stays in the first item of the group"
	switch group.Strategy {
	case policy.FirstFiled:
		over = "PARTITION BY institution_id, subject_id ORDER BY filed_at ASC NULLS LAST, place"
		en = "a row stays in the item it was filed in first"
	case policy.OneInstitution:
		over, winner, reason, lost = "PARTITION BY enterprise_id ORDER BY disbursed_on, institution_id", "institution_id", "other_bank", "institution_id <> winner"
		en = "an enterprise stays with the institution of its earliest note"
	}
	b.add("won", "", fmt.Sprintf("SELECT *, FIRST_VALUE(%s) OVER (%s) AS winner\nFROM claims", winner, over))
	g.step(g.groups[group]+"_assign", fmt.Sprintf("%s 不重复享受（%s，%s）\n2 分配 assign：落选的行 the rows that are lost; %s", group.Clause, group.ID, group.Strategy, en),
		b.query(fmt.Sprintf("SELECT item, institution_id, subject_id, enterprise_id, %s AS reason, winner AS detail\nFROM won\nWHERE %s", g.d.text(reason), lost)))
}

// notLost is the further condition that row s of an item was not lost in a group
// before the one given, or in any.
func (g *generator) notLost(it *policy.Item, before *policy.Group) string {
	out := ""
	for _, group := range g.plan.Groups {
		if group == before {
			break
		}
		if group.Strategy == policy.DeductPaid || !slices.Contains(group.Items, it) {
			continue
		}
		out += fmt.Sprintf("\n  AND NOT EXISTS (SELECT 1 FROM %s_assign AS l WHERE l.item = %s AND l.institution_id = s.institution_id AND l.subject_id = s.subject_id)",
			g.groups[group], literal(it.ID))
	}
	return out
}

// filings joins what was filed for row s of an item: f_row names the row itself,
// f_all all rows of its institution.
func (g *generator) filings(it *policy.Item, times ...string) string {
	g.facts("filings", append([]string{"policy", "item", "institution_id", "subject_id"}, times...)...)
	join := func(alias, subject string) string {
		return fmt.Sprintf("\nLEFT JOIN filings AS %[1]s ON %[1]s.policy = %[2]s AND %[1]s.item = %[3]s AND %[1]s.institution_id = s.institution_id AND %[1]s.subject_id = %[4]s",
			alias, literal(g.plan.Policy), literal(it.ID), subject)
	}
	return join("f_row", "s.subject_id") + join("f_all", "'*'")
}

// filed is a time of the filing that applies to row s: the one that names it, or
// else the one for all rows of its institution.
func filed(time string) string {
	return fmt.Sprintf("CASE WHEN f_row.subject_id IS NOT NULL THEN f_row.%[1]s ELSE f_all.%[1]s END", time)
}
