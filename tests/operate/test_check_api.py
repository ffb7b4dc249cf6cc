"""Laws of `make check-api`: what it shows of one page, that no value is among it, and a sentence for what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from operate.check_api import main
from operate.columns import DATA, Column, infer
from tests.rest_to_raw.fake_api import Answer, Asked, FakeApi

TOKEN = "canary-5f1d"  # noqa: S105
CONTRACT = """\
name: shop
masking: {{secret: masking/key}}
rest:
  billing:
    base_url: {url}
    auth: {{kind: bearer, secret: billing/token}}
    http: {{private_network: true}}
    defaults: {{pagination: {{kind: cursor, param: cursor, next: meta.next}}}}
    resources:
      invoices:
        path: /invoices
        records: data
        params: {{expand: private}}
        since: {{param: since, field: at, kind: instant, start: "2026-01-01T00:00:00Z"}}
        expect: {{total: meta.total}}
        responses: [{{status: 404, action: end_of_data}}]
      lines:
        path: "/invoices/{{invoice}}/lines"
        records: data
        for_each: {{resource: invoices, field: id, as: invoice}}
silver:
  invoice:
    description: one row per invoice
    from: rest.billing.invoices
    key: invoice_id
    columns:
      invoice_id: {{from: id}}
      email: {{from: account.email, type: email, pii: hash}}
      paid_at: {{from: paid_at, type: timestamp}}
      note: {{from: note}}
"""
RECORDS = [
    '{"id":"secret-one","at":"2026-01-02T00:00:00Z","account":{"email":"mary@example.com"},"note":null,"amount":1.5}',
    '{"id":"secret-two","at":"2026-01-03T00:00:00Z","account":null,"note":null,"amount":2,"tags":["vip"]}',
]
VALUES = (TOKEN, "secret-one", "secret-two", "mary", "private", "2026-01-0", "vip", "cursor-value")
ASKED = """\
GET {url}/invoices?expand=<7 characters>&since=<20 characters>
  headers, values hidden: Accept, Accept-Encoding, Authorization"""
Told = Callable[..., tuple[int, str]]


@pytest.fixture
def told(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """The command with the contract of the fake API, and what it printed."""
    monkeypatch.setenv("BILLING_TOKEN", TOKEN)
    (tmp_path / "shop.yaml").write_text(CONTRACT.format(url=api.url), encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--contract", str(tmp_path / "shop.yaml"), "--secrets", str(tmp_path)])
        return code, capsys.readouterr().out

    return call


@pytest.fixture
def api() -> object:
    with FakeApi() as started:
        started.records = RECORDS
        started.answer = lambda asked: answer(asked)
        yield started


def answer(asked: Asked) -> Answer:
    """The invoices, or one line of the first of them."""
    if asked.path.endswith("/lines"):
        return Answer(b'{"data":[{"sku":"vip"}],"meta":{"next":null}}')
    body = f'{{"data":[{",".join(RECORDS)}],"meta":{{"next":"cursor-value","total":12}}}}'
    return Answer(body.encode(), headers={"Content-Type": "application/json", "Set-Cookie": TOKEN})


def test_one_page_is_shown_beside_the_contract_without_a_value(told: Told, api: FakeApi) -> None:
    code, shown = told("billing.invoices")
    assert (code, shown.splitlines()) == (
        0,
        [
            *ASKED.format(url=api.url).splitlines(),
            f"status 200, {len(answer(api.asked[0]).body)} bytes",
            "  Content-Type: application/json",
            "2 records of 12 in all at 'data'; next page: at 'meta.next'",
            "  account.email  text, 50% null",
            "  amount         integer or number, 0% null",
            "  at             text, 0% null",
            "  id             text, 0% null",
            "  note           null, 100% null",
            "  tags           list, 50% null",
            "silver.invoice reads and the page lacks: paid_at",
            "silver.invoice reads and all are null: note",
            "on the page and read by no silver table: amount, tags",
        ],
    )
    assert [value for value in VALUES if value in shown] == []
    assert (len(api.asked), api.asked[0].headers["Authorization"]) == (1, f"Bearer {TOKEN}")
    assert api.asked[0].query == {"expand": "private", "since": "2026-01-01T00:00:00Z"}


def test_a_child_is_asked_for_with_the_first_record_of_its_parent(told: Told, api: FakeApi) -> None:
    code, shown = told("billing.lines")
    assert (code, shown.splitlines()) == (
        0,
        [
            f"GET {api.url}/invoices/{{invoice}}/lines",
            "  headers, values hidden: Accept, Accept-Encoding, Authorization",
            "status 200, 45 bytes",
            "1 records at 'data'; next page: none, this is the last",
            "  sku  text, 0% null",
            "no silver table reads this resource",
            "on the page and read by no silver table: sku",
        ],
    )
    assert [asked.path for asked in api.asked] == ["/v1/invoices", "/v1/invoices/secret-one/lines"]


def test_a_failure_names_no_value_of_the_parent_either(told: Told, api: FakeApi) -> None:
    api.answer = lambda asked: Answer(status=403) if asked.path.endswith("/lines") else answer(asked)
    sentence = "/v1/invoices/{invoice}/lines answered with status 403; check secret 'billing/token' and its rights"
    code, shown = told("billing.lines")
    assert (code, shown.splitlines()[-2:]) == (1, ["status 403, 2 bytes", sentence])
    assert [value for value in VALUES if value in shown] == []


@pytest.mark.parametrize(
    ("stumbles", "code", "last"),
    [
        ([Answer(status=500)] * 2, 1, "/v1/invoices failed 2 times, at last with status 500; try again later"),
        ([Answer(status=429, headers={"Retry-After": "90"})], 1, "the API asks to come again in "),
        ([Answer(status=404)], 0, "by 'responses' of the contract this answer means: end_of_data"),
        ([Answer(b'{"data":[],"meta":{"next":null}}')], 0, "no record, so no column to compare"),
    ],
)
def test_an_api_without_a_page_is_told_of_behind_the_request(
    stumbles: list[Answer], code: int, last: str, told: Told, api: FakeApi
) -> None:
    api.stumbles = [*stumbles]
    ended, shown = told("billing.invoices")
    assert (ended, shown.startswith(ASKED.format(url=api.url))) == (code, True)
    assert shown.splitlines()[-1].startswith(last)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("billing.invoice", "did you mean billing.invoices?"),
        ("", "there are billing.invoices, billing.lines"),
    ],
)
def test_an_unknown_resource_is_answered_with_the_nearest_name(name: str, hint: str, told: Told) -> None:
    assert told(*([name] if name else [])) == (2, f"'{name}' is no REST resource of the contract; {hint}\n")


def test_a_missing_secret_is_named_with_its_place(
    told: Told, api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BILLING_TOKEN")
    sentence = f"secret 'billing/token' is missing: set BILLING_TOKEN or write the file {tmp_path}/billing/token\n"
    assert (told("billing.invoices"), api.asked) == ((2, sentence), [])


def test_names_that_are_data_are_not_shown() -> None:
    people = ",".join(f'"p{number}":1' for number in range(101))
    records = [b'{"by_mail":{"mary@example.com":{"age":3}},"by_name":{%s},"x":{}}' % people.encode(), b'{"x":{"y":1}}']
    assert infer(records) == {
        f"by_mail.{DATA}.age": Column(("integer",), 0.5),
        f"by_name.{DATA}": Column(("integer",), 0.5),
        "x.y": Column(("integer",), 0.5),
    }
