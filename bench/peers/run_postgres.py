"""The four items in PostgreSQL: the same SQL as DuckDB's, over tables it holds.

Prints what copying the facts in took, apart from the queries. PGHOST and PGDATABASE
say where; the tables are made here and go with the database.
"""

import os
import subprocess
import sys
import time

import duckdb

import common

COLUMNS = {
    "loans": "institution_id text, loan_id text, enterprise_id text, project_id text, disbursed_on date, first_loan boolean",
    "enterprises": "enterprise_id text, size text, tech boolean, annual_sales numeric(18,2)",
    "projects": "project_id text, praise_level text, praised_on date, released_on date",
    "collaterals": "institution_id text, loan_id text, class text, registration_no text, registered_on date, cancelled_on date, secured_party text",
    "month_balances": "institution_id text, loan_id text, month text, balance numeric(18,2)",
    "budgets": "pool text, amount numeric(18,2)",
}


def psql(sql, stdin=None):
    """Runs SQL and returns what it prints."""
    done = subprocess.run(["psql", "-XqAt", "-F,", "-v", "ON_ERROR_STOP=1", "-c", sql], stdin=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def load(facts):
    """Copies the columns that the items need."""
    for table, columns in COLUMNS.items():
        psql(f"CREATE UNLOGGED TABLE {table} ({columns.replace(' text', ' text COLLATE \"C\"')})")
        names = ", ".join(c.split()[0] for c in columns.split(", "))
        read, write = os.pipe()
        with open(read, "rb") as source:
            copy = subprocess.Popen(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", f"COPY {table} ({names}) FROM STDIN (FORMAT csv)"], stdin=source)
        duckdb.sql(f"SELECT {names} FROM read_parquet('{common.files(facts, table)}')").to_csv(f"/dev/fd/{write}", header=False)
        os.close(write)
        if copy.wait():
            sys.exit(f"cannot copy {table}")
    psql("ANALYZE")


facts, out = common.arguments()
began = time.monotonic()
load(facts)
loaded = time.monotonic()
with open(os.path.join(os.path.dirname(__file__), "rc.sql")) as f:
    script = f.read()
for name, text in {
    "div": "div", "wide": "NUMERIC", "fen": "CAST(b.balance * 100 AS BIGINT)", "budget": "CAST(amount * 100 AS BIGINT)",
}.items():
    script = script.replace("{" + name + "}", text)
script = "SET work_mem = '512MB'; SET max_parallel_workers_per_gather = 2;" + script
rows = psql(script + "SELECT item, payee_id, rows, base_fen, amount_fen, pool_amount_fen, paid_fen FROM totals")
common.write(out, [line.split(",") for line in rows.splitlines()])
print(f"load {loaded - began:.2f} s, query {time.monotonic() - loaded:.2f} s")
