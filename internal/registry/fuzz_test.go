package registry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/registry"
)

// FuzzFiles: whatever a file is, it is taken whole or not at all; what is taken is a
// firm; and no finding tells the name of a person.
func FuzzFiles(f *testing.F) {
	const head = "uscc,name,kind,status,closed_on,registered_on,registered_capital,legal_representative\n"
	for _, s := range []string{
		"", head, head + "91331082MA2K1G1N3T,临海市某厂,enterprise,open,,2001-02-03,1.5,张三\n", head + "92331082,x,sole_trader,closed,2020-01-01,,,\n",
		head + "91331082MA2K1G1N3T,\"a\nb\",enterprise,open,,,,\n91331082MA2K1G1N3T,\U00028c54🍀,enterprise,gone,9,9,9,9\n", "\ufeff统一社会信用代码,企业名称,主体类型,登记状态\n,,,\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "firms.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		day, _ := civil.Of(2024, 6, 1)
		r := registry.Reads(t.Context(), func(report func(fact.Finding), fn func(*fact.Batch) error) error {
			return factfile.ReadFile(path, party.Register, party.Register.Stored(), report, fn)
		}, day)
		if (r.Import.Errors == 0) != (r.Import.State != registry.Refused) || r.Import.Errors > 0 && len(r.Import.Findings) == 0 {
			t.Fatalf("%+v", r.Import)
		}
		for _, n := range r.Import.Findings {
			if n.Field == "legal_representative" && n.Value != "" {
				t.Errorf("%+v", n)
			}
		}
		if r.Import.State == registry.Refused {
			return
		}
		if int64(len(r.Firms)) != r.Import.Rows || len(r.Firms) == 0 {
			t.Errorf("%d firms of %d rows", len(r.Firms), r.Import.Rows)
		}
		for _, x := range r.Firms {
			if !uscc.Valid(x.USCC) || strings.TrimSpace(x.Name) == "" || strings.ContainsAny(x.Name, "\n\r\x00") || party.Register.Column("status").Label(x.Status) == "" {
				t.Errorf("%+v", x)
			}
		}
	})
}
