package subsidy

import (
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

// Attach adds a file, whose content is kept already, to a claim. Who filed the
// claim adds papers while it lies with them, the authorities while it is reviewed.
//
// Errors: subsidy.not_found, subsidy.closed, subsidy.submitted, subsidy.paper, those
// of workflow.Attachment.Check.
func (s *Service) Attach(ctx context.Context, c access.Caller, scope access.Scope, file workflow.Attachment) (*workflow.Attachment, error) {
	file.ID, file.Person, file.Org, file.At, file.Dropped = s.NewID(), c.Account, c.Org, s.Now(), 0
	err := s.Store.Write(ctx, func(tx Tx) error {
		claim, err := tx.Claim(file.Case, scope)
		if err != nil {
			return err
		}
		if err := changeable(claim, c); err != nil {
			return err
		}
		rules, err := s.RulesIn(tx, claim.Policy)
		if err != nil {
			return err
		}
		if file.Paper != "" && !slices.ContainsFunc(rules.Papers, func(p Paper) bool { return p.Code == file.Paper && p.For(claim) }) {
			return fault.New(fault.Invalid, "subsidy.paper", "该项目没有这种材料", "this paper is not asked for").In(fault.Place{Field: "paper"})
		}
		files, err := tx.Attachments(claim.ID)
		if err != nil {
			return err
		}
		if err := file.Check(len(files)); err != nil {
			return err
		}
		if err := tx.PutAttachment(&file); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim.attach", claim.ID, map[string]string{"name": file.Name, "sha256": file.SHA256}))
	})
	return &file, err
}

// changeable tells whether the caller may change the files of a claim now.
func changeable(claim *Claim, c access.Caller) error {
	if Life.Rule(claim.Stage).Ends {
		return fault.New(fault.Conflict, "subsidy.closed", "该申报已办结，不能再改附件", "the claim is over")
	}
	if claim.Org == c.Org && !claim.Inside() {
		return fault.New(fault.Conflict, "subsidy.submitted", "已提交，不能再改附件；请等待退回补正", "it has been submitted")
	}
	return nil
}

// Drop takes a file of the caller's own organisation out of a claim. What it was stays known.
//
// Errors: subsidy.not_found, workflow.not_found, subsidy.closed, subsidy.submitted,
// subsidy.not_own.
func (s *Service) Drop(ctx context.Context, c access.Caller, scope access.Scope, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		file, err := tx.Attachment(id)
		if err != nil {
			return err
		}
		claim, err := tx.Claim(file.Case, scope)
		if err != nil {
			return err
		}
		if err := changeable(claim, c); err != nil {
			return err
		}
		if file.Org != c.Org {
			return fault.New(fault.Forbidden, "subsidy.not_own", "只能删除本单位上传的附件", "another organisation added it")
		}
		if file.Dropped != 0 {
			return nil
		}
		file.Dropped = s.Now()
		if err := tx.PutAttachment(file); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim.drop", claim.ID, map[string]string{"name": file.Name, "sha256": file.SHA256}))
	})
}

// Attachment returns a file of a claim within scope, to be opened by its hash.
//
// Errors: subsidy.not_found, workflow.not_found.
func (s *Service) Attachment(ctx context.Context, scope access.Scope, id string) (file *workflow.Attachment, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if file, err = tx.Attachment(id); err != nil {
			return err
		}
		_, err = tx.Claim(file.Case, scope)
		return err
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Comment adds a remark to a claim. One that is inside is for those who see all
// claims.
//
// Errors: subsidy.not_found, workflow.comment.
func (s *Service) Comment(ctx context.Context, c access.Caller, scope access.Scope, claim, text string, inside bool) (*workflow.Comment, error) {
	x := &workflow.Comment{ID: s.NewID(), Case: claim, Person: c.Account, Name: c.Name, Org: c.Org, At: s.Now(), Text: text, Inside: inside && scope.All}
	if err := x.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Claim(claim, scope); err != nil {
			return err
		}
		if err := tx.AddComment(x); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim.comment", claim, nil))
	})
	return x, err
}

// Years returns every year whose days off are known, and which of this and the
// next are not.
func (s *Service) Years(ctx context.Context) (years []workflow.Year, missing []int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if years, err = workflow.AllYears(tx); err != nil {
			return err
		}
		today := s.Now().Date()
		missing = workflow.NewCalendar(years).Missing(civil.Range{First: today, Last: today + 60})
		return nil
	})
	return years, missing, err
}

// SetYear puts a year of the calendar in, or corrects it. Due days that were
// reckoned stay.
//
// Errors: workflow.year, store.changed.
func (s *Service) SetYear(ctx context.Context, c access.Caller, y workflow.Year) (*workflow.Year, error) {
	if err := y.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutYear(&y); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "calendar.set", y.Source, nil))
	})
	y.Version++
	return &y, err
}
