package fact

import "strings"

// Say names in Chinese a fact that conditions call owner.column, where the owner is a
// row (branch.review_passed) or what a row is linked to (borrower.size). A name that the
// dictionary does not have stays as it is.
func Say(name string) string {
	owner, column, _ := strings.Cut(name, ".")
	for _, t := range tables {
		if t.Row == owner {
			if c := t.Column(column); c != nil {
				return of(t.Zh, c)
			}
		}
		for i := range t.Links {
			l := &t.Links[i]
			if c := Lookup(l.Table).Column(column); l.Name == owner && c != nil {
				return of(l.Zh, c)
			}
		}
	}
	return name
}

func of(owner string, c *Column) string {
	if strings.HasPrefix(c.Zh, "是否") {
		return owner + c.Zh
	}
	return owner + "的" + c.Zh
}
