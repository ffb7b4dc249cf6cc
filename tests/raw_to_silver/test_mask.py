"""Laws of the masks: keyed hashes as RFC 2104 and RFC 4231 have them, generalisations, and a key that is never seen."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract.masks import MASKS, Mask
from lakehouse.contract.models import Column, SilverTable
from lakehouse.raw_to_silver.mask import Masker, WeakKeyError, make_masker
from lakehouse.raw_to_silver.schema import masked_type, silver_schema, unmasked_type
from tests.raw_to_silver.laws import MASK_LAWS

# Test cases 6 and 7 of RFC 4231: texts under a key of 131 bytes, and their HMAC-SHA-256.
RFC_4231 = {
    "Test Using Larger Than Block-Size Key - Hash Key First": (
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
    "before being used by the HMAC algorithm.": "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
}
TEXTS = (None, "", " ", "a", "Ann@Example.com", 'O\'Neil \\ "x"', "first\nsecond", "東京", "😀" * 20, "x" * 1_000)
KEY = b"a-key-of-letters-for-tests-and-nothing-else"
PADS = [bytes(byte ^ flip for byte in KEY) for flip in (0x36, 0x5C)]
WRITINGS: dict[str, Callable[[bytes], str]] = {
    "text": lambda secret: secret.decode("latin-1"),
    "hex": bytes.hex,
    "base64": lambda secret: base64.b64encode(secret).decode(),
    "numbers": lambda secret: ", ".join(map(str, secret)),
}
MODES = ("simple", "extended", "codegen", "cost", "formatted")
LAWS = {(mask, law): case for mask, laws in MASK_LAWS.items() for law, case in laws.items()}


@pytest.fixture(scope="module")
def masking(spark: SparkSession) -> Masker:
    return make_masker(spark, KEY, 7)


def test_hashes_are_those_of_rfc_4231(spark: SparkSession) -> None:
    masking = make_masker(spark, b"\xaa" * 131, 1)
    assert hashes(masking, tuple(RFC_4231)) == {text: f"hk1:{digest}" for text, digest in RFC_4231.items()}


@pytest.mark.parametrize("length", [32, 64, 65])
def test_hashes_are_those_of_python_and_null_stays_null(spark: SparkSession, length: int) -> None:
    key = bytes(255 - number for number in range(length))
    expected = {text: None if text is None else f"hk12:{digest(key, text)}" for text in TEXTS}
    assert hashes(make_masker(spark, key, 12), TEXTS) == expected


def hashes(masking: Masker, texts: tuple[str | None, ...]) -> dict[str | None, str | None]:
    rows = masking.pads.sparkSession.createDataFrame([(text,) for text in texts], "text string")
    found = masking.add_key(rows).selectExpr("text", f"{masking.hash_text('text')} AS hashed").collect()
    return {row.text: row.hashed for row in found}


def digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_a_typed_value_is_hashed_as_its_text(spark: SparkSession, masking: Masker) -> None:
    values = {"date'2024-01-05'": "2024-01-05", "true": "true", "cast(1.5 AS decimal(38,6))": "1.500000", "7L": "7"}
    hashed = [masking.hash_text(value) for value in values]
    found = masking.add_key(spark.range(1)).selectExpr(*hashed).first()
    assert found == tuple(f"hk7:{digest(KEY, text)}" for text in values.values())


@pytest.fixture(scope="module")
def left(spark: SparkSession, masking: Masker) -> DataFrame:
    """One row: what is left of each law's value, and beside it, with `!` after its name, the clear value as text."""
    values, masks = [], []
    for (mask, law), (column_type, value, _) in LAWS.items():
        column = Column.model_validate({"from": "Field", "type": column_type, "pii": mask})
        values.append(f"cast({value} AS {unmasked_type(column).simpleString()}) AS `{mask}: {law}`")
        masks += [masking.mask_column(f"{mask}: {law}", column), f"string(`{mask}: {law}`) AS `{mask}: {law}!`"]
    return masking.add_key(spark.range(1).selectExpr(*values)).selectExpr(*masks).cache()


@pytest.fixture(scope="module")
def row(left: DataFrame) -> dict[str, Any]:
    found = left.first()
    assert found is not None
    return found.asDict()


@pytest.mark.parametrize("mask", MASKS)
def test_a_mask_leaves_what_its_name_says(mask: str, row: dict[str, Any]) -> None:
    expected = {law: expected for law, (*_, expected) in MASK_LAWS[mask].items()}
    assert expected
    assert {law: row[f"{mask}: {law}"] for law in expected} == expected


