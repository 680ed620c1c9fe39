package departments_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/departments"
	"changrong/internal/exchange"
)

// What follows, to the next comment of its kind, stands on the page word for word.

// Connector is the protocol of customs.
func Connector() *connect.Connector {
	return &connect.Connector{
		ID: "customs", Source: "海关统计数据服务", Scheme: connect.MessageScheme, Form: connect.JSON,
		Envelope: connect.Envelope{
			Code: "status", Good: []string{"0"}, Unknown: []string{"1"}, Refused: []string{"2"}, Message: "message", Rows: "data", AsOf: "tjrq",
		},
		Services: []connect.Service{
			{Dataset: "customs.export", Ask: ask, Fields: []connect.Field{
				{From: "qydm", As: connect.Asked},
				{To: "month", From: "ny", As: connect.Month},
				{To: "amount", From: "ckje", As: connect.Wan},
				{To: "note", From: "zysp", As: connect.Text, Empty: true},
			}},
		},
	}
}

func ask(a *connect.Ask) connect.Call {
	return connect.Post("/export", map[string]any{"qydm": a.USCC, "qqbh": a.ID, "cxyt": a.Purpose, "cxyj": a.Basis, "sqbh": a.Consent})
}

// So much for the page.

// blocks are the examples of the page, by language and in order, and the files that it
// names.
func blocks(t *testing.T) (byLanguage map[string][]string, files fstest.MapFS) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "howto", "add-a-connector.md"))
	if err != nil {
		t.Fatal(err)
	}
	byLanguage, files = map[string][]string{}, fstest.MapFS{}
	for _, m := range regexp.MustCompile("(?ms)(?:^`([^`\n]+)`\n\n)?^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		byLanguage[m[2]] = append(byLanguage[m[2]], m[3])
		if m[1] != "" {
			files[m[1]] = &fstest.MapFile{Data: []byte(m[3])}
		}
	}
	return byLanguage, files
}

// TestAddAConnector does what docs/howto/add-a-connector.md says: the catalogue and the
// answers are the page's own, and the code is the one above.
func TestAddAConnector(t *testing.T) {
	examples, recorded := blocks(t)
	if len(examples["go"]) != 1 || len(examples["yaml"]) != 1 || len(recorded) != 4 {
		t.Fatalf("the page has other examples: %d of code, %d of YAML, %d answers", len(examples["go"]), len(examples["yaml"]), len(recorded))
	}
	source, err := os.ReadFile("howto_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(source), "\n"+examples["go"][0]+"\n// So much for the page.") {
		t.Error("the code of the page is not the code of this test")
	}
	catalogue, err := exchange.LoadFrom(fstest.MapFS{"customs.yaml": &fstest.MapFile{Data: []byte(examples["yaml"][0])}})
	if err != nil {
		t.Fatal(err)
	}
	connecttest.RunOn(t, Connector(), catalogue, recorded)

	answer := string(recorded["customs.export.http"].Data)
	_, body, _ := strings.Cut(answer, "\n\n")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body) //nolint:errcheck // the caller has gone
	}))
	defer server.Close()
	r, err := open(t, "departments:\n  - id: customs\n    address: "+server.URL+"\n    plain_http: true\n    requester: r\n    secret: s\n",
		departments.Options{More: []*connect.Connector{Connector()}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if d, err := r.Fetch(t.Context(), *connecttest.Question("customs.export", known, "q")); err != nil || len(d.Records) != 2 || d.Records[0].Cells["amount"] != "125000.00" {
		t.Errorf("%v, %v", d, err)
	}
}
