-- +goose Up

-- Messages to banks make many jobs: whose turn it is, and when the next is due.
CREATE INDEX jobs_turn ON jobs (org, seq) WHERE state = 'waiting';
CREATE INDEX jobs_due ON jobs (after_ms) WHERE state = 'waiting';

-- How referrals are dealt with: one row, once somebody has set them.
CREATE TABLE origination_rules (
  id      BIGINT PRIMARY KEY,
  body    TEXT NOT NULL,
  version BIGINT NOT NULL
);

-- What somebody has typed so far; hash is of the secret of who has not said who he is.
CREATE TABLE loan_drafts (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL,
  hash       TEXT NOT NULL,
  code       TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  touched_ms BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE UNIQUE INDEX loan_drafts_hash ON loan_drafts (hash) WHERE hash <> '';
CREATE INDEX loan_drafts_org ON loan_drafts (org, touched_ms) WHERE org <> '';
CREATE INDEX loan_drafts_touched ON loan_drafts (touched_ms);

CREATE TABLE applications (
  id           TEXT PRIMARY KEY,
  org          TEXT NOT NULL,
  request_key  TEXT NOT NULL,
  number       TEXT NOT NULL,
  uscc         TEXT NOT NULL,
  firm         TEXT NOT NULL,
  sole         BIGINT NOT NULL,
  need         TEXT NOT NULL,
  amount_fen   BIGINT NOT NULL,
  code         TEXT NOT NULL,
  channel      TEXT NOT NULL,
  state        TEXT NOT NULL,
  offer        TEXT NOT NULL,
  targets      TEXT NOT NULL,
  sealed       TEXT NOT NULL,
  submitted_ms BIGINT NOT NULL,
  moved_ms     BIGINT NOT NULL,
  ended_ms     BIGINT NOT NULL,
  version      BIGINT NOT NULL
);
-- One key of a firm is one application.
CREATE UNIQUE INDEX applications_key ON applications (org, request_key);
CREATE INDEX applications_state ON applications (state, moved_ms);
CREATE INDEX applications_org ON applications (org, state);
CREATE INDEX applications_uscc ON applications (uscc);

-- One application at one bank; where it stands is its case.
CREATE TABLE referrals (
  id            TEXT PRIMARY KEY REFERENCES cases (id),
  application   TEXT NOT NULL REFERENCES applications (id),
  bank          TEXT NOT NULL,
  firm_org      TEXT NOT NULL,
  number        BIGINT NOT NULL,
  product       TEXT NOT NULL,
  product_ver   BIGINT NOT NULL,
  product_name  TEXT NOT NULL,
  code          TEXT NOT NULL,
  consent       TEXT NOT NULL,
  assignee      TEXT NOT NULL,
  assignee_name TEXT NOT NULL,
  refusal       TEXT NOT NULL,
  end_reason    TEXT NOT NULL,
  offer         TEXT NOT NULL,
  valid_til_ms  BIGINT NOT NULL,
  late          BIGINT NOT NULL,
  pushed_ms     BIGINT NOT NULL,
  taken_ms      BIGINT NOT NULL,
  contacted_ms  BIGINT NOT NULL,
  offered_ms    BIGINT NOT NULL,
  chosen_ms     BIGINT NOT NULL,
  contracted_ms BIGINT NOT NULL,
  disbursed_ms  BIGINT NOT NULL,
  live          BIGINT NOT NULL
);
CREATE UNIQUE INDEX referrals_number ON referrals (bank, number);
-- A bank deals with an application once at a time.
CREATE UNIQUE INDEX referrals_live ON referrals (application, bank) WHERE live = 1;
CREATE INDEX referrals_application ON referrals (application, id);
CREATE INDEX referrals_firm ON referrals (firm_org, id);
CREATE INDEX referrals_pushed ON referrals (pushed_ms);

-- What every bank that deals with an application sees of papers.
CREATE TABLE application_papers (
  id          TEXT PRIMARY KEY,
  application TEXT NOT NULL REFERENCES applications (id),
  paper       TEXT NOT NULL,
  name        TEXT NOT NULL,
  type        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  size        BIGINT NOT NULL,
  person      TEXT NOT NULL,
  org         TEXT NOT NULL,
  at_ms       BIGINT NOT NULL
);
CREATE INDEX application_papers_of ON application_papers (application, at_ms, id);

CREATE TABLE offers (
  id          TEXT PRIMARY KEY,
  referral    TEXT NOT NULL REFERENCES referrals (id),
  application TEXT NOT NULL,
  bank        TEXT NOT NULL,
  bank_name   TEXT NOT NULL,
  n           BIGINT NOT NULL,
  price       TEXT NOT NULL,
  state       TEXT NOT NULL,
  made_ms     BIGINT NOT NULL,
  by_name     TEXT NOT NULL,
  accepted_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX offers_n ON offers (referral, n);
-- At most one offer of an application is accepted.
CREATE UNIQUE INDEX offers_accepted ON offers (application) WHERE state = 'accepted';

CREATE TABLE agreements (
  referral    TEXT PRIMARY KEY REFERENCES referrals (id),
  no          TEXT NOT NULL,
  amount_fen  BIGINT NOT NULL,
  rate_ppb    BIGINT NOT NULL,
  term_months BIGINT NOT NULL,
  signed_on   TEXT NOT NULL,
  security    TEXT NOT NULL,
  first_loan  BIGINT NOT NULL, -- 1 yes, 0 no, -1 not known
  branch      TEXT NOT NULL,
  at_ms       BIGINT NOT NULL,
  by_name     TEXT NOT NULL
);

CREATE TABLE drawdowns (
  id         TEXT PRIMARY KEY,
  referral   TEXT NOT NULL REFERENCES referrals (id),
  bank       TEXT NOT NULL,
  note_no    TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  rate_ppb   BIGINT NOT NULL,
  drawn_on   TEXT NOT NULL,
  due_on     TEXT NOT NULL,
  branch     TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  by_name    TEXT NOT NULL
);
CREATE UNIQUE INDEX drawdowns_note ON drawdowns (bank, note_no);
CREATE INDEX drawdowns_referral ON drawdowns (referral, at_ms);

CREATE TABLE loan_reports (
  id          TEXT PRIMARY KEY,
  referral    TEXT NOT NULL REFERENCES referrals (id),
  note_no     TEXT NOT NULL,
  status      TEXT NOT NULL,
  class       TEXT NOT NULL,
  balance_fen BIGINT NOT NULL,
  days        BIGINT NOT NULL,
  as_of_on    TEXT NOT NULL,
  at_ms       BIGINT NOT NULL,
  by_name     TEXT NOT NULL
);
CREATE INDEX loan_reports_referral ON loan_reports (referral, at_ms, id);
