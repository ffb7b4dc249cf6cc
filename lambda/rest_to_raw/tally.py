"""What a call counts while it works, for its result's log line and its metrics."""

from dataclasses import dataclass


@dataclass
class Tally:
    """Sums of one call: `bytes` as they came over the wire, `throttled_seconds` waited for the source's sake."""

    requests: int = 0
    retries: int = 0
    throttled_seconds: float = 0.0
    bytes: int = 0
    records: int = 0
    filtered: int = 0
    ignored: int = 0
