"""The texts that a contract may hold: names, paths, URLs, instants and schedules, each with its pattern."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
PipelineName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
Environment = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,9}$")]
SalesforceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
FlowName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_!@#.-]{0,255}$")]
SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*$", max_length=120)]
FieldPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^/@\s?#]+(/[^\s?#]*)?$")]
# As EventBridge writes them.
Schedule = Annotated[
    str, StringConstraints(pattern=r"^(rate\([1-9][0-9]{0,3} (minute|hour|day)s?\)|cron\([0-9A-Z*?,/# -]{11,90}\))$")
]


def _instant(value: object) -> object:
    """A date, or YAML's own instant, as text in UTC."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    is_date = isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value))
    return f"{value}T00:00:00Z" if is_date else value


Instant = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"),
    BeforeValidator(_instant, json_schema_input_type=str),
]
