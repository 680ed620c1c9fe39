-- +goose Up

-- What counts as bad of a model, and over which time; without a row as is usual.
CREATE TABLE rating_watch_rules (
  model          TEXT PRIMARY KEY REFERENCES rating_models (id),
  observe_months BIGINT NOT NULL,
  held_months    BIGINT NOT NULL,
  overdue_days   BIGINT NOT NULL,
  version        BIGINT NOT NULL
);

-- How models did, month by month: counts of bins and grades, never firms.
CREATE TABLE rating_months (
  model TEXT NOT NULL REFERENCES rating_models (id),
  month TEXT NOT NULL,
  state TEXT NOT NULL, -- closed, matured
  at_ms BIGINT NOT NULL,
  firms BIGINT NOT NULL,
  good  BIGINT NOT NULL,
  bad   BIGINT NOT NULL,
  body  TEXT NOT NULL, -- JSON
  PRIMARY KEY (model, month)
);

-- What somebody must look at.
CREATE TABLE rating_alarms (
  id        TEXT PRIMARY KEY,
  model     TEXT NOT NULL REFERENCES rating_models (id),
  name      TEXT NOT NULL, -- of the model
  edition   BIGINT NOT NULL,
  month     TEXT NOT NULL,
  code      TEXT NOT NULL,
  item      TEXT NOT NULL, -- characteristic or grade; '' the whole card
  grave     BIGINT NOT NULL,
  state     TEXT NOT NULL, -- open, acknowledged, lapsed
  raised_ms BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  words     TEXT NOT NULL,
  acted_ms  BIGINT NOT NULL,
  body      TEXT NOT NULL, -- JSON: figure and words
  version   BIGINT NOT NULL
);
CREATE UNIQUE INDEX rating_alarms_about ON rating_alarms (model, month, code, item);
CREATE INDEX rating_alarms_state ON rating_alarms (state, month);
