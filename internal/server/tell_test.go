package server_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/webhook"
	"changrong/internal/reporting"
	"changrong/internal/server"

	"github.com/emersion/go-smtp"
)

// letters is a mail server that hands on what it is sent.
type letters chan string

func (l letters) NewSession(*smtp.Conn) (smtp.Session, error) { return l, nil }
func (letters) Reset()                                        {}
func (letters) Logout() error                                 { return nil }
func (letters) Mail(from string, _ *smtp.MailOptions) error   { return nil }
func (letters) Rcpt(to string, _ *smtp.RcptOptions) error     { return nil }
func (l letters) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	b, err := io.ReadAll(body)
	l <- m.Header.Get("To") + "\n" + string(b)
	return err
}

func newLetters(t *testing.T) (l letters, mailer *notify.SMTP) {
	t.Helper()
	l = make(letters, 500)
	s := smtp.NewServer(l)
	s.Domain = "mail.example.com"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.Serve(listener) }) //nolint:errcheck // it ends with the listener
	t.Cleanup(func() {
		s.Close() //nolint:errcheck // the test is over
		wg.Wait()
	})
	return l, &notify.SMTP{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, From: "robot@example.com", Plain: true}
}

// call is a request that a receiver of webhooks got.
type call struct {
	header http.Header
	body   []byte
}

// next returns what comes out of c first that says what.
func next[T any](t *testing.T, c <-chan T, says func(T) bool) (x T) {
	t.Helper()
	for {
		select {
		case x = <-c:
			if says(x) {
				return x
			}
		case <-t.Context().Done():
			t.Fatal("nothing came")
		}
	}
}

// send uploads a file by parts of one and hands it in.
func (w *town) send(t *testing.T, cookie, set, period, name, content string) (s reporting.Submission) {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	var u reporting.Upload
	w.call(t, http.MethodPost, "/api/uploads", cookie, map[string]any{"name": name, "size": len(content)}, &u)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.url+"/api/uploads/"+u.ID+"/chunk?offset=0", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", cookie)
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close() //nolint:errcheck // its status is what matters
	w.call(t, http.MethodPost, "/api/uploads/"+u.ID+"/finish", cookie, map[string]string{"sha256": hex.EncodeToString(sum[:])}, &u)
	if r := w.call(t, http.MethodPost, "/api/submissions", cookie, map[string]any{"set": set, "period": period, "uploads": []string{u.ID}}, &s); r.StatusCode != http.StatusOK {
		t.Fatalf("handing in: %d", r.StatusCode)
	}
	return s
}

