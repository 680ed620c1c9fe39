package notify_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"

	"github.com/emersion/go-smtp"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// post is a mail server in this process.
type post struct {
	mu     sync.Mutex
	got    []*mail.Message
	bodies []string
	to     []string
	refuse error // of recipients
	server *smtp.Server
	port   int
	pool   *x509.CertPool
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p: p}, nil }

type session struct {
	p  *post
	to string
}

func (*session) Reset()                               {}
func (*session) Logout() error                        { return nil }
func (*session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.to = to
	return s.p.refuse
}

func (s *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(m.Body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.got, s.p.bodies, s.p.to = append(s.p.got, m), append(s.p.bodies, strings.ReplaceAll(string(b), "\r\n", "\n")), append(s.p.to, s.to)
	return nil
}

func newPost(t *testing.T, encrypted bool) *post {
	t.Helper()
	p := &post{pool: x509.NewCertPool()}
	p.server = smtp.NewServer(p)
	p.server.Domain = "mail.example.com"
	if encrypted {
		web := httptest.NewTLSServer(nil) // for its certificate
		defer web.Close()
		p.server.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
		p.pool.AddCert(web.Certificate())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	var wg sync.WaitGroup
	wg.Go(func() { p.server.Serve(l) }) //nolint:errcheck // it ends with the listener
	t.Cleanup(func() {
		p.server.Close() //nolint:errcheck // the test is over
		wg.Wait()
	})
	return p
}

func (p *post) mailer() *notify.SMTP {
	return &notify.SMTP{Host: "127.0.0.1", Port: p.port, From: "robot@example.com", TLS: &tls.Config{RootCAs: p.pool, ServerName: "example.com", MinVersion: tls.VersionTLS12}}
}

type sealer struct{ cipher.AEAD }

func (s sealer) Seal(plain []byte, place string) ([]byte, error) {
	return s.AEAD.Seal(nil, nil, plain, []byte(place)), nil
}

func (s sealer) Open(sealed []byte, place string) ([]byte, error) {
	return s.AEAD.Open(nil, nil, sealed, []byte(place))
}

// tap is a transaction that notes the jobs that are asked for.
type tap struct {
	*store.Tx
	jobs *[]event.Job
}

func (t tap) Enqueue(j event.Job) error {
	*t.jobs = append(*t.jobs, j)
	return t.Tx.Enqueue(j)
}

// world is a platform with a person for each role of a bank, another bank and the office.
type world struct {
	*notify.Service
	t    *testing.T
	db   *store.DB
	now  civil.Instant
	jobs []event.Job
	post *post
}

func (w *world) Read(ctx context.Context, f func(notify.Tx) error) error {
	return w.db.Read(ctx, func(tx *store.Tx) error { return f(tx) })
}

func (w *world) Write(ctx context.Context, f func(notify.Tx) error) error {
	return w.db.Write(ctx, func(tx *store.Tx) error { return f(tap{tx, &w.jobs}) })
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: civil.StartOf(20000) + 9*civil.Hour, post: newPost(t, true)}
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		for id, kind := range map[string]access.OrgKind{"bank": access.BankOrg, "rival": access.BankOrg, "office": access.OfficeOrg} {
			if err := tx.PutOrg(&access.Org{ID: id, Kind: kind, Name: id}); err != nil {
				return err
			}
		}
		for _, a := range []access.Account{
			{ID: "clerk", Org: "bank", Roles: []access.Role{access.Bank}},
			{ID: "lead", Org: "bank", Roles: []access.Role{access.Bank, access.BankLead}},
			{ID: "gone", Org: "bank", Roles: []access.Role{access.Bank}, Suspended: true},
			{ID: "rival", Org: "rival", Roles: []access.Role{access.BankLead}},
			{ID: "officer", Org: "office", Roles: []access.Role{access.Office}},
		} {
			a.Login, a.Name = a.ID, a.ID
			if err := tx.PutAccount(&a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher([]byte(rand.Text())[:16])
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &notify.Service{
		Store: w, Now: func() civil.Instant { return w.now }, NewID: crypto.NewID, Code: rand.Text, Digest: crypto.Digest,
		Sealer: sealer{gcm}, Public: "https://jr.example.com", Mailer: w.post.mailer(),
	}
	return w
}

func (w *world) caller(id string) access.Caller {
	w.t.Helper()
	var p *notify.Person
	if err := w.Service.Store.Read(w.t.Context(), func(tx notify.Tx) (err error) {
		p, err = tx.Person(id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return access.Caller{Principal: &access.Principal{Account: p.Account, Org: p.Org, Roles: p.Roles}}
}

func (w *world) happen(kind string, data map[string]string, orgs ...string) event.Event {
	w.t.Helper()
	e := event.Event{ID: crypto.NewID(), Kind: kind, At: w.now, Orgs: orgs, Subject: "s1", Data: data}
	if err := w.Write(w.t.Context(), func(tx notify.Tx) error { return w.Keep(tx, e) }); err != nil {
		w.t.Fatal(err)
	}
	return e
}

// work does all jobs that wait and returns what went wrong.
func (w *world) work() (all error) {
	w.t.Helper()
	jobs := w.jobs
	w.jobs = nil
	for _, j := range jobs {
		do := map[string]func(context.Context, event.Job) error{
			notify.MailJob: w.SendMail, notify.TextJob: w.SendText, notify.CodeJob: w.SendCode, notify.DigestJob: w.SendDigest,
		}[j.Kind]
		if err := do(w.t.Context(), j); err != nil {
			all = errors.Join(all, err)
			w.jobs = append(w.jobs, j)
		}
	}
	return all
}

func (w *world) titles(account string) (titles []string) {
	w.t.Helper()
	ns, total, _, err := w.List(w.t.Context(), account, false, 100, 0)
	if err != nil || total != len(ns) {
		w.t.Fatal(total, err)
	}
	for _, n := range ns {
		titles = append(titles, n.Title)
	}
	return titles
}

// reach confirms an address of account.
func (w *world) reach(account, address string) {
	w.t.Helper()
	if err := w.Choose(w.t.Context(), w.caller(account), address, "", nil); err != nil {
		w.t.Fatal(err)
	}
	if err := w.work(); err != nil {
		w.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(w.post.bodies[len(w.post.bodies)-1], "验证码：")
	code, _, _ := strings.Cut(rest, "\n")
	if err := w.Confirm(w.t.Context(), w.caller(account), code); err != nil {
		w.t.Fatal(err)
	}
}

func TestRulesTellWhoMustKnow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		overdue := w.happen("report.overdue", map[string]string{"title": "月报", "period": "2024-09", "org_name": "甲银行"}, "bank")
		want := map[string]string{"clerk": "报送已逾期：月报（2024-09）", "lead": "报送已逾期：月报（2024-09）", "officer": "甲银行报送逾期：月报（2024-09）", "rival": "", "gone": ""}
		for account, title := range want {
			if got := strings.Join(w.titles(account), "|"); got != title {
				t.Errorf("%s is told %q, not %q", account, got, title)
			}
		}
		// the same event again tells nobody twice
		if err := w.Write(t.Context(), func(tx notify.Tx) error { return w.Keep(tx, overdue) }); err != nil || len(w.titles("clerk")) != 1 {
			t.Errorf("%v %v", w.titles("clerk"), err)
		}
		w.happen("claim.moved", map[string]string{"stage": "submitted", "title": "甲项目"}, "bank")
		if got := w.titles("officer"); len(got) != 2 || got[0] != "有新申报待受理：甲项目" {
			t.Errorf("the officer is told %q", got)
		}
		if got := w.titles("clerk"); len(got) != 2 || got[0] != "申报进入下一环节：甲项目" {
			t.Errorf("the clerk is told %q", got)
		}
		w.happen("something.unknown", nil, "bank")
		w.happen("claim.moved", map[string]string{"stage": "paid", "title": "a\r\nBcc: x {stage} " + strings.Repeat("长", 100)}, "bank")
		if got := w.titles("clerk")[0]; strings.ContainsAny(got, "\r\n") || len([]rune(got)) > 60 {
			t.Errorf("a title of any text: %q", got)
		}
		ns, _, unread, err := w.List(t.Context(), "clerk", true, 1, 0)
		if err != nil || len(ns) != 1 || unread != 3 || ns[0].Link != "/claims/s1" {
			t.Errorf("%+v %d %v", ns, unread, err)
		}
		if err := w.Service.Read(t.Context(), "lead", []string{ns[0].ID}); err != nil { // another's
			t.Fatal(err)
		}
		if err := w.Service.Read(t.Context(), "clerk", []string{ns[0].ID, "no such"}); err != nil {
			t.Fatal(err)
		}
		if _, _, unread, _ := w.List(t.Context(), "clerk", false, 1, 0); unread != 2 {
			t.Errorf("%d unread", unread)
		}
		if err := w.Service.Read(t.Context(), "clerk", nil); err != nil {
			t.Fatal(err)
		}
		if _, _, unread, _ := w.List(t.Context(), "clerk", false, 1, 0); unread != 0 {
			t.Errorf("%d unread", unread)
		}
		if _, _, unread, _ := w.List(t.Context(), "lead", false, 1, 0); unread != 3 {
			t.Errorf("%d unread of another", unread)
		}
		w.now += 366 * civil.Day
		if err := w.Sweep(t.Context()); err != nil || len(w.titles("lead")) != 0 {
			t.Errorf("%v %v", w.titles("lead"), err)
		}
	})
}

func TestLettersGoToAddressesThatWereConfirmed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		if err := w.Choose(t.Context(), w.caller("clerk"), "clerk@example.com", "13800001111", nil); err != nil {
			t.Fatal(err)
		}
		overdue := map[string]string{"title": "月报", "period": "2024-09"}
		w.happen("report.overdue", overdue, "bank")
		if err := w.work(); err != nil || len(w.post.got) != 1 {
			t.Fatalf("%d letters, %v", len(w.post.got), err)
		}
		_, rest, _ := strings.Cut(w.post.bodies[0], "验证码：")
		code, _, _ := strings.Cut(rest, "\n")
		if err := w.Choose(t.Context(), w.caller("clerk"), "other@example.com", "", nil); fault.CodeOf(err) != "message.code_sent" {
			t.Errorf("two codes within a minute: %v", err)
		}
		if err := w.Confirm(t.Context(), w.caller("clerk"), "wrong"); fault.CodeOf(err) != "message.code" {
			t.Errorf("a wrong code: %v", err)
		}
		if err := w.Confirm(t.Context(), w.caller("lead"), code); fault.CodeOf(err) != "message.code" {
			t.Errorf("another's code: %v", err)
		}
		if err := w.Confirm(t.Context(), w.caller("clerk"), code); err != nil {
			t.Fatal(err)
		}
		w.happen("report.overdue", overdue, "bank")
		w.happen("submission.accepted", map[string]string{"period": "2024-09"}, "bank") // a kind that is not mailed by itself
		if err := w.work(); err != nil || len(w.post.got) != 2 {
			t.Fatalf("%d letters, %v", len(w.post.got), err)
		}
		m, body := w.post.got[1], w.post.bodies[1]
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != "【畅融】报送已逾期：月报（2024-09）" || w.post.to[1] != "clerk@example.com" || m.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("%s %v %v", subject, err, m.Header)
		}
		if want := "报送已逾期：月报（2024-09）\n\n请登录平台查看：https://jr.example.com/reporting/calendar\n"; !strings.HasPrefix(body, want) {
			t.Errorf("the letter says %q", body)
		}
		// one click ends letters of the kind, and of no other
		link := strings.Trim(strings.Join(strings.Fields(m.Header.Get("List-Unsubscribe")), ""), "<>")
		_, token, _ := strings.Cut(link, "?token=")
		if err := w.Stop(t.Context(), access.Caller{}, token[:len(token)-2]); fault.CodeOf(err) != "message.token" {
			t.Errorf("a token cut off: %v", err)
		}
		if err := w.Stop(t.Context(), access.Caller{}, token); err != nil {
			t.Fatal(err)
		}
		w.happen("report.overdue", overdue, "bank")
		w.happen("submission.rejected", map[string]string{"period": "2024-09"}, "bank")
		if err := w.work(); err != nil || len(w.post.got) != 3 || !strings.Contains(w.post.bodies[2], "未通过校验") {
			t.Errorf("%d letters, %v", len(w.post.got), err)
		}
		// what has been read meanwhile is not mailed
		w.happen("submission.rejected", map[string]string{"period": "2024-09"}, "bank")
		if err := w.Service.Read(t.Context(), "clerk", nil); err != nil {
			t.Fatal(err)
		}
		if err := w.work(); err != nil || len(w.post.got) != 3 {
			t.Errorf("%d letters, %v", len(w.post.got), err)
		}
		settings, err := w.Settings(t.Context(), w.caller("clerk").Principal)
		if err != nil || !settings.Sure || len(settings.Choices) != 1 || settings.Choices[0].Kind != "report.overdue" || settings.Choices[0].Mail {
			t.Errorf("%+v %v", settings, err)
		}
		// guessing codes ends soon
		w.now += civil.Hour
		if err := w.Choose(t.Context(), w.caller("clerk"), "new@example.com", "", nil); err != nil {
			t.Fatal(err)
		}
		if err := w.work(); err != nil {
			t.Fatal(err)
		}
		_, rest, _ = strings.Cut(w.post.bodies[len(w.post.bodies)-1], "验证码：")
		code, _, _ = strings.Cut(rest, "\n")
		for range 5 {
			if err := w.Confirm(t.Context(), w.caller("clerk"), "guess"); err == nil {
				t.Fatal("a guess was right")
			}
		}
		if err := w.Confirm(t.Context(), w.caller("clerk"), code); fault.CodeOf(err) != "message.code" {
			t.Errorf("after five guesses: %v", err)
		}
	})
}

