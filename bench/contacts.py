"""Generated Salesforce contacts: Parquet files of text columns, as AppFlow writes them; clean, or with faults."""

from pathlib import Path

from pyspark.sql import Column as Expr
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.models import SilverTable
from lakehouse.contract.salesforce_id_sql import id_checksum

CONTACT = SilverTable.model_validate(
    {
        "description": "one row per generated contact",
        "from": "salesforce.Contact",
        "key": "contact_id",
        "version": "SystemModstamp",
        "columns": {
            "contact_id": {"from": "Id", "type": "salesforce_id"},
            "account_id": {"from": "AccountId", "type": "salesforce_id"},
            "first_name": {"from": "FirstName", "pii": "none"},
            "last_name": {"from": "LastName", "pii": "hash"},
            "email": {"from": "Email", "type": "email", "pii": "hash"},
            "phone": {"from": "Phone", "type": "phone", "pii": "hash"},
            "title": {"from": "Title"},
            "street": {"from": "MailingStreet"},
            "city": {"from": "MailingCity"},
            "country": {"from": "MailingCountry"},
            "income": {"from": "Income__c", "type": "decimal(18,2)"},
            "is_deleted": {"from": "IsDeleted", "type": "boolean", "required": True},
            "created_at": {"from": "CreatedDate", "type": "timestamp"},
        },
    }
)
FILES = 8
# With faults, one row of so many has no valid e-mail, and one is there twice.
ONE_IN = 1_000


def write_contacts(spark: SparkSession, folder: Path, rows: int, has_faults: bool) -> list[Path]:
    """Write `rows` contacts of 14 text columns; returns the files. The same call writes the same contacts."""
    numbers = spark.range(0, rows, numPartitions=FILES).toDF("n")
    contacts = _fields(_with_repeats(numbers) if has_faults else numbers)
    if has_faults:
        is_wrong = F.crc32("Id") % ONE_IN == 0
        contacts = contacts.withColumn("Email", F.when(is_wrong, "no-at-sign").otherwise(F.col("Email")))
    contacts.write.mode("overwrite").parquet(f"file://{folder}")
    return sorted(folder.glob("*.parquet"))


def _with_repeats(numbers: DataFrame) -> DataFrame:
    return numbers.select(F.when(F.col("n") % ONE_IN == 1, F.col("n") - 1).otherwise(F.col("n")).alias("n"))


def _fields(numbers: DataFrame) -> DataFrame:
    n = F.col("n")
    short = {"Id": _short_id("003", n), "AccountId": _short_id("001", n % 200_000)}
    ids = [F.expr(f"concat({name}, {id_checksum(name)}) AS {name}") for name in short]
    rest = {
        "FirstName": F.concat(F.lit("First"), (n % 5000).cast("string")),
        "LastName": F.concat(F.lit("Last"), (n % 90_000).cast("string")),
        "Email": F.concat(
            F.lit("person."), n.cast("string"), F.lit("@example-"), (n % 300).cast("string"), F.lit(".com")
        ),
        "Phone": F.concat(F.lit("+49"), (F.lit(3_000_000_000) + n * 37 % 999_999_999).cast("string")),
        "Title": F.element_at(
            F.array(*map(F.lit, ["CEO", "CTO", "Buyer", "Engineer", "Head of Sales"])), (n % 5 + 1).cast("int")
        ),
        "MailingStreet": F.concat(
            F.lit("Street "), (n % 9000).cast("string"), F.lit("\nBuilding "), (n % 7).cast("string")
        ),
        "MailingCity": F.concat(F.lit("City"), (n % 800).cast("string")),
        "MailingCountry": F.element_at(F.array(*map(F.lit, ["DE", "FR", "US", "JP"])), (n % 4 + 1).cast("int")),
        "Income__c": F.concat((n % 250_000).cast("string"), F.lit("."), F.lpad((n % 100).cast("string"), 2, "0")),
        "IsDeleted": F.when(n % 97 == 0, "true").otherwise("false"),
        "CreatedDate": _instant(n * 31 % 60_000_000),
        "SystemModstamp": _instant(60_000_000 + n * 17 % 9_000_000),
    }
    frame = numbers.select("n", *(value.alias(name) for name, value in short.items()))
    return frame.select(*ids, *(value.alias(name) for name, value in rest.items()))


def _short_id(prefix: str, n: Expr) -> Expr:
    return F.concat(F.lit(prefix), F.lpad(F.conv((n * 7919 + 1).cast("string"), 10, 36), 12, "aB0"))


def _instant(seconds: Expr) -> Expr:
    return F.date_format(F.timestamp_seconds(F.lit(1_650_000_000) + seconds), "yyyy-MM-dd'T'HH:mm:ss'.000Z'")
