"""What a function tells of its work: lines of JSON and metrics by Powertools in AWS, the standard library elsewhere.

A line holds its message and what KNOWN names, whatever else it is given: no event, no record, no traceback.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

KNOWN = (
    *("level", "timestamp", "service", "message", "correlation_id", "xray_trace_id"),
    *("api", "resource", "status", "class", "exception_name"),
)
NOTHING: Mapping[str, str] = {}


class Telemetry(Protocol):
    """Tells of one call of a function."""

    def tell(self, message: str, keys: Mapping[str, str]) -> None:
        """Writes one line, at level INFO."""
        ...

    def measure(self, counted: Mapping[str, float]) -> None:
        """Writes the metrics of the call, a name each; `..._seconds` are seconds, `bytes` bytes, all else counts."""
        ...


def open_telemetry(
    service: str, namespace: str | None, run_id: str | None = None, keys: Mapping[str, str] = NOTHING
) -> Telemetry:
    """The telemetry of one call: `run_id` is every line's correlation id, `keys` stand in it and are the dimensions.

    `namespace` is the metrics' own in CloudWatch; None outside of AWS, where plain logging takes the lines.
    """
    if namespace:
        try:
            return _Powertools(service, namespace, run_id, keys)
        except ImportError:
            pass
    return _Standard(service)


def redacted(line: Mapping[str, Any]) -> str:
    """The line as JSON, without what nobody has thought of."""
    return json.dumps({key: value for key, value in line.items() if key in KNOWN}, default=lambda _: "?")


class _Powertools:
    def __init__(self, service: str, namespace: str, run_id: str | None, keys: Mapping[str, str]) -> None:
        from aws_lambda_powertools import Logger, Metrics

        self.logger = Logger(service=service, level="INFO", use_rfc3339=True, utc=True, json_serializer=redacted)
        # The process is kept for the next call, and the logger with it.
        self.logger.clear_state()
        self.logger.append_keys(**keys)
        self.logger.set_correlation_id(run_id)
        self.metrics = Metrics(namespace=namespace)
        self.dimensions = keys

    def tell(self, message: str, keys: Mapping[str, str]) -> None:
        self.logger.info(message, extra={**keys})

    def measure(self, counted: Mapping[str, float]) -> None:
        for name, value in self.dimensions.items():
            self.metrics.add_dimension(name, value)
        for name, number in counted.items():
            self.metrics.add_metric(name, _unit(name), number)
        self.metrics.flush_metrics()


class _Standard:
    def __init__(self, service: str) -> None:
        self.logger = logging.getLogger(service)

    def tell(self, message: str, keys: Mapping[str, str]) -> None:
        self.logger.info(message)

    def measure(self, counted: Mapping[str, float]) -> None:
        self.logger.info(", ".join(f"{name} {number:g}" for name, number in counted.items()))


def _unit(name: str) -> str:
    if name.endswith("_seconds"):
        return "Seconds"
    return "Bytes" if name == "bytes" else "Count"
