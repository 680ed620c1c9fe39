-- +goose Up

CREATE TABLE products (
  id         TEXT PRIMARY KEY,
  bank       TEXT NOT NULL,
  state      TEXT NOT NULL,
  name       TEXT NOT NULL,
  edition    BIGINT NOT NULL,
  draft      TEXT NOT NULL, -- JSON; '' none
  changed_ms BIGINT NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX products_bank ON products (bank, id);
CREATE INDEX products_state ON products (state, id);

-- What was published never changes.
CREATE TABLE product_editions (
  product TEXT NOT NULL REFERENCES products (id),
  edition BIGINT NOT NULL,
  terms   TEXT NOT NULL,
  at_ms   BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (product, edition)
);

-- How often a product was shown, chosen and won.
CREATE TABLE product_days (
  product TEXT NOT NULL REFERENCES products (id),
  bank    TEXT NOT NULL,
  on_date TEXT NOT NULL,
  step    TEXT NOT NULL,
  n       BIGINT NOT NULL,
  PRIMARY KEY (product, on_date, step)
);
CREATE INDEX product_days_on ON product_days (on_date, bank);

-- What has been counted.
CREATE TABLE product_marks (
  key     TEXT NOT NULL,
  product TEXT NOT NULL,
  step    TEXT NOT NULL,
  on_date TEXT NOT NULL,
  PRIMARY KEY (key, product, step)
);
CREATE INDEX product_marks_on ON product_marks (step, on_date);
