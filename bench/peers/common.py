"""What the peers share: where a table's files are, how many threads, and how totals are written."""

import csv
import os
import sys

HEADER = ["item", "payee_id", "rows", "base_fen", "amount_fen", "pool_amount_fen", "paid_fen"]

# As many as the machine has, as ours; run.sh may ask for fewer, of all alike.
THREADS = int(os.environ.get("THREADS") or os.cpu_count())

# What the four items need of every table.
COLUMNS = {
    "loans": "institution_id, loan_id, enterprise_id, project_id, disbursed_on, first_loan",
    "enterprises": "enterprise_id, size, tech, annual_sales",
    "projects": "project_id, praise_level, praised_on, released_on",
    "collaterals": "institution_id, loan_id, class, registration_no, registered_on, cancelled_on, secured_party",
    "month_balances": "institution_id, loan_id, month, balance",
    "budgets": "pool, amount",
}


def files(facts, table):
    """The files of a table: one, or a folder of parts."""
    one = os.path.join(facts, table + ".parquet")
    return one if os.path.exists(one) else os.path.join(facts, table, "*.parquet")


def write(path, rows):
    """Writes totals as changrong does, sorted by item and payee."""
    with open(path, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows(sorted(rows))


def arguments():
    """facts folder, totals file."""
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} FACTS TOTALS.csv")
    return sys.argv[1], sys.argv[2]
