"""The last line of a run on AWS: one JSON object that CloudWatch makes metrics of. It holds counts and no value."""

import json
from collections.abc import Callable

from lakehouse.run.report import Report

LastLine = Callable[[float], str]


def ended(report: Report) -> LastLine:
    """From the seconds that the job has taken to its last line."""
    counts = [table.counts for table in report.tables if table.counts]
    return _line(
        report.pipeline,
        report.run_id,
        report.outcome,
        sum(each.read for each in counts),
        sum(each.quarantined for each in counts),
        sum(each.written for each in counts),
    )


def ended_early(pipeline: str, run_id: str) -> LastLine:
    """The last line of a run that ended before it had a report."""
    return _line(pipeline, run_id, "failed", 0, 0, 0)


def _line(pipeline: str, run_id: str, outcome: str, read: int, quarantined: int, written: int) -> LastLine:
    def line(seconds: float) -> str:
        told = {"event": "run_ended", "pipeline": pipeline, "run_id": run_id, "outcome": outcome, "read": read}
        return json.dumps(told | {"quarantined": quarantined, "written": written, "seconds": round(seconds, 1)})

    return line
