"""The four items in polars: lazy frames over the same Parquet files, 128-bit integers where they are needed."""

import datetime as dt
import time

import polars as pl

import common

facts, out = common.arguments()
began = time.monotonic()
FIRST, LAST, NEVER = dt.date(2021, 1, 1), dt.date(2021, 12, 31), dt.date(9999, 12, 31)


def table(name):
    return pl.scan_parquet(common.files(facts, name))


def fen(column):
    return (pl.col(column) * 100).cast(pl.Int64)


def share(frame, weight, total, limit, over):
    """Shares limit over weight by largest remainder where total exceeds it; ties by row key."""
    product = pl.col(weight).cast(pl.Int128) * limit
    frame = frame.with_columns(part=(product // pl.col(total)).cast(pl.Int64), rest=(product % pl.col(total)).cast(pl.Int64))
    frame = frame.sort("rest", "item", "institution_id", "loan_id", descending=[True, False, False, False])
    left = limit - pl.col("part").sum()
    place = pl.int_range(pl.len())
    if over:
        left, place = left.over(over), place.over(over)
    return frame.with_columns(shared=pl.col("part") + (place < left).cast(pl.Int64))


loans = table("loans").select("institution_id", "loan_id", "enterprise_id", "project_id", "disbursed_on", "first_loan")
in_year = pl.col("disbursed_on").is_between(FIRST, LAST)

earliest = loans.filter(pl.col("disbursed_on") == pl.col("disbursed_on").min().over("enterprise_id")).filter(in_year)
first = (
    earliest.group_by("enterprise_id")
    .agg(
        bank=pl.col("institution_id").filter(pl.col("first_loan")).min(),
        doubtful=pl.col("institution_id").filter(pl.col("first_loan").is_null()).min(),
    )
    .filter(pl.col("bank").is_not_null() & (pl.col("doubtful").is_null() | (pl.col("doubtful") >= pl.col("bank"))))
)
chattel = (
    table("collaterals")
    .join(loans.select("institution_id", "loan_id", "disbursed_on"), on=["institution_id", "loan_id"])
    .filter(
        pl.col("class").is_in(["equipment", "raw_material", "semi_finished", "product"])
        & pl.col("registration_no").is_not_null()
        & (pl.col("registered_on") <= pl.col("disbursed_on"))
        & (pl.col("cancelled_on").fill_null(NEVER) >= LAST)
        & (pl.col("secured_party") == pl.col("institution_id"))
    )
    .select("institution_id", "loan_id", chattel=pl.lit(True))
    .unique()
)
picked = (
    loans.join(table("enterprises").select("enterprise_id", "size", "tech", sales=fen("annual_sales")), on="enterprise_id")
    .join(table("projects").select("project_id", "praise_level", "praised_on", "released_on"), on="project_id", how="left")
    .join(first, on="enterprise_id", how="left")
    .join(chattel, on=["institution_id", "loan_id"], how="left")
    .with_columns(
        item=pl.when(pl.col("size").is_in(["small", "micro"]) & (pl.col("bank") == pl.col("institution_id")) & in_year)
        .then(pl.lit("rc-first-loan"))
        .when(pl.col("praise_level").is_in(["province", "national"]) & pl.col("praised_on").is_between(FIRST, LAST))
        .then(pl.lit("rc-fintech"))
        .when(pl.col("tech") & (pl.col("sales") <= 3_000_000_000))
        .then(pl.lit("rc-tech"))
        .when(pl.col("chattel"))
        .then(pl.lit("rc-chattel"))
    )
    .filter(pl.col("item").is_not_null())
    .select("item", "institution_id", "loan_id", "enterprise_id", since=pl.col("released_on").fill_null(NEVER).dt.strftime("%Y-%m"))
)
based = (
    table("month_balances")
    .filter(pl.col("month").is_between(pl.lit("2021-01"), pl.lit("2021-12")))
    .select("institution_id", "loan_id", "month", fen=fen("balance"))
    .join(picked, on=["institution_id", "loan_id"])
    .filter((pl.col("item") != "rc-fintech") | (pl.col("month") >= pl.col("since")))
    .group_by("item", "institution_id", "loan_id", "enterprise_id")
    .agg(base=(2 * pl.col("fen").sum() + 12) // 24)
    .filter(pl.col("base") > 0)
    .with_columns(total=pl.col("base").sum().over("item", "enterprise_id"))
).collect(engine="streaming")
LIMIT = 1_000_000_000
over = pl.col("item").is_in(["rc-first-loan", "rc-tech"]) & (pl.col("total") > LIMIT)
limited = pl.concat(
    [
        based.filter(~over).with_columns(limited="base"),
        share(based.filter(over), "base", "total", LIMIT, ["item", "enterprise_id"]).rename({"shared": "limited"}).select(*based.columns, "limited"),
    ]
)
rated = limited.with_columns(amount=((pl.col("limited").cast(pl.Int128) * 5_000_000 + 500_000_000) // 1_000_000_000).cast(pl.Int64))
pool = table("budgets").filter(pl.col("pool") == "risk-compensation").select(fen("amount")).collect().item()
total = rated["amount"].sum()
if total > pool:
    rated = share(rated.with_columns(total=pl.lit(total)), "amount", "total", pool, None).with_columns(pooled="shared")
else:
    rated = rated.with_columns(pooled="amount")
totals = rated.group_by("item", "institution_id").agg(
    rows=pl.len(), base=pl.col("base").sum(), amount=pl.col("amount").sum(), pooled=pl.col("pooled").sum()
).with_columns(paid=pl.col("pooled") // 100 * 100)
common.write(out, totals.rows())
print(f"stages: read and compute {time.monotonic() - began:.2f} s")
