-- +goose Up

CREATE TABLE codes (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  place      TEXT NOT NULL,
  org        TEXT NOT NULL,
  title      TEXT NOT NULL,
  uscc       TEXT NOT NULL,
  number     TEXT NOT NULL UNIQUE,
  token      TEXT NOT NULL,
  made_ms    BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  expires_on TEXT NOT NULL,
  revoked_ms BIGINT NOT NULL,
  revoked_by TEXT NOT NULL,
  why        TEXT NOT NULL,
  version    BIGINT NOT NULL
);
-- A place has one code at a time.
CREATE UNIQUE INDEX codes_place ON codes (org, place, title) WHERE revoked_ms = 0;
CREATE INDEX codes_org ON codes (org, id);

-- What came of a code, counted; nobody is in it.
CREATE TABLE code_days (
  code       TEXT NOT NULL REFERENCES codes (id),
  on_date    TEXT NOT NULL,
  step       TEXT NOT NULL,
  n          BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  PRIMARY KEY (code, on_date, step)
);

-- What has been counted: of scans a hash that is of one day, and forgotten after it.
CREATE TABLE code_marks (
  code    TEXT NOT NULL REFERENCES codes (id),
  step    TEXT NOT NULL,
  mark    TEXT NOT NULL,
  on_date TEXT NOT NULL,
  PRIMARY KEY (code, step, mark)
);
CREATE INDEX code_marks_on ON code_marks (step, on_date);
