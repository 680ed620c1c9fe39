-- +goose Up

-- An enterprise may have the credit code of a bank, and the name of another
-- enterprise. The constraint on names stays with its column, which has the name of
-- an institution and the id of an enterprise.
ALTER TABLE orgs RENAME COLUMN name TO own_name;
ALTER TABLE orgs ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE orgs SET name = own_name;
DROP INDEX orgs_uscc;
CREATE UNIQUE INDEX orgs_uscc ON orgs (kind, uscc) WHERE uscc <> '';

-- Where in the site a browser goes back to after signing in elsewhere.
ALTER TABLE signin_flows ADD COLUMN back TEXT NOT NULL DEFAULT '/';
