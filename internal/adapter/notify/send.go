package notify

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/mail"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// checkContact tells whether letters and messages may be sent to these.
//
// Errors: message.mail, message.phone.
func checkContact(address, phone string) error {
	if address != "" {
		a, err := mail.ParseAddress(address)
		if err != nil || a.Address != address || len(address) > maxMail || strings.ContainsAny(address, "\"\\ \r\n") {
			return fault.Invalidf("message.mail", "电子邮箱地址不正确", "not an e-mail address").In(fault.Place{Field: "mail"})
		}
	}
	if phone != "" && (len(phone) != 11 || phone[0] != '1' || strings.Trim(phone, "0123456789") != "") {
		return fault.Invalidf("message.phone", "手机号码须为11位数字", "a mobile number has 11 digits").In(fault.Place{Field: "phone"})
	}
	return nil
}

// SendMail carries out a MailJob. A message that has been read meanwhile is not mailed.
func (s *Service) SendMail(ctx context.Context, j event.Job) error {
	n, c, err := s.find(ctx, j.Payload)
	if err != nil || n == nil || n.Read > 0 || !c.Sure || s.Mailer == nil {
		return err
	}
	stop, err := s.stopURL(n.Account, n.Kind)
	if err != nil {
		return err
	}
	return s.Mailer.Send(ctx, Letter{
		ID: n.ID, To: c.Mail, Subject: "【畅融】" + n.Title, Stop: stop,
		Text: n.Title + "\n\n请登录平台查看：" + s.Public + n.Link + s.foot(),
	})
}

func (s *Service) foot() string {
	return "\n\n——\n本邮件由平台自动发出，请勿回复。选择接收哪些邮件：" + s.Public + "/me\n"
}

func (s *Service) stopURL(account, kind string) (string, error) {
	token, err := s.stopToken(account, kind)
	return s.Public + "/api/messages/stop?token=" + token, err
}

// find returns a message and where its reader can be reached; nil when it is gone,
// or its reader may not sign in any more.
func (s *Service) find(ctx context.Context, id string) (n *Message, c *Contact, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if n, err = tx.Message(id); err != nil {
			return err
		}
		if _, err = tx.Person(n.Account); err != nil {
			return err
		}
		c, err = tx.Contact(n.Account)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil, nil
	}
	return n, c, err
}

// SendText carries out a TextJob.
func (s *Service) SendText(ctx context.Context, j event.Job) error {
	n, c, err := s.find(ctx, j.Payload)
	if err != nil || n == nil || n.Read > 0 || c.Phone == "" || s.Texter == nil {
		return err
	}
	return s.Texter.Text(ctx, n.ID, c.Phone, "【畅融】"+n.Title)
}

// SendCode carries out a CodeJob.
func (s *Service) SendCode(ctx context.Context, j event.Job) error {
	account, text, _ := strings.Cut(j.Payload, " ")
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return fault.New(fault.Invalid, "message.job", "任务内容无法识别", "a job that cannot be read").Because(err)
	}
	code, err := s.Sealer.Open(sealed, "message.code "+account)
	if err != nil {
		return err
	}
	var c *Contact
	err = s.Store.Read(ctx, func(tx Tx) error {
		c, err = tx.Contact(account)
		return err
	})
	if err != nil || c.Code != s.Digest(string(code)) || s.Mailer == nil {
		return err // another code has been asked for since
	}
	return s.Mailer.Send(ctx, Letter{
		ID: "code-" + strconv.FormatInt(int64(c.SentAt), 10) + "-" + account, To: c.Mail, Subject: "【畅融】邮箱验证码",
		Text: "验证码：" + string(code) + "\n\n30分钟内有效。如非本人操作，请忽略本邮件。" + s.foot(),
	})
}

// AskDigests asks for the digest of today for everybody who has something late or
// unread since yesterday, once a day from half past eight on.
func (s *Service) AskDigests(ctx context.Context) error {
	if s.Mailer == nil {
		return nil
	}
	var people []Person
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		people, err = tx.People()
		return err
	})
	if err != nil {
		return err
	}
	now := s.Now()
	if now < civil.StartOf(now.Date())+digestAt {
		return nil
	}
	day := now.Date().String()
	return s.Store.Write(ctx, func(tx Tx) error {
		for _, p := range people {
			c, err := tx.Contact(p.Account)
			if err != nil {
				return err
			}
			mail, _, err := chosen(tx, p.Account, Digest, true, false)
			if err != nil {
				return err
			}
			if !mail || !c.Sure {
				continue
			}
			fresh, err := tx.DigestDue(p.Account, day)
			if err != nil {
				return err
			}
			if fresh {
				if err := tx.Enqueue(event.Job{Kind: DigestJob, Key: p.Account, Org: p.Org, Payload: p.Account + " " + day, At: now}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// digestAt is when of a day digests are asked for.
const digestAt = 8*civil.Hour + 30*civil.Minute

// maxLines is how many lines of each sort a digest has.
const maxLines = 20

// SendDigest carries out a DigestJob. Somebody with nothing late gets no letter.
func (s *Service) SendDigest(ctx context.Context, j event.Job) error {
	account, day, _ := strings.Cut(j.Payload, " ")
	var p *Person
	var c *Contact
	var unread []Message
	var total int
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		if p, err = tx.Person(account); err != nil {
			return err
		}
		if c, err = tx.Contact(account); err != nil {
			return err
		}
		if total, err = tx.CountUnread(account, s.Now()-civil.Day); err != nil || total == 0 {
			return err
		}
		unread, _, err = tx.Messages(account, true, maxLines, 0)
		return err
	})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	var late []Item
	if s.Late != nil {
		if late, err = s.Late(ctx, *p); err != nil {
			return err
		}
	}
	if len(late) == 0 && total == 0 || !c.Sure || s.Mailer == nil {
		return nil
	}
	stop, err := s.stopURL(account, Digest)
	if err != nil {
		return err
	}
	return s.Mailer.Send(ctx, Letter{
		ID: "digest-" + day + "-" + account, To: c.Mail, Stop: stop,
		Subject: fmt.Sprintf("【畅融】%s 待办提醒：逾期%d项，未读%d条", day, len(late), total),
		Text:    s.digest(late, unread, total) + s.foot(),
	})
}

func (s *Service) digest(late []Item, unread []Message, total int) string {
	var b strings.Builder
	if len(late) > 0 {
		fmt.Fprintf(&b, "已逾期 %d 项：\n", len(late))
		for _, it := range late[:min(len(late), maxLines)] {
			fmt.Fprintf(&b, "  · %s\n    %s%s\n", fault.Clip(it.Title), s.Public, it.Link)
		}
		b.WriteByte('\n')
	}
	if total > 0 {
		fmt.Fprintf(&b, "超过一天未读 %d 条，最近的提醒：\n", total)
		for _, n := range unread {
			fmt.Fprintf(&b, "  · %s\n    %s%s\n", n.Title, s.Public, n.Link)
		}
	}
	return strings.TrimRight(b.String(), "\n")
}
