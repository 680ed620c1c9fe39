-- +goose Up

CREATE TABLE orgs (
  id      TEXT PRIMARY KEY,
  kind    TEXT NOT NULL,
  name    TEXT NOT NULL UNIQUE,
  uscc    TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX orgs_uscc ON orgs (uscc) WHERE uscc <> '';

CREATE TABLE accounts (
  id            TEXT PRIMARY KEY,
  login         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  org           TEXT NOT NULL REFERENCES orgs (id),
  roles         TEXT NOT NULL,
  suspended     BIGINT NOT NULL,
  demo          BIGINT NOT NULL,
  password      TEXT NOT NULL,
  totp          TEXT NOT NULL,
  totp_step     BIGINT NOT NULL,
  failures      BIGINT NOT NULL,
  locked_til_ms BIGINT NOT NULL,
  version       BIGINT NOT NULL
);
CREATE INDEX accounts_org ON accounts (org);

CREATE TABLE sessions (
  id           TEXT PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  account      TEXT NOT NULL REFERENCES accounts (id),
  stage        TEXT NOT NULL,
  started_ms   BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  agent        TEXT NOT NULL,
  address      TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE audit (
  seq     BIGINT PRIMARY KEY,
  at_ms   BIGINT NOT NULL,
  account TEXT NOT NULL,
  name    TEXT NOT NULL,
  org     TEXT NOT NULL,
  action  TEXT NOT NULL,
  object  TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail  TEXT NOT NULL,
  address TEXT NOT NULL,
  hash    TEXT NOT NULL
);
CREATE INDEX audit_account ON audit (account, seq);
CREATE INDEX audit_object ON audit (object, seq);
