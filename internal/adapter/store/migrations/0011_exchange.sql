-- +goose Up

-- A consent is never changed but for being withdrawn, once.
CREATE TABLE consents (
  id             TEXT PRIMARY KEY,
  firm           TEXT NOT NULL,
  firm_name      TEXT NOT NULL,
  recipient      TEXT NOT NULL REFERENCES orgs (id),
  recipient_name TEXT NOT NULL,
  purpose        TEXT NOT NULL,
  datasets       TEXT NOT NULL,
  personal       BIGINT NOT NULL,
  text_version   TEXT NOT NULL,
  text_sha256    TEXT NOT NULL,
  text           TEXT NOT NULL,
  given_ms       BIGINT NOT NULL,
  account        TEXT NOT NULL,
  channel        TEXT NOT NULL,
  expires_on     TEXT NOT NULL,
  withdrawn_ms   BIGINT NOT NULL
);
CREATE INDEX consents_firm ON consents (firm, recipient, purpose);
CREATE INDEX consents_recipient ON consents (recipient, given_ms, id);

-- The last answer of a department about a firm.
CREATE TABLE firm_data (
  dataset      TEXT NOT NULL,
  firm         TEXT NOT NULL,
  as_of_on     TEXT NOT NULL,
  fetched_ms   BIGINT NOT NULL,
  fresh_til_ms BIGINT NOT NULL,
  by_consent   BIGINT NOT NULL,
  sealed       BIGINT NOT NULL,
  payload      TEXT NOT NULL,
  PRIMARY KEY (firm, dataset)
);
CREATE INDEX firm_data_fetched ON firm_data (fetched_ms);
CREATE INDEX firm_data_dataset ON firm_data (dataset);

-- What of it breaks a rule of quality.
CREATE TABLE data_findings (
  firm    TEXT NOT NULL,
  dataset TEXT NOT NULL,
  rule    TEXT NOT NULL,
  records BIGINT NOT NULL,
  PRIMARY KEY (firm, dataset, rule)
);
CREATE INDEX data_findings_dataset ON data_findings (dataset, rule);

-- Who read what. It is only added to.
CREATE TABLE readings (
  id          TEXT PRIMARY KEY,
  call        TEXT NOT NULL,
  at_ms       BIGINT NOT NULL,
  firm        TEXT NOT NULL,
  reader      TEXT NOT NULL REFERENCES orgs (id),
  reader_name TEXT NOT NULL,
  own         BIGINT NOT NULL,
  account     TEXT NOT NULL,
  purpose     TEXT NOT NULL,
  dataset     TEXT NOT NULL,
  department  TEXT NOT NULL,
  fields      TEXT NOT NULL,
  masked      TEXT NOT NULL,
  records     BIGINT NOT NULL,
  consent     TEXT NOT NULL,
  basis       TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  as_of_on    TEXT NOT NULL,
  raw_sha256  TEXT NOT NULL
);
CREATE INDEX readings_firm ON readings (firm, at_ms, id);
CREATE INDEX readings_reader ON readings (reader, at_ms, id);
CREATE INDEX readings_department ON readings (department, at_ms, id);
CREATE INDEX readings_at ON readings (at_ms, id);

-- Which organisation a department of the catalogue is.
CREATE TABLE data_departments (
  department TEXT PRIMARY KEY,
  org        TEXT NOT NULL REFERENCES orgs (id)
);
