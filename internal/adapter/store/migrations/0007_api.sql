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
