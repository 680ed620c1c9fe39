-- +goose Up

-- Samples that scorecards are trained on. Rows never change; the file itself is sealed.
CREATE TABLE rating_samples (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  sha256      TEXT NOT NULL, -- as it came
  size        BIGINT NOT NULL,
  by_account  TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at_ms       BIGINT NOT NULL,
  row_count   BIGINT NOT NULL,
  columns     TEXT NOT NULL, -- JSON
  sealed      TEXT NOT NULL, -- SHA-256 of the sealed file
  sealed_size BIGINT NOT NULL
);
CREATE INDEX rating_samples_at ON rating_samples (at_ms, id);

-- Runs that make scorecards. What has ended changes no more, but for the model made of it.
CREATE TABLE rating_trainings (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  sample     TEXT NOT NULL REFERENCES rating_samples (id),
  sample_name TEXT NOT NULL,
  state      TEXT NOT NULL,
  step       TEXT NOT NULL,
  figures    TEXT NOT NULL, -- JSON
  from_run   TEXT NOT NULL, -- whose bins were changed by hand; '' none
  by_account TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at_ms      BIGINT NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms   BIGINT NOT NULL,
  model      TEXT NOT NULL, -- made of it; '' none
  version    BIGINT NOT NULL,
  whole      TEXT NOT NULL -- JSON: what was asked for, the card and its reports
);
CREATE INDEX rating_trainings_at ON rating_trainings (at_ms, id);
CREATE INDEX rating_trainings_state ON rating_trainings (state);
