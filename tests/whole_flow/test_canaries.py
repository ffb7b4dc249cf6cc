"""No clear personal value leaves raw, and the masking key is nowhere at all."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import canaries
from tests.whole_flow.contents import contents
from tests.whole_flow.story import Story

BLOCK = 64


@pytest.fixture(scope="module")
def beyond_raw(story: Story) -> list[Path]:
    """Every file that the runs have written: tables, reports, manifests, Spark's log and event log."""
    events = Path(story.spark.conf.get("spark.eventLog.dir").removeprefix("file://"))
    clear = [story.folder / "raw", story.folder / "secrets"]
    places = [place for place in story.folder.iterdir() if place not in clear]
    return [path for place in (*places, events.parent) for path in place.rglob("*") if path.is_file()]


def key_spellings(story: Story) -> set[bytes]:
    """The key and the two pads that HMAC makes of it, in the ways in which a plan or log could spell them."""
    key = (story.folder / "secrets" / story.pipeline.masking.secret).read_bytes()
    block = key.ljust(BLOCK, b"\0")
    pads = [bytes(byte ^ mark for byte in block) for mark in (0x36, 0x5C)]
    kinds = ("{:02x}", "{:02X}", "{:02x} ", "{:02X} ")
    spelled = {"".join(map(kind.format, secret)).strip().encode() for secret in (key, *pads) for kind in kinds}
    return {key, *pads} | spelled | {base64.b64encode(secret) for secret in (key, *pads)}


def found(paths: list[Path], wanted: set[bytes]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        for content in contents(path):
            yield from ((str(path), value) for value in wanted if value in content)


def test_every_zone_is_searched(story: Story, beyond_raw: list[Path]) -> None:
    inside = {path.relative_to(story.folder).parts[0] for path in beyond_raw if path.is_relative_to(story.folder)}
    outside = {path.name for path in beyond_raw if not path.is_relative_to(story.folder)}
    assert inside == {"silver", "gold", "quarantine", "runs"}
    assert "spark.log" in outside and len(outside) > 1


def test_the_search_finds_what_lies_in_raw(story: Story) -> None:
    paths = [path for path in (story.folder / "raw").rglob("*") if path.is_file()]
    wanted = {value.encode() for value in canaries.values()}
    assert {value for _, value in found(paths, wanted)} == wanted


def test_the_search_looks_into_data_files_and_their_statistics(story: Story, beyond_raw: list[Path]) -> None:
    lowest = story.rows("silver.account", "first").agg({"industry": "min"}).first()
    assert lowest
    places = {Path(place).suffix for place, _ in found(beyond_raw, {lowest[0].encode()})}
    assert {".parquet", ".avro"} - places == set()


def test_no_canary_and_no_key_is_in_any_byte_beyond_raw(story: Story, beyond_raw: list[Path]) -> None:
    wanted = {value.encode() for value in canaries.values()} | key_spellings(story)
    assert list(found(beyond_raw, wanted)) == []


def test_the_jvm_had_room_for_all_compiled_code(beyond_raw: list[Path]) -> None:
    """A full cache first slows Spark down to an interpreter's speed, then fails whatever needs one more method."""
    [log] = [path for path in beyond_raw if path.name == "spark.log"]
    assert b"CodeCache is full" not in log.read_bytes()


def test_no_canary_is_printed(story: Story) -> None:
    printed = "".join(step.printed for step in story.steps.values())
    assert [value for value in canaries.values() if value in printed] == []
