-- +goose Up

-- What somebody found who looked at a paid claim. It is never changed.
CREATE TABLE claim_findings (
  id       TEXT PRIMARY KEY,
  claim    TEXT NOT NULL REFERENCES claims (id),
  outcome  TEXT NOT NULL,
  text     TEXT NOT NULL,
  clawback TEXT NOT NULL,
  person   TEXT NOT NULL,
  name     TEXT NOT NULL,
  at_ms    BIGINT NOT NULL
);
CREATE INDEX claim_findings_claim ON claim_findings (claim, at_ms, id);

CREATE TABLE clawbacks (
  id           TEXT PRIMARY KEY REFERENCES cases (id),
  number       TEXT NOT NULL,
  claim        TEXT NOT NULL REFERENCES claims (id),
  policy       TEXT NOT NULL,
  item         TEXT NOT NULL,
  item_title   TEXT NOT NULL,
  payee        TEXT NOT NULL,
  payee_name   TEXT NOT NULL,
  why          TEXT NOT NULL,
  basis        TEXT NOT NULL,
  deadline_on  TEXT NOT NULL,
  proposer     TEXT NOT NULL,
  decider      TEXT NOT NULL,
  made_ms      BIGINT NOT NULL,
  issued_ms    BIGINT NOT NULL,
  returned_fen BIGINT NOT NULL CHECK (returned_fen >= 0),
  told_ms      BIGINT NOT NULL,
  live         BIGINT NOT NULL
);
-- One at a time of a claim, and no number twice.
CREATE UNIQUE INDEX clawbacks_live ON clawbacks (claim) WHERE live = 1;
CREATE UNIQUE INDEX clawbacks_number ON clawbacks (number) WHERE number <> '';
CREATE INDEX clawbacks_claim ON clawbacks (claim, id);

CREATE TABLE clawback_receipts (
  id         TEXT PRIMARY KEY,
  clawback   TEXT NOT NULL REFERENCES clawbacks (id),
  no         TEXT NOT NULL,
  payer      TEXT NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  paid_on    TEXT NOT NULL,
  person     TEXT NOT NULL,
  at_ms      BIGINT NOT NULL
);
CREATE UNIQUE INDEX clawback_receipts_once ON clawback_receipts (clawback, no);