// TestWhatHappensReachesPeopleAndSystems follows one thing that happens through the
// whole platform: a bank hands a file in, a job checks it, the event of that is in the
// outbox, the relay tells it, the bank's clerk finds a message in the console and a
// letter in the mail, and the bank's system gets a call that is signed.
func TestWhatHappensReachesPeopleAndSystems(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		post, mailer := newLetters(t)
		calls := make(chan call, 20)
		receiver := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body) // what was cut off does not verify
			calls <- call{r.Header, b}
		}))
		defer receiver.Close()
		roots := x509.NewCertPool()
		roots.AddCert(receiver.Certificate())
		w := open(t, server.Config{
			Database: database, Mail: mailer, PublicURL: "http://jr.example.com", HookAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, HookRoots: roots,
		})
		office := w.person(t, "office", access.OfficeOrg, access.Office)
		clerk, lead := w.person(t, "bank", access.BankOrg, access.Bank), w.person(t, "bank", access.BankOrg, access.BankLead)

		w.call(t, http.MethodPut, "/api/messages/settings", clerk, map[string]string{"mail": "clerk@example.com", "phone": ""}, nil)
		_, code, _ := strings.Cut(next(t, post, func(s string) bool { return strings.Contains(s, "验证码：") }), "验证码：")
		code, _, _ = strings.Cut(code, "\r\n")
		if r := w.call(t, http.MethodPost, "/api/messages/settings/code", clerk, map[string]string{"code": code}, nil); r.StatusCode != http.StatusNoContent {
			t.Fatalf("the code %q is answered %d", code, r.StatusCode)
		}
		var hook httpapi.NewWebhook
		if r := w.call(t, http.MethodPost, "/api/webhooks", lead, map[string]any{"url": receiver.URL + "/hook", "kinds": []string{"submission.rejected"}}, &hook); r.StatusCode != http.StatusOK {
			t.Fatalf("a webhook is answered %d: %+v", r.StatusCode, hook)
		}

		s := w.stream(t, office, "") // before, as it begins with what happens from now on
		first := w.send(t, office, "registers", "2021", "institutions.csv", "institution_id,name,kind,local_legal_person\n91331082DEM0000149,某银行,rural_bank,1\n")
		for {
			if _, _, data := s.next(); strings.Contains(data, "submission.accepted") && strings.Contains(data, first.ID) {
				break
			}
		}
		broken := w.send(t, clerk, "lending", "2021-01", "loans.csv", "nothing,of,the,kind\n1,2,3,4\n")

		letter := next(t, post, func(s string) bool { return strings.Contains(s, "未通过校验") })
		if link := "http://jr.example.com/submissions/" + broken.ID; !strings.Contains(letter, "clerk@example.com") || !strings.Contains(letter, link) {
			t.Errorf("the letter says %q", letter)
		}
		c := next(t, calls, func(call) bool { return true })
		secret, err := webhook.ParseSecret(hook.Secret)
		if err != nil {
			t.Fatal(err)
		}
		at, err := strconv.ParseInt(c.header.Get("Webhook-Timestamp"), 10, 64)
		if err != nil || !webhook.Verify(secret, c.header.Get("Webhook-Id"), at, c.body, c.header.Get("Webhook-Signature")) {
			t.Errorf("the signature of %s does not hold: %v, %v", c.body, c.header, err)
		}
		if webhook.Verify(secret, c.header.Get("Webhook-Id"), at, append(bytes.Clone(c.body), ' '), c.header.Get("Webhook-Signature")) {
			t.Error("the signature holds for another body")
		}
		for _, want := range []string{`"submission.rejected"`, broken.ID} {
			if !bytes.Contains(c.body, []byte(want)) {
				t.Errorf("%s is not in %s", want, c.body)
			}
		}
		var inbox struct {
			Items []notify.Message `json:"items"`
		}
		w.call(t, http.MethodGet, "/api/messages", clerk, nil, &inbox)
		if len(inbox.Items) != 1 || inbox.Items[0].Kind != "submission.rejected" || inbox.Items[0].Link != "/submissions/"+broken.ID {
			t.Errorf("the clerk's messages: %+v", inbox.Items)
		}
		w.noneStuck(t)
		w.signedReceipt(t, office, first.ID)
	})
}

// noneStuck tells whether every job that was asked for has been or is being done.
func (w *town) noneStuck(t *testing.T) {
	t.Helper()
	var jobs struct {
		Items []job.Record `json:"items"`
	}
	w.call(t, http.MethodGet, "/api/jobs?limit=200", w.person(t, "platform", access.PlatformOrg, access.SystemAdmin), nil, &jobs)
	seen := map[string]bool{}
	for _, j := range jobs.Items {
		seen[j.Kind] = true
		if j.Stuck || j.State == job.Failed {
			t.Errorf("%s is %s: %s", j.Kind, j.State, fmt.Sprint(j))
		}
	}
	for _, kind := range []string{reporting.CheckJob, notify.MailJob, webhook.JobKind} {
		if !seen[kind] {
			t.Errorf("no job %s among %v", kind, seen)
		}
	}
}

// signedReceipt tells whether the receipt of a submission is signed by the platform.
func (w *town) signedReceipt(t *testing.T, cookie, id string) {
	t.Helper()
	get := func(path, cookie string) []byte {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookie)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if _, err := inbox.VerifyReceipt(get("/api/submissions/"+id+"/receipt", cookie), get(httpapi.SigningKeys, "")); err != nil {
		t.Error(err)
	}
}
