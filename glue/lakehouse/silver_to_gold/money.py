"""Money in the reporting currency, at the daily rates of the silver table `fx_rate`.

A rate is units of its currency for one unit of the base currency. Rates lie on some days only: a day uses the latest
rate on or before it, days before the first rate use the first, days after the newest use the newest.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

MONEY = "decimal(38,6)"
WHOLE = "decimal(18,0)"
RATE_STEPS = 10**8


def with_exchange(facts: DataFrame, fx_rate: DataFrame, reporting_currency: str, day: Column) -> DataFrame:
    """Every row of `facts` once, with `fx_units`, `fx_per` and `fx_last_day`, the newest day of any rate.

    An amount in the row's `currency` times `fx_units` by `fx_per` (whole numbers) is the amount in the reporting
    currency at the rates of `day`. Both are null where the currency has no rate or the day is null; the reporting
    currency itself needs no rate.
    """
    bounds = F.broadcast(_bounds(fx_rate))
    known_day = F.greatest("fx_first_day", F.least(day, "fx_last_day"))
    dated = facts.crossJoin(bounds).withColumn("fx_day", F.when(day.isNotNull(), known_day))
    rates = F.broadcast(daily_rates(fx_rate, reporting_currency))
    is_same = F.col("currency") == reporting_currency
    rated = dated.join(rates, on=["currency", "fx_day"], how="left")
    return rated.withColumns(
        {name: F.when(is_same, F.lit(1)).when(~is_same, F.col(name)).cast(WHOLE) for name in ("fx_units", "fx_per")}
    )


def in_reporting_currency(amount: Column) -> Column:
    """The amount of a row made by `with_exchange` in the reporting currency, decimal(38,6)."""
    return scaled(amount, F.col("fx_units"), F.col("fx_per"))


def scaled(amount: Column, times: Column, per: Column) -> Column:
    """`amount * times / per` in decimal(38,6), rounded half up once; null where it does not fit.

    `times` and `per` are whole numbers, so the product keeps every decimal and the division alone rounds.
    """
    return F.try_divide(F.try_multiply(amount.cast(MONEY), times), per).cast(MONEY)


def count_or_zero(name: str) -> Column:
    """The count of that name after a left join: 0 where there was nothing to count."""
    return F.coalesce(name, F.lit(0).cast("bigint")).alias(name)


def amount_or_zero(name: str) -> Column:
    """The amount of that name, in decimal(38,6), 0 where there is none."""
    return F.coalesce(name, F.lit(0).cast(MONEY)).alias(name)


def daily_rates(fx_rate: DataFrame, reporting_currency: str) -> DataFrame:
    """One row per currency and day (`fx_day`), from the first to the last day of any rate, without gaps.

    `fx_units` is the reporting currency's rate of the day and `fx_per` the currency's, both in hundred-millionths.
    """
    same_day = Window.partitionBy("fx_day", "base_currency")
    reporting_quote = F.when(F.col("currency") == reporting_currency, F.col("quote"))
    return _every_day(_quotes(fx_rate), _bounds(fx_rate)).select(
        "currency", "fx_day", F.max(reporting_quote).over(same_day).alias("fx_units"), F.col("quote").alias("fx_per")
    )


def _bounds(fx_rate: DataFrame) -> DataFrame:
    """One row: the first and the last day of any rate."""
    return fx_rate.agg(F.min("rate_date").alias("fx_first_day"), F.max("rate_date").alias("fx_last_day"))


def _quotes(fx_rate: DataFrame) -> DataFrame:
    """One row per rate, and one of 1 per day for the base currency, whether the source says so or not."""
    quoted = F.struct("currency", (F.col("rate") * RATE_STEPS).cast(WHOLE).alias("quote"))
    base = F.struct(F.col("base_currency").alias("currency"), F.lit(RATE_STEPS).cast(WHOLE).alias("quote"))
    return fx_rate.select("rate_date", "base_currency", F.inline(F.array(quoted, base)))


def _every_day(quotes: DataFrame, bounds: DataFrame) -> DataFrame:
    """One row per currency and day: each quote on its days up to the day before the currency's next one."""
    of_currency = Window.partitionBy("currency").orderBy("rate_date", "base_currency", "quote")
    is_first = F.lag("rate_date").over(of_currency).isNull()
    begins = F.when(is_first, F.col("fx_first_day")).when(~is_first, F.col("rate_date"))
    ends = F.coalesce(F.date_sub(F.lead("rate_date").over(of_currency), 1), "fx_last_day")
    quote = ("currency", "base_currency", "quote")
    spans = quotes.crossJoin(F.broadcast(bounds)).select(*quote, begins.alias("begins"), ends.alias("ends"))
    # A day's second quote (the base currency's, where the source says it too) leaves the first no day.
    lasting = spans.filter(F.col("begins") <= F.col("ends"))
    return lasting.select(*quote, F.explode(F.sequence("begins", "ends")).alias("fx_day"))
