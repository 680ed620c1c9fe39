package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/sqlgen"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Run settles plan over the facts of src in the database at dsn.
//
// Errors: settlement.decision_item, settlement.decision_closed,
// settlement.decision_range, settlement.link and settlement.overflow for what is
// wrong in the facts; postgres.unavailable when the database cannot be reached;
// postgres.failed, a defect of ours, for all else it says.
func Run(ctx context.Context, dsn string, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, failure(err, "")
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // it has served; RunOn says what went wrong
	return RunOn(ctx, conn, plan, src)
}

// RunOn is Run over a connection that stays open.
func RunOn(ctx context.Context, conn *pgx.Conn, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
	decisions, err := settlement.ReadDecisions(ctx, src, plan.Policy)
	if err != nil {
		return nil, err
	}
	if err := settlement.CheckDecisions(plan, decisions); err != nil {
		return nil, err
	}
	script, err := sqlgen.Generate(plan, sqlgen.PostgreSQL())
	if err != nil {
		return nil, err
	}
	r := &runner{ctx: ctx, conn: conn.PgConn(), script: script, src: src}
	if err := r.begin(); err != nil {
		return nil, err
	}
	res, err := r.settle()
	if back := r.exec("ROLLBACK", "rollback"); err == nil && back != nil {
		return nil, back
	}
	return res, err
}

// runner is one run in progress.
type runner struct {
	ctx    context.Context
	conn   *pgconn.PgConn
	script *sqlgen.Script
	src    fact.Source
}

// settings of the transaction: the schema is found first, texts mean what they
// say, and statements of which each runs once are not compiled.
const settings = `
SET LOCAL standard_conforming_strings = on;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;
SET LOCAL work_mem = '128MB'`

// begin opens the transaction and makes the schema.
func (r *runner) begin() error {
	random := make([]byte, 8)
	rand.Read(random)
	schema := "changrong_" + hex.EncodeToString(random)
	return r.exec("BEGIN; CREATE SCHEMA "+schema+"; SET LOCAL search_path = "+schema+";"+settings, "begin")
}

// settle loads the facts, runs the steps and reads the lists.
func (r *runner) settle() (*settlement.Result, error) {
	for i, st := range r.script.Setup {
		if err := r.exec(st.SQL, st.Name); err != nil {
			return nil, err
		}
		if err := r.load(r.script.Reads[i]); err != nil {
			return nil, err
		}
	}
	if err := r.checkLinks(); err != nil {
		return nil, err
	}
	for _, st := range r.script.Steps {
		if err := r.make(st); err != nil {
			return nil, err
		}
	}
	return r.read()
}

// analyzeFrom is how many rows a table has from which the planner is told about it.
const analyzeFrom = 1000

// make runs a step, and tells the planner about a table that is not small.
func (r *runner) make(st sqlgen.Statement) error {
	results, err := r.conn.Exec(r.ctx, st.SQL).ReadAll()
	if err != nil {
		return failure(err, st.Name)
	}
	if len(results) > 0 && results[0].CommandTag.RowsAffected() >= analyzeFrom {
		return r.exec("ANALYZE "+st.Name, st.Name)
	}
	return nil
}

func (r *runner) exec(sql, name string) error {
	_, err := r.conn.Exec(r.ctx, sql).ReadAll()
	return failure(err, name)
}

// checkLinks refuses facts in which a link leads nowhere although the table is there.
func (r *runner) checkLinks() error {
	for _, c := range r.script.Checks {
		if !r.src.Has(c.Link.Table) {
			continue
		}
		results, err := r.conn.Exec(r.ctx, c.SQL).ReadAll()
		if err != nil {
			return failure(err, c.Table.Name+"."+c.Link.Name)
		}
		if n := string(results[0].Rows[0][0]); n != "0" {
			return fault.Invalidf("settlement.link", "%[1]s中有 %[2]s 行所指的%[3]s不在数据中", "%[2]s rows of %[4]s lead to rows of %[5]s that are not there",
				c.Table.Zh, n, c.Link.Zh, c.Table.Name, c.Link.Table)
		}
	}
	return nil
}

// failure tells errors of the database apart by SQLSTATE; name is of the statement.
func failure(err error, name string) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fault.New(fault.Unavailable, "postgres.unavailable", "数据库无法连接", "the database cannot be reached").Because(err)
	}
	switch {
	case pg.Code == "22003": // numeric_value_out_of_range
		return fault.New(fault.Invalid, "settlement.overflow", "金额合计超出可表示的范围", "the amounts add up to more than can be told").Because(err)
	case pg.Code == "57014": // query_canceled
		return err
	case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "28"), strings.HasPrefix(pg.Code, "53"), strings.HasPrefix(pg.Code, "57"), pg.Code == "3D000":
		return fault.New(fault.Unavailable, "postgres.unavailable", "数据库无法使用", "the database cannot be used").Because(err)
	}
	return fault.New(fault.Internal, "postgres.failed", "数据库执行 "+name+" 时出错", "the database failed at "+name).Because(err)
}
