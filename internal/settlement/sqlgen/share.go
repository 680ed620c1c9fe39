package sqlgen

import "fmt"

// sharing is amounts shared by largest remainder: rows of a relation have a
// weight, and those of one group get a total in proportion to it.
type sharing struct {
	from   string // the relation
	weight string // a bigint column of it, not negative
	group  string // what groups are told apart by, "" for one group of all
	total  string // what a group shares
	when   string // condition on group_sum: otherwise every row gets its weight
	order  string // ties go to the lower
	into   string // the column of the shares
}

// share adds <name>, which is the relation with the column of shares. Every row
// gets its proportional part rounded down, and what is left goes out one by one to
// those that lost most by it.
func (g *generator) share(b *block, name, explain string, s sharing) {
	over := "OVER ()"
	partition := ""
	if s.group != "" {
		partition = "PARTITION BY " + s.group + " "
		over = "OVER (PARTITION BY " + s.group + ")"
	}
	product := g.d.wide(s.total) + " * " + s.weight
	b.add(name+"_summed", explain, fmt.Sprintf("SELECT *, %s AS group_sum\nFROM %s", narrow("SUM("+s.weight+") "+over), s.from))
	b.add(name+"_parts", "按比例取整，余数另计  proportional parts rounded down, and what each lost", fmt.Sprintf(
		"SELECT *,\n  CASE WHEN %[1]s THEN %[2]s ELSE %[3]s END AS part,\n  CASE WHEN %[1]s THEN mod(%[4]s, group_sum) ELSE 0 END AS lost\nFROM %[5]s_summed",
		s.when, narrow(g.d.quotient(product, "group_sum")), s.weight, product, name))
	b.add(name+"_turns", "尾差按余数从大到小逐分分配  what is left goes out one by one to those that lost most", fmt.Sprintf(
		"SELECT *,\n  %s - SUM(part) %s AS left_over,\n  ROW_NUMBER() OVER (%sORDER BY lost DESC, %s) AS turn\nFROM %s_parts",
		s.total, over, partition, s.order, name))
	b.add(name, "", fmt.Sprintf("SELECT *,\n  part + CASE WHEN %s AND turn <= left_over THEN 1 ELSE 0 END AS %s\nFROM %s_turns", s.when, s.into, name))
}
