package workflow

import (
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Case is something that passes from hand to hand.
type Case struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	Org     string        `json:"org"` // whose it is: the organisation that filed it
	Title   string        `json:"title"`
	Panel   []string      `json:"panel"` // roles that are heard at a joint stage
	Stage   Stage         `json:"stage"`
	Round   int64         `json:"round"`    // from 1
	Since   civil.Instant `json:"since_ms"` // when it came to this stage
	DueOn   civil.Date    `json:"due_on"`   // last day of the clock; never: none runs
	Left    int64         `json:"left"`     // working days that a stopped clock has left; -1: it is not stopped
	Amount  money.Fen     `json:"amount_fen"`
	Decided int64         `json:"decided"` // decisions made
	Version int64         `json:"version"`
}

// Late tells whether c should have been dealt with before on.
func (c *Case) Late(on civil.Date) bool { return on > c.DueOn }

// Paused tells whether c's clock is stopped.
func (c *Case) Paused() bool { return c.Left >= 0 }

// Decision is what somebody did to a case. It is never changed.
type Decision struct {
	ID     string        `json:"id"`
	Case   string        `json:"case"`
	Seq    int64         `json:"seq"` // within the case, from 1
	Round  int64         `json:"round"`
	Stage  Stage         `json:"stage"` // where the case stood
	Verb   Verb          `json:"verb"`
	To     Stage         `json:"to"`     // where it stood then
	Person string        `json:"person"` // account; "" the clock
	Name   string        `json:"name"`   // as it was then
	Org    string        `json:"org"`
	Role   string        `json:"role"` // the one that allowed it
	At     civil.Instant `json:"at_ms"`
	Reason string        `json:"reason"`
	Amount money.Fen     `json:"amount_fen"` // what the case came to after it
}

// free tells whether d decides nothing, so that its person still can.
func (d *Decision) free() bool { return d.Verb == Pause || d.Verb == Resume }

// Actor is who acts. The zero Actor is the clock.
type Actor struct {
	Person, Name, Org string
	Roles             []string
}

// Owner is a role, of one organisation or of any (""), that a case waits for.
type Owner struct {
	Role string `json:"role"`
	Org  string `json:"org"`
}

// Comment is a remark about a case, which decides nothing.
type Comment struct {
	ID     string        `json:"id"`
	Case   string        `json:"case"`
	Person string        `json:"person"`
	Name   string        `json:"name"`
	Org    string        `json:"org"`
	At     civil.Instant `json:"at_ms"`
	Text   string        `json:"text"`
	// Inside is for the authorities only, not for who filed the case.
	Inside bool `json:"inside"`
}

// Check tells whether c may be kept. Errors: workflow.comment.
func (c *Comment) Check() error {
	if n := utf8.RuneCountInString(strings.TrimSpace(c.Text)); n == 0 || n > maxComment {
		return fault.Invalidf("workflow.comment", "留言须为1至%d字", "a comment has 1 to %d characters", maxComment).In(fault.Place{Field: "text"})
	}
	return nil
}

// Attachment is a file that belongs to a case. What is in it lies apart, under its hash.
type Attachment struct {
	ID     string        `json:"id"`
	Case   string        `json:"case"`
	Paper  string        `json:"paper"` // which of the papers asked for it is; "" another
	Name   string        `json:"name"`
	Type   string        `json:"type"` // as its content shows: pdf, xlsx
	SHA256 string        `json:"sha256"`
	Size   int64         `json:"size"`
	Person string        `json:"person"`
	Org    string        `json:"org"`
	At     civil.Instant `json:"at_ms"`
	// Dropped is when somebody took it out again, 0 while it counts. The row and the
	// content stay.
	Dropped civil.Instant `json:"dropped_ms"`
}

// Check tells whether a may be kept beside n others.
//
// Errors: workflow.file_name, workflow.file_size, workflow.file_count.
func (a *Attachment) Check(n int) error {
	switch {
	case !goodName(a.Name):
		return fault.Invalidf("workflow.file_name", "文件名须为1至%d字，且不含路径或控制字符", "a file's name has 1 to %d characters, no path and no control characters", maxName).
			In(fault.Place{Field: "name", Value: fault.Clip(a.Name)})
	case a.Size <= 0 || a.Size > MaxFile:
		return fault.Invalidf("workflow.file_size", "附件不能为空，且不超过%d MB", "an attachment is not empty and has at most %d MB", MaxFile>>20).In(fault.Place{Field: "file"})
	case n >= maxFiles:
		return fault.Invalidf("workflow.file_count", "一个办件最多%d个附件", "a case has at most %d attachments", maxFiles)
	}
	return nil
}

func goodName(s string) bool {
	n := utf8.RuneCountInString(s)
	bad := strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|`, r) ||
			r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 // marks that turn the direction hide how a name ends
	})
	return n > 0 && n <= maxName && !bad && strings.Trim(s, ". ") != ""
}
