"""What to do after a failure, in a sentence's words: one closed table for each thing that a failure is known by.

The function that reports an execution reads the tables here; Airflow reads `BY_STAGE` out of the compiled contract.
Standard library only.
"""

from collections.abc import Mapping

READ_THE_SENTENCE = "do what the sentence above says"
READ_THE_LINES = "do what the lines above say"
READ_THE_JOB = "read the problems in the job's report, or without one the job's error log; nothing is published"
MEND_THE_VIEW = "gold is published: look the statement up in Redshift's query history and mend the view"

# By the names of the errors that the state machine itself raises, and of the one of Step Functions that says enough.
BY_ERROR: Mapping[str, str] = {
    "SalesforceFlowFailed": "read the execution's error in AppFlow, in the flow's run history, and mend it",
    "SalesforceFlowUnusable": "look at the flow in AppFlow: mend its connection, or apply Terraform again",
    "SalesforceFlowTooSlow": "look at the flow's run history in AppFlow; let it end, or stop it there",
    "RestFailed": READ_THE_SENTENCE,
    "RestTooSlow": "start again with the same date: the resource goes on where it stopped",
    "NotReady": READ_THE_LINES,
    "RedshiftViewUnreadable": MEND_THE_VIEW,
    "States.Timeout": "see in the console what the state was waiting for",
}
# By the state that failed, where any other error of it leads to the same place.
BY_STATE: Mapping[str, str] = {
    "raw_to_gold": READ_THE_JOB,
    "report": "gold is published: read the log of the function that reports",
}
# By the task of the DAG, or the group of tasks, that failed.
BY_STAGE: Mapping[str, str] = {
    "salesforce_to_raw": "look at the flow and its run history in AppFlow, and mend it",
    "rest_to_raw": READ_THE_SENTENCE,
    "raw_ready": READ_THE_LINES,
    "anything_new": "look at the log",
    "raw_to_gold": READ_THE_JOB,
    "gold_to_sinks": MEND_THE_VIEW,
}


def after_error(name: str, state: str) -> str:
    """Returns what to do after the error `name` in the state machine's state `state`; the error's name comes first."""
    if name in BY_ERROR:
        return BY_ERROR[name]
    if state in BY_STATE:
        return BY_STATE[state]
    return after_unknown_error(state)


def after_unknown_error(state: str) -> str:
    """Returns what to do after an error that neither table knows: AWS's own errors have names without number."""
    return f"see in the console what happened in {state}"
