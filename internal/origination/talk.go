package origination

import (
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

// Post adds a message between the bank and the firm of a referral. One that is inside
// is the bank's own remark.
//
// Errors: origination.not_found, origination.over, workflow.comment.
func (s *Service) Post(ctx context.Context, c access.Caller, scope access.Scope, id, text string, inside bool) (*workflow.Comment, error) {
	x := &workflow.Comment{ID: s.NewID(), Case: id, Person: c.Account, Name: c.Name, Org: c.Org, At: s.Now(), Text: text}
	if err := x.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Referral(id, scope)
		if err != nil {
			return err
		}
		if !r.Live() {
			return over()
		}
		x.Inside = inside && c.Org == r.Org
		if err := tx.AddComment(x); err != nil {
			return err
		}
		if !x.Inside {
			if err := s.tellMessage(tx, c, r, x); err != nil {
				return err
			}
		}
		return tx.Audit(c.Entry(x.At, "referral.message", id, nil))
	})
	return x, err
}

func over() error {
	return fault.New(fault.Conflict, "origination.over", "本件已办结，不能再补充", "this is over")
}

// tellMessage tells the other side that there is a message.
func (s *Service) tellMessage(tx Tx, c access.Caller, r *Referral, x *workflow.Comment) error {
	e := event.Event{Kind: EventMessage, At: x.At, Orgs: []string{r.Org}, Subject: r.ID, Data: map[string]string{"message": x.ID, "from": "firm", "title": r.Title, "referral": r.ID}}
	if c.Org == r.Org {
		name, err := bankName(tx, r)
		if err != nil {
			return err
		}
		e.Orgs, e.Subject, e.Data["from"], e.Data["bank"] = []string{r.FirmOrg}, r.Application, "bank", name
	}
	return tx.Emit(e)
}

// Attach adds a file, whose content is kept already: to a referral, which both its
// sides see, or to an application, which every bank that deals with it sees.
//
// Errors: origination.not_found, origination.over, origination.paper, those of
// workflow.Attachment.Check.
func (s *Service) Attach(ctx context.Context, c access.Caller, scope access.Scope, toApplication bool, file workflow.Attachment) (*workflow.Attachment, error) {
	file.ID, file.Person, file.Org, file.At, file.Dropped = s.NewID(), c.Account, c.Org, s.Now(), 0
	if !fits(file.Paper, 0, 40) {
		return nil, fault.New(fault.Invalid, "origination.paper", "材料代码不超过40字", "a paper's code has at most 40 characters").In(fault.Place{Field: "paper"})
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		told, files, err := s.papersOf(tx, c, scope, toApplication, file.Case)
		if err != nil {
			return err
		}
		if err := file.Check(len(files)); err != nil {
			return err
		}
		put := tx.PutAttachment
		if toApplication {
			put = tx.AddApplicationPaper
		}
		if err := put(&file); err != nil {
			return err
		}
		for i := range told {
			r := &told[i]
			if err := tx.Emit(event.Event{Kind: EventPaper, At: file.At, Orgs: []string{r.Org}, Subject: r.ID, Data: map[string]string{"number": numberOf(r.Number), "title": r.Title}}); err != nil {
				return err
			}
		}
		return tx.Audit(c.Entry(file.At, "application.attach", file.Case, map[string]string{"name": file.Name, "sha256": file.SHA256}))
	})
	return &file, err
}

// papersOf returns the files of what the caller adds one to, and whose banks are told.
func (s *Service) papersOf(tx Tx, c access.Caller, scope access.Scope, application bool, id string) (told []Referral, files []workflow.Attachment, err error) {
	if application {
		a, err := tx.Application(id, scope)
		if err != nil {
			return nil, nil, err
		}
		if a.State != Submitted && a.State != Accepted {
			return nil, nil, closed(a)
		}
		if told, _, err = tx.Referrals(ReferralFilter{Application: a.ID, Live: true, Oldest: true}, access.Scope{All: true}); err != nil {
			return nil, nil, err
		}
		files, err = tx.ApplicationPapers(id)
		return told, files, err
	}
	r, err := tx.Referral(id, scope)
	if err != nil {
		return nil, nil, err
	}
	if !r.Live() {
		return nil, nil, over()
	}
	if c.Org != r.Org {
		told = []Referral{*r}
	}
	files, err = tx.Attachments(id)
	return told, files, err
}

// File returns a file that somebody may see through a referral, to be opened by its
// hash: one of the referral, or one of its application while the bank deals with it.
//
// Errors: origination.not_found.
func (s *Service) File(ctx context.Context, scope access.Scope, referral, id string) (file *workflow.Attachment, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err := tx.Referral(referral, scope)
		if err != nil {
			return err
		}
		files, err := s.files(tx, r)
		if err != nil {
			return err
		}
		file, err = among(files, id)
		return err
	})
	return file, err
}

// among returns the file with an id. Errors: origination.not_found.
func among(files []workflow.Attachment, id string) (*workflow.Attachment, error) {
	i := slices.IndexFunc(files, func(f workflow.Attachment) bool { return f.ID == id })
	if i < 0 {
		return nil, missing()
	}
	return &files[i], nil
}

// files returns the files of r: its own and, while the bank deals with it, its
// application's, as if they were its own.
func (s *Service) files(tx Tx, r *Referral) ([]workflow.Attachment, error) {
	own, err := tx.Attachments(r.ID)
	if err != nil || !r.Live() {
		return own, err
	}
	all, err := tx.ApplicationPapers(r.Application)
	for i := range all {
		all[i].Case = r.ID
	}
	return append(all, own...), err
}

// OwnFile returns a file of an application for its firm. Errors:
// origination.not_found.
func (s *Service) OwnFile(ctx context.Context, scope access.Scope, application, id string) (file *workflow.Attachment, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Application(application, scope); err != nil {
			return err
		}
		files, err := tx.ApplicationPapers(application)
		if err != nil {
			return err
		}
		file, err = among(files, id)
		return err
	})
	return file, err
}
