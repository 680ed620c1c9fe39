package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// killsEnv says how often to kill the server on each database; without it a few
// times.
const killsEnv = "CHANGRONG_TEST_KILLS"

// killWorkload is something that people do while the server is killed. To add one:
// implement it, and add it to killWorkloads.
type killWorkload interface {
	// begin prepares on a platform that has its administrators.
	begin(t *testing.T, s *killSite)
	// act does something once. It is called again and again, by one goroutine, with
	// a server that may be gone at any moment; what was not acknowledged it has to do
	// again later.
	act(ctx context.Context, s *killSite)
	// settled tells whether everything is acknowledged and nothing is under way any
	// more; act is called until it is.
	settled(s *killSite) bool
	// check looks whether what was acknowledged is there, once.
	check(t *testing.T, s *killSite)
	// told looks whether what happened has been told, once; events are all that the
	// platform has kept.
	told(t *testing.T, events []store.Told)
}

var killWorkloads = map[string]func() killWorkload{
	"orgs":        func() killWorkload { return &killOrgs{acked: map[string]string{}} },
	"submissions": func() killWorkload { return &killSubmissions{} },
	"settlement":  func() killWorkload { return newKillSettlement() },
	"payment":     func() killWorkload { return newKillPayment() },
}

// killSite is the platform as its users see it.
type killSite struct {
	town *killTown
	mu   sync.Mutex
	url  string // of the server that runs now

	system, security *killPerson
}

func (s *killSite) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// killPerson is somebody with a browser.
type killPerson struct {
	site            *killSite
	login, password string
	code            string // of the last refusal
	browser         *http.Client
}

func (s *killSite) person() *killPerson {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // of options, and there are none
	}
	return &killPerson{site: s, browser: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// unsure is the status of a request that was sent again while another server may
// still be carrying it out: whether it was is found out by looking.
const unsure = 1

// call makes a request; 0 is the status when the server is gone, callers are too many,
// or the session had ended.
func (p *killPerson) call(ctx context.Context, method, path, key string, in, out any) (status int) {
	var body io.Reader
	kind := "application/json"
	switch in := in.(type) {
	case nil:
	case []byte:
		body, kind = bytes.NewReader(in), "application/octet-stream"
	default:
		b, err := json.Marshal(in)
		if err != nil {
			panic(err) // the tests' own
		}
		body = bytes.NewReader(b)
	}
	p.code = ""
	req, err := http.NewRequestWithContext(ctx, method, p.site.address()+path, body)
	if err != nil {
		return 0
	}
	if b, ok := in.([]byte); ok {
		sum := sha256.Sum256(b)
		req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := p.browser.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	var problem struct{ Code string }
	if err == nil && resp.StatusCode >= 400 && json.Unmarshal(b, &problem) == nil {
		p.code = problem.Code
	}
	switch {
	case err != nil || resp.StatusCode < 300 && len(b) > 0 && out != nil && json.Unmarshal(b, out) != nil:
		return 0
	case resp.StatusCode == http.StatusTooManyRequests:
		<-time.After(100 * time.Millisecond)
		return 0
	case p.code == "once.in_progress":
		<-time.After(50 * time.Millisecond)
		return unsure
	case resp.StatusCode == http.StatusUnauthorized && path != "/api/session" && p.login != "":
		p.call(ctx, "POST", "/api/session", "", map[string]string{"login": p.login, "password": p.password}, nil)
		return 0
	}
	return resp.StatusCode
}

// do makes a request that has to succeed.
func (p *killPerson) do(t *testing.T, method, path string, in, out any) {
	t.Helper()
	status := 0
	var answer json.RawMessage
	for range 3 {
		if status = p.call(t.Context(), method, path, "", in, &answer); status != 0 {
			break
		}
	}
	if status/100 != 2 {
		t.Fatalf("%s %s: %d", method, path, status)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

// figure reads a metric, 1 when it cannot be read.
func (s *killSite) figure(name string) (n int) {
	resp, err := http.Get(s.address() + "/metrics")
	if err != nil {
		return 1
	}
	defer resp.Body.Close()
	found := false
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		what, value, _ := strings.Cut(lines.Text(), " ")
		if what, _, _ = strings.Cut(what, "{"); what == name {
			x, err := strconv.Atoi(value)
			if n, found = n+x, true; err != nil {
				return 1
			}
		}
	}
	if !found {
		return 1
	}
	return n
}

// retryJobs does what whoever looks after the platform does: jobs that the server
// died with too often are begun again by hand.
func (p *killPerson) retryJobs(ctx context.Context, kind string) (n int) {
	var list struct{ Items []struct{ ID string } }
	p.call(ctx, "GET", "/api/jobs?state=failed&kind="+kind, "", nil, &list)
	for _, j := range list.Items {
		if p.call(ctx, "POST", "/api/jobs/"+j.ID+"/retry", "", nil, nil)/100 == 2 {
			n++
		}
	}
	return n
}

// download reads a file.
func (p *killPerson) download(t *testing.T, path string) []byte {
	t.Helper()
	resp, err := p.browser.Get(p.site.address() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d, %v", path, resp.StatusCode, err)
	}
	return b
}

// must reads what has to be there, as soon as callers are not too many.
func (p *killPerson) must(t *testing.T, path string, out any) {
	t.Helper()
	status := 0
	for range 300 {
		if status = p.call(t.Context(), "GET", path, "", nil, out); status != 0 {
			break
		}
	}
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d", path, status)
	}
}

// killList reads a whole list.
func killList[T any](t *testing.T, p *killPerson, path string) (all []T) {
	t.Helper()
	for {
		var page struct {
			Items []T
			Total int
		}
		p.must(t, fmt.Sprintf("%slimit=200&offset=%d", path, len(all)), &page)
		all = append(all, page.Items...)
		if len(page.Items) == 0 || len(all) >= page.Total {
			return all
		}
	}
}

// killServer is the program as a process.
type killServer struct {
	cmd *exec.Cmd
	log *bytes.Buffer
}

// startServer starts the program and waits until it says where it is.
func startServer(t *testing.T, program, data, database string, s *killSite, more ...string) *killServer {
	t.Helper()
	args := append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--webhook-allow", "127.0.0.0/8"}, more...)
	if database != "" {
		args = append(args, "--database", database)
	}
	k := &killServer{cmd: exec.Command(program, args...), log: &bytes.Buffer{}}
	k.cmd.Env = append(os.Environ(), "CHANGRONG_BEGIN_CODE=begin-here")
	if s.town != nil {
		k.cmd.Env = append(k.cmd.Env, "SSL_CERT_FILE="+s.town.certificate)
	}
	k.cmd.Stderr = k.log
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "畅融已启动："); ok {
			s.mu.Lock()
			s.url = url
			s.mu.Unlock()
			go io.Copy(io.Discard, out) //nolint:errcheck // it ends with the process
			return k
		}
	}
	k.cmd.Process.Kill() //nolint:errcheck // it has ended
	k.cmd.Wait()         //nolint:errcheck // what it said is told
	t.Fatalf("the server did not start:\n%s", k.log)
	return nil
}

