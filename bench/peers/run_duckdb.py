"""The four items in DuckDB: hand-written SQL over the same Parquet files."""

import os

import duckdb

import common

facts, out = common.arguments()
db = duckdb.connect()
db.execute("SET threads = 2")
for table in ["loans", "enterprises", "projects", "collaterals", "month_balances", "budgets"]:
    db.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{common.files(facts, table)}')")
with open(os.path.join(os.path.dirname(__file__), "rc.sql")) as f:
    script = f.read()
for name, text in {
    "div": "divide", "wide": "HUGEINT", "fen": "CAST(b.balance * 100 AS BIGINT)", "budget": "CAST(amount * 100 AS BIGINT)",
}.items():
    script = script.replace("{" + name + "}", text)
db.execute(script)
common.write(out, db.execute("SELECT * FROM totals").fetchall())
