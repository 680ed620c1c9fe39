"""An auditor's rerun: the SQL that lies in a bundle, in DuckDB, from the bundle's folder.

All eleven items. Each list of the script goes to a CSV file of the bundle's name and format,
so that `cmp` tells whether it is the same.
"""

import os
import re
import sys
import time

import duckdb

import common

bundle, out = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
os.makedirs(out, exist_ok=True)
os.chdir(bundle)  # the script names its files from there
with open("sql/duckdb.sql", encoding="utf-8") as f:
    script = f.read()
lists = re.findall(r"^-- (\w+\.csv) ", script, re.MULTILINE)
statements = duckdb.extract_statements(script)
db = duckdb.connect()
db.execute(f"SET threads = {common.THREADS}")
began = time.monotonic()
for statement in statements[: -len(lists)]:
    db.execute(statement)
computed = time.monotonic()
for name, statement in zip(lists, statements[-len(lists) :]):
    query = statement.query.rpartition(";")[0]  # behind it stands the comment of the next
    db.execute(f"COPY ({query}) TO '{out}/{name}' (HEADER, NULLSTR 'NULL')")  # else an empty text is written as ""
print(f"stages: read and compute {computed - began:.2f} s, write {time.monotonic() - computed:.2f} s")
