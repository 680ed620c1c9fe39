"""Compares the totals of a peer with ours, payee by payee and item by item of the four, and says how in a line."""

import csv
import sys


def totals(path):
    """Amounts by item and payee."""
    with open(path, newline="") as f:
        return {(r["item"], r["payee_id"]): r for r in csv.DictReader(f) if r["item"].startswith("rc-")}


theirs, ours = totals(sys.argv[1]), totals(sys.argv[2])
n = len(ours)
if not n or theirs.keys() != ours.keys():
    print(f"differ: {len(theirs.keys() ^ ours.keys())} totals stand on one side only; we have {n}")
elif theirs == ours:
    print(f"all {n} totals equal to the fen")
else:
    wrong = {c: sum(theirs[k][c] != ours[k][c] for k in ours) for c in ["base_fen", "amount_fen", "pool_amount_fen", "paid_fen"]}
    print(
        f"differ: of {n} totals, {wrong['base_fen']} have another base, {wrong['amount_fen']} another amount, "
        f"{wrong['pool_amount_fen']} another share of the pool, {wrong['paid_fen']} are paid another sum"
    )
