-- +goose Up

-- A bank sees the accounts of the payees it has a claim for.
CREATE INDEX claims_payee ON claims (payee);
