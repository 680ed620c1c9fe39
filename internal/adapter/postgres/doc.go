// Package postgres settles a plan inside PostgreSQL: it copies the facts the plan
// needs into a schema of its own, runs the SQL of package sqlgen, and reads the
// result. Everything happens in one transaction that is rolled back, so that
// nothing stays behind whatever happens.
package postgres
