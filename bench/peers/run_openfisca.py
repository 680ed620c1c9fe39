"""The four items in OpenFisca: a note is a person, an enterprise and a payee are groups of notes, money a float32 of yuan.

What a rule writer would write: a month's balance is an input; average, limit, rate, pool and
sums are formulas. Choosing the notes (first loans, exclusion) and laying their balances side by
side is left to DuckDB, as OpenFisca has no relations for it; shares are proportional, as it has
no largest remainder.
"""

import os
import time

import duckdb
import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

import common

facts, out = common.arguments()
YEAR = "2021"
MONTHS = [f"2021-{m:02d}" for m in range(1, 13)]

began = time.monotonic()
db = duckdb.connect()
db.execute(f"SET threads = {common.THREADS}")
for table, columns in common.COLUMNS.items():
    db.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM read_parquet('{common.files(facts, table)}')")
with open(os.path.join(os.path.dirname(__file__), "rc.sql"), encoding="utf-8") as f:
    db.execute(f.read().split("CREATE TEMP TABLE based")[0])
ends = ", ".join(f"CAST(coalesce(sum(b.balance) FILTER (b.month = '{m}'), 0) AS DOUBLE) AS \"{m}\"" for m in MONTHS)
notes = db.execute(f"""
  SELECT p.item, p.item || '/' || p.institution_id AS payee, p.item || '/' || p.enterprise_id AS firm, {ends}
  FROM picked p JOIN month_balances b ON b.institution_id = p.institution_id AND b.loan_id = p.loan_id
  WHERE b.month BETWEEN '2021-01' AND '2021-12'
    AND (p.item <> 'rc-fintech' OR b.month >= substr(CAST(p.released_on AS VARCHAR), 1, 7))
  GROUP BY p.item, p.institution_id, p.enterprise_id, p.loan_id""").fetchnumpy()
POOL = float(db.execute("SELECT amount FROM budgets WHERE pool = 'risk-compensation'").fetchone()[0])
db.close()
chosen = time.monotonic()

Note = build_entity(key="note", plural="notes", label="loan note", is_person=True)
Firm = build_entity(key="firm", plural="firms", label="enterprise under an item", roles=[{"key": "debt", "plural": "debts", "label": "its notes"}])
Payee = build_entity(key="payee", plural="payees", label="institution under an item", roles=[{"key": "asset", "plural": "assets", "label": "its notes"}])


class balance(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.MONTH, "month-end balance, yuan"


class limited_item(Variable):
    value_type, entity, definition_period, label = bool, Note, DateUnit.YEAR, "the item limits its base to 10,000,000 yuan an enterprise"


class average(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "mean of the month-end balances"

    def formula(note, period):
        return sum(note("balance", month) for month in period.get_subperiods(DateUnit.MONTH)) / 12


class firm_average(Variable):
    value_type, entity, definition_period, label = float, Firm, DateUnit.YEAR, "sum of averages over the notes"

    def formula(firm, period):
        return firm.sum(firm.members("average", period))


class limited(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "average within the limit of its enterprise"

    def formula(note, period):
        total, own = note.firm("firm_average", period), note("average", period)
        return np.where(note("limited_item", period) & (total > 1e7), own * 1e7 / np.maximum(total, 1), own)


class amount(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "0.5 % of the limited average"

    def formula(note, period):
        return note("limited", period) * 0.005


class pooled(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "amount within the pool"

    def formula(note, period):
        due = note("amount", period)
        return due * min(1, POOL / due.sum(dtype=np.float64))


def summed(of):
    """A variable: the sum of another over the notes of a payee."""

    def formula(payee, period):
        return payee.sum(payee.members(of, period))

    return type("payee_" + of, (Variable,), {"value_type": float, "entity": Payee, "definition_period": DateUnit.YEAR, "label": of, "formula": formula})


system = TaxBenefitSystem([Note, Firm, Payee])
system.add_variables(balance, limited_item, average, firm_average, limited, amount, pooled, *map(summed, ["average", "amount", "pooled"]))
builder = SimulationBuilder()
builder.create_entities(system)
item, payee_of, firm_of = (notes[k].astype(str) for k in ["item", "payee", "firm"])
builder.declare_person_entity("note", np.arange(len(item)))
payees, at = np.unique(payee_of, return_inverse=True)
for key, role, ids, of in [("firm", "debt", np.unique(firm_of), firm_of), ("payee", "asset", payees, payee_of)]:
    builder.join_with_persons(builder.declare_entity(key, ids), of, roles=np.repeat(role, len(of)))
simulation = builder.build(system)
simulation.set_input("limited_item", YEAR, np.isin(item, ["rc-first-loan", "rc-tech"]))
for m in MONTHS:
    simulation.set_input("balance", m, notes[m])
totals = [simulation.calculate("payee_" + of, YEAR) for of in ["average", "amount", "pooled"]]
counted = np.bincount(at, weights=simulation.calculate("average", YEAR) > 0)
common.write(out, [
    [*name.split("/"), int(n), *(round(float(x) * 100) for x in (base, due, got)), int(got) * 100]
    for name, n, base, due, got in zip(payees, counted, *totals) if n
])
print(f"stages: read and choose in DuckDB {chosen - began:.2f} s, compute {time.monotonic() - chosen:.2f} s")
