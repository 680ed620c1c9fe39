"""Runs the SQL on standard input in DuckDB, as its command line does."""

import sys

import duckdb

duckdb.connect().execute(sys.stdin.read())
