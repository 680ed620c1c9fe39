package notify

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
)

// place is a page of the console.
type place struct {
	path  *regexp.Regexp
	needs []access.Permission
}

// places reads the pages out of the console's own table, and those on a phone out of theirs.
func places(t *testing.T) (list []place) {
	t.Helper()
	line := regexp.MustCompile(`\{ path: '(/[^']*)',[^\n]*\}`)
	need := regexp.MustCompile(`need: \[([^\]]*)\]`)
	for folder, below := range map[string]string{"console": "", "mobile": "/m"} {
		src, err := os.ReadFile("../../../web/src/" + folder + "/places.ts")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(src), -1) {
			p := place{path: regexp.MustCompile("^" + below + regexp.MustCompile(`:[a-z]+`).ReplaceAllString(m[1], `[^/]+`) + "$")}
			if n := need.FindStringSubmatch(m[0]); n != nil {
				for _, w := range strings.Split(n[1], ",") {
					p.needs = append(p.needs, access.Permission(strings.Trim(w, " '")))
				}
			}
			list = append(list, p)
		}
	}
	if len(list) < 20 {
		t.Fatalf("only %d pages were found in places.ts", len(list))
	}
	return list
}

// TestLinksLeadToPagesThatTheirReaderMayOpen: every rule's link is a page of the
// console, and whoever the rule tells has a permission that it needs.
func TestLinksLeadToPagesThatTheirReaderMayOpen(t *testing.T) {
	all := places(t)
	for _, r := range rules {
		link := regexp.MustCompile(`\{[a-z_]+\}`).ReplaceAllString(r.Link, "x1")
		i := slices.IndexFunc(all, func(p place) bool { return p.path.MatchString(link) })
		if i < 0 {
			t.Errorf("%s: the console has no page %s", r.Kind, r.Link)
			continue
		}
		for _, role := range r.To {
			may := func(need access.Permission) bool {
				_, err := (&access.Principal{Roles: []access.Role{role}}).Scope(need)
				return err == nil
			}
			if needs := all[i].needs; len(needs) > 0 && !slices.ContainsFunc(needs, may) {
				t.Errorf("%s: %s is told, and may not open %s, which needs one of %v", r.Kind, role, r.Link, needs)
			}
		}
	}
}
