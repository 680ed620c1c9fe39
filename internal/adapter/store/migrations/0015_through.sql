-- +goose Up

-- Loans that came through the platform, and how each agrees with what its bank
-- reports. first_loan is 1 yes, 0 no, -1 not known.
CREATE TABLE through_loans (
  id          TEXT PRIMARY KEY,
  referral    TEXT NOT NULL,
  bank        TEXT NOT NULL,
  bank_name   TEXT NOT NULL,
  institution TEXT NOT NULL,
  note_no     TEXT NOT NULL,
  contract_no TEXT NOT NULL,
  branch      TEXT NOT NULL,
  uscc        TEXT NOT NULL,
  firm        TEXT NOT NULL,
  amount_fen  BIGINT NOT NULL,
  rate_ppb    BIGINT NOT NULL,
  drawn_on    TEXT NOT NULL,
  due_on      TEXT NOT NULL,
  security    TEXT NOT NULL,
  first_loan  BIGINT NOT NULL,
  code        TEXT NOT NULL,
  product     TEXT NOT NULL,
  purpose     TEXT NOT NULL,
  entered_ms  BIGINT NOT NULL,
  state       TEXT NOT NULL,
  told        BIGINT NOT NULL,
  since_ms    BIGINT NOT NULL,
  found       TEXT NOT NULL
);
CREATE UNIQUE INDEX through_loans_note ON through_loans (bank, note_no);
CREATE INDEX through_loans_state ON through_loans (state, drawn_on);
CREATE INDEX through_loans_drawn ON through_loans (drawn_on, id);

-- What a bank said of its loan since.
CREATE TABLE through_words (
  id          TEXT PRIMARY KEY,
  loan        TEXT NOT NULL REFERENCES through_loans (id),
  as_of_on    TEXT NOT NULL,
  balance_fen BIGINT NOT NULL,
  repaid      BIGINT NOT NULL,
  class       TEXT NOT NULL,
  at_ms       BIGINT NOT NULL
);
CREATE INDEX through_words_loan ON through_words (loan, as_of_on, at_ms);

-- The part of a snapshot that the platform itself tells.
CREATE TABLE snapshot_own (
  snapshot TEXT PRIMARY KEY REFERENCES snapshots (id),
  body     TEXT NOT NULL
);
