"""Trials of incremental runs whose calls are killed, frozen and doubled: a program of its own, since it forks.

    python -m tests.rest_to_raw.crashing <trials> <a folder, or s3://bucket>

A trial is three runs of one resource with changes between them. Every call is a process: it may be killed (SIGKILL)
just before or behind any of its writes; or be frozen there, wake up when another call has done
the work, and go on as if nothing had been; or have a twin that starts with it. Prints what came of it as JSON.
"""

import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from lakehouse_common.object_store import FolderStore, ObjectStore, S3Store
from lakehouse_common.secret_store import Secrets
from rest_to_raw import Deadline, Done, Failed, run
from tests.rest_to_raw.conftest import Bench
from tests.rest_to_raw.fake_api import FakeApi

RUNS, PAGE = 3, 5
FATES = ("killed", "frozen", "doubled", "spared")
FENCED, DONE, GOES_ON = 3, 0, 4


class Faulty:
    """A store that sends a signal to its own process at the n-th write, before it or behind it."""

    def __init__(self, store: ObjectStore, n: int, is_written: bool, signal_number: int) -> None:
        self.store = store
        self.left = n
        self.is_written = is_written
        self.signal_number = signal_number

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def put(self, key: str, body: bytes) -> None:
        self._write(self.store.put, key, body)

    def put_if_absent(self, key: str, body: bytes) -> bool:
        return bool(self._write(self.store.put_if_absent, key, body))

    def _write(self, write: Callable[[str, bytes], Any], key: str, body: bytes) -> Any:
        self.left -= 1
        if self.left == -1 and not self.is_written:
            os.kill(os.getpid(), self.signal_number)
        result = write(key, body)
        if self.left == -1 and self.is_written:
            os.kill(os.getpid(), self.signal_number)
        return result


class Trial:
    """One resource and its three runs."""

    def __init__(self, api: FakeApi, open_store: Callable[[], ObjectStore], seed: int, told: Counter[str]) -> None:
        self.api = api
        self.open_store = open_store
        self.random = random.Random(seed)
        self.told = told

    def go(self) -> None:
        """Runs it, and counts what was lost and what came twice."""
        self.api.records, self.api.size = [], PAGE
        for number in range(RUNS):
            self._change(number)
            self._finish(f"run-{number}")
        self._count()

    def _change(self, number: int) -> None:
        for _ in range(self.random.randint(0, 24)):
            at = f"2026-01-{number + 1:02}T{len(self.api.records) // 60:02}:{len(self.api.records) % 60:02}:00Z"
            self.api.records.append(json.dumps({"id": self.random.randint(0, 30), "at": at}))

    def _finish(self, run_id: str) -> None:
        zombies: list[int] = []
        while True:
            fate = self.random.choice(FATES)
            self.told[fate] += 1
            calls = [self._call(run_id, fate) for _ in range(2 if fate == "doubled" else 1)]
            codes = [self._end(call, zombies) for call in calls]
            if DONE in codes:
                break
            assert FENCED not in codes or len(codes) == 2 or zombies, codes
        for zombie in zombies:
            os.kill(zombie, signal.SIGCONT)
            assert self._end(zombie, []) in (FENCED, DONE, GOES_ON)

    def _call(self, run_id: str, fate: str) -> int:
        # A call writes a part, a checkpoint and at the end the entry.
        n, is_written = self.random.randint(0, 2), self.random.random() < 0.5
        child = os.fork()
        if child:
            return child
        try:
            sent = {"killed": signal.SIGKILL, "frozen": signal.SIGSTOP}.get(fate)
            store = self.open_store()
            result = self._run(run_id, Faulty(store, n, is_written, sent) if sent else store)
            os._exit(DONE if isinstance(result, Done) else FENCED if isinstance(result, Failed) else GOES_ON)
        finally:
            os._exit(1)

    def _run(self, run_id: str, store: Any) -> Any:
        bench = Bench(self.api, store)
        # No time: each call reads one page and lands it.
        deadline = Deadline(lambda: 1.0, lambda seconds: None)
        result = run(bench.resource, run_id, store, Secrets(bench.place), deadline)
        if isinstance(result, Failed) and result.class_ != "fenced":
            print(result, file=sys.stderr, flush=True)
            os._exit(1)
        return result

    def _end(self, call: int, zombies: list[int]) -> int | None:
        """How the call ended; None of one that was killed or is frozen."""
        _, status = os.waitpid(call, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            zombies.append(call)
            return None
        if os.WIFSIGNALED(status):
            self.told["kills"] += 1
            return None
        code = os.waitstatus_to_exitcode(status)
        assert code in (DONE, FENCED, GOES_ON), code
        self.told["fenced"] += code == FENCED
        return code

    def _apart(self) -> ObjectStore:
        """The store by a client of this process's own."""
        store = self.open_store()
        return S3Store(store.bucket, store.prefix) if isinstance(store, S3Store) else store

    def _count(self) -> None:
        bench = Bench(self.api, self._apart())
        entries = bench.entries()
        assert [entry.run_id for entry in entries] == [f"run-{number}" for number in range(RUNS)], entries
        landed = Counter(bench.rows())
        expected = Counter(self.api.records)
        # A run starts with the record that the last one ended with: by design it comes again, and the merge drops it.
        for before, after in zip(entries, entries[1:], strict=False):
            again = [one for one in self.api.records if json.loads(one)["at"] == before.cursor]
            expected.update(again if after.cursor_from == before.cursor else [])
        self.told["rows"] += landed.total()
        self.told["lost"] += (expected - landed).total()
        self.told["twice"] += (landed - expected).total()


def main(trials: int, place: str) -> None:
    """Runs them all; the n-th is the same on every machine."""
    told = Counter[str]()
    with FakeApi() as api:
        for seed in range(trials):
            Trial(api, opener(place, seed), seed, told).go()
    print(json.dumps(told))


@cache
def s3_client() -> Any:
    return boto3.client("s3")


def opener(place: str, seed: int) -> Callable[[], ObjectStore]:
    if place.startswith("s3://"):
        # Costly to make, and harmless to share: the parent never speaks by it, so no fork inherits a connection.
        return lambda: S3Store(place.removeprefix("s3://"), f"trial-{seed}", s3_client())
    return lambda: FolderStore(Path(place) / f"trial-{seed}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
