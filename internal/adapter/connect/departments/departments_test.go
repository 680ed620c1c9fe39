package departments_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"changrong/internal/access/apikey"
	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
)

// TestEveryDatasetHasItsConnector: the catalogue and the connectors are one list.
func TestEveryDatasetHasItsConnector(t *testing.T) {
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	var have, want []string
	for _, c := range departments.All() {
		for i := range c.Services {
			have = append(have, c.Services[i].Dataset)
			if d, err := catalogue.Dataset(c.Services[i].Dataset); err != nil || d.Department.ID != c.ID || d.Single && c.Envelope.Total == "" && !c.Services[i].One {
				t.Errorf("%s of %s: %v", c.Services[i].Dataset, c.ID, err)
			}
		}
	}
	for _, d := range catalogue.Datasets() {
		want = append(want, d.ID)
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("connectors for %v; the catalogue has %v", have, want)
	}
}

// TestEveryConnectorIsListed: a folder with a Connector is in the list, and has a test
// and recorded answers.
func TestEveryConnectorIsListed(t *testing.T) {
	folders, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var found, listed []string
	for _, f := range folders {
		id := f.Name()
		text, err := os.ReadFile(filepath.Join("..", id, id+".go"))
		if err != nil || !strings.Contains(string(text), "func Connector() *connect.Connector") {
			continue
		}
		found = append(found, id)
		if text, err := os.ReadFile(filepath.Join("..", id, id+"_test.go")); err != nil || !strings.Contains(string(text), "connecttest.Run(t, "+id+".Connector())") {
			t.Errorf("%s is not held to the contract: %v", id, err)
		}
	}
	for _, c := range departments.All() {
		listed = append(listed, c.ID)
	}
	if !slices.Equal(found, listed) {
		t.Errorf("there are %v, and listed %v", found, listed)
	}
}

func open(t *testing.T, text string, o departments.Options) (*departments.Router, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "departments.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if o.Env == nil {
		o.Env = func(string) (string, bool) { return "", false }
	}
	return departments.Open(path, o)
}

func TestWrongConfigurationsAreRefusedAtTheirPlace(t *testing.T) {
	const head = "departments:\n"
	for text, want := range map[string]string{
		"": "pack.yaml", "departments: []\n": "pack.required",
		head + "  - id: customs\n    address: https://a.example\n    requester: r\n    secret: s\n":                                     "connect.config:2",
		head + "  - id: tax\n    address: https://a.example\n    requester: r\n":                                                        "connect.config:2",
		head + "  - id: tax\n    address: http://a.example\n    requester: r\n    secret: s\n":                                          "connect.config:3",
		head + "  - id: tax\n    address: ftp://a.example\n    requester: r\n    secret: s\n":                                           "connect.config:3",
		head + "  - id: tax\n    address: https://u:p@a.example\n    requester: r\n    secret: s\n":                                     "connect.config:3",
		head + "  - id: tax\n    address: https://a.example\n    requester: r\n    secret: s\n    timeout_seconds: 61\n":                "connect.config:6",
		head + "  - id: tax\n    address: https://a.example\n    requester: r\n    secret: s\n    at_once: 201\n":                       "connect.config:6",
		head + "  - id: tax\n    address: https://a.example\n    requester: r\n    secret: s\n    colour: red\n":                        "pack.unknown_key:6",
		head + "  - id: tax\n    address: https://a.example\n    requester: r\n    secret: s\n    ca_file: none.pem\n":                  "connect.config:6",
		head + "  - id: utility\n    address: https://a.example\n    requester: r\n    key_file: none.pem\n":                            "connect.config:5",
		head + "  - id: court\n    address: https://a.example\n    requester: r\n    secret: s\n":                                       "connect.config:2",
		head + "  - id: court\n    address: https://a.example\n    requester: r\n    secret: s\n    key_service: https://a.example/k\n": "connect.config:2",
		head + "  - id: tax\n    address: https://a.example\n    requester: r\n    secret: s\n    services:\n      court.cases: s_1\n":  "connect.config:7",
		head + strings.Repeat("  - id: tax\n    address: https://a.example\n    requester: r\n    secret: s\n", 2):                      "connect.config:6",
	} {
		_, err := open(t, text, departments.Options{})
		f := fault.Of(err)
		got := fault.CodeOf(err)
		if strings.Contains(want, ":") {
			got += fmt.Sprintf(":%d", f.At.Line)
		}
		if err == nil || got != want {
			t.Errorf("%s\n%s (%v), want %s", text, got, err, want)
		}
	}
	if _, err := departments.Open(filepath.Join(t.TempDir(), "none.yaml"), departments.Options{}); fault.CodeOf(err) != "pack.missing" {
		t.Error(err)
	}
}

