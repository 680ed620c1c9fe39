package signin

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"changrong/internal/access"
)

// CodeConfig says where a provider in the style of 浙政钉 is, and as whom to ask it.
type CodeConfig struct {
	ID, Title string
	LoginURL  string // where people scan a QR code: …/oauth2/auth.htm
	Base      string // where the server asks: scheme and host
	AppKey    string
	AppSecret string
	Address   string // of this server, as the platform wants to be told (X-Hmac-Auth-IP)
	MAC       string // X-Hmac-Auth-MAC
	Subject   string // field of the person that never changes; "": accountId
	Callback  string // the address of the operation finish-signin for this provider
	Now       func() time.Time
}

// Code is a provider in the style of 浙政钉: the browser brings a code, which the
// server changes for the person, with a token of its own. Each call is signed.
type Code struct {
	config CodeConfig
	client *http.Client
}

// NewCode returns a provider that has not been spoken to.
func NewCode(c CodeConfig) *Code {
	if c.Subject == "" {
		c.Subject = "accountId"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Code{config: c, client: newClient()}
}

// ID implements Provider.
func (c *Code) ID() string { return c.config.ID }

// Title implements Provider.
func (c *Code) Title() string { return c.config.Title }

// Start implements Provider.
func (c *Code) Start(_ context.Context, f *access.Flow) (string, error) {
	to, err := url.Parse(c.config.LoginURL)
	if err != nil {
		return "", strange(c.config.Title, err)
	}
	to.RawQuery = url.Values{
		"response_type": {"code"}, "client_id": {c.config.AppKey}, "redirect_uri": {c.config.Callback}, "scope": {"get_user_info"},
		"authType": {"QRCODE"}, "state": {f.State},
	}.Encode()
	return to.String(), nil
}

// State implements Provider.
func (c *Code) State(a *Answer) *string { return &a.State }

// Finish implements Provider.
func (c *Code) Finish(ctx context.Context, _ *access.Flow, a *Answer) (*access.Visitor, error) {
	path, form := "/rpc/oauth2/getuserinfo_bycode.json", url.Values{"code": {a.Code}}
	if a.AuthCode != "" {
		path, form = "/rpc/oauth2/dingtalk_app_user.json", url.Values{"auth_code": {a.AuthCode}}
	} else if a.Code == "" {
		return nil, refused(c.config.Title, errors.New("no code: "+a.Error))
	}
	var token struct {
		AccessToken string `json:"accessToken"`
	}
	if err := c.call(ctx, http.MethodGet, "/gettoken.json", url.Values{"appkey": {c.config.AppKey}, "appsecret": {c.config.AppSecret}}, &token); err != nil {
		return nil, err
	}
	if token.AccessToken == "" {
		return nil, strange(c.config.Title, errors.New("no token"))
	}
	form.Set("access_token", token.AccessToken)
	var person map[string]json.RawMessage
	if err := c.call(ctx, http.MethodPost, path, form, &person); err != nil {
		return nil, err
	}
	// Its ids are numbers in one edition and text in another.
	subject := strings.Trim(string(person[c.config.Subject]), `"`)
	if subject == "" || subject == "null" {
		return nil, strange(c.config.Title, errors.New("no "+c.config.Subject))
	}
	return &access.Visitor{Subject: subject}, nil
}

// dingAnswer is what the open platform answers.
type dingAnswer struct {
	Success bool `json:"success"`
	Content struct {
		Success bool            `json:"success"`
		Code    string          `json:"responseCode"`
		Message string          `json:"responseMessage"`
		Data    json.RawMessage `json:"data"`
	} `json:"content"`
}

// call asks the open platform, signed, and reads the data of its answer.
func (c *Code) call(ctx context.Context, method, path string, params url.Values, data any) error {
	address, body := c.config.Base+path, ""
	if method == http.MethodGet {
		address += "?" + params.Encode()
	} else {
		body = params.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return strange(c.config.Title, err)
	}
	now := c.config.Now()
	random, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		return err
	}
	timestamp, nonce := now.Format("2006-01-02T15:04:05.000-07:00"), fmt.Sprintf("%d%04d", now.UnixMilli(), random)
	for k, v := range map[string]string{
		"X-Hmac-Auth-Timestamp": timestamp, "X-Hmac-Auth-Version": "1.0", "X-Hmac-Auth-Nonce": nonce, "apiKey": c.config.AppKey,
		"X-Hmac-Auth-IP": c.config.Address, "X-Hmac-Auth-MAC": c.config.MAC,
		"X-Hmac-Auth-Signature": DingSignature(method, timestamp, nonce, path, params, c.config.AppSecret),
	} {
		req.Header.Set(k, v)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	b, err := ask(c.client, c.config.Title, req)
	if err != nil {
		return err
	}
	var answer dingAnswer
	if err := json.Unmarshal(b, &answer); err != nil {
		return strange(c.config.Title, err)
	}
	if !answer.Success || !answer.Content.Success {
		return refused(c.config.Title, errors.New(answer.Content.Code+" "+answer.Content.Message))
	}
	if err := json.Unmarshal(answer.Content.Data, data); err != nil {
		return strange(c.config.Title, err)
	}
	return nil
}
