package exchange_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/fact"
)

func catalogue(t testing.TB) *exchange.Catalogue {
	t.Helper()
	c, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTheCatalogueThatShipsIsSound reads every file of it, with each rule and figure
// checked against the fields it speaks of.
func TestTheCatalogueThatShipsIsSound(t *testing.T) {
	c := catalogue(t)
	if n := len(c.Datasets()); n != 20 {
		t.Errorf("%d datasets", n)
	}
	names := map[string]bool{}
	for i, table := range c.Tables() {
		d := c.Datasets()[i]
		if table.Name != strings.ReplaceAll(d.ID, ".", "_") || table.Row != table.Name || names[table.Name] || fact.Lookup(table.Name) != nil {
			t.Errorf("%s has the table %s", d.ID, table.Name)
		}
		names[table.Name] = true
		if d.Level < 3 && d.HasPersonal() && d.Sharing != exchange.Unconditional {
			t.Errorf("%s says something of a person, and is of level %d", d.ID, d.Level)
		}
		if len(d.Rules) == 0 {
			t.Errorf("%s has no rule of quality", d.ID)
		}
	}
	if n := len(c.Departments()); n != 8 {
		t.Errorf("%d departments", n)
	}
}

// TestEveryTextSaysWhatAConsentIsTo reads the texts.
func TestEveryTextSaysWhatAConsentIsTo(t *testing.T) {
	if _, err := exchange.LoadTexts(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"exchange.catalogue": "version: \"2\"\ntexts: [{purpose: loan_application, days: 1, zh: x, personal: y}]",
		"pack.enum":          "version: \"1\"\ntexts: [{purpose: prefill, days: 1, zh: x, personal: y}]",
		"pack.required":      "version: \"1\"\ntexts: [{purpose: loan_application, days: 1, zh: x}]",
	} {
		if _, err := exchange.LoadTextsFrom(fstest.MapFS{"1.yaml": {Data: []byte(file)}}); fault.CodeOf(err) != name {
			t.Errorf("%v, not %s", err, name)
		}
	}
	if _, err := exchange.LoadTextsFrom(fstest.MapFS{"1.yaml": {Data: []byte("version: \"1\"\ntexts: [{purpose: loan_application, days: 1, zh: \"{firm} {firm_id} {recipient} {datasets}\", personal: y}]")}}); fault.CodeOf(err) != "exchange.catalogue" {
		t.Errorf("a text that does not say until when: %v", err)
	}
	for _, wrong := range []string{"zh: \"{firm} {firm_id} {recipient} {datasets} {expires} 评级\"", "rating: true, zh: \"{firm} {firm_id} {recipient} {datasets} {expires}\""} {
		if _, err := exchange.LoadTextsFrom(fstest.MapFS{"1.yaml": {Data: []byte("version: \"1\"\ntexts: [{purpose: loan_application, days: 1, " + wrong + ", personal: y}]")}}); fault.CodeOf(err) != "exchange.catalogue" {
			t.Errorf("a text that says of a rating what it is not marked with: %v", err)
		}
	}
}

// TestBrokenCataloguesAreRefused breaks one thing of a good dataset at a time.
func TestBrokenCataloguesAreRefused(t *testing.T) {
	const good = `department: dep
zh: 部门
en: department
datasets:
  - id: dep.set
    zh: 数据集
    en: set
    records: many
    level: 2
    sharing: conditional
    fresh_days: 1
    basis: {text: 依据, source: 出处}
    fields:
      - {name: amount, type: yuan, zh: 金额, en: amount}
      - {name: who, type: text, zh: 姓名, en: who, personal: name}
    rules:
      - {id: r, severity: error, zh: 错, en: wrong, check: row.amount > yuan(0)}
    summary:
      - {name: total, zh: 合计, en: total, of: sum, field: amount, where: row.amount > yuan(1)}
`
	load := func(text string) error {
		_, err := exchange.LoadFrom(fstest.MapFS{"dep.yaml": {Data: []byte(text)}})
		return err
	}
	if err := load(good); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ from, to, code string }{
		{"department: dep", "department: Dep", "exchange.catalogue"},
		{"id: dep.set", "id: other.set", "exchange.catalogue"},
		{"id: dep.set", "id: dep.set.more", "exchange.catalogue"},
		{"level: 2", "level: 5", "exchange.catalogue"},
		{"level: 2", "level: 0", "exchange.catalogue"},
		{"sharing: conditional", "sharing: sometimes", "pack.enum"},
		{"basis: {text: 依据, source: 出处}", "basis: {text: 依据}", "pack.required"},
		{"records: many", "records: one", "exchange.catalogue"},
		{"type: yuan", "type: money", "pack.enum"},
		{"type: yuan", "type: code", "exchange.catalogue"},
		{"name: who", "name: amount", "exchange.catalogue"},
		{"type: text", "type: int", "exchange.catalogue"},
		{"personal: name", "personal: face", "pack.enum"},
		{"check: row.amount > yuan(0)", "check: row.amount > 0 && row.nothing", "expr.unknown_name"},
		{"check: row.amount > yuan(0)", "check: row.amount > 5", "expr.unit"},
		{"check: row.amount > yuan(0)", "check: row.amount", "expr.type"},
		{"where: row.amount > yuan(1)", "where: row.who", "expr.type"},
		{"of: sum, field: amount", "of: sum, field: who", "exchange.catalogue"},
		{"of: sum, field: amount", "of: count, field: amount", "exchange.catalogue"},
		{"of: sum, field: amount", "of: sum", "exchange.catalogue"},
		{"of: sum, field: amount", "of: sum, field: none", "exchange.catalogue"},
		{"of: sum", "of: average", "pack.enum"},
		{"name: total", "name: total of all", "exchange.catalogue"},
		{"    zh: 数据集", "    zh: 数据集\n    more: 1", "pack.unknown_key"},
	} {
		if !strings.Contains(good, x.from) {
			t.Fatalf("%q is not there", x.from)
		}
		err := load(strings.Replace(good, x.from, x.to, 1))
		if fault.CodeOf(err) != x.code || fault.Of(err).At.File != "dep.yaml" {
			t.Errorf("%s: %v, not %s", x.to, err, x.code)
		}
	}
	twice := good + strings.SplitAfter(good, "datasets:\n")[1]
	if err := load(twice); fault.CodeOf(err) != "exchange.catalogue" {
		t.Errorf("a dataset twice: %v", err)
	}
}

