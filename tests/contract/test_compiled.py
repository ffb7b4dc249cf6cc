"""The compiled form of the contract: nothing is left to default, and it reads back as it was."""

import json
from pathlib import Path

import pytest

from lakehouse.contract import compiler
from lakehouse.contract.models import Pipeline
from tests.contract.small import SMALL, Contracts

ROOT = Path(__file__).parents[2]
LEAD = {
    "cursor": "LastModifiedDate",
    "format": "csv",
    "flow": "shop-lead",
    "trigger": {"kind": "on_demand", "schedule": None, "offset_seconds": 300, "event": None},
    "formula_refresh": None,
    "api": "bulk",
    "from": None,
    "include_deleted": True,
    "fields": ["Company", "Id", "LastModifiedDate"],
    "types": {"Company": "string", "Id": "id", "LastModifiedDate": "datetime"},
    "rename": {},
    "mask": {},
    "truncate": {},
    "validate": {},
    "where": [],
}

NO_AUTH = {
    "kind": "none",
    "secret": None,
    "header": None,
    "query_param": None,
    "accept_key_in_url": False,
    "token_url": None,
    "scopes": [],
    "audience": None,
    "algorithm": None,
    "kms_key": None,
    "issuer": None,
    "subject": None,
    "lifetime": None,
    "login_path": None,
    "token": None,
}
ONE_PAGE = {
    "kind": "none",
    "param": None,
    "next": None,
    "next_header": None,
    "more": None,
    "size_param": None,
    "size": None,
    "start": 1,
    "stop_after_empty": 2,
    "overlap": 20,
    "whole": False,
    "max_pages": 100_000,
}
EVERYTHING = {
    "kind": None,
    "formats": [],
    "until": None,
    "start": None,
    "lookback": 0,
    "settle": 60,
    "step": None,
    "max_rows": None,
}
REST = {
    "allowed_hosts": [],
    "headers": {},
    "limits": {"requests_per_second": None, "remaining": None, "reset": None, "requests_per_run": 20_000},
    "retry": {
        "attempts": 6,
        "base": 1,
        "longest": 60,
        "inline": 60,
        "statuses": [408, 425, 429, 500, 502, 503, 504],
    },
    "http": {
        "connect": 5,
        "read": 30,
        "page": 120,
        "body_mb": 256,
        "inflate_ratio": 200,
        "private_network": False,
    },
    "params": {},
    "responses": [],
    "mend": [],
    "expect": {"total": None, "tolerance": 0.0, "rows": 0},
    "schedule": None,
    "key": [],
    "for_each": None,
}


def test_the_compiled_form_leaves_nothing_to_default(contracts: Contracts) -> None:
    compiled = json.loads(compiler.to_json(contracts.compiled()))
    assert compiled["environment"] is None
    assert compiled["salesforce"]["connection"] == {
        "mode": "existing",
        "name": "shop-salesforce",
        "private_link": False,
    }
    account = LEAD | {
        "cursor": "SystemModstamp",
        "format": "json",
        "flow": "shop-account",
        "fields": ["Email", "Id", "SystemModstamp"],
        "types": {"Email": "email", "Id": "id", "SystemModstamp": "datetime"},
    }
    assert compiled["salesforce"]["objects"] == {"Account": account, "Lead": LEAD}
    invoices = REST | {
        "base_url": "https://billing.example/v1",
        "auth": NO_AUTH | {"kind": "bearer", "secret": "billing/token"},
        "pagination": ONE_PAGE | {"kind": "cursor", "param": "cursor", "next": "meta.next"},
        "since": EVERYTHING | {"param": "since", "field": "updated_at"},
        "api": "billing",
        "resource": "invoices",
        "path": "/invoices",
        "records": "data",
    }
    assert compiled["rest"] == {"billing": {"resources": {"invoices": invoices}}}
    assert {name: table["version"] for name, table in compiled["silver"].items()} == {
        "account": "SystemModstamp",
        "invoice": "updated_at",
    }


def test_names_of_a_deployment_begin_with_the_contract_s_and_the_environment_s(contracts: Contracts) -> None:
    scheduled = "{trigger: {schedule: rate(1 hour)}, formula_refresh: {schedule: rate(1 day)}}"
    contracts.file.write_text(SMALL.replace("Account: {}", f"Account: {scheduled}"))
    compiled = compiler.compile_contract(contracts.file, contracts.functions, environment="dev")
    account = compiled.salesforce.objects["Account"]
    assert (compiled.environment, compiled.salesforce.connection.name) == ("dev", "shop-dev-salesforce")
    assert (account.flow, account.formula_refresh and account.formula_refresh.flow) == (
        "shop-dev-account",
        "shop-dev-account-formulas",
    )


