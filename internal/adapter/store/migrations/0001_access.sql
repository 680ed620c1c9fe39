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
  password_ms   BIGINT NOT NULL,
  must_change   BIGINT NOT NULL,
  totp          TEXT NOT NULL,
  totp_new      TEXT NOT NULL,
  totp_step     BIGINT NOT NULL,
  recovery      TEXT NOT NULL,
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
  via          TEXT NOT NULL,
  started_ms   BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  agent        TEXT NOT NULL,
  address      TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

-- Who somebody is at an identity provider, linked to an account by an administrator.
CREATE TABLE identities (
  id        TEXT PRIMARY KEY,
  provider  TEXT NOT NULL,
  subject   TEXT NOT NULL,
  account   TEXT NOT NULL REFERENCES accounts (id),
  linked_ms BIGINT NOT NULL,
  linked_by TEXT NOT NULL
);
CREATE UNIQUE INDEX identities_subject ON identities (provider, subject);
CREATE INDEX identities_account ON identities (account);

-- Browsers that have been sent to an identity provider and are expected back.
CREATE TABLE signin_flows (
  hash       TEXT PRIMARY KEY,
  provider   TEXT NOT NULL,
  state      TEXT NOT NULL,
  nonce      TEXT NOT NULL,
  verifier   TEXT NOT NULL,
  expires_ms BIGINT NOT NULL
);
CREATE INDEX signin_flows_expires ON signin_flows (expires_ms);

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
  suite   TEXT NOT NULL,
  hash    TEXT NOT NULL
);
CREATE INDEX audit_account ON audit (account, seq);
CREATE INDEX audit_object ON audit (object, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_at ON audit (at_ms, seq);

-- Which hash new entries of the audit log are chained with: one row.
CREATE TABLE audit_chain (
  id    BIGINT PRIMARY KEY CHECK (id = 1),
  suite TEXT NOT NULL
);
INSERT INTO audit_chain (id, suite) VALUES (1, 'sha256');
