package main

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/exchange"
	"changrong/internal/sim"
	simcity "changrong/internal/sim/city"
)

// started is a command that runs until stop.
type started struct {
	out, log spoken
	stop     context.CancelFunc
	ended    chan int
}

// start runs a command and waits until it says something; what matches is returned.
func start(t *testing.T, says string, args ...string) (*started, []string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &started{stop: stop, ended: make(chan int, 1)}
	go func() { s.ended <- run(ctx, args, &s.out, &s.log) }()
	want := regexp.MustCompile(says)
	for deadline := time.Now().Add(patience); ; {
		if m := want.FindStringSubmatch(s.out.String()); m != nil {
			return s, m
		}
		if time.Now().After(deadline) || len(s.ended) > 0 {
			t.Fatalf("%v says %q\n%s", args, s.out.String(), s.log.String())
		}
	}
}

func (s *started) end(t *testing.T) {
	t.Helper()
	s.stop()
	if code := <-s.ended; code != exitOK {
		t.Errorf("it ends with %d\n%s", code, s.log.String())
	}
}

// free returns an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ask sends a request and reads the answer, which must have a status.
func ask(t *testing.T, browser *http.Client, method, address string, in any, status int) []byte {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		t.Fatalf("%s %s: %s, %v\n%s", method, address, resp.Status, err, body)
	}
	return body
}

// TestTwoCommandsMakeAPlatformWithItsDepartments: an enterprise of the city signs in at
// the reference identity provider, and reads on the platform what every department has
// about it; a department that goes away is shown with its last answer, and is asked
// again when it is back.
func TestTwoCommandsMakeAPlatformWithItsDepartments(t *testing.T) {
	dir, platform := t.TempDir(), free(t)
	site, said := start(t, `参考部门服务：(http://\S+)\n控制开关：(http://\S+)\n接入平台：`,
		"departments", "--out", dir, "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--seed", "3", "--enterprises", "100", "--platform", "http://"+platform)
	defer site.end(t)
	control := said[2]
	serve, _ := start(t, `畅融已启动`, "serve", "--data", filepath.Join(dir, "data"), "--listen", platform, "--config", filepath.Join(dir, "platform.env"))
	defer serve.end(t)

	var firm simcity.Firm
	sim.City(3, 100).Firm(12, &firm)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	form := string(ask(t, browser, "GET", "http://"+platform+"/api/signin/zlb/start", nil, http.StatusOK))
	if !strings.Contains(form, "统一社会信用代码") {
		t.Fatalf("the identity provider shows %s", form)
	}
	var login string
	for _, f := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		if f[1] == "sp" {
			login = f[2]
		}
	}
	browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/m") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, said[1]+"/uc/sso/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.URL.RawQuery = url.Values{"appId": {"changrong-reference"}, "who": {firm.ID}, "sp": {html.UnescapeString(login)}}.Encode()
	resp, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close() //nolint:errcheck // the cookies are what matters

	var me struct {
		Org string `json:"org"`
	}
	if err := json.Unmarshal(ask(t, browser, "GET", "http://"+platform+"/api/session", nil, http.StatusOK), &me); err != nil {
		t.Fatal(err)
	}
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range catalogue.Datasets() {
		all = append(all, d.ID)
	}
	read := func(purpose exchange.Purpose) map[exchange.Outcome]int {
		t.Helper()
		var a exchange.Answer
		b := ask(t, browser, "POST", "http://"+platform+"/api/firm-data", exchange.Ask{Firm: firm.ID, Purpose: purpose, Datasets: all}, http.StatusOK)
		if err := json.Unmarshal(b, &a); err != nil {
			t.Fatal(err)
		}
		outcomes := map[exchange.Outcome]int{}
		for _, p := range a.Parts {
			outcomes[p.Outcome]++
			if p.Outcome == exchange.Asked && len(p.Records) == 0 || len(p.Findings) > 0 {
				t.Errorf("%s: %d records, %v", p.Dataset, len(p.Records), p.Findings)
			}
		}
		return outcomes
	}
	ask(t, http.DefaultClient, "PUT", control+"/tax", map[string]any{"mode": "down"}, http.StatusOK)
	if got := read(exchange.BenefitCheck); got[exchange.Asked] != len(all)-4 || got[exchange.Away] != 4 {
		t.Errorf("with the tax authority away: %v", got)
	}
	metrics := string(ask(t, http.DefaultClient, "GET", "http://"+platform+"/metrics", nil, http.StatusOK))
	if !strings.Contains(metrics, `changrong_department_paused{department="tax"} 1`) || !strings.Contains(metrics, `changrong_department_paused{department="court"} 0`) {
		t.Error("the metrics do not tell which department is paused")
	}
	ask(t, http.DefaultClient, "PUT", control+"/tax", map[string]any{"mode": "ok"}, http.StatusOK)
	if got := read(exchange.Prefill); got[exchange.Kept] != len(all)-4 {
		t.Errorf("a second time: %v", got)
	}
}

func TestConfigurationOfDepartmentsCanBePrinted(t *testing.T) {
	w := newWorld(t)
	text := w.accepts("departments", "--print-config", "--listen", "127.0.0.1:9", "--seed", "4").out
	if text != reference.Config(4, "http://127.0.0.1:9") {
		t.Errorf("it prints\n%s", text)
	}
	path := filepath.Join(t.TempDir(), "departments.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := departments.Open(path, departments.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.refuses(exitFailed, []string{"serve", "--data", "@d", "--listen", "127.0.0.1:0", "--departments", "@none.yaml"}, "pack.missing")
	for _, args := range [][]string{{"--enterprises", "0"}, {"--mode", "tax"}, {"--mode", "tax=odd"}, {"--mode", "customs=ok"}, {"--mode", "tax=slow:x"}} {
		w.refuses(exitUsage, append([]string{"departments", "--listen", "127.0.0.1:0", "--control", ""}, args...), "")
	}
}
