"""Laws of the closed tables: each word that a contract may use is implemented, and has a law; no other word is."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from lakehouse.contract.rest import api, paging_settings, policy_settings
from lakehouse.contract.rest.kinds import Kind, read_kinds
from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from rest_to_raw.auth.auth_table import AUTHS
from rest_to_raw.auth.base_auth import Auth
from rest_to_raw.client import ACTIONS
from rest_to_raw.http.response_rules import OPERATORS
from rest_to_raw.incremental.cursor_kinds import RANKS
from rest_to_raw.incremental.windows import SMALLEST
from rest_to_raw.kind_table import DuplicateKindError, choose_kind, find_kinds
from rest_to_raw.outcome import IngestionError
from rest_to_raw.pagination.json_repair import REPAIRS
from rest_to_raw.pagination.pager import Pager
from rest_to_raw.pagination.pager_table import PAGERS
from tests.rest_to_raw import paged_api
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.token_api import CALLERS, RECORDS, Tokens, sent

TABLES: dict[str, dict[str, Any]] = {"pagination": PAGERS, "auth": AUTHS}
CLASSES = {f"{wing} {word}": one for wing, table in TABLES.items() for word, one in table.items()}
SINCE_KINDS = get_args(get_args(paging_settings.Since.model_fields["kind"].annotation)[0])
TIMES = [word for word in SINCE_KINDS if paging_settings.Since(field="at", kind=word).is_time]
MENDS = get_args(get_args(api.ResourceDefaults.model_fields["mend"].annotation)[0])
# By what the table is for: the table, and the contract's words.
VOCABULARIES: dict[str, tuple[dict[Any, Any], tuple[Any, ...]]] = {
    "the actions of responses": (ACTIONS, get_args(policy_settings.Action)),
    "the operators of conditions": (OPERATORS, get_args(policy_settings.Condition.model_fields["op"].annotation)),
    "the kinds of since": (RANKS, (None, *SINCE_KINDS)),
    "the shortest windows": (SMALLEST, tuple(TIMES)),
    "the repairs of JSON": (REPAIRS, MENDS),
}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


@pytest.mark.parametrize("one", CLASSES.values(), ids=CLASSES)
def test_a_kind_has_all_of_its_behaviour(one: type) -> None:
    assert (inspect.isabstract(one), sorted(getattr(one, "__abstractmethods__", ()))) == (False, [])


@pytest.mark.parametrize("one", CLASSES.values(), ids=CLASSES)
def test_a_kind_says_what_it_is(one: type) -> None:
    assert (one.__doc__ or "").strip()


@pytest.mark.parametrize(("wing", "table"), [("pagination", PAGERS), ("auth", AUTHS)])
def test_the_compiler_reads_of_a_kind_what_the_class_says_at_work(wing: Any, table: dict[str, type]) -> None:
    flags = {"defaults", "is_numbered", "needs_record_key"}
    told = {
        word: Kind(
            description=inspect.getdoc(one) or "",
            **{name: getattr(one, name) for name in ("needs", "allows", *flags) if hasattr(one, name)},
        )
        for word, one in table.items()
    }
    assert read_kinds()[wing] == told


def test_every_kind_of_pagination_has_a_law_that_each_record_lands_once() -> None:
    assert {say(3)["kind"] for _, say in paged_api.KINDS.values()} == set(PAGERS)


@pytest.mark.parametrize("word", AUTHS)
def test_every_kind_of_auth_lets_the_caller_in(bench: Bench, word: str) -> None:
    caller = CALLERS[word]
    tokens = Tokens(bench)
    settings = {key: value.replace("{url}", bench.api.url) for key, value in caller.settings.items()}
    tokens.use(word, caller.secret, **settings)
    bench.api.answer = tokens.answer if caller.is_token else bench.api.page
    assert (bench.finish(), bench.rows()) == (Done(1, 15, 1), RECORDS)
    assert sent(bench)[0] == caller.headers


def test_no_law_is_for_a_kind_of_auth_that_is_not_there() -> None:
    assert set(CALLERS) == set(AUTHS)


@pytest.mark.parametrize(("table", "words"), VOCABULARIES.values(), ids=VOCABULARIES)
def test_a_table_has_the_words_of_the_contract_and_no_others(table: dict[Any, Any], words: tuple[Any, ...]) -> None:
    assert set(table) == {*words}
    with pytest.raises(KeyError):
        table["no such word"]


@pytest.mark.parametrize(("table", "noun"), [(PAGERS, "pagination"), (AUTHS, "auth")])
def test_a_kind_that_is_not_there_is_refused(table: dict[str, type], noun: str) -> None:
    with pytest.raises(IngestionError) as raised:
        choose_kind(table, "cursr", noun)
    assert str(raised.value) == f"this function knows no {noun} 'cursr'; use one of {', '.join(sorted(table))}"


@pytest.mark.parametrize("key", ["auth", "pagination"])
def test_an_event_with_an_unknown_kind_ends_the_run_before_any_request(
    bench: Bench, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = msgspec.structs.replace(getattr(bench.resource, key), kind="cursr")
    resource = msgspec.structs.replace(bench.resource, **{key: settings})
    monkeypatch.setattr(type(bench), "resource", resource)
    result = bench.call()
    assert isinstance(result, Failed)
    assert (result.class_, result.sentence.split(";")[0]) == ("config", f"this function knows no {key} 'cursr'")
    assert (bench.api.asked, bench.everything()) == ([], {})


WING = "from rest_to_raw.pagination.pager import Pager\n\nclass {name}(Pager):\n    {line}\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """An importable package with a module for each text, by its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, **modules: str) -> str:
        (tmp_path / name).mkdir()
        for module, text in {"__init__": "", **modules}.items():
            (tmp_path / name / f"{module}.py").write_text(text, encoding="utf-8")
        return name

    return make


def test_a_class_without_a_word_is_a_base_and_no_kind(package: Callable[..., str]) -> None:
    first = WING.format(name="First", line='kind = "first"')
    made = package("one_kind", first=first, other=WING.format(name="Other", line="is_followed = True"))
    assert [*find_kinds(made, Pager)] == ["first"]  # type: ignore[type-abstract]
    assert find_kinds(made, Auth) == {}  # type: ignore[type-abstract]


def test_two_classes_of_one_word_are_refused(package: Callable[..., str]) -> None:
    texts = {name.lower(): WING.format(name=name, line='kind = "same"') for name in ("First", "Second")}
    with pytest.raises(DuplicateKindError, match="^First and Second are both 'same'; rename one$"):
        find_kinds(package("two_kinds", **texts), Pager)  # type: ignore[type-abstract]
