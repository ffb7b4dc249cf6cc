"""Merged accounts: Salesforce deletes the merged record and leaves its survivor's id in MasterRecordId."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# Each round doubles the length of the chains that are followed: four rounds follow sixteen merges in a row.
ROUNDS = 4


def survivors(account: DataFrame) -> DataFrame:
    """One row per merged account: `account_id` and the `survivor_id` at the end of its chain of merges."""
    is_merged = F.col("is_deleted") & F.col("master_record_id").isNotNull()
    links = account.filter(is_merged).select("account_id", F.col("master_record_id").alias("survivor_id"))
    for _ in range(ROUNDS):
        links = _doubled(links)
    return links


def rolled_up(facts: DataFrame, survivors: DataFrame) -> DataFrame:
    """`facts`, each row once, with the survivor's `account_id` in the place of a merged account's."""
    moved = facts.join(F.broadcast(survivors), on="account_id", how="left")
    return moved.withColumn("account_id", F.coalesce("survivor_id", "account_id")).drop("survivor_id")


def _doubled(links: DataFrame) -> DataFrame:
    """Each link made twice as long, where the account that it leads to was merged too."""
    onward = links.select(F.col("account_id").alias("survivor_id"), F.col("survivor_id").alias("next_id"))
    return links.join(F.broadcast(onward), on="survivor_id", how="left").select(
        "account_id", F.coalesce("next_id", "survivor_id").alias("survivor_id")
    )
