package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"changrong/internal/server"
)

// reply is what a request was answered, beside the body.
type reply struct {
	StatusCode int
	Header     http.Header
}

// ask makes a GET request with some headers.
func ask(t *testing.T, url string, header ...string) (reply, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header}, string(b)
}

func TestConsoleIsServed(t *testing.T) {
	script := strings.Repeat("export const a = 1;\n", 200)
	c, err := server.NewConsole(fstest.MapFS{
		"index.html":           {Data: []byte("<title>畅融</title>")},
		"m.html":               {Data: []byte("<title>手机</title>")},
		"assets/main-abc12.js": {Data: []byte(script)},
		"mark.svg":             {Data: []byte("<svg/>")},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(c)
	defer h.Close()
	for _, x := range []struct {
		path, kind, cache, body string
		status                  int
	}{
		{"/", "text/html; charset=utf-8", "no-cache", "畅融", 200},
		{"/claims/123", "text/html; charset=utf-8", "no-cache", "畅融", 200},
		{"/assets/main-abc12.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export", 200},
		{"/mark.svg", "image/svg+xml", "no-cache", "<svg/>", 200},
		{"/m", "text/html; charset=utf-8", "no-cache", "手机", 200},
		{"/m/scan/v1.abc.x", "text/html; charset=utf-8", "no-cache", "手机", 200},
		{"/messages", "text/html; charset=utf-8", "no-cache", "畅融", 200},
		{"/c/v1.abc.x", "text/html; charset=utf-8", "no-cache", "手机", 200}, // by way of /m/scan
		{"/assets/gone-123.js", "text/plain; charset=utf-8", "", "not found", 404},
		{"/gone.png", "text/plain; charset=utf-8", "", "not found", 404},
		{"/../../etc/passwd", "text/html; charset=utf-8", "no-cache", "畅融", 200},
		{"/%2e%2e/%2e%2e/etc/passwd.txt", "text/plain; charset=utf-8", "", "not found", 404},
	} {
		resp, body := ask(t, h.URL+x.path)
		if resp.StatusCode != x.status || resp.Header.Get("Content-Type") != x.kind || resp.Header.Get("Cache-Control") != x.cache || !strings.Contains(body, x.body) {
			t.Errorf("%s: %d %q %q %.40q", x.path, resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), body)
		}
		if tag := resp.Header.Get("ETag"); tag != "" {
			if again, body := ask(t, h.URL+x.path, "If-None-Match", tag); again.StatusCode != http.StatusNotModified || body != "" {
				t.Errorf("%s again: %d", x.path, again.StatusCode)
			}
		}
	}
	resp, body := ask(t, h.URL+"/assets/main-abc12.js", "Accept-Encoding", "br;q=0.9, gzip")
	if resp.Header.Get("Content-Encoding") != "gzip" || len(body) > len(script)/5 {
		t.Errorf("packed: %q, %d bytes of %d", resp.Header.Get("Content-Encoding"), len(body), len(script))
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != script {
		t.Errorf("unpacked: %d bytes, %v", len(b), err)
	}
	if resp, _ := ask(t, h.URL+"/assets/main-abc12.js", "Accept-Encoding", "gzip;q=0"); resp.Header.Get("Content-Encoding") != "" {
		t.Error("packed for who does not want it")
	}
	if resp, err := http.Post(h.URL+"/", "text/plain", nil); err != nil || resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("posted to: %v %v", resp, err)
	} else {
		resp.Body.Close() //nolint:errcheck // it has served
	}
}

func TestProgramWithoutConsoleSaysSo(t *testing.T) {
	c, err := server.NewConsole(fstest.MapFS{"robots.txt": {Data: []byte("x")}}, []byte("make web"))
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(c)
	defer h.Close()
	if resp, body := ask(t, h.URL+"/anything"); resp.StatusCode != http.StatusOK || body != "make web" {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
}

// record is a log that can be read while it is written.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

func TestEveryAnswerIsGuardedAndNoted(t *testing.T) {
	var log record
	w := open(t, server.Config{PublicURL: "https://jr.example.cn", Log: slog.New(slog.NewJSONHandler(&log, nil))})
	for _, path := range []string{"/", "/api/platform", "/api/nothing", "/healthz", "/assets/none.js", "/c/TOKENSECRET.x", "/m/scan/TOKENSECRET", "/api/scan/TOKENSECRET.y"} {
		resp, _ := ask(t, w.url+path+"?name=张三", "Cookie", "changrong_session=verysecret", "User-Agent", "Agent-X")
		h := resp.Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'self'") || strings.Contains(h.Get("Content-Security-Policy"), "script-src 'unsafe") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" || h.Get("Strict-Transport-Security") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
		if !strings.Contains(log.String(), `"id":"`+h.Get("X-Request-Id")+`"`) {
			t.Errorf("%s is not in the log", path)
		}
	}
	for _, secret := range []string{"张三", "%E5%BC%A0", "verysecret", "TOKENSECRET", "Agent-X", "127.0.0.1"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

func TestMetricsAreForTheMachineAlone(t *testing.T) {
	w := open(t, server.Config{})
	ask(t, w.url+"/api/platform")
	resp, body := ask(t, w.url+"/metrics")
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("metrics: %d", resp.StatusCode)
	}
	for _, want := range []string{
		`changrong_database_up 1`, `changrong_jobs{state="stuck"} 0`, `changrong_requests_total{method="GET",route="/api/platform",status="200"} 1`,
		`changrong_request_seconds_count{route="/api/platform"} 1`, `changrong_request_seconds_bucket{route="/api/platform",le="+Inf"} 1`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("there is no %s in\n%s", want, body)
		}
	}
	form := regexp.MustCompile(`^(# (HELP|TYPE) .*|[a-z_]+(\{[^{}]*\})? [0-9.e+-]+)$`)
	for line := range strings.SplitSeq(strings.TrimSpace(body), "\n") {
		if !form.MatchString(line) {
			t.Errorf("the line %q is none of Prometheus", line)
		}
	}
	if resp, _ := ask(t, w.url+"/metrics", "X-Forwarded-For", "203.0.113.7"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("by way of a proxy: %d", resp.StatusCode)
	}
}

func TestConnectionsAreLimited(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	limited := server.Limit(l, 2)
	var wg sync.WaitGroup
	accepted := make(chan net.Conn, 3)
	wg.Go(func() {
		for {
			c, err := limited.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	})
	for range 3 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first, second := <-accepted, <-accepted
	select {
	case <-accepted:
		t.Error("a third connection was taken")
	case <-time.After(50 * time.Millisecond):
	}
	first.Close() //nolint:errcheck // it has served
	first.Close() //nolint:errcheck // twice gives back one place
	third := <-accepted
	second.Close() //nolint:errcheck // it has served
	third.Close()  //nolint:errcheck // it has served
	if err := limited.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}
