// Package signin asks identity providers elsewhere who somebody is: any that speaks
// OpenID Connect (OIDC), those in the ticket style of 浙里办 (Ticket), and those in
// the code style of 浙政钉 (Code). A provider says under which of its own names it
// knows somebody (subject); whose account that is, an administrator has said (access.Identity).
// Nobody gets an account or a role by coming in this way, but who comes in for an
// enterprise from a provider that is trusted to have checked that (access.Visitor).
//
// A browser comes back for the sign-in that it began, once (access.Flow): it holds
// a secret in a cookie, and the state that went to the provider comes back with it.
package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"changrong/internal/access"
	"changrong/internal/base/fault"
)

// Provider is a place elsewhere that knows who somebody is.
type Provider interface {
	// ID is the provider's name in addresses and in identities: it never changes.
	ID() string
	// Title is its name for people.
	Title() string
	// Start returns where to send a browser.
	Start(context.Context, *access.Flow) (string, error)
	// State returns what of a browser's answer must be the flow's state; nil where this
	// provider does not hand it back.
	State(*Answer) *string
	// Finish returns who has come back, as the provider says.
	//
	// Errors: signin.refused, signin.unreachable, signin.answer.
	Finish(context.Context, *access.Flow, *Answer) (*access.Visitor, error)
}

// Answer is what a browser brings back from a provider.
type Answer struct {
	State    string
	Code     string // OIDC; 浙政钉 by QR code
	AuthCode string // 浙政钉 from inside the application
	Ticket   string // 浙里办
	Redirect string // 浙里办: the address that it was told, with the state in it
	Error    string // instead of a code
	Issuer   string // RFC 9207; "" not said
}

// patience is how long a provider may take to answer one question.
const patience = 10 * time.Second

// maxAnswer is how many bytes a provider's answer may have.
const maxAnswer = 1 << 20

// newClient returns a client for talking to a provider: it does not go elsewhere
// when told to, since what it sends is secret. It connects each time: people sign in
// so seldom that a connection kept for the next is often about to be closed by the other
// side, and what is lost with it, a ticket, is good once.
func newClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return &http.Client{Transport: t, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func refused(title string, cause error) error {
	return fault.Newf(fault.Forbidden, "signin.refused", "%s未确认您的身份，请重新登录", "%s did not say who you are", title).Because(cause)
}

func unreachable(title string, cause error) error {
	return fault.Newf(fault.Unavailable, "signin.unreachable", "%s暂时无法连接，请稍后再试", "%s cannot be reached", title).Because(cause)
}

func strange(title string, cause error) error {
	return fault.Newf(fault.Unavailable, "signin.answer", "%s的回答无法理解，请联系管理员", "%s gave an answer that nobody understands", title).Because(cause)
}

// ask sends a request and returns its answer, which must be of status 200.
func ask(client *http.Client, title string, req *http.Request) ([]byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, unreachable(title, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, unreachable(title, err)
	case len(b) > maxAnswer:
		return nil, strange(title, errors.New("too long"))
	case resp.StatusCode >= http.StatusInternalServerError:
		return nil, unreachable(title, errors.New(resp.Status))
	case resp.StatusCode != http.StatusOK:
		return nil, refused(title, fmt.Errorf("%s: %s", resp.Status, fault.Clip(string(b))))
	}
	return b, nil
}
