"""The states of the state machine that the report knows by name."""

BRING = "bring"
JOB = "raw_to_gold"
# In these states of type Wait another service works for the run; in any other one nothing does.
AWAITED = frozenset({"flow_pause", "raw_to_gold_pause", "view_pause"})
REPORTING = frozenset({"report", "report_failure"})


def stage(state: str) -> str:
    """Returns the name of the report's row for a top-level state: on EMR Serverless several states are one job."""
    return JOB if state.startswith(f"{JOB}_") else state
