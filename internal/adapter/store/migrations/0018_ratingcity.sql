-- +goose Up

-- Runs of rating over the city. doc is JSON: grades, reasons, and the run before.
CREATE TABLE rating_runs (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL REFERENCES orgs (id),
  by_account TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  model      TEXT NOT NULL REFERENCES rating_models (id),
  name       TEXT NOT NULL,
  edition    BIGINT NOT NULL,
  as_of_on   TEXT NOT NULL,
  asked_ms   BIGINT NOT NULL,
  ended_ms   BIGINT NOT NULL,
  state      TEXT NOT NULL,
  firms      BIGINT NOT NULL,
  looked     BIGINT NOT NULL,
  rated      BIGINT NOT NULL,
  items      BIGINT NOT NULL,
  known      BIGINT NOT NULL,
  scores     BIGINT NOT NULL,
  doc        TEXT NOT NULL,
  shadows    TEXT NOT NULL,
  last_firm  TEXT NOT NULL, -- that was looked at
  pieces     BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX rating_runs_asked ON rating_runs (asked_ms, id);

-- What a run keeps of some firms that come one after another. Rows never change.
CREATE TABLE rating_run_pieces (
  run        TEXT NOT NULL REFERENCES rating_runs (id),
  no         BIGINT NOT NULL,
  first_firm TEXT NOT NULL,
  last_firm  TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  PRIMARY KEY (run, no)
);
CREATE INDEX rating_run_pieces_firm ON rating_run_pieces (run, last_firm);

-- White lists. Who is on one is computed when it is published, and never changes.
CREATE TABLE white_lists (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL REFERENCES orgs (id),
  name       TEXT NOT NULL,
  words      TEXT NOT NULL,
  rule       TEXT NOT NULL,
  rule_zh    TEXT NOT NULL,
  run        TEXT NOT NULL REFERENCES rating_runs (id),
  as_of_on   TEXT NOT NULL,
  from_on    TEXT NOT NULL,
  until_on   TEXT NOT NULL,
  state      TEXT NOT NULL,
  firms      BIGINT NOT NULL,
  acts       TEXT NOT NULL, -- JSON
  changed_ms BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX white_lists_changed ON white_lists (changed_ms, id);

CREATE TABLE white_list_firms (
  list TEXT NOT NULL REFERENCES white_lists (id),
  firm TEXT NOT NULL,
  PRIMARY KEY (list, firm)
);
CREATE INDEX white_list_firms_firm ON white_list_firms (firm);
