"""Laws of what lands in the raw zone on the two days."""

import json
from pathlib import Path
from typing import Any

import pytest

from demo import canaries
from demo.arrive import UnknownObjectError, arrive_from_salesforce, planted
from demo.planted import Mess
from demo.records import source
from lakehouse.contract.models import Pipeline
from lakehouse.contract.salesforce import SalesforceObject
from tests.demo.conftest import SMALL


def landed(raw: Path) -> dict[str, bytes]:
    return {str(path.relative_to(raw)): path.read_bytes() for path in sorted(raw.rglob("*")) if path.is_file()}


def executions(raw: Path, pipeline: Pipeline, name: str) -> list[dict[str, Any]]:
    flow = pipeline.salesforce.objects[name].flow
    records = json.loads((raw / f"salesforce/{flow}/executions.json").read_text())["flowExecutions"]
    return sorted(records, key=lambda record: str(record["startedAt"]))


def statuses(raw: Path, pipeline: Pipeline, name: str) -> list[tuple[str, bool]]:
    """Day by day: the status, and whether there were rows."""
    return [
        (record["executionStatus"], record["executionResult"]["recordsProcessed"] > 0)
        for record in executions(raw, pipeline, name)
    ]


def test_landing_again_changes_no_byte(raw: Path, pipeline: Pipeline) -> None:
    before = landed(raw)
    for day in (1, 2):
        arrive_from_salesforce(pipeline, raw, day, SMALL)
    assert landed(raw) == before


def test_day_two_is_day_one_and_more(raw: Path, pipeline: Pipeline, tmp_path: Path) -> None:
    arrive_from_salesforce(pipeline, tmp_path, 1, SMALL)
    first = landed(tmp_path)
    arrive_from_salesforce(pipeline, tmp_path, 2, SMALL)
    assert landed(tmp_path) == landed(raw)
    data = {name: body for name, body in first.items() if not name.endswith("executions.json")}
    assert {name: landed(raw)[name] for name in data} == data
    assert not any("/2026/01/08/" in name for name in data)


def test_what_the_account_reports_is_what_successful_executions_report(raw: Path, pipeline: Pipeline) -> None:
    account = planted(SMALL)
    for name in pipeline.salesforce.objects:
        made = [one for one in executions(raw, pipeline, name) if one["executionStatus"] == "Successful"]
        for day in (1, 2):
            rows = [one["executionResult"]["recordsProcessed"] for one in made if f"01-0{6 + day}T" in one["startedAt"]]
            assert sum(rows) == account.arrivals[day][source(name)].reported, (name, day)


def test_objects_have_the_executions_that_tests_rely_on(raw: Path, pipeline: Pipeline) -> None:
    good, empty, failed = ("Successful", True), ("Successful", False), ("Error", True)
    assert statuses(raw, pipeline, "Opportunity") == [failed, good, good]
    assert statuses(raw, pipeline, "Contact") == [good, good, good]
    assert statuses(raw, pipeline, "Product2") == [good, empty, empty]
    assert statuses(raw, pipeline, "Task") == [good, good]


def test_one_row_lies_in_the_failed_execution_and_nowhere_else(raw: Path, pipeline: Pipeline) -> None:
    (lost,) = planted(SMALL).ids(Mess.ONLY_IN_FAILED, "salesforce.Opportunity")
    failed = executions(raw, pipeline, "Opportunity")[0]["executionId"]
    holding = [name for name, body in landed(raw).items() if lost.encode() in body]
    assert len(holding) == 1
    assert failed in holding[0]


def test_an_empty_object_named_like_its_execution_lies_among_the_files(raw: Path) -> None:
    notes = [path for path in raw.rglob("*") if path.is_file() and path.name == path.parent.name]
    assert {path.stat().st_size for path in notes} == {0}


def test_an_object_that_the_org_lacks_is_refused_before_anything_lands(pipeline: Pipeline, tmp_path: Path) -> None:
    objects = pipeline.salesforce.objects | {"Kase": SalesforceObject(flow="kase")}
    wider = pipeline.model_copy(update={"salesforce": pipeline.salesforce.model_copy(update={"objects": objects})})
    with pytest.raises(UnknownObjectError, match="has no Kase; it has User, Account, .*Campaign"):
        arrive_from_salesforce(wider, tmp_path, 1, SMALL)
    assert landed(tmp_path) == {}


def test_the_spare_object_lands_once_the_contract_names_it(pipeline: Pipeline, tmp_path: Path) -> None:
    objects = {"Campaign": SalesforceObject(flow="campaigns", format="csv")}
    other = pipeline.model_copy(update={"salesforce": pipeline.salesforce.model_copy(update={"objects": objects})})
    arrive_from_salesforce(other, tmp_path, 1, SMALL)
    assert {name.split("/")[1] for name in landed(tmp_path)} == {"campaigns"}


@pytest.mark.parametrize("day", [0, 3])
def test_there_are_two_days(pipeline: Pipeline, tmp_path: Path, day: int) -> None:
    with pytest.raises(ValueError, match=f"not day {day}"):
        arrive_from_salesforce(pipeline, tmp_path, day, SMALL)
    assert landed(tmp_path) == {}


def test_every_personal_column_has_a_canary_in_a_good_and_in_a_refused_row(pipeline: Pipeline) -> None:
    personal = {
        (table.from_, column.from_)
        for table in pipeline.silver.values()
        for column in table.columns.values()
        if column.pii not in (None, "none")
    }
    for planted_ones in (canaries.VALID, canaries.QUARANTINED):
        assert {(name, field) for name, fields in planted_ones.items() for field in fields} == personal


def test_every_canary_of_salesforce_lies_in_raw(raw: Path) -> None:
    everything = b"\n".join(landed(raw).values())
    missing = {value for value in canaries.values() if value.encode() not in everything}
    kinds = (canaries.VALID, canaries.QUARANTINED, canaries.FAULTY)
    assert missing == {kind["rest.billing.invoices"]["account.email"] for kind in kinds}


def test_no_canary_is_part_of_another_value() -> None:
    values = canaries.values()
    assert not [(one, other) for one in values for other in values if one != other and one in other]