// TestFiguresAreUnknownWhereTheyHangOnWhatIsNotKnown sums awards up, as conditions see
// them.
func TestFiguresAreUnknownWhereTheyHangOnWhatIsNotKnown(t *testing.T) {
	d, err := catalogue(t).Dataset("trademark.pledge")
	if err != nil {
		t.Fatal(err)
	}
	mark := func(expires, pledge, released string) map[string]string {
		x := map[string]string{
			"registration_no": "1", "mark": "", "class": "9", "expires_on": expires, "pledge_no": pledge, "pledgee": "", "secured_amount": "",
			"pledged_on": "", "released_on": released,
		}
		if pledge != "" {
			x["pledgee"], x["pledged_on"] = "某行", "2025-01-01"
		}
		return x
	}
	for _, x := range []struct {
		what    string
		records []map[string]string
		want    string
	}{
		{"none", nil, "free=0 marks=0"},
		{"a free one and one that has ended", []map[string]string{mark("2030-01-01", "", ""), mark("2020-01-01", "", "")}, "free=1 marks=1"},
		{"a pledged one, and one that was", []map[string]string{mark("2030-01-01", "P1", ""), mark("2030-01-01", "P2", "2025-06-01")}, "free=1 marks=2"},
		{"the last day", []map[string]string{mark("2026-03-02", "", "")}, "free=1 marks=1"},
		{"a day after it", []map[string]string{mark("2026-03-01", "", "")}, "free=0 marks=0"},
	} {
		if got := exchange.SummaryOf(t, d, "2026-03-02", x.records...); got != x.want {
			t.Errorf("%s: %s, not %s", x.what, got, x.want)
		}
	}
	d, _ = catalogue(t).Dataset("insurance.headcount")
	month := func(m, n string) map[string]string {
		return map[string]string{"month": m, "insured": n, "paid_amount": ""}
	}
	if got, want := exchange.SummaryOf(t, d, "2026-03-02", month("2026-01", "8"), month("2026-02", "12")), "last_month=2026-02 least=8 months=2 most=12"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := exchange.SummaryOf(t, d, "2026-03-02"), "months=0"; got != want {
		t.Errorf("of nothing: %s, not %s", got, want)
	}
	d, _ = catalogue(t).Dataset("court.enforcement")
	open := map[string]string{"case_no": "1", "court": "某院", "amount": "", "filed_on": "2026-01-01", "closed_on": ""}
	if got, want := exchange.SummaryOf(t, d, "2026-03-02", open), "open=1"; got != want {
		t.Errorf("an amount that nobody knows: %s, not %s", got, want)
	}
	open["closed_on"] = "2025-12-31"
	if got, want := exchange.SummaryOf(t, d, "2026-03-02", open), "court.enforcement.closed"; got != want {
		t.Errorf("closed before it was filed: %s, not %s", got, want)
	}
}

// FuzzDecode reads records as a department may send them. What is read is written
// back as it came, and read again.
func FuzzDecode(f *testing.F) {
	c := catalogue(f)
	f.Add("tax.grade", `[{"grade":"A","year":"2025","score":"95"}]`)
	f.Add("procurement.account", `[{"contract_no":"1","account":"6222","bank":"b","bank_id":"","locked":"1","locked_on":"2026-01-01","released_on":""}]`)
	f.Add("tax.filing", `[{},{}]`)
	f.Add("utility.water", `[{"month":"2026-13","quantity":"-1","billed_amount":"1.005","paid_amount":"","days_late":"x"}]`)
	f.Fuzz(func(t *testing.T, id, text string) {
		d, err := c.Dataset(id)
		if err != nil {
			d = c.Datasets()[len(id)%len(c.Datasets())]
		}
		var rows []map[string]string
		if json.Unmarshal([]byte(text), &rows) != nil {
			return
		}
		records := make([]exchange.Record, len(rows))
		for i, r := range rows {
			records[i].Cells = r
		}
		b, err := d.Decode(records)
		if err != nil {
			if code := fault.CodeOf(err); code != "exchange.drift" && code != "exchange.too_many" {
				t.Fatal(err)
			}
			return
		}
		if b.Len() != len(rows) {
			t.Fatalf("%d rows of %d", b.Len(), len(rows))
		}
		for i := range rows {
			again := exchange.Record{Cells: map[string]string{}}
			for _, v := range b.Vectors {
				again.Cells[v.Column.Name] = string(v.AppendValue(nil, i))
			}
			if _, err := d.Decode([]exchange.Record{again}); err != nil {
				t.Fatalf("what was read cannot be read: %v of %v", err, rows[i])
			}
		}
	})
}
