-- +goose Up

-- An enterprise may have the credit code of a bank, and the name of another
-- enterprise. The constraint on names stays with its column, which has the name of
-- an institution and the id of an enterprise.
ALTER TABLE orgs RENAME COLUMN name TO own_name;
ALTER TABLE orgs ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE orgs SET name = own_name;
DROP INDEX orgs_uscc;
CREATE UNIQUE INDEX orgs_uscc ON orgs (kind, uscc) WHERE uscc <> '';

-- Where in the site a browser goes back to after signing in elsewhere.
ALTER TABLE signin_flows ADD COLUMN back TEXT NOT NULL DEFAULT '/';

-- The registry of firms. The name of the legal representative is sealed. core_name is
-- the name without the place that it begins with, which a search begins with.
CREATE TABLE firms (
  uscc          TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  core_name     TEXT NOT NULL,
  kind          TEXT NOT NULL,
  status        TEXT NOT NULL,
  closed_on     TEXT NOT NULL,
  industry      TEXT NOT NULL,
  town          TEXT NOT NULL,
  size          TEXT NOT NULL,
  registered_on TEXT NOT NULL,
  capital_fen   BIGINT NOT NULL,
  person        TEXT NOT NULL,
  as_of_on      TEXT NOT NULL,
  source        TEXT NOT NULL
);
CREATE INDEX firms_core ON firms (core_name, uscc);
CREATE INDEX firms_ended ON firms (status, core_name, uscc) WHERE status <> 'open';

-- Files of the registry, and what came of them.
CREATE TABLE firm_imports (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  bytes      BIGINT NOT NULL,
  org        TEXT NOT NULL REFERENCES orgs (id),
  by_account TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  as_of_on   TEXT NOT NULL,
  source     TEXT NOT NULL,
  state      TEXT NOT NULL,
  done_ms    BIGINT NOT NULL,
  rows_good  BIGINT NOT NULL,
  rows_read  BIGINT NOT NULL,
  added      BIGINT NOT NULL,
  changed    BIGINT NOT NULL,
  ended      BIGINT NOT NULL,
  errors     BIGINT NOT NULL,
  warnings   BIGINT NOT NULL,
  findings   TEXT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX firm_imports_at ON firm_imports (at_ms, id);