func TestMailServersThatFailAreTriedAgain(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.reach("clerk", "clerk@example.com")
	w.happen("report.overdue", nil, "bank")
	w.post.refuse = &smtp.SMTPError{Code: 451, Message: "later"}
	if err := w.work(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("451: %v", err)
	}
	w.post.refuse = &smtp.SMTPError{Code: 550, Message: "nobody of that name"}
	if err := w.work(); fault.CodeOf(err) != "message.letter" {
		t.Errorf("550: %v", err)
	}
	w.post.refuse = nil
	if err := w.work(); err != nil || len(w.post.got) != 2 {
		t.Errorf("%d letters, %v", len(w.post.got), err)
	}
	letter := notify.Letter{ID: "1", To: "a@example.com", Subject: "x", Text: "y"}
	plain := newPost(t, false)
	for name, m := range map[string]*notify.SMTP{
		"a server without TLS":                  plain.mailer(),
		"a certificate that nobody vouches for": {Host: "127.0.0.1", Port: w.post.port, From: "robot@example.com"},
		"nobody there":                          {Host: "127.0.0.1", Port: 1, From: "robot@example.com"},
	} {
		if err := m.Send(t.Context(), letter); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(plain.got) != 0 {
		t.Error("a letter went out without TLS")
	}
	local := plain.mailer()
	local.Plain = true
	if err := local.Send(t.Context(), letter); err != nil || len(plain.got) != 1 {
		t.Errorf("a server on the same machine: %v", err)
	}
}

func TestDigestsSayWhatIsLateOnceADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.reach("clerk", "clerk@example.com")
		w.reach("officer", "officer@example.com")
		w.Late = func(_ context.Context, p notify.Person) ([]notify.Item, error) {
			if p.Account == "officer" {
				return []notify.Item{{Title: "甲项目 审核逾期2个工作日", Link: "/claims/c1"}}, nil
			}
			return nil, nil
		}
		w.happen("submission.accepted", map[string]string{"period": "2024-09", "version": "1", "org_name": "甲银行"}, "bank")
		digest := func() []string {
			t.Helper()
			before := len(w.post.got)
			if err := errors.Join(w.AskDigests(t.Context()), w.AskDigests(t.Context()), w.work()); err != nil {
				t.Fatal(err)
			}
			return w.post.to[before:]
		}
		w.now -= civil.Hour
		if got := digest(); len(got) != 0 {
			t.Errorf("at eight: %s", got)
		}
		w.now += civil.Hour
		if got := strings.Join(digest(), " "); got != "officer@example.com" { // nothing of the clerk's is a day old
			t.Errorf("on the first day: %s", got)
		}
		if b := w.post.bodies[len(w.post.bodies)-1]; !strings.Contains(b, "已逾期 1 项") || !strings.Contains(b, "https://jr.example.com/claims/c1") {
			t.Error(b)
		}
		if got := digest(); len(got) != 0 {
			t.Errorf("once more: %s", got)
		}
		w.now += civil.Day + civil.Second
		if got := strings.Join(digest(), " "); got != "clerk@example.com officer@example.com" {
			t.Errorf("on the second day: %s", got)
		}
		if b := w.post.bodies[len(w.post.bodies)-2]; !strings.Contains(b, "未读 1 条") || !strings.Contains(b, "报送已受理：2024-09第1版") {
			t.Error(b)
		}
		if err := w.Choose(t.Context(), w.caller("officer"), "officer@example.com", "", []notify.Choice{{Kind: "digest"}}); err != nil {
			t.Fatal(err)
		}
		w.now += civil.Day
		if got := strings.Join(digest(), " "); got != "clerk@example.com" {
			t.Errorf("on the third day: %s", got)
		}
	})
}

