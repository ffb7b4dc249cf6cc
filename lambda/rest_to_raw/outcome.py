"""The end of a call: the three results that an orchestrator knows, and the exceptions that lead to two of them."""

from typing import Literal

import msgspec

from lakehouse_common.errors import LakehouseError

Class = Literal["config", "contract", "security", "source_down", "fenced"]


class Done(msgspec.Struct, frozen=True):
    """The run is committed as `version` of the resource's log."""

    version: int
    rows: int
    parts: int
    status: Literal["DONE"] = "DONE"


class Continue(msgspec.Struct, frozen=True):
    """The run goes on from its last checkpoint when it is called again, with the same run id, after `wait` seconds."""

    wait: int
    status: Literal["CONTINUE"] = "CONTINUE"


class Failed(msgspec.Struct, frozen=True):
    """The run has failed; the sentence says what to do. No data of it counts.

    config: the contract or a secret is wrong. contract: the answers are not what the contract says. security: going on
    would send a secret elsewhere. source_down: the API keeps failing; the same run may be tried again. fenced: another
    call or run was first; its data counts, and the next run starts from there.
    """

    class_: Class = msgspec.field(name="class")
    sentence: str
    status: Literal["FAILED"] = "FAILED"


class IngestionError(LakehouseError):
    """Ends the run as Failed. The sentence has no body, header, query value, record or secret."""

    def __init__(self, kind: Class, sentence: str) -> None:
        self.kind: Class = kind
        super().__init__(sentence)


class WaitTooLongError(LakehouseError):
    """Ends the call as Continue: the source asks for a wait that is too long to pay for inside the function."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"wait {seconds} s")
