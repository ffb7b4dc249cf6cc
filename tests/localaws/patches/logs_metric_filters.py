"""moto keeps every metric filter of a name, the oldest first; in AWS a filter replaces the one of its name."""

from typing import Any

from moto.logs.metric_filters import MetricFilters

ADD = MetricFilters.add_filter


def apply() -> None:
    MetricFilters.add_filter = add


def add(filters: MetricFilters, filter_name: str, filter_pattern: str, log_group_name: str, transformed: Any) -> None:
    others = [
        one
        for one in filters.metric_filters
        if (one["filterName"], one["logGroupName"]) != (filter_name, log_group_name)
    ]
    filters.metric_filters = others
    ADD(filters, filter_name, filter_pattern, log_group_name, transformed)