@pytest.mark.parametrize("mask", MASKS)
def test_what_a_mask_leaves_has_the_type_that_silver_has(mask: str, left: DataFrame) -> None:
    for law, (column_type, *_) in MASK_LAWS[mask].items():
        column = Column.model_validate({"from": "Field", "type": column_type, "pii": mask})
        assert left.schema[f"{mask}: {law}"].dataType == masked_type(column), law


@pytest.mark.parametrize("mask", [mask for mask in MASKS.values() if mask.is_masked], ids=lambda mask: mask.name)
def test_no_clear_value_is_left_and_what_is_left_fits_the_pattern(mask: Mask, row: dict[str, Any]) -> None:
    for law in MASK_LAWS[mask.name]:
        masked, clear = row[f"{mask.name}: {law}"], row[f"{mask.name}: {law}!"]
        if masked is not None:
            assert not clear or clear not in str(masked), law
            assert fits(mask, masked) and not fits(mask, clear), law


def fits(mask: Mask, value: Any) -> bool:
    """Whether the gate would pass the value as one of the mask."""
    assert mask.look is not None
    if isinstance(mask.look, str):
        return re.search(mask.look.replace(r"\z", r"\Z"), value) is not None
    return str(value).isdigit() and mask.look[0] <= int(value) <= mask.look[1]


@pytest.mark.parametrize("mask", MASKS)
def test_a_column_is_kept_and_its_value_shown_only_where_its_mask_says_so(mask: str) -> None:
    column_type = MASK_LAWS[mask][next(iter(MASK_LAWS[mask]))][0]
    columns = {"id": {"from": "Id"}, "it": {"from": "It", "type": column_type, "pii": mask}}
    table = {"description": "one row per id", "from": "x.y", "key": "id", "columns": columns}
    names = silver_schema(SilverTable.model_validate(table)).names
    assert (names == ["id", "it"], MASKS[mask].hide("it", 7) == "it") == (MASKS[mask].is_kept, mask == "none")


def test_the_key_neither_adds_nor_drops_rows(spark: SparkSession, masking: Masker) -> None:
    assert [masking.add_key(spark.range(rows)).count() for rows in (0, 1, 5)] == [0, 1, 5]


@pytest.mark.parametrize("length", [0, 1, 31])
def test_a_weak_key_is_refused_with_its_length_and_how_to_make_one(spark: SparkSession, length: int) -> None:
    with pytest.raises(WeakKeyError) as refused:
        make_masker(spark, KEY[:length], 1)
    assert str(refused.value) == (
        f"the masking key has {length} bytes and needs at least 32: openssl rand -hex 32 makes one"
    )


def test_the_key_is_in_no_plan_in_whatever_writing(spark: SparkSession, masking: Masker) -> None:
    rows = spark.createDataFrame([("ann@example.com",)], "email string")
    column = Column.model_validate({"from": "Email", "type": "email", "pii": "hash"})
    masked = masking.add_key(rows).selectExpr(masking.mask_column("email", column))
    assert writings_of_the_key(plans(masked)) == []


def test_a_key_in_a_plan_would_be_found(spark: SparkSession) -> None:
    literal = spark.range(1).select(F.lit(bytearray(KEY)), F.lit(bytearray(PADS[0])), F.lit(KEY.decode()))
    assert writings_of_the_key(plans(literal)) == ["key as text", "key as hex", "inner pad as hex"]


def plans(rows: DataFrame) -> str:
    """The query as Spark tells it in every mode of `explain`, and to itself."""
    jvm: Any = rows.sparkSession._jvm
    execution = rows._jdf.queryExecution()
    modes = map(jvm.org.apache.spark.sql.execution.ExplainMode.fromString, MODES)
    return "\n".join([execution.toString(), *map(execution.explainString, modes)])


def writings_of_the_key(text: str) -> list[str]:
    """In which writings the first bytes of the key or its pads stand in the text, in upper or lower case."""
    secrets = {"key": KEY[:12], "inner pad": PADS[0][:12], "outer pad": PADS[1][:12]}
    writings = {
        f"{name} as {writing}": write(secret) for name, secret in secrets.items() for writing, write in WRITINGS.items()
    }
    return [name for name, written in writings.items() if written.lower() in text.lower()]
