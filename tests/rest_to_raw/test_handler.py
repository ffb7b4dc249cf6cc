"""Laws of the function around a run: its event, its environment, its answers."""

from typing import Any

import msgspec
import pytest

from rest_to_raw import handler
from tests.rest_to_raw.conftest import TOKEN, Bench
from tests.rest_to_raw.fake_api import Answer

RUN_ID = "2026-01-07T06:00:00Z"


class Context:
    """What Lambda gives a function to know its time by."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


@pytest.fixture
def event(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("RAW", bench.store.uri("").rstrip("/"))
    monkeypatch.setenv("SECRETS", "aws:")
    monkeypatch.setenv("BILLING_TOKEN", TOKEN)
    return {"resource": msgspec.to_builtins(bench.resource), "run_id": RUN_ID}


def test_a_run_is_landed_and_answered_for_the_orchestrator(bench: Bench, event: dict[str, Any]) -> None:
    bench.api.records = [f'{{"id":{number}}}' for number in range(15)]
    assert handler(event, Context()) == {"status": "DONE", "version": 1, "rows": 15, "parts": 1}
    folder = "api-data/billing/invoices"
    assert list(bench.everything()) == [
        f"{folder}/{RUN_ID}/checkpoint-000000.json",
        bench.entries()[0].parts[0].key,
        f"{folder}/_log/000000000001.json",
    ]


def test_the_answers_of_failure_and_of_waiting(bench: Bench, event: dict[str, Any]) -> None:
    bench.api.stumbles = [Answer(status=404), Answer(status=429, headers={"Retry-After": "100"})]
    sentence = "/v1/invoices answered with status 404; correct base_url or path"
    assert handler(event, Context()) == {"status": "FAILED", "class": "config", "sentence": sentence}
    assert handler(event, Context()) in [{"status": "CONTINUE", "wait": wait} for wait in (100, 101)]


def test_an_event_with_an_unknown_or_a_missing_field_is_refused(bench: Bench, event: dict[str, Any]) -> None:
    for changed in ({**event, "more": 1}, {"run_id": "r"}, {**event, "resource": event["resource"] | {"wait": 5}}):
        answer = handler(changed, Context())
        assert (answer["status"], answer["class"], bench.everything()) == ("FAILED", "config", {})
