-- +goose Up

CREATE TABLE uploads (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL REFERENCES orgs (id),
  by_account TEXT NOT NULL,
  name       TEXT NOT NULL,
  size       BIGINT NOT NULL,
  received   BIGINT NOT NULL,
  sha256     TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  touched_ms BIGINT NOT NULL
);
CREATE INDEX uploads_org ON uploads (org, id);

CREATE TABLE submissions (
  id            TEXT PRIMARY KEY,
  number        BIGINT NOT NULL UNIQUE,
  org           TEXT NOT NULL REFERENCES orgs (id),
  org_name      TEXT NOT NULL,
  institution   TEXT NOT NULL,
  office        BIGINT NOT NULL,
  kit           TEXT NOT NULL, -- the set
  period        TEXT NOT NULL,
  first_month   BIGINT NOT NULL,
  last_month    BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  state         TEXT NOT NULL,
  files_key     TEXT NOT NULL,
  counts        TEXT NOT NULL,
  errors        BIGINT NOT NULL,
  warnings      BIGINT NOT NULL,
  report_sha256 TEXT NOT NULL,
  report_size   BIGINT NOT NULL,
  sums          TEXT NOT NULL,
  basis         TEXT NOT NULL,
  by_account    TEXT NOT NULL,
  by_name       TEXT NOT NULL,
  at_ms         BIGINT NOT NULL,
  checked_ms    BIGINT NOT NULL,
  decided_ms    BIGINT NOT NULL,
  decided_by    TEXT NOT NULL,
  decided_name  TEXT NOT NULL,
  note          TEXT NOT NULL,
  receipt       TEXT NOT NULL,
  signature     TEXT NOT NULL,
  accepted_ms   BIGINT NOT NULL,
  UNIQUE (org, kit, period, version)
);
CREATE INDEX submissions_state ON submissions (state, number);
CREATE INDEX submissions_months ON submissions (last_month, first_month);

CREATE TABLE submission_files (
  submission TEXT NOT NULL REFERENCES submissions (id),
  name       TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  size       BIGINT NOT NULL,
  row_count  BIGINT NOT NULL,
  PRIMARY KEY (submission, name)
);
CREATE INDEX submission_files_sha256 ON submission_files (sha256);

CREATE TABLE obligations (
  id          TEXT PRIMARY KEY,
  title       TEXT NOT NULL,
  kind        TEXT NOT NULL,
  orgs        TEXT NOT NULL,
  kit         TEXT NOT NULL,
  yearly      BIGINT NOT NULL,
  items       TEXT NOT NULL,
  due_day     BIGINT NOT NULL,
  from_month  TEXT NOT NULL,
  until_month TEXT NOT NULL,
  version     BIGINT NOT NULL
);

CREATE TABLE reminders (
  id    TEXT PRIMARY KEY,
  at_ms BIGINT NOT NULL
);

CREATE TABLE snapshots (
  id            TEXT PRIMARY KEY,
  from_month    TEXT NOT NULL,
  to_month      TEXT NOT NULL,
  at_ms         BIGINT NOT NULL,
  by_account    TEXT NOT NULL,
  digest        TEXT NOT NULL,
  report_sha256 TEXT NOT NULL,
  report_size   BIGINT NOT NULL,
  errors        BIGINT NOT NULL,
  warnings      BIGINT NOT NULL,
  UNIQUE (digest, from_month, to_month)
);

CREATE TABLE snapshot_parts (
  snapshot   TEXT NOT NULL REFERENCES snapshots (id),
  submission TEXT NOT NULL REFERENCES submissions (id),
  PRIMARY KEY (snapshot, submission)
);
CREATE INDEX snapshot_parts_submission ON snapshot_parts (submission);