// TestWhatIsNotConnectedIsAway: a platform may be connected to some departments alone.
func TestWhatIsNotConnectedIsAway(t *testing.T) {
	r, err := open(t, `{"departments":[{"id":"tax","address":"https://a.example","requester":"r","secret":"s"}]}`, departments.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Fetch(t.Context(), *connecttest.Question("court.cases", known, "q")); fault.KindOf(err) != fault.Unavailable {
		t.Error(err)
	}
}

// known is a firm of the reference departments here. There is no such firm.
const known = "91331082DEM010079N"

func firms(code string) (*reference.Firm, bool) {
	return &reference.Firm{USCC: known, Name: "演示001007号食品有限公司", Kind: "enterprise", Industry: "C13", Town: "331082002", Employees: 9, Sales: 1_000_000_00, Full: true}, code == known
}

// TestOverTLS: the reference departments behind a certificate that the configuration
// names; without it nobody is asked.
func TestOverTLS(t *testing.T) {
	server := httptest.NewTLSServer(reference.NewServer(7, firms, time.Now))
	defer server.Close()
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	config := reference.Config(7, server.URL)
	for what, c := range map[string]struct {
		text, code string
		env        map[string]string
	}{
		"trusted":             {strings.ReplaceAll(config, "plain_http: true", "ca_file: ca.pem"), "", nil},
		"not trusted":         {config, "connect.unreachable", nil},
		"secrets in the file": {strings.ReplaceAll(config, "plain_http: true", "ca_file: ca.pem"), "", map[string]string{"X": "y"}},
		"another secret goes before": {
			strings.ReplaceAll(config, "plain_http: true", "ca_file: ca.pem"), "connect.refused",
			map[string]string{"CHANGRONG_DEPARTMENT_SECRET_TAX": "wrong", "CHANGRONG_DEPARTMENT_SECRET_COURT": "wrong", "CHANGRONG_DEPARTMENT_SECRET_UTILITY": "wrong"},
		},
	} {
		path := filepath.Join(dir, "departments.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := departments.Open(path, departments.Options{Env: func(name string) (string, bool) { v, ok := c.env[name]; return v, ok }})
		if err != nil {
			t.Fatal(err)
		}
		for _, dataset := range []string{"tax.filing", "court.cases", "utility.gas"} { // one of each scheme
			if _, err := r.Fetch(t.Context(), *connecttest.Question(dataset, known, what+dataset)); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %s: %v", what, dataset, err)
			}
		}
		r.Close()
	}
}

// TestOwnKeyInThePlaceOfASharedSecret: a department that has the platform's public key.
func TestOwnKeyInThePlaceOfASharedSecret(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	key := apikey.Key{Alg: apikey.Ed25519, Public: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pub}))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := httpsig.Parse(r.Header)
		if err == nil {
			err = s.Check(civil.Instant(time.Now().UnixMilli()), httpsig.Covered(false, false))
		}
		if err == nil {
			u := *r.URL
			u.Scheme, u.Host = "http", r.Host
			err = s.Verify(&httpsig.Message{Method: r.Method, URL: &u, Header: r.Header}, &key, nil)
		}
		if err != nil || s.KeyID != "key-1" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		io.WriteString(w, "<a><result><code>0</code></result><bills/></a>") //nolint:errcheck // the caller has gone
	}))
	defer server.Close()
	text := "departments:\n  - id: utility\n    address: " + server.URL + "\n    plain_http: true\n    requester: key-1\n    key_file: key.pem\n"
	path := filepath.Join(dir, "departments.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := departments.Open(path, departments.Options{Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if d, err := r.Fetch(t.Context(), *connecttest.Question("utility.gas", known, "q")); err != nil || len(d.Records) != 0 {
		t.Errorf("%v, %v", d, err)
	}
}

var _ exchange.Source = (*departments.Router)(nil)
