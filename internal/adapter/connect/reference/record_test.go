package reference_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/exchange"
)

var update = flag.Bool("update", false, "record the answers in the testdata of connectors anew")

// firm is what the recorded answers are about. There is no such firm.
var firm = reference.Firm{
	USCC: "91331082DEM010079N", Name: "演示㐂𠮷食品有限公司", Kind: "enterprise", Industry: "C13", Town: "331082002", Employees: 36, Sales: 1800 * money.Wan, Full: true,
}

func firms(code string) (*reference.Firm, bool) { return &firm, code == firm.USCC }

// tape keeps the last answer that came through.
type tape struct {
	http.RoundTripper
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (r *tape) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	r.header = resp.Header
	r.body, err = io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(r.body))
	return resp, err
}

// text is the answer as it is kept.
func (r *tape) text() []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	for _, name := range []string{"Content-Type", "Last-Modified"} {
		if v := r.header.Get(name); v != "" {
			b.WriteString(name + ": " + v + "\r\n")
		}
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(r.body))
	b.Write(r.body)
	return b.Bytes()
}

// TestRecordedAnswersAreTheReferenceDepartments asks the reference departments for
// everything about one firm: what they say is what is recorded beside each connector,
// and what it means is what is written there.
func TestRecordedAnswersAreTheReferenceDepartments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		now := func() time.Time { return connecttest.Recorded.Add(time.Since(began)) }
		server := reference.NewServer(1, firms, now)
		network := connecttest.Serve(server)
		defer network.Stop()
		recorder := &tape{RoundTripper: network}
		router, err := departments.Parse([]byte(reference.Config(1, "http://reference.example")), departments.Options{Now: now, Transport: recorder, Env: noEnv})
		if err != nil {
			t.Fatal(err)
		}
		defer router.Close()
		for _, c := range departments.All() {
			for i := range c.Services {
				record(t, router, recorder, c, &c.Services[i])
			}
			q := *connecttest.Question(c.Services[0].Dataset, "91331082DEM01001XE", "q")
			if _, err := router.Fetch(t.Context(), q); fault.CodeOf(err) != "connect.unknown_firm" {
				t.Errorf("%s: %v", c.ID, err)
			}
			hold(t, filepath.Join("..", c.ID, "testdata", "unknown.http"), recorder.text())
			q.ID, q.USCC, q.Purpose = "q-refused", firm.USCC, ""
			if _, err := router.Fetch(t.Context(), q); fault.CodeOf(err) != "connect.refused" {
				t.Errorf("%s: %v", c.ID, err)
			}
			hold(t, filepath.Join("..", c.ID, "testdata", "refused.http"), recorder.text())
		}
	})
}

func record(t *testing.T, source exchange.Source, recorder *tape, c *connect.Connector, s *connect.Service) {
	t.Helper()
	d, err := source.Fetch(t.Context(), *connecttest.Question(s.Dataset, firm.USCC, "q-"+s.Dataset))
	if err != nil {
		t.Errorf("%s: %v", s.Dataset, err)
		return
	}
	means := struct {
		Firm    string              `json:"firm"`
		AsOf    civil.Date          `json:"as_of_on"`
		Records []map[string]string `json:"records"`
	}{firm.USCC, d.AsOf, nil}
	for _, r := range d.Records {
		means.Records = append(means.Records, r.Cells)
	}
	b, err := json.MarshalIndent(means, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	hold(t, filepath.Join("..", c.ID, "testdata", s.Dataset+".http"), recorder.text())
	hold(t, filepath.Join("..", c.ID, "testdata", s.Dataset+".json"), append(b, '\n'))
}

// hold holds a recorded file against what came now.
func hold(t *testing.T, path string, b []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(path); err != nil || !bytes.Equal(old, b) {
		t.Errorf("%s is out of date: go test ./internal/adapter/connect/reference -update (%v)", path, err)
	}
}

func noEnv(string) (string, bool) { return "", false }
