"""Laws of the sample REST API, asked over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import requests

from demo import canaries
from demo.arrive import planted
from demo.billing import EXACT_AMOUNT, INVOICES, RATES, billing
from demo.planted import Mess
from demo.rest_api import SampleApi
from demo.salesforce_ids import short, with_checksum
from demo.sample_org import Org, sample_org
from tests.demo.conftest import SMALL

TOKEN = "sample-token"  # noqa: S105
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def get(url: str, **params: str) -> requests.Response:
    return requests.get(url, params=params, headers=HEADERS, timeout=10)


def pages(url: str, **params: str) -> list[list[dict[str, Any]]]:
    found = []
    while True:
        answer = get(url, **params)
        assert answer.status_code == 200, answer.text
        body = answer.json(parse_float=Decimal)
        found.append(body["data"])
        if body["meta"]["next"] is None:
            return found
        params["cursor"] = body["meta"]["next"]


@pytest.mark.parametrize(("scale", "sizes"), [(0.02, [60]), (0.2, [200, 200, 200]), (0.25, [200, 200, 200, 150])])
def test_the_pages_give_every_invoice_exactly_once(scale: float, sizes: list[int]) -> None:
    org = sample_org(scale)
    with SampleApi(org, TOKEN, day=1) as api:
        found = pages(f"{api.url('billing')}/invoices")
    ids = [invoice["id"] for page in found for invoice in page]
    assert [len(page) for page in found] == sizes
    assert sorted(ids) == sorted(invoice["id"] for invoice in billing(org, 1).invoices)


@pytest.mark.parametrize("resource", ["invoices", "payments"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": TOKEN}])
def test_billing_tells_nothing_without_the_token(org: Org, resource: str, headers: dict[str, str]) -> None:
    with SampleApi(org, TOKEN, day=1) as api:
        answer = requests.get(f"{api.url('billing')}/{resource}", headers=headers, timeout=10)
    assert (answer.status_code, [*answer.json()]) == (401, ["error"])


def test_the_same_question_has_the_same_bytes_from_every_server(org: Org) -> None:
    told = []
    for _ in range(2):
        with SampleApi(org, TOKEN, day=2) as api:
            urls = (f"{api.url('billing')}/invoices", f"{api.url('billing')}/payments", f"{api.url('fx')}/rates")
            answers = [get(url) for url in urls]
            told.append([(answer.content, dict(answer.headers)) for answer in answers])
    assert told[0] == told[1]


def test_updated_after_includes_that_very_second_and_brings_what_the_account_says(org: Org) -> None:
    account = planted(SMALL)
    with SampleApi(org, TOKEN, day=1) as api:
        first = [invoice for page in pages(f"{api.url('billing')}/invoices") for invoice in page]
    newest = max(invoice["updated_at"] for invoice in first)
    with SampleApi(org, TOKEN, day=2) as api:
        second = [item for page in pages(f"{api.url('billing')}/invoices", updated_after=newest) for item in page]
    told_again = [invoice for invoice in second if invoice in first]
    assert {invoice["updated_at"] for invoice in told_again} == {newest}
    assert (len(first), len(second)) == tuple(account.arrivals[day][INVOICES].reported for day in (1, 2))
    refused = {row.record_id for row in account.arrivals[2][INVOICES].quarantined}
    assert len([one for one in told_again if one["id"] not in refused]) == account.arrivals[2][INVOICES].stale


def test_amounts_keep_their_digits_and_some_are_strings(org: Org) -> None:
    with SampleApi(org, TOKEN, day=1) as api:
        body = get(f"{api.url('billing')}/invoices").text
        (found,) = pages(f"{api.url('billing')}/invoices")
    assert f'"amount":{EXACT_AMOUNT},' in body
    assert {type(invoice["amount"]) for invoice in found} == {Decimal, int, str, type(None)}


def test_invoices_name_accounts_by_both_spellings_and_some_that_are_merged_or_unknown(org: Org) -> None:
    account = planted(SMALL)
    with SampleApi(org, TOKEN, day=1) as api:
        (page,) = pages(f"{api.url('billing')}/invoices")
    named = {invoice["id"]: invoice["account"]["salesforce_id"] for invoice in page}
    kinds = (Mess.MERGED, Mess.MERGED_TWICE)
    merged = {short(one) for kind in kinds for one in account.ids(kind, "salesforce.Account")}
    known = {short(row["Id"]) for row in org.first_load["Account"] if row["Id"]}
    assert {one for one, given in named.items() if len(given) == 15} == {*account.ids(Mess.SHORT_REFERENCE, INVOICES)}
    assert {short(named[one]) for one in account.ids(Mess.OF_MERGED_ACCOUNT, INVOICES)} <= merged
    assert not {short(named[one]) for one in account.ids(Mess.ORPHAN, INVOICES)} & known
    assert all(given in (short(given), with_checksum(short(given))) for given in named.values())


def test_every_payment_is_of_a_paid_invoice(org: Org) -> None:
    with SampleApi(org, TOKEN, day=2) as api:
        (invoices,) = pages(f"{api.url('billing')}/invoices")
        (payments,) = pages(f"{api.url('billing')}/payments")
    refused = billing(org, 2).quarantined
    paid = {one["id"]: one["amount"] for one in invoices if one["status"] == "paid" and one["id"] not in refused}
    assert {payment["invoice_id"]: payment["amount"] for payment in payments} == paid
    assert len({payment["id"] for payment in payments}) == len(payments)


@pytest.mark.parametrize("day", [1, 2])
def test_rates_are_quoted_for_four_currencies_on_every_weekday_up_to_the_day(org: Org, day: int) -> None:
    with SampleApi(org, TOKEN, day) as api:
        told = requests.get(f"{api.url('fx')}/rates", timeout=10).json(parse_float=Decimal)["rates"]
    days = [date.fromisoformat(rate["date"]) for rate in told]
    weekdays = {day for day in map(date.fromordinal, range(min(days).toordinal(), max(days).toordinal() + 1))}
    expected = {(quoted, code) for quoted in weekdays if quoted.weekday() < 5 for code in ("EUR", "USD", "GBP", "JPY")}
    assert (min(days), max(days)) == (date(2024, 1, 1), date(2026, 1, 6 + day))
    assert {(date.fromisoformat(rate["date"]), rate["currency"]) for rate in told} == expected
    assert len(told) == len(expected) == planted(SMALL).arrivals[1][RATES].reported + 4 * (day - 1)
    assert {rate["rate"] for rate in told if rate["currency"] == "EUR"} == {1}
    assert all(rate["rate"] > 0 and rate["base"] == "EUR" for rate in told)


def test_rates_from_a_date_include_that_date(org: Org) -> None:
    with SampleApi(org, TOKEN, day=2) as api:
        told = get(f"{api.url('fx')}/rates", **{"from": "2026-01-07"}).json()["rates"]
    assert [rate["date"] for rate in told] == ["2026-01-07"] * 4 + ["2026-01-08"] * 4


def test_canaries_of_billing_are_told(org: Org) -> None:
    with SampleApi(org, TOKEN, day=1) as api:
        body = get(f"{api.url('billing')}/invoices").text
    kinds = (canaries.VALID, canaries.QUARANTINED, canaries.FAULTY)
    assert [kind[INVOICES]["account.email"] in body for kind in kinds] == [True, True, True]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/invoice", {}, 404),
        ("/invoices", {"cursor": "nonsense"}, 400),
        ("/invoices", {"updated_after": "yesterday"}, 400),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    org: Org, path: str, params: dict[str, str], status: int
) -> None:
    with SampleApi(org, TOKEN, day=1) as api:
        assert get(api.url("billing") + path, **params).status_code == status
