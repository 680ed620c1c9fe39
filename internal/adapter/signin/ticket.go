package signin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/gateway"
	"changrong/internal/base/uscc"
)

// TicketConfig says where a provider in the style of 浙里办 is, and as whom to ask it.
// What an application is given at registration differs: the paths and the names of
// fields are settings.
type TicketConfig struct {
	ID, Title string
	LoginURL  string // where people sign in: …/uc/sso/login
	AppID     string
	Gateway   string // where the server asks: scheme and host
	TokenPath string // ticket to token
	UserPath  string // token to person
	AccessKey string
	SecretKey string
	Subject   string // field of the person that never changes; "": userId
	Person    string // field of the person's name; "": userName
	USCC      string // field of the enterprise's code; "": uniscid
	Firm      string // field of the enterprise's name; "": companyName
	Vouches   bool   // its word is taken for who acts for an enterprise
	Callback  string // the address of the operation finish-signin for this provider
	Now       func() time.Time
}

// Ticket is a provider in the style of 浙里办: the browser brings a ticket, which the
// server changes for a token, and the token for the person, through a gateway that
// wants each call signed.
type Ticket struct {
	config TicketConfig
	client *http.Client
}

// NewTicket returns a provider that has not been spoken to.
func NewTicket(c TicketConfig) *Ticket {
	c.Subject = cmp.Or(c.Subject, "userId")
	c.Person = cmp.Or(c.Person, "userName")
	c.USCC = cmp.Or(c.USCC, "uniscid")
	c.Firm = cmp.Or(c.Firm, "companyName")
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Ticket{config: c, client: newClient()}
}

// ID implements Provider.
func (t *Ticket) ID() string { return t.config.ID }

// Title implements Provider.
func (t *Ticket) Title() string { return t.config.Title }

// Start implements Provider. The state is in the address that the provider hands
// back.
func (t *Ticket) Start(_ context.Context, f *access.Flow) (string, error) {
	back, err := url.Parse(t.config.Callback)
	if err != nil {
		return "", strange(t.config.Title, err)
	}
	back.RawQuery = url.Values{"state": {f.State}}.Encode()
	to, err := url.Parse(t.config.LoginURL)
	if err != nil {
		return "", strange(t.config.Title, err)
	}
	to.RawQuery = url.Values{"appId": {t.config.AppID}, "sp": {back.String()}}.Encode()
	return to.String(), nil
}

// State implements Provider.
func (t *Ticket) State(a *Answer) *string {
	if a.State != "" {
		return &a.State
	}
	state := ""
	if u, err := url.Parse(a.Redirect); err == nil {
		state = u.Query().Get("state")
	}
	return &state
}

// gatewayAnswer is what the gateway answers.
type gatewayAnswer struct {
	Success bool            `json:"success"`
	Code    string          `json:"errCode"`
	Message string          `json:"errMsg"`
	Data    json.RawMessage `json:"data"`
}

// Finish implements Provider.
func (t *Ticket) Finish(ctx context.Context, _ *access.Flow, a *Answer) (*access.Visitor, error) {
	if a.Ticket == "" {
		return nil, refused(t.config.Title, errors.New("no ticket"))
	}
	var token struct {
		AccessToken string `json:"accessToken"`
	}
	if err := t.call(ctx, t.config.TokenPath, map[string]string{"ticketId": a.Ticket, "appId": t.config.AppID}, &token); err != nil {
		return nil, err
	}
	if token.AccessToken == "" {
		return nil, strange(t.config.Title, errors.New("no token"))
	}
	var person map[string]any
	if err := t.call(ctx, t.config.UserPath, map[string]string{"token": token.AccessToken}, &person); err != nil {
		return nil, err
	}
	return t.visitor(person)
}

// visitor reads who the gateway says has come. What it says of an enterprise without
// a code is strange where it vouches, and nothing where it does not.
func (t *Ticket) visitor(person map[string]any) (*access.Visitor, error) {
	c := &t.config
	v := &access.Visitor{Subject: textIn(person, c.Subject), Name: textIn(person, c.Person), Vouched: c.Vouches}
	if v.Subject == "" {
		return nil, strange(c.Title, errors.New("no "+c.Subject))
	}
	if c.Vouches {
		v.USCC, v.Firm = uscc.Normalize(textIn(person, c.USCC)), strings.TrimSpace(textIn(person, c.Firm))
		if v.USCC == "" && v.Firm != "" {
			return nil, strange(c.Title, errors.New("no "+c.USCC))
		}
	}
	return v, nil
}

// textIn returns a field that is text: here, or in what is said of the person or the
// legal person within; "" where it is not.
func textIn(said map[string]any, field string) string {
	if s, ok := said[field].(string); ok && s != "" {
		return s
	}
	for _, within := range []string{"personInfo", "legalPersonInfo"} {
		if part, ok := said[within].(map[string]any); ok {
			if s, ok := part[field].(string); ok && s != "" {
				return s
			}
		}
	}
	return ""
}

// call asks the gateway, signed, and reads the data of its answer.
func (t *Ticket) call(ctx context.Context, path string, in, data any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.config.Gateway+path, bytes.NewReader(body))
	if err != nil {
		return strange(t.config.Title, err)
	}
	req.Header.Set("Content-Type", "application/json")
	gateway.Key{Access: t.config.AccessKey, Secret: t.config.SecretKey}.Sign(req, t.config.Now())
	b, err := ask(t.client, t.config.Title, req)
	if err != nil {
		return err
	}
	var answer gatewayAnswer
	if err := json.Unmarshal(b, &answer); err != nil {
		return strange(t.config.Title, err)
	}
	if !answer.Success {
		return refused(t.config.Title, errors.New(answer.Code+" "+answer.Message))
	}
	if err := json.Unmarshal(answer.Data, data); err != nil {
		return strange(t.config.Title, err)
	}
	return nil
}
