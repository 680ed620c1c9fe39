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

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/postgres/pgtest"
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
}

var killWorkloads = map[string]func() killWorkload{
	"orgs":        func() killWorkload { return &killOrgs{acked: map[string]string{}} },
	"submissions": func() killWorkload { return &killSubmissions{} },
}

// killSite is the platform as its users see it.
type killSite struct {
	mu  sync.Mutex
	url string // of the server that runs now

	system, security *killPerson
}

func (s *killSite) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// killPerson is somebody with a browser.
type killPerson struct {
	site    *killSite
	browser *http.Client
}

func (s *killSite) person() *killPerson {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // of options, and there are none
	}
	return &killPerson{s, &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// unsure is the status of a request that was sent again while another server may
// still be carrying it out: whether it was is found out by looking.
const unsure = 1

// call makes a request; 0 is the status when the server is gone or callers are too
// many.
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
	switch {
	case err != nil || resp.StatusCode < 300 && out != nil && json.Unmarshal(b, out) != nil:
		return 0
	case resp.StatusCode == http.StatusTooManyRequests:
		<-time.After(100 * time.Millisecond)
		return 0
	case bytes.Contains(b, []byte(`"once.in_progress"`)):
		return unsure
	}
	return resp.StatusCode
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

// killServer is the program as a process.
type killServer struct {
	cmd *exec.Cmd
	log *bytes.Buffer
}

// startServer starts the program and waits until it says where it is.
func startServer(t *testing.T, program, data, database string, s *killSite) *killServer {
	t.Helper()
	args := []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}
	if database != "" {
		args = append(args, "--database", database)
	}
	k := &killServer{cmd: exec.Command(program, args...), log: &bytes.Buffer{}}
	k.cmd.Env = append(os.Environ(), "CHANGRONG_BEGIN_CODE=begin-here")
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
	for name, database := range map[string]string{"sqlite": "", "postgres": pgtest.Start(t)} {
		t.Run(name, func(t *testing.T) {
			data, s := t.TempDir(), &killSite{}
			k := startServer(t, program, data, database, s)
			s.begin(t)
			loads := map[string]killWorkload{}
			for name, make := range killWorkloads {
				loads[name] = make()
				loads[name].begin(t, s)
			}
			for range kills {
				actUntilKilled(t, s, loads, k, time.Duration(chance.IntN(400))*time.Millisecond)
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
		})
	}
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
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
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

// begin makes the first administrators and signs them in.
func (s *killSite) begin(t *testing.T) {
	t.Helper()
	s.system, s.security = s.person(), s.person()
	first := map[string]any{
		"org": "平台运维组", "code": "begin-here",
		"system":   map[string]string{"login": "sys.one", "name": "王一", "password": "Zhe-Jiang 2021"},
		"security": map[string]string{"login": "sec.one", "name": "王二", "password": "Zhe-Jiang 2022"},
	}
	if status := s.system.call(t.Context(), "POST", "/api/platform", "", first, nil); status != http.StatusNoContent {
		t.Fatalf("the first administrators: %d", status)
	}
	for p, in := range map[*killPerson]map[string]string{
		s.system:   {"login": "sys.one", "password": "Zhe-Jiang 2021"},
		s.security: {"login": "sec.one", "password": "Zhe-Jiang 2022"},
	} {
		p.signIn(t, in["login"], in["password"])
	}
	s.security.choose(t, "Zhe-Jiang 2022", "Zhe-Jiang 2023")
}

func (p *killPerson) signIn(t *testing.T, login, password string) {
	t.Helper()
	if status := p.call(t.Context(), "POST", "/api/session", "", map[string]string{"login": login, "password": password}, nil); status != http.StatusOK {
		t.Fatalf("%s signs in: %d", login, status)
	}
}

func (p *killPerson) choose(t *testing.T, old, password string) {
	t.Helper()
	if status := p.call(t.Context(), "PUT", "/api/me/password", "", map[string]string{"old": old, "password": password}, nil); status/100 != 2 {
		t.Fatalf("a new password: %d", status)
	}
}

// hire makes an account in an organisation.
func (s *killSite) hire(t *testing.T, org, login, role string) *killPerson {
	t.Helper()
	var made struct {
		ID      string `json:"id"`
		Version int64  `json:"version"`
		OneTime string `json:"one_time"`
	}
	if status := s.system.call(t.Context(), "POST", "/api/accounts", "", map[string]any{"login": login, "name": "某人", "org": org}, &made); status/100 != 2 {
		t.Fatalf("an account: %d", status)
	}
	if status := s.security.call(t.Context(), "PUT", "/api/accounts/"+made.ID+"/roles", "", map[string]any{"version": made.Version, "roles": []string{role}}, nil); status/100 != 2 {
		t.Fatalf("its role: %d", status)
	}
	p := s.person()
	p.signIn(t, login, made.OneTime)
	p.choose(t, made.OneTime, "Zhe-Jiang 2024")
	return p
}

// killOrgs adds organisations, and sends each request again with its key until it
// is answered.
type killOrgs struct {
	n       int
	key     string            // of the request that was not answered; "" none
	again   int               // requests that were sent again
	acked   map[string]string // name to id
	unknown int               // of them, that had been done
	unsure  int               // of them, that may have been
}

func (w *killOrgs) begin(*testing.T, *killSite) {}

func (w *killOrgs) act(ctx context.Context, s *killSite) {
	if w.key == "" {
		w.n++
		w.key = crypto.NewID()
	} else {
		w.again++
	}
	name := fmt.Sprintf("第%d机构", w.n)
	var made struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	switch status := s.system.call(ctx, "POST", "/api/orgs", w.key, map[string]string{"kind": "bank", "name": name}, &made); {
	case status/100 == 2:
		w.acked[name], w.key = made.ID, ""
	case status == http.StatusConflict: // it was done, and the answer is gone
		w.acked[name], w.key = "", ""
		w.unknown++
	case status == unsure:
		w.key = ""
		w.unsure++
	}
}

func (w *killOrgs) settled(*killSite) bool { return w.key == "" && w.n > 0 }

func (w *killOrgs) check(t *testing.T, s *killSite) {
	found := map[string]string{}
	total := 1
	for len(found) < total {
		var page struct {
			Items []struct{ ID, Name string }
			Total int
		}
		s.system.must(t, fmt.Sprintf("/api/orgs?limit=200&offset=%d", len(found)), &page)
		if total = page.Total; len(page.Items) == 0 {
			break
		}
		for _, o := range page.Items {
			if found[o.Name] != "" {
				t.Errorf("%s is there twice", o.Name)
			}
			found[o.Name] = o.ID
		}
	}
	missing := 0
	for name, id := range w.acked {
		if found[name] == "" || id != "" && found[name] != id {
			missing++
			t.Errorf("%s was acknowledged as %q and is %q", name, id, found[name])
		}
	}
	if others := len(found) - len(w.acked); others > 2+w.unsure { // the platform's own, the office's of submissions
		t.Errorf("%d organisations that nobody added", others)
	}
	t.Logf("%d organisations acknowledged, %d missing; %d requests sent again, of which %d had been done and %d were in doubt", len(w.acked), missing, w.again, w.unknown, w.unsure)
}

// killSubmissions hands files in. Each is checked by a job.
type killSubmissions struct {
	clerk *killPerson
	n     int
	step  int
	key   string
	id    string   // of the upload
	acked []string // submissions
	again int
	lost  int // answers of submissions

	resting bool // nothing new is begun
}

func (w *killSubmissions) begin(t *testing.T, s *killSite) {
	t.Helper()
	var org struct{ ID string }
	if status := s.system.call(t.Context(), "POST", "/api/orgs", "", map[string]string{"kind": "office", "name": "市金融工作中心"}, &org); status/100 != 2 {
		t.Fatalf("an organisation: %d", status)
	}
	w.clerk = s.hire(t, org.ID, "jr.one", "office")
}

// act does the next step of handing a file in: room for it, its content, its end,
// the submission.
func (w *killSubmissions) act(ctx context.Context, s *killSite) {
	if w.resting {
		return
	}
	content := fmt.Appendf(nil, "institution_id,name\n%d,第%d银行\n", w.n, w.n)
	if w.key == "" {
		w.key = crypto.NewID()
	}
	var made struct{ ID string }
	var status int
	switch w.step {
	case 0:
		if status = w.clerk.call(ctx, "POST", "/api/uploads", w.key, map[string]any{"name": "institutions.csv", "size": len(content)}, &made); status/100 == 2 {
			w.id = made.ID
		}
	case 1:
		status = w.clerk.call(ctx, "PUT", "/api/uploads/"+w.id+"/chunk?offset=0", "", content, nil)
		if status == http.StatusConflict || status == http.StatusPreconditionFailed { // it had arrived
			status = http.StatusOK
		}
	case 2:
		status = w.clerk.call(ctx, "POST", "/api/uploads/"+w.id+"/finish", "", map[string]string{"sha256": crypto.Digest(string(content))}, nil)
		if status == http.StatusConflict || status == http.StatusPreconditionFailed {
			status = http.StatusOK
		}
	case 3:
		draft := map[string]any{"set": "registers", "period": strconv.Itoa(2000 + w.n%20), "uploads": []string{w.id}}
		if status = w.clerk.call(ctx, "POST", "/api/submissions", w.key, draft, &made); status/100 == 2 {
			w.acked = append(w.acked, made.ID)
		}
	}
	if w.step == 3 && (status == unsure || status == http.StatusConflict) {
		w.lost++
	}
	switch {
	case status/100 == 2 && w.step < 3:
		w.step, w.key = w.step+1, ""
	case status != 0 && status < 500: // handed in, in doubt, or refused: something of the same year is under way
		w.n, w.step, w.key = w.n+1, 0, ""
	default:
		w.again++
	}
}

type killSubmission struct {
	ID, State string
	Version   int
	Period    string
}

func (w *killSubmissions) list(s *killSite, out *[]killSubmission) bool {
	for {
		var page struct {
			Items []killSubmission
			Total int
		}
		if w.clerk.call(context.Background(), "GET", fmt.Sprintf("/api/submissions?limit=200&offset=%d", len(*out)), "", nil, &page) != http.StatusOK {
			return false
		}
		*out = append(*out, page.Items...)
		if len(page.Items) == 0 || len(*out) >= page.Total {
			return true
		}
	}
}

func (w *killSubmissions) settled(*killSite) bool {
	if w.step != 0 || len(w.acked) == 0 {
		return false
	}
	// A job that waits when it is not looked for runs a moment later: hence twice.
	if w.resting = true; w.jobs("running")+w.jobs("waiting")+w.jobs("running") != 0 {
		<-time.After(200 * time.Millisecond) // of two servers the other's lease has to lapse
		return false
	}
	return true
}

// jobs is how many checks there are in a state; 1 when it cannot be found out.
func (w *killSubmissions) jobs(state string) int {
	var list struct{ Total int }
	if w.clerk.call(context.Background(), "GET", "/api/jobs?kind=submission.check&state="+state, "", nil, &list) != http.StatusOK {
		return 1
	}
	return list.Total
}

func (w *killSubmissions) check(t *testing.T, s *killSite) {
	var all []killSubmission
	for !w.list(s, &all) {
		if all = nil; t.Context().Err() != nil {
			t.Fatal("submissions cannot be listed")
		}
	}
	there := map[string]bool{}
	versions := map[string]bool{}
	for _, x := range all {
		if x.State == "received" || x.State == "checking" {
			t.Errorf("%s is still %s", x.ID, x.State)
		}
		if key := fmt.Sprint(x.Period, x.Version); versions[key] {
			t.Errorf("two submissions are version %s", key)
		} else {
			versions[key] = true
		}
		there[x.ID] = true
	}
	for _, id := range w.acked {
		if !there[id] {
			t.Errorf("the submission %s was acknowledged and is not there", id)
		}
	}
	var jobs struct {
		Items []struct {
			State   string
			Key     string
			Attempt int
		}
		Total int
	}
	w.clerk.must(t, "/api/jobs?kind=submission.check&limit=200", &jobs)
	for _, j := range jobs.Items {
		if j.State != "done" {
			t.Errorf("the check of %s is %s at attempt %d", j.Key, j.State, j.Attempt)
		}
	}
	if len(all) < len(w.acked) || len(all) > len(w.acked)+w.lost || jobs.Total != len(all) {
		t.Errorf("%d acknowledged, %d answers lost, %d there, %d checks", len(w.acked), w.lost, len(all), jobs.Total)
	}
	t.Logf("%d submissions acknowledged, %d answers in doubt, %d there, each checked by one job; %d requests sent again", len(w.acked), w.lost, len(all), w.again)
}
