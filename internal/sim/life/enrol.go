package life

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/reporting"
)

// Newcomer is a bank without a past: it has reported nothing yet.
type Newcomer struct {
	Code  string
	Clerk *Person
}

// Enrol adds n newcomers to a town that lives: an organisation and a clerk each, and
// their rows in the register that the finance office hands in anew.
func (t *Town) Enrol(ctx context.Context, n int) ([]Newcomer, error) {
	added := make([]Newcomer, n)
	var rows strings.Builder
	for i := range added {
		code, err := uscc.Make("91", "331082", fmt.Sprintf("DEM%05d", 501+i))
		if err != nil {
			return nil, err
		}
		name := "演示新设" + number(i+1) + "银行"
		org, err := t.org(ctx, access.BankOrg, name, code)
		if err != nil {
			return nil, err
		}
		if err := t.employ(ctx, org, job{fmt.Sprintf("xs%02d", i+1), "经理新" + number(i+1), []access.Role{access.Bank}}); err != nil {
			return nil, err
		}
		added[i] = Newcomer{Code: code, Clerk: t.People[len(t.People)-1]}
		fmt.Fprintf(&rows, "%s,%s,other,0\n", code, name)
	}
	papers := slices.Clone(t.files.office[reporting.Registers])
	head := "institution_id,name,kind,local_legal_person\n"
	for i := range papers {
		if papers[i].name == "institutions.csv" {
			first, _, _ := strings.Cut(string(papers[i].content), "\n")
			if strings.TrimSpace(first)+"\n" != head {
				return nil, fmt.Errorf("life: institutions.csv begins with %q", first)
			}
			papers[i].content = append(slices.Clone(papers[i].content), rows.String()...)
		}
	}
	clerk, lead := t.one(theOffice, access.Office), t.one(theOffice, access.OfficeLead)
	return added, t.accept(ctx, clerk, lead, reporting.Registers, "2021", papers)
}

// Borrowers returns the codes of the enterprises in the office's register.
func (t *Town) Borrowers() (codes []string) {
	for _, p := range t.files.office[reporting.Registers] {
		if !strings.HasPrefix(p.name, "enterprises") {
			continue
		}
		head := true
		for line := range strings.Lines(string(p.content)) {
			if code, _, _ := strings.Cut(line, ","); !head {
				codes = append(codes, strings.Trim(code, "\"\r\n"))
			}
			head = false
		}
	}
	return codes
}

// Renew sets the platform's clock to now, and lets everybody choose another password,
// so that a server that takes no demonstration's clock lets them in.
func (t *Town) Renew(ctx context.Context, now civil.Instant) error {
	if err := t.clock(ctx, now); err != nil {
		return err
	}
	for _, p := range t.everybody() {
		if err := p.SignIn(ctx); err != nil {
			return err
		}
		p.away = false
		if err := p.Choose(ctx, t.password()); err != nil {
			return err
		}
	}
	return nil
}