@pytest.mark.parametrize(
    ("said", "fields", "types"),
    [
        ("{}", ("Email", "Id", "SystemModstamp"), {"Email": "email", "Id": "id", "SystemModstamp": "datetime"}),
        (
            "{rename: {Mail__c: Email}, types: {Mail__c: string}, from: 2015-01-01}",
            ("Id", "Mail__c", "SystemModstamp"),
            {"Id": "id", "Mail__c": "string", "SystemModstamp": "datetime"},
        ),
        ("{fields: all}", "all", {}),
    ],
)
def test_appflow_is_asked_for_what_silver_reads_or_for_what_is_said(
    contracts: Contracts, said: str, fields: object, types: dict[str, str]
) -> None:
    dropped = "{from: Email, type: email, pii: hash}\n      street: {from: BillingStreet, pii: drop}"
    text = SMALL.replace("Account: {}", f"Account: {said}").replace("{from: Email, type: email, pii: hash}", dropped)
    account = contracts.compiled(text).salesforce.objects["Account"]
    assert (account.fields, account.types) == (fields, types)
    assert account.from_ in (None, "2015-01-01T00:00:00Z")


def test_change_events_are_asked_for_what_is_said_and_no_more(contracts: Contracts) -> None:
    event = "trigger: {event: LeadChangeEvent}, fields: [ChangeEventHeader, Company]"
    lead = contracts.compiled(SMALL.replace("fields: [Id, Company]", event)).salesforce.objects["Lead"]
    assert (lead.trigger.kind, lead.fields) == ("event", ("ChangeEventHeader", "Company"))


def test_a_table_of_an_unknown_source_makes_no_second_problem(contracts: Contracts) -> None:
    assert contracts.problems(("from: salesforce.Account", "from: salesforce.Acount")) == [
        "silver.account.from: there is no source 'salesforce.Acount'; did you mean 'salesforce.Account'?"
    ]


def test_warehouses_are_sinks_without_being_declared(contracts: Contracts) -> None:
    served = SMALL.replace("gold:\n  account:", "gold:\n  account:\n    sinks: [redshift, snowflake]")
    compiled = contracts.compiled(served)
    assert {name: sink.kind for name, sink in compiled.sinks.items()} == {
        "iceberg": "iceberg",
        "redshift": "redshift",
        "snowflake": "snowflake",
    }
    assert compiled.gold["account"].sinks == ("redshift", "snowflake")


def test_the_compiled_form_is_read_back_as_it_was(contracts: Contracts) -> None:
    compiled = contracts.compiled()
    text = compiler.to_json(compiled)
    assert compiler.read_compiled(text) == compiled
    assert compiler.to_json(compiler.read_compiled(text)) == text


def test_compiling_what_was_compiled_changes_nothing(contracts: Contracts) -> None:
    text = compiler.to_json(contracts.compiled())
    assert compiler.to_json(contracts.compiled(text)) == text


def test_the_repository_s_own_contract_compiles_twice_to_the_same(tmp_path: Path) -> None:
    first = compiler.to_json(compiler.compile_contract(ROOT / "demo/pipeline.yaml"))
    (tmp_path / "pipeline.json").write_text(first)
    assert compiler.to_json(compiler.compile_contract(tmp_path / "pipeline.json")) == first


def test_the_json_schema_knows_every_section() -> None:
    assert sorted(json.loads(compiler.json_schema())["properties"]) == sorted(Pipeline.model_fields)


def test_lengths_of_time_shares_conditions_and_limits_are_compiled_to_numbers_and_words(contracts: Contracts) -> None:
    said = (
        "records: data, limits: {requests_per_second: 6}, retry: {base: 2s, longest: 2m}, expect: {tolerance: 0.5%}, "
        "responses: [{status: 404, action: end_of_data}, {status: [200, 201], action: retry, "
        "when: \"exists(error) and error.code in ['BUSY', 7, null]\"}]"
    )
    text = SMALL.replace("records: data", said, 1).replace(
        "      invoices:", "      credits: {path: /c, records: $}\n      invoices:"
    )
    compiled = json.loads(compiler.to_json(contracts.compiled(text)))["rest"]["billing"]["resources"]["invoices"]
    # Two resources share what the API allows.
    assert compiled["limits"]["requests_per_second"] == 3
    assert (compiled["retry"]["base"], compiled["retry"]["longest"], compiled["expect"]["tolerance"]) == (2, 120, 0.005)
    assert compiled["responses"] == [
        {"status": [404], "action": "end_of_data", "when": []},
        {
            "status": [200, 201],
            "action": "retry",
            "when": [
                {"op": "exists", "path": "error", "values": []},
                {"op": "in", "path": "error.code", "values": ["BUSY", 7, None]},
            ],
        },
    ]
