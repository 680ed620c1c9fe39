package engine

import (
	"context"
	"maps"
	"slices"
	"strings"

	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/postgres"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/sqlgen"
)

// Options say how to compute.
type Options struct {
	Engine     string // columnar ("" too), sql or cel
	DSN        string // of sql
	Partitions int
	Workers    int
	// Lap is told the name of each stage when it ends; nil: nobody wants to know.
	Lap func(stage string)
}

// Told says that a stage has ended.
func (o *Options) Told(stage string) {
	if o.Lap != nil {
		o.Lap(stage)
	}
}

// Check refuses, before anything is read, an executor that is not there.
// Errors: settle.engine, settle.dsn, settlement.options.
func (o *Options) Check() error {
	switch o.Engine {
	case "", "columnar", "cel":
	case "sql":
		if o.DSN == "" {
			return fault.New(fault.Invalid, "settle.dsn", "执行器 sql 需要用 --dsn 写明 PostgreSQL 连接", "the sql engine needs --dsn")
		}
	default:
		return fault.Invalidf("settle.engine", "没有执行器“%s”，可用 columnar、sql、cel", "no engine %q; there are columnar, sql and cel", o.Engine)
	}
	if o.Partitions < 0 || o.Workers < 0 {
		return fault.New(fault.Invalid, "settlement.options", "并行数和批数不能为负", "neither workers nor partitions can be negative")
	}
	return nil
}

// Compute runs plan over facts. The digests of the facts are the columnar
// executor's, whichever executor computes.
func (o *Options) Compute(ctx context.Context, plan *policy.Plan, facts fact.Source) (*settlement.Result, []bundle.FactsDigest, error) {
	facts = settlement.CountableAmounts(facts)
	options := columnar.Options{Workers: o.Workers, Partitions: max(1, o.Partitions)}
	book, err := columnar.Load(ctx, facts, options, plan)
	if err != nil {
		return nil, nil, err
	}
	o.Told("读取")
	res, err := book.Run(ctx, plan)
	if err != nil {
		return nil, nil, err
	}
	o.Told("计算")
	report := book.Report()
	digests := make([]bundle.FactsDigest, 0, len(report.Facts)+len(report.Absent))
	for _, d := range report.Facts {
		digests = append(digests, bundle.FactsDigest{Table: d.Table, Rows: d.Rows, Columns: d.Columns, SHA256: d.SHA256})
	}
	for _, table := range report.Absent {
		digests = append(digests, bundle.FactsDigest{Table: table})
	}
	switch o.Engine {
	case "cel":
		res, err = oracle.Run(ctx, plan, facts)
	case "sql":
		res, err = postgres.Run(ctx, o.DSN, plan, facts)
	}
	return res, digests, err
}

// Scripts are the settlement as SQL, for the facts as a bundle lays them out.
func Scripts(plan *policy.Plan, facts *factfile.Folder) (map[string]string, error) {
	files := map[string]string{}
	for _, t := range fact.Tables() {
		if facts.Has(t.Name) {
			files[t.Name] = bundle.FactsGlob(t.Name)
		}
	}
	out := map[string]string{}
	for _, d := range []sqlgen.Dialect{sqlgen.PostgreSQL(), sqlgen.DuckDB(files)} {
		script, err := sqlgen.Generate(plan, d)
		if err != nil {
			return nil, err
		}
		out[strings.ToLower(d.Name())+".sql"] = script.String()
	}
	return out, nil
}

// ChoiceName names choices by what they change: average=daily_mean.
func ChoiceName(c policy.Choices) string {
	name := ""
	for _, m := range []map[string]string{c.Readings, c.Parameters} {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if name != "" {
				name += " "
			}
			name += k + "=" + m[k]
		}
	}
	return name
}
