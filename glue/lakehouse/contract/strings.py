"""The texts that a contract may hold: names, paths, URLs, instants and schedules, each with its pattern."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from lakehouse.contract.strict import problem

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
PipelineName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
Environment = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,9}$")]
SalesforceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
FlowName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_!@#.-]{0,255}$")]
SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*$", max_length=120)]
FieldPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]


def _check_url(value: object) -> object:
    """Check that a URL holds no secret and begins with https://, unless it is for this machine alone."""
    if isinstance(value, str) and re.match(r"[a-z]+://[^/]*@", value):
        raise problem("the URL names a user or a password; name the secret in 'auth' instead")
    if isinstance(value, str) and re.match(r"http://(?!(localhost|127\.0\.0\.1)([:/]|$))", value):
        raise problem("the URL must begin with https://; http:// is for a server on this machine alone")
    return value


Url = Annotated[str, StringConstraints(pattern=r"^https?://[^/@\s?#]+(/[^\s?#]*)?$"), BeforeValidator(_check_url)]
KmsKey = Annotated[str, StringConstraints(pattern=r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]
QueryName = Annotated[str, StringConstraints(pattern=r"^[^\s&=#?]{1,128}$")]
UrlPath = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]
# As EventBridge writes them.
Schedule = Annotated[
    str, StringConstraints(pattern=r"^(rate\([1-9][0-9]{0,3} (minute|hour|day)s?\)|cron\([0-9A-Z*?,/# -]{11,90}\))$")
]


def _as_utc_text(value: object) -> object:
    """Returns a date, or YAML's own instant, as text in UTC; any other value as it is."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    is_date = isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value))
    return f"{value}T00:00:00Z" if is_date else value


Instant = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"),
    BeforeValidator(_as_utc_text, json_schema_input_type=str),
]


SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(value: object) -> object:
    """Returns `90s`, `10m`, `2h` or `7d` as seconds; a number is in seconds already, as in the compiled form."""
    length = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if isinstance(value, str) and not length:
        raise problem("the value is not a length of time; write 90s, 10m, 2h or 7d")
    return int(length[1]) * SECONDS[length[2]] if length else value


Seconds = Annotated[int, Field(ge=0), BeforeValidator(_seconds, json_schema_input_type=str | int)]


def _share(value: object) -> object:
    """Returns `0.5%` as 0.005; a number is a share already, as in the compiled form."""
    percent = re.fullmatch(r"(\d{1,2}(?:\.\d+)?|100)%", value) if isinstance(value, str) else None
    if isinstance(value, str) and not percent:
        raise problem("the value is not a share; write it in percent, such as 0.5%")
    return float(percent[1]) / 100 if percent else value


Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_share, json_schema_input_type=str | float)]
