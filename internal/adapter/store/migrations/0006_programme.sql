-- +goose Up

-- doc holds what lists neither filter nor sort by, as JSON.
CREATE TABLE runs (
  id          TEXT PRIMARY KEY,
  no          BIGINT NOT NULL UNIQUE,
  pack        TEXT NOT NULL,
  purpose     TEXT NOT NULL,
  state       TEXT NOT NULL,
  standing    TEXT NOT NULL,
  from_on     TEXT NOT NULL,
  to_on       TEXT NOT NULL,
  asked_by    TEXT NOT NULL,
  asked_org   TEXT NOT NULL,
  asked_at_ms BIGINT NOT NULL,
  bundle      TEXT NOT NULL, -- SHA-256 of the zip; '' before it is there
  tries       BIGINT NOT NULL,
  doc         TEXT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX runs_pack ON runs (pack, no);
CREATE INDEX runs_under_way ON runs (asked_org) WHERE state IN ('queued', 'freezing', 'settling');
CREATE UNIQUE INDEX runs_official ON runs (pack) WHERE standing = 'official';

CREATE TABLE run_lines (
  run              BIGINT NOT NULL REFERENCES runs (no),
  n                BIGINT NOT NULL,
  item             TEXT NOT NULL,
  payee_id         TEXT NOT NULL,
  institution_id   TEXT NOT NULL,
  subject_id       TEXT NOT NULL,
  enterprise_id    TEXT NOT NULL,
  base_fen         BIGINT NOT NULL,
  limited_base_fen BIGINT NOT NULL,
  rate_ppb         BIGINT NOT NULL,
  amount_fen       BIGINT NOT NULL,
  deducted_fen     BIGINT NOT NULL,
  capped_fen       BIGINT NOT NULL,
  pooled_fen       BIGINT NOT NULL,
  paid_fen         BIGINT NOT NULL,
  institution      TEXT NOT NULL,
  enterprise       TEXT NOT NULL,
  town             TEXT NOT NULL,
  changed          BIGINT NOT NULL, -- a limit, a deduction, a cap or a pool did something
  PRIMARY KEY (run, n)
);
CREATE UNIQUE INDEX run_lines_key ON run_lines (run, item, institution_id, subject_id);
CREATE INDEX run_lines_paid ON run_lines (run, paid_fen, n);
CREATE INDEX run_lines_item ON run_lines (run, item, paid_fen, n);
CREATE INDEX run_lines_bank ON run_lines (run, institution_id, paid_fen, n);
CREATE INDEX run_lines_payee ON run_lines (run, payee_id, n);
CREATE INDEX run_lines_subject ON run_lines (run, subject_id, n);
CREATE INDEX run_lines_firm ON run_lines (run, enterprise_id, n);
CREATE INDEX run_lines_name ON run_lines (run, enterprise, n);
CREATE INDEX run_lines_town ON run_lines (run, town, n);

CREATE TABLE run_asides (
  run            BIGINT NOT NULL REFERENCES runs (no),
  n              BIGINT NOT NULL,
  waiting        BIGINT NOT NULL,
  item           TEXT NOT NULL,
  institution_id TEXT NOT NULL,
  subject_id     TEXT NOT NULL,
  enterprise_id  TEXT NOT NULL,
  reason         TEXT NOT NULL,
  detail         TEXT NOT NULL,
  institution    TEXT NOT NULL,
  enterprise     TEXT NOT NULL,
  town           TEXT NOT NULL,
  PRIMARY KEY (run, n)
);
CREATE UNIQUE INDEX run_asides_key ON run_asides (run, item, institution_id, subject_id);
CREATE INDEX run_asides_reason ON run_asides (run, waiting, reason, n);
CREATE INDEX run_asides_bank ON run_asides (run, institution_id, n);
CREATE INDEX run_asides_subject ON run_asides (run, subject_id, n);
CREATE INDEX run_asides_firm ON run_asides (run, enterprise_id, n);
CREATE INDEX run_asides_name ON run_asides (run, enterprise, n);

CREATE TABLE run_totals (
  run        BIGINT NOT NULL REFERENCES runs (no),
  n          BIGINT NOT NULL,
  item       TEXT NOT NULL,
  payee_id   TEXT NOT NULL,
  payee      TEXT NOT NULL,
  n_rows     BIGINT NOT NULL,
  base_fen   BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  pooled_fen BIGINT NOT NULL,
  paid_fen   BIGINT NOT NULL,
  PRIMARY KEY (run, n)
);
CREATE UNIQUE INDEX run_totals_key ON run_totals (run, item, payee_id);
CREATE INDEX run_totals_payee ON run_totals (run, payee_id, n);
CREATE INDEX run_totals_paid ON run_totals (run, paid_fen, n);

CREATE TABLE run_sums (
  run          BIGINT NOT NULL REFERENCES runs (no),
  by_what      TEXT NOT NULL,
  key          TEXT NOT NULL,
  item         TEXT NOT NULL,
  name         TEXT NOT NULL,
  n_rows       BIGINT NOT NULL,
  base_fen     BIGINT NOT NULL,
  entitled_fen BIGINT NOT NULL,
  pooled_fen   BIGINT NOT NULL,
  paid_fen     BIGINT NOT NULL,
  set_aside    BIGINT NOT NULL,
  excluded     BIGINT NOT NULL,
  PRIMARY KEY (run, by_what, key, item)
);

CREATE TABLE run_pools (
  run           BIGINT NOT NULL REFERENCES runs (no),
  pool          TEXT NOT NULL,
  title         TEXT NOT NULL,
  allocator     TEXT NOT NULL,
  limited       BIGINT NOT NULL,
  budget_fen    BIGINT NOT NULL,
  requested_fen BIGINT NOT NULL,
  pooled_fen    BIGINT NOT NULL,
  paid_fen      BIGINT NOT NULL,
  rate_ppb      BIGINT NOT NULL,
  PRIMARY KEY (run, pool)
);

CREATE TABLE run_indicators (
  run         BIGINT NOT NULL REFERENCES runs (no),
  n           BIGINT NOT NULL,
  indicator   TEXT NOT NULL,
  title       TEXT NOT NULL,
  clause      TEXT NOT NULL,
  responsible TEXT NOT NULL,
  unit        TEXT NOT NULL,
  known       BIGINT NOT NULL,
  value       BIGINT NOT NULL,
  n_rows      BIGINT NOT NULL,
  n_unknown   BIGINT NOT NULL,
  has_target  BIGINT NOT NULL,
  at_least    BIGINT NOT NULL,
  target      BIGINT NOT NULL,
  met         BIGINT NOT NULL,
  why         TEXT NOT NULL,
  PRIMARY KEY (run, indicator)
);

CREATE TABLE whatifs (
  id          TEXT PRIMARY KEY,
  seq         BIGINT NOT NULL UNIQUE,
  run         TEXT NOT NULL REFERENCES runs (id),
  pack        TEXT NOT NULL,
  state       TEXT NOT NULL,
  asked_org   TEXT NOT NULL,
  asked_at_ms BIGINT NOT NULL,
  page        TEXT NOT NULL, -- SHA-256 of the HTML page; '' before it is there
  sheet       TEXT NOT NULL, -- of the CSV
  tries       BIGINT NOT NULL,
  doc         TEXT NOT NULL,
  version     BIGINT NOT NULL
);
CREATE INDEX whatifs_pack ON whatifs (pack, seq);
CREATE INDEX whatifs_under_way ON whatifs (asked_org) WHERE state IN ('queued', 'settling');

CREATE TABLE shifts (
  whatif         TEXT NOT NULL REFERENCES whatifs (id),
  alternative    BIGINT NOT NULL,
  by_what        TEXT NOT NULL,
  key            TEXT NOT NULL,
  item           TEXT NOT NULL,
  name           TEXT NOT NULL,
  before_fen     BIGINT NOT NULL,
  after_fen      BIGINT NOT NULL,
  difference_fen BIGINT NOT NULL,
  PRIMARY KEY (whatif, alternative, by_what, key, item)
);
CREATE INDEX shifts_size ON shifts (whatif, alternative, by_what, item, difference_fen);
