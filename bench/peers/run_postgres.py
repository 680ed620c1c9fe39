"""The four items in PostgreSQL: the same SQL as DuckDB's, over tables it holds.

Prints what copying the facts in took, apart from computing, and the peak memory of the
server's process that computed. PGHOST and PGDATABASE say where; the tables are made here and go with the
database.
"""

import os
import re
import subprocess
import sys
import time

import duckdb

import common

# Types that are not text. Money that is summed is copied as whole fen: numeric would be slower.
TYPES = {
    "disbursed_on": "date", "first_loan": "boolean", "tech": "boolean", "annual_sales": "numeric(18,2)", "praised_on": "date", "released_on": "date",
    "registered_on": "date", "cancelled_on": "date", "balance": "bigint", "amount": "bigint",
}


def psql(sql):
    """Runs SQL in one session and returns what it prints."""
    done = subprocess.run(["psql", "-XqAt", "-F,", "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def load(facts):
    """Copies the facts in, and has the planner look at them."""
    db = duckdb.connect()
    db.execute(f"SET threads = {common.THREADS}; SET preserve_insertion_order = false")
    for table, columns in common.COLUMNS.items():
        types = {c: TYPES.get(c, "text") for c in columns.split(", ")}
        psql(f"CREATE UNLOGGED TABLE {table} ({', '.join(map(' '.join, types.items()))})")
        values = ", ".join(f"CAST({c} * 100 AS BIGINT)" if t == "bigint" else c for c, t in types.items())
        read, write = os.pipe()
        with open(read, "rb") as source:
            copy = subprocess.Popen(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", f"COPY {table} FROM STDIN (FORMAT csv)"], stdin=source)
        db.sql(f"SELECT {values} FROM read_parquet('{common.files(facts, table)}')").to_csv(f"/dev/fd/{write}", header=False)
        os.close(write)
        if copy.wait():
            sys.exit(f"cannot copy {table}")
    psql("ANALYZE")


def script():
    """The script, with statistics on every table it makes, and these where several processes can read them."""
    with open(os.path.join(os.path.dirname(__file__), "rc.sql"), encoding="utf-8") as f:
        sql = f.read()
    for name, text in {"div": "div", "wide": "NUMERIC", "fen": "b.balance", "budget": "amount"}.items():
        sql = sql.replace("{" + name + "}", text)
    sql = re.sub(r"CREATE TEMP TABLE (\w+) AS\n(.*?);\n", r"CREATE UNLOGGED TABLE \1 AS\n\2;\nANALYZE \1;\n", sql, flags=re.DOTALL)
    return f"SET work_mem = '512MB'; SET max_parallel_workers_per_gather = {common.THREADS - 1};\n" + sql


facts, out = common.arguments()
began = time.monotonic()
load(facts)
loaded = time.monotonic()
rows = psql(script() + "SELECT item, payee_id, rows, base_fen, amount_fen, pool_amount_fen, paid_fen FROM totals; SELECT pg_read_file('/proc/self/status')")
queried = time.monotonic()
common.write(out, [line.split(",") for line in rows.splitlines() if line.startswith("rc-")])
peak = int(re.search(r"VmHWM:\s*(\d+) kB", rows)[1])
print(f"stages: copy in {loaded - began:.2f} s, compute {queried - loaded:.2f} s, server {peak} KB")
