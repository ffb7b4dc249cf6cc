"""The last line of a run on AWS: one JSON object, from which CloudWatch makes metrics. It holds counts, no values."""

import json
from collections.abc import Callable

from lakehouse.run.report import Report

# From the seconds that the job has taken to its last line.
LastLine = Callable[[float], str]


def last_line_of(report: Report) -> LastLine:
    """Returns the last line of a run that has a report."""
    counts = [table.counts for table in report.tables if table.counts]
    return _line(
        report.pipeline,
        report.run_id,
        report.outcome,
        sum(each.read for each in counts),
        sum(each.quarantined for each in counts),
        sum(each.written for each in counts),
    )


def last_line_of_early_end(pipeline: str, run_id: str) -> LastLine:
    """Returns the last line of a run that ended before it had a report."""
    return _line(pipeline, run_id, "failed", 0, 0, 0)


def _line(pipeline: str, run_id: str, outcome: str, read: int, quarantined: int, written: int) -> LastLine:
    def line(seconds: float) -> str:
        fields = {"event": "run_ended", "pipeline": pipeline, "run_id": run_id, "outcome": outcome, "read": read}
        return json.dumps(fields | {"quarantined": quarantined, "written": written, "seconds": round(seconds, 1)})

    return line
