-- Rights of the roles on PostgreSQL, to be run in the platform's database by
-- changrong_owner after `changrong migrate`, at the first start and after every
-- upgrade:
--
--   changrong_owner   owns the tables and changes the schema; nobody signs in with it day to day
--   changrong         what the server runs as; it cannot change the schema, nor what was once written for good
--   changrong_report  what reports are read with
GRANT USAGE ON SCHEMA public TO changrong;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO changrong;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO changrong;

-- Written once: the audit log, the entries of the ledger, decisions, samples with what was
-- found, and receipts of money that came back.
REVOKE UPDATE, DELETE, TRUNCATE ON audit, ledger_entries, ledger_postings, decisions, claim_samples, claim_findings, clawback_receipts FROM changrong;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON goose_db_version FROM changrong;

GRANT USAGE ON SCHEMA report TO changrong_report;
GRANT SELECT ON ALL TABLES IN SCHEMA report TO changrong_report;
ALTER DEFAULT PRIVILEGES IN SCHEMA report GRANT SELECT ON TABLES TO changrong_report;
