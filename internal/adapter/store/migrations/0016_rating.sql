-- +goose Up

-- Models that rate enterprises. A card never changes; the manifest and the validation of an
-- imported card until it is submitted.
CREATE TABLE rating_models (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  edition    BIGINT NOT NULL,
  state      TEXT NOT NULL,
  features   TEXT NOT NULL, -- YAML
  card       TEXT NOT NULL, -- JSON, to the byte
  card_sha256 TEXT NOT NULL,
  report     TEXT NOT NULL, -- JSON
  validation TEXT NOT NULL, -- JSON
  manifest   TEXT NOT NULL, -- JSON
  acts       TEXT NOT NULL, -- JSON
  changed_ms BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE UNIQUE INDEX rating_models_name ON rating_models (name, edition);
CREATE INDEX rating_models_changed ON rating_models (changed_ms, id);

-- What models said. Rows never change.
CREATE TABLE rating_scores (
  id        TEXT PRIMARY KEY,
  firm      TEXT NOT NULL, -- USCC
  model     TEXT NOT NULL REFERENCES rating_models (id),
  name      TEXT NOT NULL,
  edition   BIGINT NOT NULL,
  at_ms     BIGINT NOT NULL,
  as_of_on  TEXT NOT NULL,
  recipient TEXT NOT NULL, -- organisation; '' none
  subject   TEXT NOT NULL, -- '' none
  shadow    BIGINT NOT NULL,
  said      TEXT NOT NULL -- sealed
);
CREATE INDEX rating_scores_firm ON rating_scores (firm, at_ms);
CREATE INDEX rating_scores_recipient ON rating_scores (recipient, at_ms);
CREATE INDEX rating_scores_subject ON rating_scores (subject, at_ms);
CREATE INDEX rating_scores_model ON rating_scores (model, id);
