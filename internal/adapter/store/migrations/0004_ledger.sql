-- +goose Up

CREATE TABLE ledger_sources (
  id            TEXT PRIMARY KEY,
  year          BIGINT NOT NULL,
  level         TEXT NOT NULL,
  level_rank    BIGINT NOT NULL,
  document      TEXT NOT NULL,
  title         TEXT NOT NULL,
  purposes      TEXT NOT NULL,
  project       TEXT NOT NULL,
  function_code TEXT NOT NULL,
  economy_code  TEXT NOT NULL,
  section_code  TEXT NOT NULL,
  goal          TEXT NOT NULL,
  closed        BIGINT NOT NULL,
  added_at_ms   BIGINT NOT NULL,
  added_by      TEXT NOT NULL,
  version       BIGINT NOT NULL,
  UNIQUE (year, level, document, title)
);

CREATE TABLE ledger_purposes (
  source  TEXT NOT NULL REFERENCES ledger_sources (id),
  purpose TEXT NOT NULL,
  PRIMARY KEY (source, purpose)
);

CREATE TABLE ledger_entries (
  seq            BIGINT PRIMARY KEY,
  at_ms          BIGINT NOT NULL,
  about_on       TEXT NOT NULL,
  kind           TEXT NOT NULL,
  ref            TEXT NOT NULL,
  claim          TEXT NOT NULL,
  payment_order  TEXT NOT NULL,
  document       TEXT NOT NULL,
  receipt_no     TEXT NOT NULL,
  payee          TEXT NOT NULL,
  payee_tail     TEXT NOT NULL,
  by_account     TEXT NOT NULL,
  second_account TEXT NOT NULL,
  memo           TEXT NOT NULL,
  reverses       BIGINT NOT NULL,
  UNIQUE (kind, ref)
);
CREATE UNIQUE INDEX ledger_entries_reverses ON ledger_entries (reverses) WHERE reverses <> 0;
CREATE INDEX ledger_entries_at ON ledger_entries (at_ms, seq);
CREATE INDEX ledger_entries_about ON ledger_entries (about_on, seq);
CREATE INDEX ledger_entries_claim ON ledger_entries (claim, seq);

CREATE TABLE ledger_postings (
  seq           BIGINT NOT NULL REFERENCES ledger_entries (seq),
  n             BIGINT NOT NULL,
  source        TEXT NOT NULL REFERENCES ledger_sources (id),
  account       TEXT NOT NULL,
  claim         TEXT NOT NULL,
  item          TEXT NOT NULL,
  payment_order TEXT NOT NULL,
  amount_fen    BIGINT NOT NULL CHECK (amount_fen <> 0),
  PRIMARY KEY (seq, n)
);
CREATE INDEX ledger_postings_source ON ledger_postings (source, seq);
CREATE INDEX ledger_postings_claim ON ledger_postings (claim, seq);

CREATE TABLE ledger_balances (
  source        TEXT NOT NULL REFERENCES ledger_sources (id),
  account       TEXT NOT NULL,
  claim         TEXT NOT NULL,
  item          TEXT NOT NULL,
  payment_order TEXT NOT NULL,
  balance_fen   BIGINT NOT NULL,
  PRIMARY KEY (source, account, claim, item, payment_order),
  CHECK (account = 'origin' AND balance_fen <= 0 OR account <> 'origin' AND balance_fen >= 0)
);
CREATE INDEX ledger_balances_claim ON ledger_balances (claim);

CREATE TABLE fund_imports (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  digest    TEXT NOT NULL UNIQUE,
  at_ms     BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  kept      BIGINT NOT NULL,
  known     BIGINT NOT NULL
);

CREATE TABLE fund_bank_lines (
  import     TEXT NOT NULL REFERENCES fund_imports (id),
  line       BIGINT NOT NULL,
  paid_on    TEXT NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0),
  payee      TEXT NOT NULL,
  tail       TEXT NOT NULL,
  ref        TEXT NOT NULL,
  note       TEXT NOT NULL,
  PRIMARY KEY (import, line),
  UNIQUE (ref, paid_on, amount_fen, payee, tail)
);
CREATE INDEX fund_bank_lines_on ON fund_bank_lines (paid_on, import, line);

CREATE TABLE fund_proposals (
  id             TEXT PRIMARY KEY,
  kind           TEXT NOT NULL,
  state          TEXT NOT NULL,
  source         TEXT NOT NULL,
  next           TEXT NOT NULL,
  amount_fen     BIGINT NOT NULL,
  carry_fen      BIGINT NOT NULL,
  claim          TEXT NOT NULL,
  item           TEXT NOT NULL,
  payment_order  TEXT NOT NULL,
  entry          BIGINT NOT NULL,
  document       TEXT NOT NULL,
  memo           TEXT NOT NULL,
  prepared_at_ms BIGINT NOT NULL,
  prepared_by    TEXT NOT NULL,
  decided_at_ms  BIGINT NOT NULL,
  decided_by     TEXT NOT NULL,
  reason         TEXT NOT NULL,
  version        BIGINT NOT NULL
);
CREATE INDEX fund_proposals_state ON fund_proposals (state, prepared_at_ms, id);
