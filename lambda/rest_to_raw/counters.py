"""The counters of one call, for its metrics."""

from dataclasses import dataclass

MEASURED = ("records", "bytes", "requests", "retries", "throttled_seconds", "cursor_lag_seconds")


@dataclass
class Counters:
    """The sums of one call: `bytes` as they came over the wire, `throttled_seconds` waited because of the source.

    `cursor_lag_seconds` is how far the committed cursor is behind the server's clock, None where it is no time.
    """

    requests: int = 0
    retries: int = 0
    throttled_seconds: float = 0.0
    bytes: int = 0
    records: int = 0
    filtered: int = 0
    ignored: int = 0
    cursor_lag_seconds: float | None = None

    def measures(self) -> dict[str, float]:
        """Returns the metrics, without those that this call does not know."""
        values = {name: getattr(self, name) for name in MEASURED}
        return {name: float(value) for name, value in values.items() if value is not None}
