"""Laws of what the function tells of a call: its lines, its metrics, and the alarm that reads them."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lakehouse_common import telemetry
from lakehouse_common.secret_store import Secrets
from rest_to_raw import Deadline, run
from rest_to_raw.counters import Counters
from rest_to_raw.incremental import cursor_kinds
from tests.rest_to_raw.conftest import Bench, compiled
from tests.rest_to_raw.fake_api import Answer

ROOT = Path(__file__).parents[2]
ALARMS = (ROOT / "terraform" / "modules" / "rest_to_raw" / "alarms.tf").read_text(encoding="utf-8")
ABOUT = {"api": "billing", "resource": "invoices"}
CALLS = """
from lakehouse_common import telemetry
def call(run_id, keys):
    told = telemetry.open_telemetry("rest_to_raw", "lakehouse-dev", run_id, keys)
    told.tell("it ended", {"status": "DONE", "record": "a person"})
    told.measure({"records": 3.0, "bytes": 9.0, "throttled_seconds": 0.0})
call("run-1", {"api": "billing", "resource": "invoices"})
call("run-2", {"api": "fx", "resource": "rates"})
telemetry.open_telemetry("rest_to_raw", "lakehouse-dev").tell("an event was refused", {"status": "FAILED"})
"""
METRICS = [
    {"Name": "records", "Unit": "Count"},
    {"Name": "bytes", "Unit": "Bytes"},
    {"Name": "throttled_seconds", "Unit": "Seconds"},
]


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What two calls of one warm function write, and a third that knows of no resource; without instants."""
    command = [sys.executable, "-W", "error", "-c", CALLS]
    ended = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    for line in found:
        instant = line["_aws"].pop("Timestamp") if "_aws" in line else line.pop("timestamp")
        assert str(instant)
    return found


def test_a_line_holds_its_message_and_known_keys_alone_and_nothing_of_the_call_before(
    lines: list[dict[str, Any]],
) -> None:
    always = {"level": "INFO", "service": "rest_to_raw"}
    ended = {**always, "message": "it ended", "status": "DONE"}
    assert [line for line in lines if "_aws" not in line] == [
        {**ended, **ABOUT, "correlation_id": "run-1"},
        {**ended, "api": "fx", "resource": "rates", "correlation_id": "run-2"},
        {**always, "message": "an event was refused", "status": "FAILED"},
    ]


def test_metrics_have_the_dimensions_api_and_resource_alone(lines: list[dict[str, Any]]) -> None:
    described = {"Namespace": "lakehouse-dev", "Dimensions": [["api", "resource"]], "Metrics": METRICS}
    values = {"records": [3.0], "bytes": [9.0], "throttled_seconds": [0.0]}
    assert [line for line in lines if "_aws" in line] == [
        {"_aws": {"CloudWatchMetrics": [described]}, **about, **values}
        for about in (ABOUT, {"api": "fx", "resource": "rates"})
    ]


def test_a_traceback_is_not_told_and_what_is_no_json_has_no_repr() -> None:
    line = {"message": object(), "exception": "ValueError: 4111 1111", "stack_trace": {"frames": []}, "level": "ERROR"}
    assert json.loads(telemetry.redact_line(line)) == {"message": "?", "level": "ERROR"}


@pytest.mark.parametrize("namespace", [None, "lakehouse-dev"])
def test_plain_logging_takes_the_lines_without_a_namespace_and_without_powertools(
    namespace: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "aws_lambda_powertools", None)
    caplog.set_level(logging.INFO, "plain")
    told = telemetry.open_telemetry("plain", namespace, "run-1", ABOUT)
    told.tell("it ended", {"status": "DONE"})
    told.measure({"records": 3.0, "throttled_seconds": 0.25})
    assert caplog.messages == ["it ended", "records 3, throttled_seconds 0.25"]


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ({"service": "rest_to_raw", "status": "FAILED", "message": "any"}, True),
        ({"service": "rest_to_raw", "status": "CONTINUE"}, True),
        ({"service": "rest_to_raw", "status": "DONE", "message": "FAILED"}, False),
        ({"service": "other", "status": "FAILED"}, False),
        ({"records": [3.0]}, False),
    ],
)
def test_the_alarm_counts_the_lines_of_calls_that_have_not_ended_as_done(line: dict[str, Any], counts: bool) -> None:
    assert matches(line) == counts


def test_what_a_run_counts_is_what_it_measures(bench: Bench) -> None:
    bench.api.size = 2
    bench.api.records = [f'{{"id":{number},"at":"2026-01-0{number}T00:00:00Z"}}' for number in (1, 2, 3)]
    bench.api.stumbles = [Answer(status=503)]
    bench.api.answer = lambda asked: bench.api.page(asked)._replace(headers={"Date": "Mon, 05 Jan 2026 01:00:00 GMT"})
    counters = Counters()
    run(
        bench.resource, "run-1", bench.store, Secrets(bench.place), Deadline(lambda: 900.0, bench.naps.append), counters
    )
    measured = counters.measures()
    assert (measured.pop("cursor_lag_seconds") // 3600, measured.pop("throttled_seconds")) == (49, sum(bench.naps))
    pages = [bench.api.page(asked).body for asked in bench.api.asked[1:]]
    assert measured == {"records": 3, "bytes": len(b"{}") + sum(map(len, pages)), "requests": 3, "retries": 1}


@pytest.mark.parametrize(
    ("cursor", "kind", "seconds"),
    [
        ("2026-01-05T00:00:00Z", None, 3600.0),
        ("2026-01-05T02:00:00+01:00", "instant", 0.0),
        ("1767571200", "epoch_seconds", 3600.0),
        ("1767571200", None, None),
        ("A-17", "text", None),
        ("A-17", "instant", None),
    ],
)
def test_a_cursor_lags_where_it_is_a_time(cursor: str, kind: str | None, seconds: float | None) -> None:
    since = since_of(kind)
    assert cursor_kinds.lag(cursor, since, datetime(2026, 1, 5, 1, tzinfo=UTC)) == seconds


def since_of(kind: str | None) -> Any:
    said = {"base_url": "https://billing.example", "since": {"param": "since", "field": "at", "kind": kind}}
    return compiled(**said, api="billing", resource="invoices", path="/invoices", records="data").since


def matches(line: Mapping[str, Any]) -> bool:
    """Whether the alarm's filter matches, as CloudWatch reads it: `$.field = "text"`, && and ||."""
    (pattern,) = re.findall(r'pattern\s*=\s*"\{(.*)\}"$', ALARMS, re.MULTILINE)
    told = re.sub(r'\$\.(\w+) = "(\w+)"', lambda one: str(line.get(one[1]) == one[2]), pattern.replace('\\"', '"'))
    terms = told.replace("&&", "and").replace("||", "or")
    assert re.fullmatch(r"(True|False|and|or|[() ])+", terms), terms
    return bool(eval(terms.strip()))  # noqa: S307
