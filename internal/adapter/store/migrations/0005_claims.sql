-- +goose Up

CREATE TABLE cases (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  org        TEXT NOT NULL,
  title      TEXT NOT NULL,
  panel      TEXT NOT NULL,
  stage      TEXT NOT NULL,
  round      BIGINT NOT NULL,
  since_ms   BIGINT NOT NULL,
  due_on     TEXT NOT NULL,
  left_days  BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  decided    BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX cases_stage ON cases (kind, stage, due_on, id);
CREATE INDEX cases_org ON cases (org, kind, id);

CREATE TABLE case_owners (
  case_id TEXT NOT NULL REFERENCES cases (id),
  role    TEXT NOT NULL,
  org     TEXT NOT NULL,
  PRIMARY KEY (case_id, role)
);
CREATE INDEX case_owners_role ON case_owners (role, org, case_id);

CREATE TABLE decisions (
  id         TEXT PRIMARY KEY,
  case_id    TEXT NOT NULL REFERENCES cases (id),
  seq        BIGINT NOT NULL,
  round      BIGINT NOT NULL,
  stage      TEXT NOT NULL,
  verb       TEXT NOT NULL,
  to_stage   TEXT NOT NULL,
  person     TEXT NOT NULL,
  name       TEXT NOT NULL,
  org        TEXT NOT NULL,
  role       TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  reason     TEXT NOT NULL,
  amount_fen BIGINT NOT NULL
);
CREATE UNIQUE INDEX decisions_seq ON decisions (case_id, seq);
-- A person decides once at a stage and in a round.
CREATE UNIQUE INDEX decisions_once ON decisions (case_id, round, stage, person)
  WHERE person <> '' AND verb <> 'pause' AND verb <> 'resume';

CREATE TABLE case_comments (
  id      TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES cases (id),
  person  TEXT NOT NULL,
  name    TEXT NOT NULL,
  org     TEXT NOT NULL,
  at_ms   BIGINT NOT NULL,
  text    TEXT NOT NULL,
  inside  BIGINT NOT NULL
);
CREATE INDEX case_comments_case ON case_comments (case_id, at_ms, id);

CREATE TABLE attachments (
  id         TEXT PRIMARY KEY,
  case_id    TEXT NOT NULL REFERENCES cases (id),
  paper      TEXT NOT NULL,
  name       TEXT NOT NULL,
  type       TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  size       BIGINT NOT NULL,
  person     TEXT NOT NULL,
  org        TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  dropped_ms BIGINT NOT NULL
);
CREATE INDEX attachments_case ON attachments (case_id, at_ms, id);

CREATE TABLE calendar_years (
  year    BIGINT PRIMARY KEY,
  off_on  TEXT NOT NULL,
  work_on TEXT NOT NULL,
  source  TEXT NOT NULL,
  version BIGINT NOT NULL
);

-- How claims of one policy are dealt with.
CREATE TABLE claim_rules (
  policy  TEXT PRIMARY KEY,
  body    TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE claims (
  id           TEXT PRIMARY KEY REFERENCES cases (id),
  policy       TEXT NOT NULL,
  period       TEXT NOT NULL,
  run          TEXT NOT NULL,
  origin       TEXT NOT NULL,
  item         TEXT NOT NULL,
  item_title   TEXT NOT NULL,
  pool         TEXT NOT NULL,
  payee        TEXT NOT NULL,
  payee_kind   TEXT NOT NULL,
  payee_name   TEXT NOT NULL,
  note         TEXT NOT NULL,
  line_count   BIGINT NOT NULL,
  lines        TEXT NOT NULL,
  computed_fen BIGINT NOT NULL,
  before_id    TEXT NOT NULL,
  before_fen   BIGINT NOT NULL,
  notice       TEXT NOT NULL,
  filed_ms     BIGINT NOT NULL,
  live         BIGINT NOT NULL
);
-- Nobody has two claims for the same thing under way, or one under way beside one that was paid.
CREATE UNIQUE INDEX claims_live ON claims (policy, period, item, payee) WHERE live = 1;
CREATE INDEX claims_run ON claims (run, item, payee);
CREATE INDEX claims_notice ON claims (notice) WHERE notice <> '';

CREATE TABLE claim_runs (
  run     TEXT PRIMARY KEY,
  policy  TEXT NOT NULL,
  period  TEXT NOT NULL,
  bundle  TEXT NOT NULL,
  seq     BIGINT NOT NULL,
  at_ms   BIGINT NOT NULL,
  body    TEXT NOT NULL
);
CREATE INDEX claim_runs_period ON claim_runs (policy, period, seq);

CREATE TABLE payee_accounts (
  payee     TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  sealed    TEXT NOT NULL,
  tail      TEXT NOT NULL,
  bank_name TEXT NOT NULL,
  bank_no   TEXT NOT NULL,
  org       TEXT NOT NULL,
  entered   TEXT NOT NULL,
  confirmed TEXT NOT NULL,
  at_ms     BIGINT NOT NULL,
  version   BIGINT NOT NULL
);

CREATE TABLE notices (
  id       TEXT PRIMARY KEY,
  policy   TEXT NOT NULL,
  title    TEXT NOT NULL,
  contact  TEXT NOT NULL,
  first_on TEXT NOT NULL,
  last_on  TEXT NOT NULL,
  person   TEXT NOT NULL,
  at_ms    BIGINT NOT NULL
);
CREATE INDEX notices_last ON notices (last_on, id);

-- What stood on a notice stays on it, whatever becomes of the claim.
CREATE TABLE notice_claims (
  notice     TEXT NOT NULL REFERENCES notices (id),
  claim      TEXT NOT NULL REFERENCES claims (id),
  payee_name TEXT NOT NULL,
  item_title TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  PRIMARY KEY (notice, claim)
);

CREATE TABLE objections (
  id       TEXT PRIMARY KEY,
  notice   TEXT NOT NULL REFERENCES notices (id),
  claim    TEXT NOT NULL,
  name     TEXT NOT NULL,
  contact  TEXT NOT NULL,
  text     TEXT NOT NULL,
  at_ms    BIGINT NOT NULL,
  outcome  TEXT NOT NULL,
  answer   TEXT NOT NULL,
  person   TEXT NOT NULL,
  done_ms  BIGINT NOT NULL,
  version  BIGINT NOT NULL
);
CREATE INDEX objections_notice ON objections (notice, at_ms, id);
CREATE INDEX objections_open ON objections (outcome, at_ms, id);

CREATE TABLE payment_orders (
  id       TEXT PRIMARY KEY REFERENCES cases (id),
  number   TEXT NOT NULL UNIQUE,
  policy   TEXT NOT NULL,
  purpose  TEXT NOT NULL,
  prepared TEXT NOT NULL,
  released TEXT NOT NULL,
  made_ms  BIGINT NOT NULL
);

CREATE TABLE order_lines (
  id         TEXT PRIMARY KEY,
  order_id   TEXT NOT NULL REFERENCES payment_orders (id),
  claim      TEXT NOT NULL REFERENCES claims (id),
  item       TEXT NOT NULL,
  source     TEXT NOT NULL,
  payee      TEXT NOT NULL,
  payee_name TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  tail       TEXT NOT NULL,
  bank_name  TEXT NOT NULL,
  bank_no    TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  state      TEXT NOT NULL,
  receipt_no TEXT NOT NULL,
  paid_on    TEXT NOT NULL
);
CREATE INDEX order_lines_order ON order_lines (order_id, id);
CREATE INDEX order_lines_claim ON order_lines (claim, id);
-- What stands on one order stands on no other.
CREATE UNIQUE INDEX order_lines_once ON order_lines (claim, source) WHERE state = 'open' OR state = 'paid';

CREATE TABLE claim_samples (
  id      TEXT PRIMARY KEY,
  policy  TEXT NOT NULL,
  body    TEXT NOT NULL,
  person  TEXT NOT NULL,
  at_ms   BIGINT NOT NULL
);
