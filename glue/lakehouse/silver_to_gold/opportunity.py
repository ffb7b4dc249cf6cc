"""Gold table `opportunity`."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lakehouse.silver_to_gold.money import in_reporting_currency, scaled, with_exchange


def opportunity(opportunity: DataFrame, fx_rate: DataFrame, *, reporting_currency: str) -> DataFrame:
    """One row per opportunity that is not deleted.

    Amounts stand in the opportunity's own `currency`, those named `_in_reporting_currency` in `reporting_currency` at
    the rate of the close date (the newest rate where that lies ahead), null where the currency has no rate.
    `probability` and `discount` are percent, 0 to 100, as in Salesforce.
    """
    live = opportunity.filter(~F.col("is_deleted"))
    exchanged = with_exchange(live, fx_rate, reporting_currency, F.col("close_date"))
    amount = F.col("amount")
    return exchanged.select(
        "opportunity_id",
        "account_id",
        "owner_id",
        "name",
        "stage",
        "region",
        "forecast_category",
        "amount",
        "currency",
        in_reporting_currency(amount).alias("amount_in_reporting_currency"),
        F.lit(reporting_currency).alias("reporting_currency"),
        "probability",
        _expected(amount).alias("expected_amount"),
        _expected_in_reporting_currency(amount).alias("expected_amount_in_reporting_currency"),
        "discount",
        "is_closed",
        "is_won",
        _status().alias("status"),
        "created_at",
        "close_date",
        _days_open().alias("days_open"),
    )


def _expected(amount: Column) -> Column:
    """Amount times probability: Salesforce's expected revenue."""
    return scaled(amount, _hundredths_of_percent(), F.lit(10_000))


def _expected_in_reporting_currency(amount: Column) -> Column:
    return scaled(amount, _hundredths_of_percent() * F.col("fx_units"), F.col("fx_per") * 10_000)


def _hundredths_of_percent() -> Column:
    """The probability as a whole number, 0 to 10,000."""
    return (F.col("probability") * 100).cast("decimal(5,0)")


def _status() -> Column:
    """won, lost or open, from Salesforce's flags alone: stages and forecast categories are named anew in every org."""
    is_won = F.col("is_won")
    is_lost = F.col("is_closed") & ~is_won
    is_open = ~F.col("is_closed") & ~is_won
    return F.when(is_won, "won").when(is_lost, "lost").when(is_open, "open")


def _days_open() -> Column:
    """Whole days from creation to close; null while open, and where the deal was entered after its close date."""
    created_date = F.to_date("created_at")
    is_known = F.col("is_closed") & (created_date <= F.col("close_date"))
    return F.when(is_known, F.datediff("close_date", created_date))
