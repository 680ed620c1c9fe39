package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"

	"changrong/internal/base/fault"

	"github.com/wneessen/go-mail"
)

// SMTP sends letters by a mail server.
type SMTP struct {
	Host     string
	Port     int // 0: 587, or 465 with TLS from the start
	User     string
	Password string
	From     string      // address of the sender
	Implicit bool        // TLS from the start, instead of STARTTLS
	Plain    bool        // without TLS; for a server on the same machine
	TLS      *tls.Config // nil: the system's certificates
}

// sendTimeout is how long a letter may take.
const sendTimeout = 30 * time.Second

var _ Mailer = (*SMTP)(nil)

// Send implements Mailer.
//
// Errors: message.letter (the address or the letter is refused for good),
// message.mail_server (it may be taken later).
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	m := mail.NewMsg()
	err := errors.Join(m.FromFormat("畅融平台", s.From), m.To(l.To))
	if err != nil {
		return fault.New(fault.Invalid, "message.letter", "邮件地址不正确", "a bad address").Because(err)
	}
	m.Subject(strings.Join(strings.Fields(l.Subject), " "))
	_, domain, _ := strings.Cut(s.From, "@")
	m.SetMessageIDWithValue(l.ID + "@" + domain)
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	if l.Stop != "" {
		m.SetGenHeaderPreformatted("List-Unsubscribe", "<"+l.Stop+">")
		m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	c, err := s.client()
	if err != nil {
		return fault.New(fault.Unavailable, "message.mail_server", "邮件服务配置有误", "the mail server's settings are wrong").Because(err)
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		var refused *mail.SendError
		if errors.As(err, &refused) && !refused.IsTemp() && permanent(refused.Reason) {
			return fault.New(fault.Invalid, "message.letter", "邮件服务器拒收", "the mail server refuses the letter").Because(err)
		}
		return fault.New(fault.Unavailable, "message.mail_server", "邮件暂时发不出去", "the mail server does not take the letter now").Because(err)
	}
	return nil
}

// permanent tells whether a refusal is about the letter, not about the server.
func permanent(r mail.SendErrReason) bool {
	return r == mail.ErrSMTPRcptTo || r == mail.ErrSMTPData || r == mail.ErrSMTPDataClose
}

func (s *SMTP) client() (*mail.Client, error) {
	options := []mail.Option{mail.WithTimeout(sendTimeout), mail.WithTLSPolicy(mail.TLSMandatory), mail.WithPort(587)}
	switch {
	case s.Implicit:
		options = append(options, mail.WithSSL(), mail.WithPort(465))
	case s.Plain:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.Port != 0 {
		options = append(options, mail.WithPort(s.Port))
	}
	if s.TLS != nil {
		options = append(options, mail.WithTLSConfig(s.TLS))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthPlain), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return mail.NewClient(s.Host, options...)
}
