package server_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/factfile"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/registry"
)

// firmBook is a registry of firms in memory, with one file to be taken in.
type firmBook struct {
	registry.Tx
	m    *registry.Import
	kept map[string]registry.Kept
}

func (b *firmBook) Read(_ context.Context, f func(registry.Tx) error) error  { return f(b) }
func (b *firmBook) Write(_ context.Context, f func(registry.Tx) error) error { return f(b) }
func (b *firmBook) Audit(audit.Entry) error                                  { return nil }
func (b *firmBook) Emit(event.Event) error                                   { return nil }

func (b *firmBook) EnterprisesByCode([]string) (map[string]string, error) { return nil, nil }

func (b *firmBook) Import(string, access.Scope) (*registry.Import, error) {
	m := *b.m
	return &m, nil
}

func (b *firmBook) PutImport(m *registry.Import) error {
	next := *m
	b.m = &next
	return nil
}

func (b *firmBook) FirmsByCode(codes []string) (found []registry.Kept, err error) {
	for _, c := range codes {
		if k, ok := b.kept[c]; ok {
			found = append(found, k)
		}
	}
	return found, nil
}

func (b *firmBook) PutFirms(firms []registry.Kept) error {
	for i := range firms {
		b.kept[firms[i].USCC] = firms[i]
	}
	return nil
}

// firmFile is a file on disk.
type firmFile string

func (f firmFile) Read(_ context.Context, _ *registry.File, report func(fact.Finding), fn func(*fact.Batch) error) error {
	return factfile.ReadFile(string(f), party.Register, party.Register.Stored(), report, fn)
}

// FuzzFirmFiles: whatever a file is, it is taken whole or not at all; what is taken is
// a firm; and no finding tells the name of a person.
func FuzzFirmFiles(f *testing.F) {
	const head = "uscc,name,kind,status,closed_on,registered_on,registered_capital,legal_representative\n"
	for _, s := range []string{
		"", head, head + "91331082MA2K1G1N3T,临海市某厂,enterprise,open,,2001-02-03,1.5,张三\n", head + "92331082,x,sole_trader,closed,2020-01-01,,,\n",
		head + "91331082MA2K1G1N3T,\"a\nb\",enterprise,open,,,,\n91331082MA2K1G1N3T,\U00028c54🍀,enterprise,gone,9,9,9,9\n", "\ufeff统一社会信用代码,企业名称,主体类型,登记状态\n,,,\n",
	} {
		f.Add([]byte(s))
	}
	ring, err := crypto.OpenRing(filepath.Join(f.TempDir(), "keys.json"), crypto.Intl)
	if err != nil {
		f.Fatal(err)
	}
	sealer := crypto.New(crypto.Intl, ring)
	day, _ := civil.Of(2024, 6, 1)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "firms.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		b := &firmBook{m: &registry.Import{ID: "m", AsOf: day, Source: "某局", State: registry.Waiting}, kept: map[string]registry.Kept{}}
		s := &registry.Service{Store: b, Sealer: sealer, Files: firmFile(path), Now: func() civil.Instant { return civil.StartOf(day) }, NewID: crypto.NewID}
		if err := s.Load(t.Context(), event.Job{Payload: "m"}, func(int64, int64, string) {}); err != nil {
			t.Fatal(err)
		}
		refused := b.m.State == registry.Refused
		if !refused && b.m.State != registry.Loaded || refused != (b.m.Errors > 0) || refused && len(b.m.Findings) == 0 {
			t.Fatalf("%+v", b.m)
		}
		for _, n := range b.m.Findings {
			if n.Field == "legal_representative" && n.Value != "" {
				t.Errorf("%+v", n)
			}
		}
		if refused && len(b.kept) > 0 || !refused && int64(len(b.kept)) != b.m.Rows {
			t.Errorf("%d firms of %d rows, %s", len(b.kept), b.m.Rows, b.m.State)
		}
		for _, x := range b.kept {
			if !uscc.Valid(x.USCC) || strings.TrimSpace(x.Name) == "" || strings.ContainsAny(x.Name, "\n\r\x00") || party.Register.Column("status").Label(x.Status) == "" {
				t.Errorf("%+v", x.Firm)
			}
		}
	})
}
