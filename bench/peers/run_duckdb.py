"""The four items in DuckDB: hand-written SQL over the same Parquet files.

With "held" as a third argument the tables are read into memory first, so that computing can be
told apart from reading.
"""

import os
import sys
import time

import duckdb

import common

facts, out = common.arguments()
kind = "TABLE" if sys.argv[3:] == ["held"] else "VIEW"
with open(os.path.join(os.path.dirname(__file__), "rc.sql"), encoding="utf-8") as f:
    script = f.read()
for name, text in {
    "div": "divide", "wide": "HUGEINT", "fen": "CAST(b.balance * 100 AS BIGINT)", "budget": "CAST(amount * 100 AS BIGINT)",
}.items():
    script = script.replace("{" + name + "}", text)
db = duckdb.connect()
db.execute(f"SET threads = {common.THREADS}")
began = time.monotonic()
for table, columns in common.COLUMNS.items():
    db.execute(f"CREATE {kind} {table} AS SELECT {columns} FROM read_parquet('{common.files(facts, table)}')")
loaded = time.monotonic()
db.execute(script)
common.write(out, db.execute("SELECT * FROM totals").fetchall())
print(f"stages: read {loaded - began:.2f} s, compute {time.monotonic() - loaded:.2f} s" if kind == "TABLE" else f"stages: read and compute {time.monotonic() - began:.2f} s")
