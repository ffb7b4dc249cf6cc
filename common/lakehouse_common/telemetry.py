"""The log lines and metrics of a function: by Powertools as JSON in AWS, by the standard library elsewhere.

A line holds only the keys in LOGGED_KEYS, whatever else it is given: no event, no record, no traceback.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

LOGGED_KEYS = (
    *("level", "timestamp", "service", "message", "correlation_id", "xray_trace_id"),
    *("api", "resource", "status", "class", "exception_name"),
)
NO_KEYS: Mapping[str, str] = {}


class Telemetry(Protocol):
    """Writes the lines and metrics of one call of a function."""

    def tell(self, message: str, keys: Mapping[str, str]) -> None:
        """Write one line, at level INFO."""
        ...

    def measure(self, metrics: Mapping[str, float]) -> None:
        """Write the metrics of the call; `..._seconds` are seconds, `bytes` are bytes, all others are counts."""
        ...


def open_telemetry(
    service: str, namespace: str | None, run_id: str | None = None, keys: Mapping[str, str] = NO_KEYS
) -> Telemetry:
    """Open the telemetry of one call: `run_id` is every line's correlation id; `keys` are in it and are the dimensions.

    `namespace` is that of the metrics in CloudWatch; None outside of AWS, where plain logging writes the lines.
    """
    if namespace:
        try:
            return _Powertools(service, namespace, run_id, keys)
        except ImportError:
            pass
    return _Standard(service)


def redact_line(line: Mapping[str, Any]) -> str:
    """Returns the line as JSON, with the logged keys only."""
    return json.dumps({key: value for key, value in line.items() if key in LOGGED_KEYS}, default=lambda _: "?")


class _Powertools:
    def __init__(self, service: str, namespace: str, run_id: str | None, keys: Mapping[str, str]) -> None:
        from aws_lambda_powertools import Logger, Metrics

        self.logger = Logger(service=service, level="INFO", use_rfc3339=True, utc=True, json_serializer=redact_line)
        # The process, and the logger in it, serve the next call too.
        self.logger.clear_state()
        self.logger.append_keys(**keys)
        self.logger.set_correlation_id(run_id)
        self.metrics = Metrics(namespace=namespace)
        self.dimensions = keys

    def tell(self, message: str, keys: Mapping[str, str]) -> None:
        self.logger.info(message, extra={**keys})

    def measure(self, metrics: Mapping[str, float]) -> None:
        for name, value in self.dimensions.items():
            self.metrics.add_dimension(name, value)
        for name, number in metrics.items():
            self.metrics.add_metric(name, _unit(name), number)
        self.metrics.flush_metrics()


class _Standard:
    def __init__(self, service: str) -> None:
        self.logger = logging.getLogger(service)

    def tell(self, message: str, keys: Mapping[str, str]) -> None:
        self.logger.info(message)

    def measure(self, metrics: Mapping[str, float]) -> None:
        self.logger.info(", ".join(f"{name} {number:g}" for name, number in metrics.items()))


def _unit(name: str) -> str:
    if name.endswith("_seconds"):
        return "Seconds"
    return "Bytes" if name == "bytes" else "Count"
