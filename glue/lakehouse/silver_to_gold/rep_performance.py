"""Gold table `rep_performance`."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lakehouse.silver_to_gold.money import MONEY, amount_or_zero, count_or_zero

RATE = "decimal(7,6)"


def rep_performance(user: DataFrame, opportunity: DataFrame, *, reporting_currency: str) -> DataFrame:
    """One row per user and currency of the user's opportunities.

    A user without any has one row in the reporting currency. Amounts stand in `currency`, unconverted; an
    opportunity without an amount counts, with 0. Rates run from 0 to 1. `direct_reports` belongs to the user and
    repeats on each of the user's rows.
    """
    by_rep = _by_owner(opportunity).withColumnRenamed("owner_id", "user_id")
    reports = user.groupBy(F.col("manager_id").alias("user_id")).agg(F.count("*").alias("direct_reports"))
    whole = user.join(by_rep, on="user_id", how="left").join(reports, on="user_id", how="left")
    return whole.select(
        "user_id",
        F.coalesce("currency", F.lit(reporting_currency)).alias("currency"),
        "manager_id",
        "is_active",
        count_or_zero("direct_reports"),
        count_or_zero("opportunities"),
        count_or_zero("won_opportunities"),
        count_or_zero("lost_opportunities"),
        count_or_zero("open_opportunities"),
        amount_or_zero("bookings_amount"),
        amount_or_zero("lost_amount"),
        amount_or_zero("pipeline_amount"),
        amount_or_zero("weighted_pipeline_amount"),
        _rate_by_count().alias("win_rate_by_count"),
        _rate_by_amount().alias("win_rate_by_amount"),
        _average_deal().alias("average_deal_amount"),
        F.col("largest_deal_amount"),
        F.col("average_days_to_close"),
    )


def _by_owner(opportunity: DataFrame) -> DataFrame:
    """One row per owner and currency; deals are won opportunities, and lost ones took their days to close too."""
    is_open, is_won, is_lost = (F.col("status") == status for status in ("open", "won", "lost"))
    amount, expected = (amount_or_zero(name) for name in ("amount", "expected_amount"))
    return opportunity.groupBy("owner_id", "currency").agg(
        F.count("*").alias("opportunities"),
        F.count_if(is_won).alias("won_opportunities"),
        F.count_if(is_lost).alias("lost_opportunities"),
        F.count_if(is_open).alias("open_opportunities"),
        F.sum(F.when(is_won, amount)).alias("bookings_amount"),
        F.sum(F.when(is_lost, amount)).alias("lost_amount"),
        F.sum(F.when(is_open, amount)).alias("pipeline_amount"),
        F.sum(F.when(is_open, expected)).alias("weighted_pipeline_amount"),
        F.max(F.when(is_won, amount)).alias("largest_deal_amount"),
        F.avg(F.col("days_open").cast("decimal(10,0)")).alias("average_days_to_close"),
    )


def _rate_by_count() -> Column:
    """Won by closed opportunities; null where none is closed."""
    won, lost = (F.col(name).cast("decimal(18,0)") for name in ("won_opportunities", "lost_opportunities"))
    return F.try_divide(won, won + lost).cast(RATE)


def _rate_by_amount() -> Column:
    """Bookings by closed amounts; null where none is closed for money, or credits make a sum negative."""
    bookings, lost = (amount_or_zero(name) for name in ("bookings_amount", "lost_amount"))
    is_share = (bookings >= 0) & (lost >= 0)
    return F.when(is_share, F.try_divide(bookings, bookings + lost)).cast(RATE)


def _average_deal() -> Column:
    """Bookings by won opportunities; null where none is won."""
    return F.try_divide(F.col("bookings_amount"), F.col("won_opportunities").cast("decimal(18,0)")).cast(MONEY)
