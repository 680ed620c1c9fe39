-- +goose Up

-- What happened, told to everybody who subscribes, in the order of seq.
CREATE TABLE events (
  seq     BIGINT PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,
  kind    TEXT NOT NULL,
  at_ms   BIGINT NOT NULL,
  orgs    TEXT NOT NULL,
  subject TEXT NOT NULL,
  data    TEXT NOT NULL
);

-- How far each subscriber has come.
CREATE TABLE event_cursors (
  subscriber TEXT PRIMARY KEY,
  seq        BIGINT NOT NULL
);

-- Work to be done. seq is the order in which it was asked for; rev grows with every
-- change of any job, so that who watches reads only what is new.
CREATE TABLE jobs (
  id            TEXT PRIMARY KEY,
  seq           BIGINT NOT NULL UNIQUE,
  rev           BIGINT NOT NULL,
  kind          TEXT NOT NULL,
  key           TEXT NOT NULL,
  org           TEXT NOT NULL,
  payload       TEXT NOT NULL,
  state         TEXT NOT NULL,
  again         BIGINT NOT NULL,
  cancel        BIGINT NOT NULL,
  attempt       BIGINT NOT NULL,
  worker        TEXT NOT NULL,
  leased_til_ms BIGINT NOT NULL,
  done          BIGINT NOT NULL,
  total         BIGINT NOT NULL,
  note          TEXT NOT NULL,
  added_ms      BIGINT NOT NULL,
  after_ms      BIGINT NOT NULL,
  started_ms    BIGINT NOT NULL,
  moved_ms      BIGINT NOT NULL,
  ended_ms      BIGINT NOT NULL,
  code          TEXT NOT NULL,
  zh            TEXT NOT NULL,
  en            TEXT NOT NULL
);
CREATE UNIQUE INDEX jobs_once ON jobs (kind, key) WHERE key <> '' AND state IN ('waiting', 'running');
CREATE INDEX jobs_waiting ON jobs (seq) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (org) WHERE state = 'running';
CREATE INDEX jobs_rev ON jobs (rev);
CREATE INDEX jobs_ended ON jobs (ended_ms) WHERE ended_ms > 0;

-- When each organisation last had a job begun, to take turns.
CREATE TABLE job_turns (
  org  TEXT PRIMARY KEY,
  turn BIGINT NOT NULL
);
