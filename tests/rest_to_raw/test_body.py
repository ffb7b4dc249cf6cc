"""Laws of an answer's body: however slow, broken or large, it costs no more than the contract allows."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lakehouse_common.object_store import FolderStore
from rest_to_raw import Done, Failed
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import Answer
from tests.rest_to_raw.raw_server import Raw

RECORDS = [f'{{"id":{number}}}' for number in range(15)]
# A read of the socket never takes as long as is allowed.
# Without the clock, which gzip writes: a name of a test has to be the same in every process.
HALF_OF_GZIP = gzip.compress(b"{}" * 99, mtime=0)[:30]
PATIENT = {"private_network": True, "read": 5, "page": 1}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """One kind of store: it makes no difference to these laws."""
    return FolderStore(tmp_path / "raw")


def test_a_body_that_drips_is_given_up_in_time(bench: Bench) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with Raw(head, *[b" "] * 1000, pause=0.2) as dripping:
        bench.changes = {"base_url": dripping.url, "retry": {"attempts": 2, "base": 0}, "http": PATIENT}
        result = bench.finish()
    sentence = "/v1/invoices failed 2 times, at last with a body that took more than 1 s; try again later"
    assert (result, dripping.calls) == (Failed("source_down", sentence), 2)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\n" + HALF_OF_GZIP,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_an_answer_that_is_no_whole_one_is_asked_for_again(bench: Bench, answer: bytes) -> None:
    with Raw(answer) as broken:
        bench.changes = {"base_url": broken.url, "retry": {"attempts": 3, "base": 0}}
        result = bench.finish()
    assert (isinstance(result, Failed) and result.class_, broken.calls) == ("source_down", 3)


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("gzip", lambda one: gzip.compress(one[:9]) + gzip.compress(one[9:])),
    ],
)
def test_a_compressed_body_is_read(bench: Bench, encoding: str, compress: Callable[[bytes], bytes]) -> None:
    whole = f'{{"data":[{",".join(RECORDS * 300)}],"meta":{{}}}}'.encode()
    bench.api.answer = lambda asked: Answer(compress(whole), headers={"Content-Encoding": encoding})
    assert (bench.finish(), len(bench.rows())) == (Done(1, 4500, 1), 4500)


def test_a_body_that_inflates_without_measure_is_refused_before_it_does(bench: Bench) -> None:
    bomb = zlib.compressobj(wbits=31)
    zeros = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(256)) + bomb.flush()
    bench.api.answer = lambda asked: Answer(zeros, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    result = bench.finish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    sentence = "inflates to more than 200 times as much; raise 'inflate_ratio' only where that is what the API sends"
    assert isinstance(result, Failed)
    assert (result.class_, result.sentence.endswith(sentence), len(bench.api.asked)) == ("security", True, 1)
    assert peak < 128 * 2**20


def test_a_body_above_the_cap_is_refused(bench: Bench) -> None:
    bench.api.answer = lambda asked: Answer(b" " * (2 * 2**20))
    bench.changes = {"http": {"private_network": True, "body_mb": 1}}
    sentence = "a body has more than 1 MB; ask for smaller pages, or raise body_mb"
    assert bench.finish() == Failed("contract", sentence)
