"""Laws of an answer's bytes: what is JSON lands as it was sent, what is not is refused or mended on request."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Continue, Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer

WHOLE: dict[str, Any] = {"pagination": {"kind": "none", "whole": True}, "since": None}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


def served(bench: Bench, record: bytes, **said: Any) -> Any:
    bench.api.answer = lambda asked: Answer(b'{"data":[' + record + b"]}")
    bench.changes = WHOLE | said
    return bench.finish()


@pytest.mark.parametrize(
    "record",
    [
        b'{"n":123456789012345678901234567890}',
        b'{"n":0.1234567890123456789012345678901}',
        b'{"a":1,"a":2}',
        b'{"e":"\\u00e9\\ud83d\\ude00 \xf0\x9f\x98\x80"}',
        b'{"deep":' + b"[" * 400 + b"]" * 400 + b"}",
    ],
)
def test_a_record_lands_as_the_bytes_that_were_sent(bench: Bench, record: bytes) -> None:
    assert served(bench, record) == Done(1, 1, 1)
    assert bench.rows() == [record.decode()]


@pytest.mark.parametrize("record", [b'{"s":"\\ud800"}', b'{"n":NaN}', b'{"n":-Infinity}'])
def test_what_is_not_quite_json_ends_the_run(bench: Bench, record: bytes) -> None:
    body = b'{"data":[' + record + b"]}"
    sentence = (
        f"/v1/invoices answered twice with the same {len(body)} bytes (sha256 "
        f"{hashlib.sha256(body).hexdigest()[:12]}...), each time an answer that is not JSON; ask the API's owner"
    )
    assert served(bench, record) == Failed("contract", sentence)


@pytest.mark.parametrize(
    ("record", "mended"),
    [
        (b'{"s":"\\ud800"}', '{"s":"\\ufffd"}'),
        (b'{"s":"\\udc00\\ud83d\\ude00"}', '{"s":"\\ufffd\\ud83d\\ude00"}'),
        (b'{"s":"\\\\ud800"}', '{"s":"\\\\ud800"}'),
        (b'{"n":NaN,"m":[-Infinity,Infinity]}', '{"n":null,"m":[null,null]}'),
        (b'{"s":"NaN \\"NaN\\" \\\\","n":NaN}', '{"s":"NaN \\"NaN\\" \\\\","n":null}'),
    ],
)
def test_what_is_not_quite_json_is_mended_where_the_contract_wants_it(bench: Bench, record: bytes, mended: str) -> None:
    assert served(bench, record, mend=["lone_surrogates", "nonstandard_numbers"]) == Done(1, 1, 1)
    assert bench.rows() == [mended]
    json.loads(mended)


def test_a_charset_that_the_answer_names_is_read_and_lands_as_utf_8(bench: Bench) -> None:
    named = {"Content-Type": "application/json; charset=ISO-8859-1"}
    bench.api.answer = lambda asked: Answer('{"data":[{"s":"é"}]}'.encode("latin-1"), headers=named)
    bench.changes = WHOLE
    assert (bench.finish(), bench.rows()) == (Done(1, 1, 1), ['{"s":"é"}'])


@pytest.mark.parametrize("charset", ["utf-8", "no-such"])
def test_bytes_that_are_not_what_the_answer_says_they_are_end_the_run(bench: Bench, charset: str) -> None:
    named = {"Content-Type": f"application/json; charset={charset}"}
    bench.api.answer = lambda asked: Answer(b'{"data":[{"s":"\xe9"}]}', headers=named)
    bench.changes = WHOLE
    sentence = f"/v1/invoices answered with bytes that are not {charset}, as it says they are; ask the API's owner"
    assert bench.finish() == Failed("contract", sentence)


def test_a_wait_until_a_date_is_reckoned_by_the_server_s_clock(bench: Bench) -> None:
    # This machine's clock is a year off.
    there = datetime.now(UTC) + timedelta(days=365)
    headers = {"Date": format_datetime(there, usegmt=True)}
    headers["Retry-After"] = format_datetime(there + timedelta(seconds=20), usegmt=True)
    bench.api.records, bench.api.stumbles = ['{"id":1}'], [Answer(status=429, headers=headers)]
    assert bench.finish() == Done(1, 1, 1)
    assert [20 <= nap <= 21 for nap in bench.naps] == [True]


def test_a_wait_longer_than_is_worth_paying_for_is_handed_over_whole(bench: Bench) -> None:
    bench.api.stumbles = [Answer(status=429, headers={"Retry-After": "3600"})]
    result = bench.call()
    assert isinstance(result, Continue)
    assert 3600 <= result.wait <= 3601
