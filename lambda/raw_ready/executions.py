"""AppFlow's execution records: the answer of `describe-flow-execution-records`, kept beside the flow's files."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

Status = Literal["InProgress", "Successful", "Error", "CancelStarted", "Canceled"]
UNFINISHED = frozenset({"InProgress", "CancelStarted"})


class ErrorInfo(msgspec.Struct, frozen=True, rename="camel"):
    """What went wrong; it can stand beside status Successful."""

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
        """Its start in UTC."""
        return _instant(self.started_at)

    @property
    def finished(self) -> datetime:
        """Its last change in UTC, or its start where AWS tells no more."""
        return self.started if self.last_updated_at is None else _instant(self.last_updated_at)

    @property
    def position(self) -> str:
        """The start in microseconds and the id: sorts as text in the order of the executions."""
        return f"{utc_text(self.started)}/{self.execution_id}"

    @property
    def days(self) -> tuple[str, ...]:
        """The day folders its files may lie in, as YYYY/MM/DD; an execution can run over midnight."""
        first, last = self.started.date(), self.finished.date()
        return tuple(f"{first + timedelta(days=n):%Y/%m/%d}" for n in range((last - first).days + 1))


class Executions(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `describe-flow-execution-records`; a token says that there are more records than these."""

    flow_executions: tuple[Execution, ...]
    next_token: str | None = None


def decode(body: bytes) -> tuple[list[Execution], bool]:
    """The records in the order of their start, and whether older ones were left out.

    Raises:
        msgspec.MsgspecError, ValueError: the body is no such answer, or a time in it is none.
    """
    answer = msgspec.json.decode(body, type=Executions)
    return sorted(answer.flow_executions, key=lambda made: made.position), answer.next_token is not None


def utc_text(instant: datetime) -> str:
    """The instant in microseconds, ending in Z."""
    return f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}"


def _instant(value: str | float) -> datetime:
    """Seconds since 1970 or ISO 8601, in which a missing offset means UTC."""
    if not isinstance(value, str):
        return datetime.fromtimestamp(value, UTC)
    parsed = datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