// kill ends the process as a power cut would.
func (k *killServer) kill(t *testing.T) {
	t.Helper()
	if err := k.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := k.cmd.Wait(); !errors.As(err, &exit) {
		t.Errorf("killed: %v", err)
	}
	if strings.Contains(k.log.String(), "panic") {
		t.Errorf("the server panicked:\n%s", k.log)
	}
}

// stop ends the process as systemd does.
func (k *killServer) stop(t *testing.T) {
	t.Helper()
	if err := k.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("stopped: %v\n%s", err, k.log)
	}
}

func TestKilledServersLoseNothingAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the program; the long way does it")
	}
	kills := 5
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	program := filepath.Join(t.TempDir(), "changrong")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d kills on each database", seed, kills)
	chance := rand.New(rand.NewPCG(seed, 0))
	town := newKillTown(t, program)
	for name, database := range map[string]string{"sqlite": "", "postgres": pgtest.Start(t)} {
		t.Run(name, func(t *testing.T) {
			data, s := filepath.Join(t.TempDir(), "data"), &killSite{town: town}
			town.restore(t, program, data, database)
			k := startServer(t, program, data, database, s)
			s.system, s.security = s.known(t, "sys.one"), s.known(t, "sec.one")
			loads := map[string]killWorkload{}
			for name, make := range killWorkloads {
				loads[name] = make()
				loads[name].begin(t, s)
			}
			for range kills {
				actUntilKilled(t, s, loads, k, killAfter(chance))
				k = startServer(t, program, data, database, s)
			}
			bringToRest(t, s, loads)
			for name, w := range loads {
				t.Run(name, func(t *testing.T) { w.check(t, s) })
			}
			k.stop(t)
			out, err := exec.Command(program, "audit", "verify", "--data", data, "--database", database).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "校验通过") {
				t.Errorf("the audit log: %v\n%s", err, out)
			}
			events := keptEvents(t, data, database)
			for name, w := range loads {
				t.Run(name+" told", func(t *testing.T) { w.told(t, events) })
			}
		})
	}
}

// killAfter is how long a server lives: not long enough for what takes long, but for
// every fourth.
func killAfter(chance *rand.Rand) time.Duration {
	most := 400
	if chance.IntN(4) == 0 {
		most = 2000
	}
	return time.Duration(chance.IntN(most)) * time.Millisecond
}

// keptEvents reads every event that a platform has kept.
func keptEvents(t *testing.T, data, database string) (events []store.Told) {
	t.Helper()
	if database == "" {
		database = filepath.Join(data, "changrong.db")
	}
	db, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Read(t.Context(), func(tx *store.Tx) error {
		events, err = tx.EventsAfter(0, 1<<30)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return events
}

// actUntilKilled lets everybody act for some time, and kills the server while they do.
func actUntilKilled(t *testing.T, s *killSite, loads map[string]killWorkload, k *killServer, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, w := range loads {
		all.Go(func() {
			for ctx.Err() == nil {
				w.act(ctx, s)
			}
		})
	}
	<-time.After(d)
	k.kill(t)
	cancel()
	all.Wait()
}

// bringToRest lets everybody act until everything is acknowledged and done.
func bringToRest(t *testing.T, s *killSite, loads map[string]killWorkload) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	var all sync.WaitGroup
	for name, w := range loads {
		all.Go(func() {
			for !w.settled(s) {
				if ctx.Err() != nil {
					t.Errorf("%s is not settled", name)
					return
				}
				w.act(ctx, s)
			}
		})
	}
	all.Wait()
}
