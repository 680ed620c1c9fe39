package server_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
	"changrong/internal/party"
	"changrong/internal/registry"
	"changrong/internal/server"
)

// register is a registry of firms, on a day.
type register struct {
	*registry.Service
	t     testing.TB
	db    *store.DB
	files *blob.Dir
	now   civil.Instant
}

var (
	everything = access.Scope{All: true}
	lead       = access.Caller{Principal: &access.Principal{Account: "account-lead", Name: "某", Org: "office", OrgKind: access.OfficeOrg}}
)

func newRegister(t testing.TB, db *store.DB) *register {
	t.Helper()
	dir := t.TempDir()
	files, err := blob.OpenDir(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := crypto.OpenRing(filepath.Join(dir, "keys.json"), crypto.Intl)
	if err != nil {
		t.Fatal(err)
	}
	day, _ := civil.Of(2024, 6, 3)
	r := &register{t: t, db: db, files: files, now: civil.StartOf(day)}
	r.Service = &registry.Service{
		Store: store.Of[registry.Tx]{DB: db}, Sealer: crypto.New(crypto.Intl, ring), Files: server.FirmFiles{Blobs: files, Temp: dir},
		Now: func() civil.Instant { return r.now }, NewID: crypto.NewID,
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutOrg(&access.Org{ID: "office", Kind: access.OfficeOrg, Name: "市金融工作中心"})
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// hand hands in a file and does the job of it.
func (r *register) hand(name, text, asOf string) *registry.Import {
	r.t.Helper()
	id := r.begin(name, text, asOf)
	if err := r.Load(r.t.Context(), event.Job{Payload: id}, func(int64, int64, string) {}); err != nil {
		r.t.Fatalf("%s: %v", name, err)
	}
	return r.of(id)
}

func (r *register) begin(name, text, asOf string) string {
	r.t.Helper()
	ref, err := r.files.Put(r.t.Context(), strings.NewReader(text))
	if err != nil {
		r.t.Fatal(err)
	}
	day, err := civil.ParseDate(asOf)
	if err != nil {
		r.t.Fatal(err)
	}
	m, err := r.Begin(r.t.Context(), lead, registry.File{Name: name, SHA256: ref.SHA256, Size: ref.Size}, day, "市场监管局")
	if err != nil {
		r.t.Fatal(err)
	}
	return m.ID
}

func (r *register) of(id string) *registry.Import {
	r.t.Helper()
	m, err := r.Import(r.t.Context(), everything, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// find returns the names of the firms that a search finds.
func (r *register) find(q registry.Search) []string {
	r.t.Helper()
	q.Limit = 50
	firms, total, err := r.Firms(r.t.Context(), everything, q)
	if err != nil || total != len(firms) {
		r.t.Fatalf("%+v: %d of %d, %v", q, len(firms), total, err)
	}
	names := make([]string, len(firms))
	for i := range firms {
		names[i] = firms[i].Name
	}
	return names
}

// events are the subjects of the events of a kind.
func (r *register) events(kind string) (subjects []string) {
	r.t.Helper()
	if err := r.db.Read(r.t.Context(), func(tx *store.Tx) error {
		told, err := tx.EventsAfter(0, 10_000)
		for i := range told {
			if told[i].Kind == kind {
				subjects = append(subjects, told[i].Subject)
			}
		}
		return err
	}); err != nil {
		r.t.Fatal(err)
	}
	return subjects
}

func firmCode(t testing.TB, dept string, n int) string {
	t.Helper()
	code, err := uscc.Make(dept, "331082", fmt.Sprintf("%08d", n))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

const registerHead = "uscc,name,kind,status,closed_on,registered_on,registered_capital,legal_representative,industry,town,size\n"

func TestAFileOfTheRegistryIsTakenWholeOrNotAtAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegister(t, db)
		a, b, c, d := firmCode(t, "91", 1), firmCode(t, "91", 2), firmCode(t, "92", 3), firmCode(t, "93", 4)
		rare := "临海市\U00028c54\U00030729\ue6b0模具厂"
		first := registerHead +
			a + ",浙江省台州市临海市宏达机械有限公司,enterprise,open,,2001-02-03,5000000,张三,C34,331082001,small\n" +
			b + "," + rare + ",enterprise,open,,,,\U00020bb7\ue815,,,\n" +
			c + ",好运🍀小吃店,sole_trader,open,,2019-05-06,,王小明,H62,,micro\n" +
			d + ",临海市某某合作社,coop,closed,2020-01-01,2010-01-01,,,,,\n"

		// One row is wrong in each way: nothing is taken, and each is named.
		bad := first + a + ",又一家,enterprise,open,,,,,,,\n" + b[:17] + ",短码,enterprise,open,,,,,,,\n" +
			firmCode(t, "91", 5) + ",甲,enterprise,open,2020-01-01,,,,,,\n" + firmCode(t, "91", 6) + ",乙,enterprise,closed,2000-01-01,2001-01-01,,,,,\n" +
			firmCode(t, "91", 7) + ",丙,enterprise,gone,,,,,,,\n" + firmCode(t, "91", 8) + ",丁,enterprise,open,,2030-01-01,,,,,\n" +
			firmCode(t, "92", 9) + ",戊,enterprise,open,,,,,,,\n" + firmCode(t, "91", 10) + ",己\u202e,enterprise,open,,,,李\u200b四,,,\n" +
			firmCode(t, "91", 11) + ",庚,enterprise,revoked,,,,,,,\n"
		m := r.hand("登记库.csv", bad, "2024-06-01")
		var got []string
		for _, f := range m.Findings {
			got = append(got, fmt.Sprintf("%d %s", f.Line, f.Code))
			if strings.Contains(f.Value, "四") {
				t.Errorf("a finding tells a person's name: %+v", f)
			}
		}
		slices.Sort(got)
		want := []string{"10 fact.code", "11 registry.future", "12 registry.kind", "13 registry.name", "13 registry.person", "14 registry.no_day", "6 registry.twice", "7 uscc.length", "8 registry.standing", "9 registry.order"}
		if m.State != registry.Refused || m.Errors != 8 || m.Warnings != 2 || !slices.Equal(got, want) {
			t.Errorf("%s, %d errors, %d warnings: %q", m.State, m.Errors, m.Warnings, got)
		}
		if names := r.find(registry.Search{}); len(names) != 0 {
			t.Errorf("taken of a file with errors: %v", names)
		}
		for what, text := range map[string]string{"empty": "", "no rows": registerHead, "no header": "1,2\n", "GBK": "uscc,name,kind,status\n\xc1\xd9\xba\xa3", "a picture": "\x89PNG\r\n"} {
			if m := r.hand("x.csv", text, "2024-06-01"); m.State != registry.Refused || m.Errors == 0 {
				t.Errorf("%s: %+v", what, m)
			}
		}

		m = r.hand("登记库.csv", first, "2024-06-01")
		if m.State != registry.Loaded || m.Added != 4 || m.Read != 4 || m.Ended != 0 || m.Errors != 0 {
			t.Fatalf("%+v", m)
		}
		for text, want := range map[string]string{
			"": "临海市某某合作社,好运🍀小吃店,浙江省台州市临海市宏达机械有限公司," + rare, "宏达": "浙江省台州市临海市宏达机械有限公司", "浙江省台州市临海市宏达": "浙江省台州市临海市宏达机械有限公司",
			"浙江省": "浙江省台州市临海市宏达机械有限公司", "\U00028c54": rare, "临海市\U00028c54\U00030729\ue6b0": rare, "好运🍀": "好运🍀小吃店", "机械": "", "%": "", "_": "", "临海市": rare + ",临海市某某合作社",
			strings.ToLower(c): "好运🍀小吃店", c[:4]: "好运🍀小吃店", "93": "临海市某某合作社", c[:17] + "0": "",
		} {
			got, want := r.find(registry.Search{Text: text}), strings.FieldsFunc(want, func(r rune) bool { return r == ',' })
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("a search for %q: %q, not %q", text, got, want)
			}
		}
		if got := r.find(registry.Search{Status: party.Closed}); !slices.Equal(got, []string{"临海市某某合作社"}) {
			t.Errorf("closed: %v", got)
		}
		f, err := r.Firm(t.Context(), everything, b)
		if err != nil || f.Name != rare || f.Person.Reveal() != "\U00020bb7\ue815" || f.Capital != 0 || f.RegisteredOn != civil.Never || f.Source != "市场监管局" {
			t.Errorf("%+v %q, %v", f, f.Person.Reveal(), err)
		}

		// The name is in the database sealed alone.
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			k, err := tx.Firm(c)
			if err == nil && (k.Person != "" || len(k.Sealed) == 0 || bytes.Contains(k.Sealed, []byte("王小明"))) {
				t.Errorf("kept as %q and %q", k.Person.Reveal(), k.Sealed)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestALaterFileUpdatesAndTellsWhoClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegister(t, db)
		a, b, c := firmCode(t, "91", 1), firmCode(t, "91", 2), firmCode(t, "91", 3)
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutOrg(&access.Org{ID: "firm-c", Kind: access.EnterpriseOrg, Name: "丙厂", USCC: c})
		}); err != nil {
			t.Fatal(err)
		}
		line := func(code, name, status, on string) string {
			return code + "," + name + ",enterprise," + status + "," + on + ",,,张三,,,\n"
		}
		r.hand("1.csv", registerHead+line(a, "甲厂", "open", "")+line(b, "乙厂", "open", ""), "2024-05-01")
		second := registerHead + line(a, "甲厂", "open", "") + line(b, "乙厂", "revoked", "2024-05-20") + line(c, "丙厂", "closed", "2024-05-21")
		m := r.hand("2.csv", second, "2024-06-01")
		if m.Added != 1 || m.Changed != 1 || m.Ended != 1 {
			t.Errorf("%+v", m)
		}
		if got := r.events(registry.Closed); !slices.Equal(got, []string{b, c}) {
			t.Errorf("told of %v", got)
		}
		// The same again, and an older one, change nothing and tell nothing.
		for _, again := range []*registry.Import{r.hand("2.csv", second, "2024-06-01"), r.hand("0.csv", registerHead+line(b, "旧名", "open", ""), "2024-04-01")} {
			if again.State != registry.Loaded || again.Added+again.Changed+again.Ended != 0 {
				t.Errorf("%+v", again)
			}
		}
		if f, err := r.Firm(t.Context(), everything, b); err != nil || f.Status != party.Revoked || f.Name != "乙厂" {
			t.Errorf("%+v, %v", f, err)
		}
		if got := r.events(registry.Closed); len(got) != 2 {
			t.Errorf("told again: %v", got)
		}
		// A firm's own scope has itself alone, unmasked; a bank's has none.
		if f, err := r.Firm(t.Context(), access.Scope{Org: "firm-c"}, c); err != nil || f.Person.Reveal() != "张三" {
			t.Errorf("%+v, %v", f, err)
		}
		for _, s := range []access.Scope{{Org: "firm-c"}, {Org: "office"}, {}} {
			if _, err := r.Firm(t.Context(), s, a); fault.CodeOf(err) != "registry.not_found" {
				t.Errorf("%+v: %v", s, err)
			}
		}
		if list, n, err := r.Firms(t.Context(), access.Scope{Org: "firm-c"}, registry.Search{Limit: 50}); err != nil || n != 1 || len(list) != 1 || list[0].USCC != c {
			t.Errorf("%v, %d, %v", list, n, err)
		}
	})
}

// TestALoadThatWasKilledGoesOn ends a load after some of its pieces and does the job
// again.
func TestALoadThatWasKilledGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegister(t, db)
		var text strings.Builder
		text.WriteString(registerHead)
		const n = 2100
		for i := range n {
			fmt.Fprintf(&text, "%s,临海市第%d号机电厂,enterprise,open,,,,李四,,,\n", firmCode(t, "91", i), i)
		}
		id := r.begin("many.csv", text.String(), "2024-06-01")
		ctx, cancel := context.WithCancel(t.Context())
		pieces := 0
		err := r.Load(ctx, event.Job{Payload: id}, func(done, _ int64, _ string) {
			if pieces++; done >= 1000 {
				cancel()
			}
		})
		m := r.of(id)
		if err == nil || m.State != registry.Loading || m.Read != 1000 || m.Added != 1000 {
			t.Fatalf("%v: %+v", err, m)
		}
		if err := r.Load(t.Context(), event.Job{Payload: id}, func(int64, int64, string) {}); err != nil {
			t.Fatal(err)
		}
		if m := r.of(id); m.State != registry.Loaded || m.Read != n || m.Added != n {
			t.Errorf("%+v", m)
		}
		if err := r.Load(t.Context(), event.Job{Payload: id}, func(int64, int64, string) {}); err != nil { // it is done
			t.Error(err)
		}
		if _, total, err := r.Firms(t.Context(), everything, registry.Search{Text: "临海市第", Limit: 1}); err != nil || total != 1001 { // more than a thousand
			t.Errorf("%d, %v", total, err)
		}
	})
}

