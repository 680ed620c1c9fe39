"""The four items in OpenFisca: a note is a person, an enterprise a group of notes, and money a float32 of yuan.

What a rule writer would write: a month's balance is an input, and average, limit,
rate and pool are formulas. Choosing the rows (first loans, exclusion) is left to
DuckDB, as OpenFisca has no relations for it; shares are proportional, as it has no
largest remainder.
"""

import os

import duckdb
import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

import common

facts, out = common.arguments()
Note = build_entity(key="note", plural="notes", label="loan note", is_person=True)
Firm = build_entity(key="firm", plural="firms", label="enterprise", roles=[{"key": "note", "plural": "notes", "label": "notes"}])
YEAR = "2021"


class balance(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.MONTH, "month-end balance, yuan"


class limited_item(Variable):
    value_type, entity, definition_period, label = bool, Note, DateUnit.YEAR, "the item limits its base to 10,000,000 yuan an enterprise"


class average(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "mean of the month-end balances"

    def formula(note, period):
        return sum(note("balance", month) for month in period.get_subperiods(DateUnit.MONTH)) / 12


class limited(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "average within the limit of its enterprise"

    def formula(note, period):
        total = note.firm("total_average", period)
        return np.where(note("limited_item", period) & (total > 1e7), note("average", period) * 1e7 / np.maximum(total, 1), note("average", period))


class total_average(Variable):
    value_type, entity, definition_period, label = float, Firm, DateUnit.YEAR, "sum of averages over the notes"

    def formula(firm, period):
        return firm.sum(firm.members("average", period))


class amount(Variable):
    value_type, entity, definition_period, label = float, Note, DateUnit.YEAR, "0.5 % of the limited average"

    def formula(note, period):
        return note("limited", period) * 0.005


db = duckdb.connect()
for table in ["loans", "enterprises", "projects", "collaterals", "month_balances", "budgets"]:
    db.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{common.files(facts, table)}')")
with open(os.path.join(os.path.dirname(__file__), "rc.sql")) as f:
    choosing = f.read().split("CREATE TEMP TABLE based")[0]
db.execute(choosing)
notes = db.execute("SELECT item, institution_id, loan_id, enterprise_id, released_on FROM picked ORDER BY ALL").fetchnumpy()
months = db.execute("""
  SELECT p.at, b.month, CAST(b.balance AS DOUBLE) AS balance
  FROM (SELECT *, row_number() OVER (ORDER BY item, institution_id, loan_id, enterprise_id, released_on) - 1 AS at FROM picked) p
  JOIN month_balances b ON b.institution_id = p.institution_id AND b.loan_id = p.loan_id
  WHERE b.month BETWEEN '2021-01' AND '2021-12'
    AND (p.item <> 'rc-fintech' OR b.month >= substr(CAST(p.released_on AS VARCHAR), 1, 7))""").fetchnumpy()

system = TaxBenefitSystem([Note, Firm])
system.add_variables(balance, limited_item, average, limited, total_average, amount)
simulation_builder = SimulationBuilder()
simulation_builder.create_entities(system)
item = notes["item"].astype(str)
simulation_builder.declare_person_entity("note", np.arange(len(item)))
group = np.char.add(np.char.add(item, "/"), notes["enterprise_id"].astype(str))
firms, member = np.unique(group, return_inverse=True)
instance = simulation_builder.declare_entity("firm", firms)
simulation_builder.join_with_persons(instance, group, roles=np.repeat("note", len(group)))
simulation = simulation_builder.build(system)
simulation.set_input("limited_item", YEAR, np.isin(item, ["rc-first-loan", "rc-tech"]))
for m in range(1, 13):
    values = np.zeros(len(item))
    of_month = months["month"].astype(str) == f"2021-{m:02d}"
    values[months["at"][of_month]] = months["balance"][of_month]
    simulation.set_input("balance", f"2021-{m:02d}", values)
base = simulation.calculate("average", YEAR)
paid = simulation.calculate("amount", YEAR)
pool = np.float32(db.execute("SELECT amount FROM budgets WHERE pool = 'risk-compensation'").fetchone()[0])
pooled = paid * np.minimum(1, pool / paid.sum())

key = np.char.add(np.char.add(item, "/"), notes["institution_id"].astype(str))
rows = []
for k in np.unique(key[base > 0]):
    of_payee = (key == k) & (base > 0)
    name, payee = k.split("/")
    cents = [int(round(float(x[of_payee].sum()) * 100)) for x in (base, paid, pooled)]
    rows.append([name, payee, int(of_payee.sum()), *cents, int(float(pooled[of_payee].sum())) * 100])
common.write(out, rows)
