package notify

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Service tells people what they have to know.
type Service struct {
	Store  Store
	Now    func() civil.Instant
	NewID  func() string
	Code   func() string              // a new code that a person can type
	Digest func(secret string) string // its hash
	Sealer Sealer
	Public string // how browsers address the platform: https://jr.example.com
	Mailer Mailer // nil: nothing is mailed
	Texter Texter // nil: no short messages
	// Late is what is late for somebody, as titles and places of the console; nil: nothing is known.
	Late func(ctx context.Context, p Person) ([]Item, error)
}

// Item is a line of a digest.
type Item struct {
	Title string
	Link  string
}

// Kinds of jobs.
const (
	MailJob   = "message.mail"
	TextJob   = "message.text"
	CodeJob   = "message.code"
	DigestJob = "message.digest"
)

// Digest is the kind by which people choose the daily digest.
const Digest = "digest"

// Limits.
const (
	maxMail   = 254 // bytes of an address
	maxTries  = 5   // wrong codes
	codeFor   = 30 * civil.Minute
	codeEvery = civil.Minute // between letters with a code
	keepFor   = 365 * civil.Day
	maxIDs    = 500
)

// Keep makes the messages of e, in the transaction of the relay that tells it.
func (s *Service) Keep(tx Tx, e event.Event) error {
	var fitting []*Rule
	for i := range rules {
		if rules[i].fits(&e) {
			fitting = append(fitting, &rules[i])
		}
	}
	if len(fitting) == 0 {
		return nil
	}
	people, err := whom(tx, fitting, &e)
	if err != nil {
		return err
	}
	for i := range people {
		p := &people[i]
		j := slices.IndexFunc(fitting, func(r *Rule) bool { return r.reaches(p, &e) })
		if j < 0 {
			continue
		}
		if err := s.tell(tx, p, fitting[j], &e); err != nil {
			return err
		}
	}
	return nil
}

// whom returns who may be reached by some rule: enterprises are many, and most events
// are for the people of one organisation.
func whom(tx Tx, rules []*Rule, e *event.Event) ([]Person, error) {
	if slices.ContainsFunc(rules, func(r *Rule) bool { return !r.Own }) {
		return tx.People()
	}
	if len(e.Orgs) == 0 {
		return nil, nil
	}
	return tx.PeopleOf(e.Orgs)
}

// tell makes p's message of e by r, and asks for what leaves the platform.
func (s *Service) tell(tx Tx, p *Person, r *Rule, e *event.Event) error {
	now := s.Now()
	n := &Message{ID: s.NewID(), Account: p.Account, Kind: e.Kind, Title: fill(r.Zh, e), Link: fill(r.Link, e), Event: e.ID, At: e.At}
	fresh, err := tx.AddMessage(n)
	if err != nil || !fresh || s.Mailer == nil && s.Texter == nil {
		return err
	}
	c, err := tx.Contact(p.Account)
	if err != nil {
		return err
	}
	mail, text, err := chosen(tx, p.Account, e.Kind, r.Mail, false)
	if err != nil {
		return err
	}
	ask := func(kind string) error {
		return tx.Enqueue(event.Job{Kind: kind, Key: n.ID, Org: p.Org, Payload: n.ID, At: now})
	}
	if s.Mailer != nil && mail && c.Sure {
		if err := ask(MailJob); err != nil {
			return err
		}
	}
	if s.Texter != nil && text && r.SMS && c.Phone != "" {
		return ask(TextJob)
	}
	return nil
}

// chosen returns what account has chosen for kind, mail and text where nothing.
func chosen(tx Tx, account, kind string, mail, text bool) (bool, bool, error) {
	choices, err := tx.Choices(account)
	if err != nil {
		return false, false, err
	}
	for _, c := range choices {
		if c.Kind == kind {
			return c.Mail, c.SMS, nil
		}
	}
	return mail, text, nil
}

// List returns somebody's messages, the newest first, how many there are of them,
// and how many are unread.
func (s *Service) List(ctx context.Context, account string, unread bool, limit, offset int) (ns []Message, total, open int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if ns, total, err = tx.Messages(account, unread, limit, offset); err != nil {
			return err
		}
		open, err = tx.CountUnread(account, s.Now()+civil.Day)
		return err
	})
	return ns, total, open, err
}

// Read notes that somebody has read messages; nil: all of them.
func (s *Service) Read(ctx context.Context, account string, ids []string) error {
	if len(ids) > maxIDs {
		return fault.Invalidf("message.too_many", "一次至多标记%d条", "at most %d at a time", maxIDs).In(fault.Place{Field: "ids"})
	}
	return s.Store.Write(ctx, func(tx Tx) error { return tx.ReadMessages(account, ids, s.Now()) })
}

// Settings are how somebody is told.
type Settings struct {
	Mail    string   `json:"mail"`
	Sure    bool     `json:"mail_confirmed"`
	Phone   string   `json:"phone"`
	Kinds   []Kind   `json:"kinds" doc:"what one may be told of"`
	Choices []Choice `json:"choices" doc:"what one has chosen; other kinds are as kinds says"`
}