// TestAMillionFirms measures the registry of a large city: CHANGRONG_FIRMS=1000000.
func TestAMillionFirms(t *testing.T) {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("CHANGRONG_FIRMS"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Skip("CHANGRONG_FIRMS says how many")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegister(t, db)
		var text bytes.Buffer
		text.WriteString(registerHead)
		word := []rune("宏达永兴利民顺发华泰金鑫恒源盛隆嘉诚瑞丰")
		for i := range n {
			name := string([]rune{word[i%20], word[i/20%20], word[i/400%20], word[i/8000%20]})
			fmt.Fprintf(&text, "%s,临海市%s%d机械有限公司,enterprise,open,,2001-02-03,5000000,张%c%c,C34,331082001,small\n", firmCode(t, "91", i), name, i%7, word[i%20], word[i/20%20])
		}
		size := text.Len()
		for _, what := range []string{"new", "again"} {
			at := time.Now()
			m := r.hand("登记库.csv", text.String(), "2024-06-01")
			t.Logf("%s: %d firms, %d MB in %v: %s, %d added", what, n, size>>20, time.Since(at).Round(100*time.Millisecond), m.State, m.Added)
		}
		text.Reset()
		measure := func(what string, f func(i int) error) {
			var took []time.Duration
			for i := range 300 {
				at := time.Now()
				if err := f(i); err != nil {
					t.Fatal(err)
				}
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			t.Logf("%s: p50 %v, p99 %v", what, took[150], took[297])
		}
		measure("one by its code", func(i int) error {
			_, err := r.Firm(t.Context(), everything, firmCode(t, "91", i*3331%n))
			return err
		})
		search := func(q func(i int) registry.Search) func(i int) error {
			return func(i int) error {
				_, _, err := r.Firms(t.Context(), everything, q(i))
				return err
			}
		}
		measure("a name of four characters", search(func(i int) registry.Search {
			return registry.Search{Text: string([]rune{word[i%20], word[i/20%20], word[i/7%20], word[i%20]}), Limit: 50}
		}))
		measure("a name of one character", search(func(i int) registry.Search { return registry.Search{Text: string(word[i%20]), Limit: 50} }))
		measure("a name with its place", search(func(i int) registry.Search {
			return registry.Search{Text: "临海市" + string([]rune{word[i%20], word[i/20%20]}), Limit: 50}
		}))
		measure("half a code", search(func(i int) registry.Search { return registry.Search{Text: firmCode(t, "91", i*3331%n)[:12], Limit: 50} }))
		measure("all that are open", search(func(int) registry.Search { return registry.Search{Status: party.Open, Limit: 50} }))
		measure("a rare standing", search(func(int) registry.Search { return registry.Search{Status: party.Revoked, Limit: 50} }))
	})
}
