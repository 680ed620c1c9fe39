package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// reported are the tables that PostgreSQL shows in the schema report, for programs
// that draw tables and charts, with the columns that stay out of it.
var reported = map[string][]string{
	"orgs":              {},
	"accounts":          {"password", "totp", "totp_new", "totp_step", "recovery"},
	"audit":             {},
	"submissions":       {"basis", "signature"},
	"submission_files":  {},
	"obligations":       {},
	"snapshots":         {},
	"snapshot_parts":    {},
	"through_loans":     {},
	"through_words":     {},
	"events":            {},
	"jobs":              {"payload"},
	"ledger_sources":    {},
	"ledger_purposes":   {},
	"ledger_entries":    {},
	"ledger_postings":   {},
	"ledger_balances":   {},
	"fund_imports":      {},
	"fund_bank_lines":   {},
	"fund_proposals":    {},
	"cases":             {},
	"case_owners":       {},
	"decisions":         {},
	"calendar_years":    {},
	"claims":            {},
	"claim_runs":        {"body"},
	"claim_findings":    {},
	"clawbacks":         {"told_ms"},
	"clawback_receipts": {},
	"notices":           {},
	"notice_claims":     {},
	"payment_orders":    {},
	"order_lines":       {"sealed"},
	"runs":              {"doc"},
	"run_lines":         {},
	"run_asides":        {},
	"run_totals":        {},
	"run_sums":          {},
	"run_pools":         {},
	"run_indicators":    {},
	"consents":          {"text", "account"},
	"readings":          {"account"},
	"data_findings":     {},
	"data_departments":  {},
	"applications":      {"request_key", "need", "targets", "sealed"},
	"referrals":         {},
	"offers":            {"price"},
	"agreements":        {},
	"drawdowns":         {},
	"loan_reports":      {},
	"firms":             {"person"},
	"firm_imports":      {"findings"},
	"products":          {"draft"},
	"rating_models":     {"features", "card", "report", "validation"},
	"rating_scores":     {"said"},
	"rating_samples":    {"columns", "sealed"},
	"rating_trainings":  {"whole"},
	"rating_months":     {"body"},
	"rating_runs":       {"doc", "shadows", "last_firm"},
	"white_lists":       {"acts"},
	"rating_alarms":     {"by_account", "body"},
	"product_editions":  {"terms", "by_account"},
	"product_days":      {},
	"codes":             {"token"},
	"code_days":         {},
}

// unreported are the tables that stay out of it, and why; a table is in one of the
// two (TestEveryTableIsReportedOrNot).
var unreported = map[string]string{
	"sessions": "secrets", "signin_flows": "secrets", "identities": "persons elsewhere", "api_keys": "secrets", "nonces": "secrets",
	"idempotency": "answers of requests", "webhooks": "secrets", "webhook_deliveries": "what was sent", "webhook_attempts": "what was sent",
	"messages": "what single people are told", "message_contacts": "addresses of persons", "message_choices": "of single people", "message_digests": "of the platform itself",
	"payee_accounts": "sealed bank accounts", "objections": "who objects", "case_comments": "talk among officials", "attachments": "names of papers",
	"uploads": "under way", "reminders": "of the platform itself", "event_cursors": "of the platform itself", "job_turns": "of the platform itself",
	"audit_chain": "of the platform itself", "claim_rules": "a document", "claim_samples": "a document", "firm_data": "data about firms; what was read of it is in readings",
	"origination_rules": "a document", "rating_watch_rules": "settings", "rating_run_pieces": "sealed", "white_list_firms": "who is on a list", "loan_drafts": "what single people type", "application_papers": "names of papers",
	"code_marks": "of single browsers", "product_marks": "of the platform itself",
	"snapshot_own": "a document", "whatifs": "not for the record", "shifts": "not for the record",
}

// friendly is a column as reports have it, named without its unit where its type
// says it: a time, a day, yuan, a rate.
func friendly(c column) string {
	name := func(suffix, as string) string { return strings.TrimSuffix(c.name, suffix) + as }
	switch {
	case strings.HasSuffix(c.name, "_ms") && !c.text:
		return fmt.Sprintf(`CASE WHEN "%s" > 0 THEN to_timestamp("%[1]s" / 1000.0) END AS "%s"`, c.name, name("_ms", "_at"))
	case strings.HasSuffix(c.name, "_on") && c.text:
		return fmt.Sprintf(`CASE WHEN "%s" ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN CAST("%[1]s" AS date) END AS "%s"`, c.name, c.name)
	case strings.HasSuffix(c.name, "_fen") && !c.text:
		return fmt.Sprintf(`CAST("%s" AS numeric(20,0)) / 100.00 AS "%s"`, c.name, name("_fen", "_yuan"))
	case strings.HasSuffix(c.name, "_ppb") && !c.text:
		return fmt.Sprintf(`CAST("%s" AS numeric(20,0)) / 10000000.0 AS "%s"`, c.name, name("_ppb", "_percent"))
	}
	return `"` + c.name + `"`
}

// report makes the views of the schema report what they have to be. It does nothing
// on SQLite, and nothing where they are that already: a view that is made anew has
// lost who may read it, unless the schema's default privileges say so
// (docs/OPERATIONS.md). A server whose role may not make a schema goes without.
func (db *DB) report(ctx context.Context) error {
	if db.dialect == sqlite3 {
		return nil
	}
	tables, err := Tables()
	if err != nil {
		return err
	}
	var views strings.Builder
	for _, t := range tables {
		hidden, ok := reported[t]
		if !ok {
			continue
		}
		cs, err := columns(ctx, db.write, t)
		if err != nil {
			return err
		}
		var shown []string
		for _, c := range cs {
			if !slices.Contains(hidden, c.name) {
				shown = append(shown, friendly(c))
			}
		}
		fmt.Fprintf(&views, "DROP VIEW IF EXISTS report.%s CASCADE;\nCREATE VIEW report.%s AS SELECT %s FROM %s;\n", t, t, strings.Join(shown, ", "), t)
	}
	sum := sha256.Sum256([]byte(views.String()))
	err = db.makeViews(ctx, views.String(), hex.EncodeToString(sum[:]))
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "42501" {
		slog.Warn("the views of the schema report were not made: the server's role may not", "error", err)
		return nil
	}
	return translate(err)
}

func (db *DB) makeViews(ctx context.Context, views, mark string) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", writeLock); err != nil {
		return err
	}
	var have string
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(obj_description(to_regnamespace('report'), 'pg_namespace'), '')").Scan(&have); err != nil {
		return err
	}
	if have == mark {
		return nil
	}
	for _, s := range []string{"CREATE SCHEMA IF NOT EXISTS report", views, "COMMENT ON SCHEMA report IS '" + mark + "'"} {
		for statement := range strings.SplitSeq(s, ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
	}
	return tx.Commit()
}
