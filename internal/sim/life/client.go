package life

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
)

// Refusal is an answer of the platform that is no success.
type Refusal struct {
	Status int
	Code   string `json:"code"`
	Title  string `json:"title"`
	En     string `json:"en"`
	What   string // method and path
}

// Error implements error.
func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: %d %s %s (%s)", r.What, r.Status, r.Code, r.Title, r.En)
}

// Person is somebody with a browser.
type Person struct {
	Login, Name, Password string
	ID                    string // of the account
	Org                   string // id of the organisation
	Place                 string // its name
	ticket                string // credit code of the enterprise as which a provider vouches for who has no password
	base                  string
	away                  bool // the session has ended; the next call signs in again
	browser               *http.Client
}

// NewPerson returns somebody who has not signed in yet at the platform at base.
func NewPerson(base, login, name, password string) (*Person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Person{Login: login, Name: name, Password: password, base: base, browser: &http.Client{Jar: jar}}, nil
}

// SignIn begins a session.
func (p *Person) SignIn(ctx context.Context) error {
	if p.ticket != "" {
		return p.present(ctx)
	}
	return p.Call(ctx, "POST", "/api/session", map[string]string{"login": p.Login, "password": p.Password}, nil)
}

// Session returns the cookies of p's session as a browser sends them.
func (p *Person) Session() (string, error) {
	u, err := url.Parse(p.base)
	if err != nil {
		return "", err
	}
	r := http.Request{Header: http.Header{}}
	for _, c := range p.browser.Jar.Cookies(u) {
		r.AddCookie(c)
	}
	return r.Header.Get("Cookie"), nil
}

// Choose changes one's own password.
func (p *Person) Choose(ctx context.Context, password string) error {
	err := p.Call(ctx, "PUT", "/api/me/password", map[string]string{"old": p.Password, "password": password}, nil)
	if err == nil {
		p.Password = password
	}
	return err
}

// Call calls an operation with in as JSON and reads its answer into out.
//
// Errors: *Refusal, those of the connection.
func (p *Person) Call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	header := http.Header{}
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
		header.Set("Content-Type", "application/json")
	}
	return p.send(ctx, method, path, header, body, out)
}

func (p *Person) send(ctx context.Context, method, path string, header http.Header, body io.Reader, out any) error {
	if p.away {
		p.away = false
		if err := p.SignIn(ctx); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return err
	}
	req.Header = header
	resp, err := p.browser.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		r := &Refusal{Status: resp.StatusCode, What: method + " " + path}
		if json.Unmarshal(b, r) != nil {
			r.En = string(b[:min(len(b), 200)])
		}
		return r
	}
	if out == nil || len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, out)
}

// items reads a whole list.
func items[T any](ctx context.Context, p *Person, path string, query url.Values) ([]T, error) {
	var all []T
	for {
		q := url.Values{"limit": {"200"}, "offset": {fmt.Sprint(len(all))}}
		for k, v := range query {
			q[k] = v
		}
		var page struct {
			Items []T `json:"items"`
			Total int `json:"total"`
		}
		if err := p.Call(ctx, "GET", path+"?"+q.Encode(), nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if len(page.Items) == 0 || len(all) >= page.Total {
			return all, nil
		}
	}
}

// whole reads a list that comes in one piece.
func whole[T any](ctx context.Context, p *Person, path string) ([]T, error) {
	var page struct {
		Items []T `json:"items"`
	}
	err := p.Call(ctx, "GET", path, nil, &page)
	return page.Items, err
}

// Upload hands a file to the desk and returns the upload's id.
func (p *Person) Upload(ctx context.Context, name string, content []byte) (string, error) {
	var u struct {
		ID string `json:"id"`
	}
	if err := p.Call(ctx, "POST", "/api/uploads", map[string]any{"name": name, "size": len(content)}, &u); err != nil {
		return "", err
	}
	const part = 4 << 20
	for at := 0; at < len(content); at += part {
		piece := content[at:min(at+part, len(content))]
		sum := sha256.Sum256(piece)
		header := http.Header{
			"Content-Type":   {"application/octet-stream"},
			"Content-Digest": {"sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"},
		}
		path := fmt.Sprintf("/api/uploads/%s/chunk?offset=%d", u.ID, at)
		if err := p.send(ctx, "PUT", path, header, bytes.NewReader(piece), nil); err != nil {
			return "", err
		}
	}
	sum := sha256.Sum256(content)
	return u.ID, p.Call(ctx, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": hex.EncodeToString(sum[:])}, nil)
}
