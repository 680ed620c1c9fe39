-- +goose Up

-- Requests that may be sent again (package once).
CREATE TABLE idempotency (
  owner       TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  attempt     TEXT NOT NULL,
  state       TEXT NOT NULL,
  status      BIGINT NOT NULL,
  header      TEXT NOT NULL,
  body        TEXT NOT NULL,
  started_ms  BIGINT NOT NULL,
  expires_ms  BIGINT NOT NULL,
  PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_expires ON idempotency (expires_ms);

-- Keys that sign requests (package apikey), and the numbers they have used.
CREATE TABLE api_keys (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL REFERENCES orgs (id),
  name        TEXT NOT NULL,
  alg         TEXT NOT NULL,
  public      TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  secret      TEXT NOT NULL,
  state       TEXT NOT NULL,
  added_ms    BIGINT NOT NULL,
  added_by    TEXT NOT NULL,
  decided_ms  BIGINT NOT NULL,
  decided_by  TEXT NOT NULL,
  expires_ms  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX api_keys_org ON api_keys (org, added_ms);

CREATE TABLE nonces (
  key    TEXT NOT NULL,
  nonce  TEXT NOT NULL,
  til_ms BIGINT NOT NULL,
  PRIMARY KEY (key, nonce)
);
CREATE INDEX nonces_til ON nonces (til_ms);
