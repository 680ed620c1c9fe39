-- +goose Up

-- Requests that may be sent again (package once).
CREATE TABLE idempotency (
  owner         TEXT NOT NULL,
  key           TEXT NOT NULL,
  fingerprint   TEXT NOT NULL,
  attempt       TEXT NOT NULL,
  state         TEXT NOT NULL,
  status        BIGINT NOT NULL,
  header        TEXT NOT NULL,
  body          TEXT NOT NULL,
  worker        TEXT NOT NULL,
  leased_til_ms BIGINT NOT NULL,
  expires_ms    BIGINT NOT NULL,
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

-- Addresses that are told what happens (package webhook), and what was sent to them.
CREATE TABLE webhooks (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL REFERENCES orgs (id),
  url         TEXT NOT NULL,
  kinds       TEXT NOT NULL,
  public      TEXT NOT NULL,
  is_off      BIGINT NOT NULL,
  why         TEXT NOT NULL,
  failures    BIGINT NOT NULL,
  rest_til_ms BIGINT NOT NULL,
  good_at_ms  BIGINT NOT NULL,
  added_ms    BIGINT NOT NULL,
  secret      TEXT NOT NULL,
  old_secret  TEXT NOT NULL,
  old_til_ms  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX webhooks_org ON webhooks (org, added_ms);

CREATE TABLE webhook_deliveries (
  id       TEXT PRIMARY KEY,
  endpoint TEXT NOT NULL REFERENCES webhooks (id),
  event    TEXT NOT NULL,
  kind     TEXT NOT NULL,
  body     TEXT NOT NULL,
  state    TEXT NOT NULL,
  tries    BIGINT NOT NULL,
  run      BIGINT NOT NULL,
  next_ms  BIGINT NOT NULL,
  added_ms BIGINT NOT NULL,
  UNIQUE (endpoint, event)
);
CREATE INDEX webhook_deliveries_added ON webhook_deliveries (endpoint, added_ms);
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (state, next_ms);

CREATE TABLE webhook_attempts (
  delivery TEXT NOT NULL REFERENCES webhook_deliveries (id),
  n        BIGINT NOT NULL,
  at_ms    BIGINT NOT NULL,
  status   BIGINT NOT NULL,
  took_ms  BIGINT NOT NULL,
  note     TEXT NOT NULL,
  PRIMARY KEY (delivery, n)
);

-- What people are told (package notify).
CREATE TABLE messages (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id),
  kind    TEXT NOT NULL,
  title   TEXT NOT NULL,
  link    TEXT NOT NULL,
  event   TEXT NOT NULL,
  at_ms   BIGINT NOT NULL,
  read_ms BIGINT NOT NULL,
  UNIQUE (account, event)
);
CREATE INDEX messages_account ON messages (account, at_ms);
CREATE INDEX messages_unread ON messages (account, at_ms) WHERE read_ms = 0;

CREATE TABLE message_contacts (
  account     TEXT PRIMARY KEY REFERENCES accounts (id),
  mail        TEXT NOT NULL,
  sure        BIGINT NOT NULL,
  phone       TEXT NOT NULL,
  code        TEXT NOT NULL,
  code_til_ms BIGINT NOT NULL,
  tries       BIGINT NOT NULL,
  sent_at_ms  BIGINT NOT NULL
);

CREATE TABLE message_choices (
  account TEXT NOT NULL REFERENCES accounts (id),
  kind    TEXT NOT NULL,
  mail    BIGINT NOT NULL,
  sms     BIGINT NOT NULL,
  PRIMARY KEY (account, kind)
);

CREATE TABLE message_digests (
  account TEXT NOT NULL REFERENCES accounts (id),
  on_day  TEXT NOT NULL,
  PRIMARY KEY (account, on_day)
);
