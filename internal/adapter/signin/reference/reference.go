// Package reference has servers that speak the protocols of identity providers in
// the ticket style of 浙里办 and the code style of 浙政钉, so that signing in through
// them works on one machine. They check what the real ones check: signatures,
// clocks, that a ticket or a code is good once.
package reference

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"time"

	"changrong/internal/adapter/gateway"
	"changrong/internal/adapter/signin"
)

// Person is somebody whom a provider knows, with the enterprise that he acts for.
type Person struct {
	ID, Name string
	USCC     string // "" of a citizen
	Firm     string
}

// Ticket is a provider in the style of 浙里办 with its gateway. Find returns who signs
// in as whom; its login page asks for that, but where Find knows somebody by "" it
// lets him in at once.
type Ticket struct {
	AppID, AccessKey, SecretKey string
	Find                        func(who string) (Person, bool)
	Now                         func() time.Time

	once once[Person]
}

// The addresses of Ticket.
const (
	TicketLogin = "/uc/sso/login"
	TicketToken = "/restapi/prod/IC33000020220329000007/uc/sso/access_token" //nolint:gosec // an address
	TicketUser  = "/restapi/prod/IC33000020220329000008/uc/sso/getUserInfo"
)

// once keeps what is good once, and for whom.
type once[T any] struct {
	mu    sync.Mutex
	known map[string]T
}

func (o *once[T]) issue(person T) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known == nil {
		o.known = map[string]T{}
	}
	s := rand.Text()
	o.known[s] = person
	return s
}

func (o *once[T]) take(s string) (T, bool) {
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
		answer(w, map[string]any{"success": true, "data": person.info()})
	default:
		http.NotFound(w, r)
	}
}

// info is what the gateway says of a person.
func (p *Person) info() map[string]any {
	info := map[string]any{"personInfo": map[string]string{"userId": p.ID, "userName": p.Name}}
	if p.USCC != "" {
		info["legalPersonInfo"] = map[string]string{"uniscid": p.USCC, "companyName": p.Firm}
	}
	return info
}

// page asks who signs in.
var page = template.Must(template.New("login").Parse(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>统一身份认证（参考）</title><h1>统一身份认证（参考）</h1><form>{{range $k, $v := .Keep}}<input type="hidden" name="{{$k}}" value="{{$v}}">{{end}}
<p><label>统一社会信用代码 <input name="who" value="{{.Who}}" required autofocus></label></p>{{if .Who}}<p role="alert">没有这个用户</p>{{end}}<p><button>登录</button></p></form></html>
`))

// login sends the browser back, with a ticket of whom it says it is.
func (t *Ticket) login(w http.ResponseWriter, r *http.Request) {
	sp := r.URL.Query().Get("sp")
	back, err := url.Parse(sp)
	if err != nil || r.URL.Query().Get("appId") != t.AppID {
		http.Error(w, "unknown application", http.StatusBadRequest)
		return
	}
	who := r.URL.Query().Get("who")
	person, ok := t.Find(who)
	if !ok {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		page.Execute(w, map[string]any{"Who": who, "Keep": map[string]string{"appId": t.AppID, "sp": sp}}) //nolint:errcheck // the caller has gone
		return
	}
	back.RawQuery = url.Values{"ticketId": {t.once.issue(person)}, "redirectUrl": {sp}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound) //nolint:gosec // it sends people back to where they came from
}

// Code is a provider in the style of 浙政钉. Whoever opens its login page is Person.
type Code struct {
	AppKey, AppSecret string
	Person            string
	Now               func() time.Time

	codes, tokens, nonces once[string]
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
