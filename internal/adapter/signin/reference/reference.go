// Package reference has servers that speak the protocols of identity providers in
// the ticket style of 浙里办 and the code style of 浙政钉, so that signing in through
// them works on one machine. They check what the real ones check: signatures,
// clocks, that a ticket or a code is good once.
package reference

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"changrong/internal/adapter/gateway"
	"changrong/internal/adapter/signin"
)

// Ticket is a provider in the style of 浙里办 with its gateway. Whoever opens its login
// page is Person.
type Ticket struct {
	AppID, AccessKey, SecretKey string
	Person                      string
	Now                         func() time.Time

	once once
}

// The addresses of Ticket.
const (
	TicketLogin = "/uc/sso/login"
	TicketToken = "/restapi/prod/IC33000020220329000007/uc/sso/access_token" //nolint:gosec // an address
	TicketUser  = "/restapi/prod/IC33000020220329000008/uc/sso/getUserInfo"
)

// once keeps what is good once, and for whom.
type once struct {
	mu    sync.Mutex
	known map[string]string
}

func (o *once) issue(person string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known == nil {
		o.known = map[string]string{}
	}
	s := rand.Text()
	o.known[s] = person
	return s
}

func (o *once) take(s string) (string, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	person, ok := o.known[s]
	delete(o.known, s)
	return person, ok
}

// ServeHTTP implements http.Handler.
func (t *Ticket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == TicketLogin {
		t.login(w, r)
		return
	}
	if why := (gateway.Key{Access: t.AccessKey, Secret: t.SecretKey}).Check(r, t.Now()); why != "" {
		http.Error(w, why, http.StatusUnauthorized)
		return
	}
	var in struct{ TicketID, AppID, Token string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil {
		http.Error(w, "bad body", http.StatusBadRequest)
		return
	}
	switch person, ok := t.once.take(in.TicketID + in.Token); {
	case !ok || r.URL.Path == TicketToken && in.AppID != t.AppID:
		answer(w, map[string]any{"success": false, "errCode": "3001", "errMsg": "ticket or token invalid"})
	case r.URL.Path == TicketToken:
		answer(w, map[string]any{"success": true, "data": map[string]string{"accessToken": t.once.issue(person)}})
	case r.URL.Path == TicketUser:
		answer(w, map[string]any{"success": true, "data": map[string]any{"personInfo": map[string]string{"userId": person}}})
	default:
		http.NotFound(w, r)
	}
}

// login sends the browser back at once.
func (t *Ticket) login(w http.ResponseWriter, r *http.Request) {
	sp := r.URL.Query().Get("sp")
	back, err := url.Parse(sp)
	if err != nil || r.URL.Query().Get("appId") != t.AppID {
		http.Error(w, "unknown application", http.StatusBadRequest)
		return
	}
	back.RawQuery = url.Values{"ticketId": {t.once.issue(t.Person)}, "redirectUrl": {sp}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound) //nolint:gosec // it sends people back to where they came from
}

// Code is a provider in the style of 浙政钉. Whoever opens its login page is Person.
type Code struct {
	AppKey, AppSecret string
	Person            string
	Now               func() time.Time

	codes, tokens, nonces once
}

// CodeLogin is the address of Code's login page.
const CodeLogin = "/oauth2/auth.htm"

// ServeHTTP implements http.Handler.
func (c *Code) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == CodeLogin {
		c.login(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad form", http.StatusBadRequest)
		return
	}
	if !c.signed(r) {
		answer(w, dingRefusal("signature"))
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /gettoken.json":
		if r.Form.Get("appkey") != c.AppKey || r.Form.Get("appsecret") != c.AppSecret {
			answer(w, dingRefusal("appkey"))
			return
		}
		answer(w, dingData(map[string]any{"accessToken": c.tokens.issue("server"), "expiresIn": 7200}))
	case "POST /rpc/oauth2/getuserinfo_bycode.json", "POST /rpc/oauth2/dingtalk_app_user.json":
		_, known := c.tokens.take(r.Form.Get("access_token"))
		person, ok := c.codes.take(r.Form.Get("code") + r.Form.Get("auth_code"))
		if !known || !ok {
			answer(w, dingRefusal("code"))
			return
		}
		answer(w, dingData(map[string]any{"accountId": json.Number(person), "nickNameCn": "某人"}))
	default:
		http.NotFound(w, r)
	}
}

// AuthCode returns a code as a page inside the application gets it.
func (c *Code) AuthCode() string { return c.codes.issue(c.Person) }

func (c *Code) login(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != c.AppKey {
		http.Error(w, "unknown application", http.StatusBadRequest)
		return
	}
	back.RawQuery = url.Values{"code": {c.codes.issue(c.Person)}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound) //nolint:gosec // it sends people back to where they came from
}

func (c *Code) signed(r *http.Request) bool {
	h := r.Header
	timestamp, nonce := h.Get("X-Hmac-Auth-Timestamp"), h.Get("X-Hmac-Auth-Nonce")
	at, err := time.Parse("2006-01-02T15:04:05.000-07:00", timestamp)
	want := signin.DingSignature(r.Method, timestamp, nonce, r.URL.Path, r.Form, c.AppSecret)
	if err != nil || c.Now().Sub(at).Abs() > gateway.Skew || len(nonce) != 17 || h.Get("apiKey") != c.AppKey || h.Get("X-Hmac-Auth-Version") != "1.0" {
		return false
	}
	c.nonces.mu.Lock()
	defer c.nonces.mu.Unlock()
	if c.nonces.known == nil {
		c.nonces.known = map[string]string{}
	}
	if _, again := c.nonces.known[nonce]; again {
		return false
	}
	c.nonces.known[nonce] = timestamp
	return subtle.ConstantTimeCompare([]byte(want), []byte(h.Get("X-Hmac-Auth-Signature"))) == 1
}

func dingData(data any) map[string]any {
	return map[string]any{"success": true, "content": map[string]any{"success": true, "responseCode": "0", "data": data}}
}

func dingRefusal(what string) map[string]any {
	return map[string]any{"success": true, "content": map[string]any{"success": false, "responseCode": "1", "responseMessage": "invalid " + what}}
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body) //nolint:errcheck // the caller has gone
}
