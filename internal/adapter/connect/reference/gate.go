package reference

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"changrong/internal/access/apikey"
	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/connect/national"
	"changrong/internal/adapter/gateway"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/base/civil"
)

// Gate checks who asks a department: one requester, with one secret.
type Gate struct {
	Scheme    connect.Scheme
	Requester string   // rid, access key or key id
	Secret    string   // appkey, secret key, or the secret of HMAC
	Services  []string // ids of services that the requester may ask, of NationalScheme
	Now       func() time.Time

	mu      sync.Mutex
	rolling map[string]rolling   // of NationalScheme, by service
	seen    map[string]time.Time // signatures, and until when they could be sent again
}

// rolling are the secrets of a service that hold for a while: the one given last, and
// the one before.
type rolling struct{ secret, old secret }

type secret struct {
	text string
	ends time.Time
}

// SecretFor is how long a secret of the key service holds.
const SecretFor = 30 * time.Minute

// maxBody is how many bytes a question may have.
const maxBody = 1 << 16

// Check tells why a request is not let in; "" when it is. The body is there to be read
// afterwards.
func (g *Gate) Check(r *http.Request) string {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return "body too long"
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	now := g.Now()
	switch g.Scheme {
	case connect.NationalScheme:
		return g.national(r.Header, now)
	case connect.GatewayScheme:
		if why := (gateway.Key{Access: g.Requester, Secret: g.Secret}).Check(r, now); why != "" {
			return why
		}
		return g.once(r.Header.Get("X-BG-HMAC-SIGNATURE"), now.Add(2*gateway.Skew))
	}
	return g.message(r, body, now)
}

// once lets a signature in once.
func (g *Gate) once(signature string, until time.Time) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.Now()
	if g.seen == nil {
		g.seen = map[string]time.Time{}
	}
	for s, end := range g.seen {
		if end.Before(now) {
			delete(g.seen, s)
		}
	}
	if _, again := g.seen[signature]; again {
		return "replayed"
	}
	g.seen[signature] = until
	return ""
}

func (g *Gate) national(h http.Header, now time.Time) string {
	service, at := h.Get(national.Service), h.Get(national.Time)
	if why := g.asker(h.Get(national.Requester), service, at, now); why != "" {
		return why
	}
	g.mu.Lock()
	r := g.rolling[service]
	g.mu.Unlock()
	for _, s := range []secret{r.secret, r.old} {
		if s.text != "" && now.Before(s.ends) && national.Signed(s.text, service, g.Requester, at, h.Get(national.Sign)) {
			return g.once(service+at+h.Get(national.Sign), now.Add(2*national.Skew))
		}
	}
	return "invalid sign"
}

// asker checks who asks for which service, and when.
func (g *Gate) asker(requester, service, at string, now time.Time) string {
	ms, err := strconv.ParseInt(at, 10, 64)
	switch {
	case requester != g.Requester || !slices.Contains(g.Services, service):
		return "unknown rid or sid"
	case err != nil || now.Sub(time.UnixMilli(ms)).Abs() > national.Skew:
		return "rtime out of range"
	}
	return ""
}

// Key answers for the platform's key service.
func (g *Gate) Key(w http.ResponseWriter, r *http.Request) {
	var in map[string]string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&in); err != nil {
		writeJSON(w, map[string]any{"code": "1", "msg": "bad request"})
		return
	}
	now, service, at := g.Now(), in[national.Service], in[national.Time]
	why := g.asker(in[national.Requester], service, at, now)
	if why == "" && !national.Signed(g.Secret, service, g.Requester, at, in[national.Sign]) {
		why = "invalid sign"
	}
	if why == "" {
		why = g.once("key"+service+at+in[national.Sign], now.Add(2*national.Skew))
	}
	if why != "" {
		writeJSON(w, map[string]any{"code": "1", "msg": why})
		return
	}
	text := rand.Text()
	sealed, err := national.Seal(g.Secret, text)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	ends := now.Add(SecretFor)
	g.mu.Lock()
	if g.rolling == nil {
		g.rolling = map[string]rolling{}
	}
	g.rolling[service] = rolling{secret{text, ends}, g.rolling[service].secret}
	g.mu.Unlock()
	writeJSON(w, map[string]any{"code": "0", "msg": "success", "data": map[string]any{"secret": sealed, "secretEndTime": strconv.FormatInt(ends.UnixMilli(), 10)}})
}

// Forget ends every secret that the key service has given.
func (g *Gate) Forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rolling = nil
}

func (g *Gate) message(r *http.Request, body []byte, now time.Time) string {
	s, err := httpsig.Parse(r.Header)
	if err != nil {
		return "no signature"
	}
	if s.KeyID != g.Requester {
		return "unknown keyid"
	}
	if err := s.Check(civil.Instant(now.UnixMilli()), httpsig.Covered(len(body) > 0, false)); err != nil {
		return "signature out of range"
	}
	if len(body) > 0 && r.Header.Get("Content-Digest") != httpsig.Digest(body) {
		return "wrong digest"
	}
	m := httpsig.Message{Method: r.Method, URL: &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}, Header: r.Header}
	if r.TLS != nil {
		m.URL.Scheme = "https"
	}
	if err := s.Verify(&m, &apikey.Key{Alg: apikey.HMAC}, []byte(g.Secret)); err != nil {
		return "wrong signature"
	}
	return g.once(s.Nonce, now.Add(2*time.Duration(httpsig.Window)*time.Millisecond))
}

// Secret is the secret of a reference department: it follows from the seed, so that a
// configuration can be printed before the server runs. It protects nothing.
func Secret(seed uint64, department string) string {
	return strings.ToLower(hex.EncodeToString(digest(seed, "secret", department)[:16]))
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the caller has gone
}
