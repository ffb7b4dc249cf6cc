"""How fast time passes for waits and retries of state machines: an option of the account, since tests don't wait."""

import time
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction


def set_pace(pace: float) -> None:
    """A wait of a minute takes `pace` minutes."""

    class Clock:
        @staticmethod
        def sleep(seconds: float) -> None:
            time.sleep(seconds * pace)

    def wait(_: WaitFunction, env: Any, wait_seconds: float) -> None:
        env.program_state_event.wait(wait_seconds * pace)

    WaitFunction._wait_interval = wait
    retrier_decl.time = Clock