// Settings returns how p is told.
func (s *Service) Settings(ctx context.Context, p *access.Principal) (out Settings, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		c, err := tx.Contact(p.Account)
		if err != nil {
			return err
		}
		out = Settings{Mail: c.Mail, Sure: c.Sure, Phone: c.Phone, Kinds: kinds(p.Roles)}
		out.Choices, err = tx.Choices(p.Account)
		return err
	})
	return out, err
}

// Choose keeps where and of what the caller wants to be told. A new address gets a
// letter with a code that confirms it.
//
// Errors: message.mail, message.phone, message.kind, message.code_sent.
func (s *Service) Choose(ctx context.Context, caller access.Caller, mail, phone string, choices []Choice) error {
	mail, phone = strings.TrimSpace(mail), strings.TrimSpace(phone)
	if err := checkContact(mail, phone); err != nil {
		return err
	}
	known := kinds(caller.Roles)
	for _, c := range choices {
		if !slices.ContainsFunc(known, func(k Kind) bool { return k.Kind == c.Kind }) {
			return fault.Invalidf("message.kind", "没有这种提醒", "there is no such kind").In(fault.Place{Field: "choices", Value: c.Kind})
		}
	}
	now, code := s.Now(), s.Code()
	return s.Store.Write(ctx, func(tx Tx) error {
		c, err := tx.Contact(caller.Account)
		if err != nil {
			return err
		}
		c.Phone = phone
		if mail == "" {
			*c = Contact{Account: c.Account, Phone: phone, SentAt: c.SentAt}
		} else if mail != c.Mail || !c.Sure {
			if now < c.SentAt+codeEvery {
				return fault.New(fault.Conflict, "message.code_sent", "验证码刚刚发出，请一分钟后再试", "a code has just been sent; try again in a minute")
			}
			*c = Contact{Account: c.Account, Phone: phone, Mail: mail, Code: s.Digest(code), CodeTil: now + codeFor, SentAt: now}
			if err := s.sendCode(tx, c, code, now); err != nil {
				return err
			}
		}
		if err := tx.PutContact(c); err != nil {
			return err
		}
		for _, choice := range choices {
			if err := tx.PutChoice(caller.Account, choice); err != nil {
				return err
			}
		}
		return tx.Audit(caller.Entry(now, "message.settings", caller.Account, nil))
	})
}

// sendCode asks for the letter with the code, which is sealed while it waits.
func (s *Service) sendCode(tx Tx, c *Contact, code string, now civil.Instant) error {
	if s.Mailer == nil {
		return fault.New(fault.Unavailable, "message.no_mail", "平台尚未配置邮件服务", "the platform cannot send e-mail yet")
	}
	sealed, err := s.Sealer.Seal([]byte(code), "message.code "+c.Account)
	if err != nil {
		return err
	}
	return tx.Enqueue(event.Job{Kind: CodeJob, Key: c.Account, Payload: c.Account + " " + base64.StdEncoding.EncodeToString(sealed), At: now})
}

// Confirm takes the code that was mailed to the caller's new address.
//
// Errors: message.code.
func (s *Service) Confirm(ctx context.Context, caller access.Caller, code string) error {
	now, wrong := s.Now(), false
	err := s.Store.Write(ctx, func(tx Tx) error {
		c, err := tx.Contact(caller.Account)
		if err != nil {
			return err
		}
		wrong = c.Code == "" || now >= c.CodeTil || c.Tries >= maxTries || c.Code != s.Digest(strings.TrimSpace(code))
		if wrong {
			c.Tries++
			return tx.PutContact(c)
		}
		c.Sure, c.Code, c.Tries = true, "", 0
		if err := tx.PutContact(c); err != nil {
			return err
		}
		return tx.Audit(caller.Entry(now, "message.mail_confirm", caller.Account, nil))
	})
	if err == nil && wrong {
		err = fault.Invalidf("message.code", "验证码不正确或已失效，请重新获取", "the code is wrong or no longer good; ask for another").In(fault.Place{Field: "code"})
	}
	return err
}

const stopPlace = "message.stop"

// stopToken names an account and a kind so that nobody else can make it up.
func (s *Service) stopToken(account, kind string) (string, error) {
	b, err := s.Sealer.Seal([]byte(account+"\n"+kind), stopPlace)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// Stop ends letters of a kind, by the token in one of them.
//
// Errors: message.token.
func (s *Service) Stop(ctx context.Context, c access.Caller, token string) error {
	bad := fault.New(fault.Invalid, "message.token", "退订链接无效", "the link to end letters is not good")
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return bad
	}
	plain, err := s.Sealer.Open(sealed, stopPlace)
	account, kind, ok := strings.Cut(string(plain), "\n")
	if err != nil || !ok {
		return bad
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		_, text, err := chosen(tx, account, kind, true, false)
		if err != nil {
			return err
		}
		if err := tx.PutChoice(account, Choice{Kind: kind, SMS: text}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "message.stop", account, map[string]string{"kind": kind}))
	})
}

// Sweep forgets messages that are older than a year.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepMessages(s.Now() - keepFor) })
}
