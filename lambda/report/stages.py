"""What the report knows of the state machine's states by name."""

BRING = "bring"
JOB = "raw_to_gold"
# In these states of type Wait another service works for the run; in any other one nothing does.
AWAITED = frozenset({"flow_pause", "raw_to_gold_pause", "view_pause"})
REPORTING = frozenset({"report", "report_failure"})


def stage(state: str) -> str:
    """The row of the report that a top-level state counts in: on EMR Serverless several states are one job."""
    return JOB if state.startswith(f"{JOB}_") else state
