package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"changrong/internal/adapter/notify"
	"changrong/internal/base/civil"
	"changrong/internal/server"
)

// tellFlags say how the platform reaches people and other systems.
type tellFlags struct {
	mail             notify.SMTP
	mailTLS, port    string
	textURL, textKey string
	allow            []string
}

// settings are those that stand in the environment or the file alone.
func (t *tellFlags) settings() map[string]*string {
	return map[string]*string{
		"SMTP_HOST": &t.mail.Host, "SMTP_PORT": &t.port, "SMTP_USER": &t.mail.User, "SMTP_PASSWORD": &t.mail.Password,
		"SMTP_FROM": &t.mail.From, "SMTP_TLS": &t.mailTLS, "SMS_URL": &t.textURL, "SMS_SECRET": &t.textKey,
	}
}

// fill puts them into the platform's configuration.
func (t *tellFlags) fill(c *server.Config) error {
	for _, text := range t.allow {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return usageError{fmt.Errorf("--webhook-allow 应为网段，如 10.9.0.0/16：%s", text)}
		}
		c.HookAllow = append(c.HookAllow, prefix)
	}
	if t.mail.Host != "" {
		if t.mail.From == "" || c.PublicURL == "" {
			return usageError{fmt.Errorf("发送邮件需要写明 %sSMTP_FROM 和 --public-url", envPrefix)}
		}
		switch t.mailTLS {
		case "", "starttls":
		case "implicit":
			t.mail.Implicit = true
		case "none":
			t.mail.Plain = true
		default:
			return usageError{fmt.Errorf("%sSMTP_TLS 应为 starttls、implicit 或 none：%s", envPrefix, t.mailTLS)}
		}
		if t.port != "" {
			n, err := strconv.ParseUint(t.port, 10, 16)
			if err != nil {
				return usageError{fmt.Errorf("%sSMTP_PORT 应为端口号：%s", envPrefix, t.port)}
			}
			t.mail.Port = int(n)
		}
		c.Mail = &t.mail
	}
	if t.textURL != "" {
		c.Texts = &notify.Gateway{
			URL: t.textURL, Secret: []byte(t.textKey), Client: http.DefaultClient,
			Now: func() civil.Instant { return civil.Instant(time.Now().UnixMilli()) },
		}
	}
	return nil
}
