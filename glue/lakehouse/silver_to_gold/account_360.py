"""Gold table `account_360`."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.silver_to_gold.accounts import rolled_up, survivors
from lakehouse.silver_to_gold.money import amount_or_zero, count_or_zero, in_reporting_currency, with_exchange


def account_360(
    account: DataFrame,
    contact: DataFrame,
    opportunity: DataFrame,
    invoice: DataFrame,
    fx_rate: DataFrame,
    *,
    reporting_currency: str,
) -> DataFrame:
    """One row per account that is not deleted; what belongs to accounts merged into it counts as its own.

    `annual_revenue` stands in the account's `currency`, all other amounts in `reporting_currency`; counts and amounts
    are 0 where there is nothing. An amount whose currency has no rate is in no sum: `..._without_rate` counts them.
    Rows of an account that is not there (deleted, unknown, none) stay in silver.
    """
    exchanged = with_exchange(invoice, fx_rate, reporting_currency, F.col("issued_date"))
    sides = (
        _contacts(contact)
        .unionByName(_opportunities(opportunity), allowMissingColumns=True)
        .unionByName(_invoices(exchanged), allowMissingColumns=True)
    )
    totals = _totals(rolled_up(sides, survivors(account)))
    live = account.filter(~F.col("is_deleted"))
    return _columns(live.join(totals, on="account_id", how="left"), reporting_currency)


def _contacts(contact: DataFrame) -> DataFrame:
    """One row per account with contacts."""
    return contact.filter(~F.col("is_deleted")).groupBy("account_id").agg(F.count("*").alias("contacts"))


def _opportunities(opportunity: DataFrame) -> DataFrame:
    """One row per account with opportunities; amounts at the rates of the close dates."""
    is_open, is_won, is_lost = (F.col("status") == status for status in ("open", "won", "lost"))
    amount = F.col("amount_in_reporting_currency")
    has_no_rate = F.col("amount").isNotNull() & amount.isNull()
    return opportunity.groupBy("account_id").agg(
        F.count("*").alias("opportunities"),
        F.count_if(is_open).alias("open_opportunities"),
        F.count_if(is_won).alias("won_opportunities"),
        F.count_if(is_lost).alias("lost_opportunities"),
        F.count_if(has_no_rate).alias("opportunities_without_rate"),
        F.sum(F.when(is_open, amount)).alias("pipeline_amount"),
        F.sum(F.when(is_won, amount)).alias("won_amount"),
        F.sum(F.when(is_lost, amount)).alias("lost_amount"),
        F.min(F.when(is_won, F.col("close_date"))).alias("first_won_date"),
        F.max(F.when(is_won, F.col("close_date"))).alias("last_won_date"),
    )


def _invoices(invoice: DataFrame) -> DataFrame:
    """One row per account with issued invoices: open or paid, not draft or void; at the rates of the issue dates.

    Overdue is what was due before the newest day of any rate: a date of the data, so that a rerun finds the same.
    """
    is_open, is_paid = (F.col("status") == status for status in ("open", "paid"))
    is_overdue = is_open & (F.col("due_date") < F.col("fx_last_day"))
    amount = in_reporting_currency(F.col("amount"))
    has_no_rate = F.col("amount").isNotNull() & amount.isNull()
    issued = invoice.filter(is_open | is_paid)
    return issued.groupBy("account_id").agg(
        F.count("*").alias("invoices"),
        F.count_if(has_no_rate).alias("invoices_without_rate"),
        F.sum(amount).alias("invoiced_amount"),
        F.sum(F.when(is_paid, amount)).alias("paid_amount"),
        F.sum(F.when(is_open, amount)).alias("unpaid_amount"),
        F.sum(F.when(is_overdue, amount)).alias("overdue_amount"),
        F.max("issued_date").alias("last_invoice_date"),
    )


def _totals(sides: DataFrame) -> DataFrame:
    """One row per account, from one per account and side; a side leaves the others' columns null."""
    least, greatest = {"first_won_date"}, {"last_won_date", "last_invoice_date"}
    summed = [name for name in sides.columns if name not in {"account_id", *least, *greatest}]
    return sides.groupBy("account_id").agg(
        *(F.sum(name).alias(name) for name in summed),
        *(F.min(name).alias(name) for name in sorted(least)),
        *(F.max(name).alias(name) for name in sorted(greatest)),
    )


def _columns(whole: DataFrame, reporting_currency: str) -> DataFrame:
    """The table's columns, in their order."""
    return whole.select(
        "account_id",
        "name",
        "industry",
        "employees",
        "annual_revenue",
        "currency",
        F.col("billing_country").alias("country"),
        "owner_id",
        "parent_id",
        "health_score",
        "created_at",
        count_or_zero("contacts"),
        count_or_zero("opportunities"),
        count_or_zero("open_opportunities"),
        count_or_zero("won_opportunities"),
        count_or_zero("lost_opportunities"),
        count_or_zero("opportunities_without_rate"),
        amount_or_zero("pipeline_amount"),
        amount_or_zero("won_amount"),
        amount_or_zero("lost_amount"),
        "first_won_date",
        "last_won_date",
        count_or_zero("invoices"),
        count_or_zero("invoices_without_rate"),
        amount_or_zero("invoiced_amount"),
        amount_or_zero("paid_amount"),
        amount_or_zero("unpaid_amount"),
        amount_or_zero("overdue_amount"),
        "last_invoice_date",
        F.lit(reporting_currency).alias("reporting_currency"),
    )
