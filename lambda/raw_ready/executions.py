"""AppFlow's execution records: the response of `describe-flow-execution-records`, stored next to the flow's files."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from lakehouse_common.instants import parse_instant, utc_text

Status = Literal["InProgress", "Successful", "Error", "CancelStarted", "Canceled"]
UNFINISHED = frozenset({"InProgress", "CancelStarted"})


class ErrorInfo(msgspec.Struct, frozen=True, rename="camel"):
    """The error of an execution; one of status Successful can have one too."""

    put_failures_count: int = 0


class Result(msgspec.Struct, frozen=True, rename="camel"):
    """The counts of one execution."""

    records_processed: int = 0
    error_info: ErrorInfo = ErrorInfo()


class Execution(msgspec.Struct, frozen=True, rename="camel"):
    """One execution record. AWS may leave out what has a default here and add fields that are not named here."""

    execution_id: str
    execution_status: Status
    started_at: str | float
    last_updated_at: str | float | None = None
    execution_result: Result = Result()

    @property
    def started(self) -> datetime:
        """Returns the start in UTC."""
        return _as_instant(self.started_at)

    @property
    def finished(self) -> datetime:
        """Returns the last change in UTC, or the start where AWS gives no other time."""
        return self.started if self.last_updated_at is None else _as_instant(self.last_updated_at)

    @property
    def position(self) -> str:
        """Returns the start in microseconds and the id: as text it sorts in the order of the executions."""
        return f"{utc_text(self.started)}/{self.execution_id}"

    @property
    def days(self) -> tuple[str, ...]:
        """Returns the day folders that may have the files, as YYYY/MM/DD; an execution can run over midnight."""
        first, last = self.started.date(), self.finished.date()
        return tuple(f"{first + timedelta(days=n):%Y/%m/%d}" for n in range((last - first).days + 1))


class Executions(msgspec.Struct, frozen=True, rename="camel"):
    """The response of `describe-flow-execution-records`; a token says that there are more records than these."""

    flow_executions: tuple[Execution, ...]
    next_token: str | None = None


def decode(body: bytes) -> tuple[list[Execution], bool]:
    """Returns the records in the order of their start, and whether older ones were left out.

    Raises:
        msgspec.MsgspecError, ValueError: the body is no such response, or a time in it is none.
    """
    answer = msgspec.json.decode(body, type=Executions)
    return sorted(answer.flow_executions, key=lambda execution: execution.position), answer.next_token is not None


def _as_instant(value: str | float) -> datetime:
    """Returns the instant in UTC from seconds since 1970 or ISO 8601."""
    return parse_instant(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