func TestShortMessagesGoToTheGateway(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	status, seen := 200, 0
	secret := []byte("shared with the gateway")
	gate := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(r.Header.Get("X-Timestamp") + "."))
		h.Write(b)
		if err != nil || r.Header.Get("X-Signature") != hex.EncodeToString(h.Sum(nil)) || !bytes.Contains(b, []byte(`"phone":"13800001111"`)) ||
			!bytes.Contains(b, []byte("【畅融】报送已逾期")) {
			t.Errorf("%s %v %v", b, r.Header, err)
		}
		seen++
		rw.WriteHeader(status)
	}))
	defer gate.Close()
	w.Texter = &notify.Gateway{URL: gate.URL, Secret: secret, Client: gate.Client(), Now: w.Service.Now}
	if err := w.Choose(t.Context(), w.caller("clerk"), "", "13800001111", []notify.Choice{{Kind: "report.overdue", SMS: true}, {Kind: "submission.rejected", SMS: true}}); err != nil {
		t.Fatal(err)
	}
	w.happen("report.overdue", nil, "bank")
	w.happen("submission.rejected", nil, "bank") // not so urgent that it may be sent
	status = 503
	if err := w.work(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("503: %v", err)
	}
	status = 400
	if err := w.work(); fault.CodeOf(err) != "message.text" {
		t.Errorf("400: %v", err)
	}
	status = 202
	if err := w.work(); err != nil || seen != 3 {
		t.Errorf("%d messages, %v", seen, err)
	}
}

func TestContactsHaveAForm(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, c := range []struct{ mail, phone, code string }{
		{"a@example.com", "", ""},
		{"", "13800001111", ""},
		{"", "", ""},
		{"a", "", "message.mail"},
		{"A <a@example.com>", "", "message.mail"},
		{"a@example.com, b@example.com", "", "message.mail"},
		{"a@example.com\nBcc: b@example.com", "", "message.mail"},
		{"\"a b\"@example.com", "", "message.mail"},
		{strings.Repeat("a", 250) + "@example.com", "", "message.mail"},
		{"", "1380000111", "message.phone"},
		{"", "138000011112", "message.phone"},
		{"", "23800001111", "message.phone"},
		{"", "1380000111x", "message.phone"},
	} {
		w.now += civil.Hour
		if err := w.Choose(t.Context(), w.caller("clerk"), c.mail, c.phone, nil); fault.CodeOf(err) != c.code {
			t.Errorf("%q %q: %v", c.mail, c.phone, err)
		}
	}
	if err := w.Choose(t.Context(), w.caller("clerk"), "", "", []notify.Choice{{Kind: "fund.proposed"}}); fault.CodeOf(err) != "message.kind" {
		t.Errorf("a kind that is not for a bank: %v", err)
	}
}
