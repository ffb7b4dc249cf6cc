"""moto has no RedriveExecution: an execution that did not succeed goes on at the state where it stood.

As AWS has it: the same execution, with the same variables; what has succeeded is not run again. A state with branches
begins anew here, where AWS runs again the branches alone that had not succeeded.
"""

import json
import threading
from datetime import UTC, datetime

from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.responses import StepFunctionResponse

REDRIVABLE = (ExecutionStatus.FAILED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT)


def apply() -> None:
    StepFunctionResponse.redrive_execution = redrive


def redrive(response: StepFunctionResponse) -> str:
    arn = response._get_param("executionArn")
    backend = response.stepfunction_backend
    execution = next(one for one in backend._get_state_machine_for_execution(arn).executions if one.exec_arn == arn)
    if execution.exec_status not in REDRIVABLE:
        raise JsonRESTError("ExecutionNotRedrivable", f"Execution is {execution.status} and cannot be redriven")
    execution.exec_status = ExecutionStatus.RUNNING
    execution.stop_date = execution.error = execution.cause = None
    threading.Thread(target=go_on, args=(execution,), daemon=True).start()
    return json.dumps({"redriveDate": datetime.now(UTC).timestamp()})


def go_on(execution: Execution) -> None:
    worker = execution.exec_worker
    program, env = worker._get_evaluation_entrypoint(), worker.env
    stood_at = last_entered(program, env)
    env._program_state = None
    env.next_state_name = stood_at
    env._frames.clear()
    env.stack.clear()
    env.heap.clear()
    env.event_manager.add_event(context=env.event_history_context, event_type=HistoryEventType.ExecutionRedriven)
    program._eval_body(env)
    worker._execution_communication.terminated()


def last_entered(program: Program, env: Environment) -> str:
    """The top-level state that was entered last."""
    events = env.event_manager.get_event_history()
    names = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
    return str(next(name for name in reversed(names) if name in program.states.states))
