"""Links between pages: the Link header, and the changes to a URL before it is requested."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from requests.utils import parse_header_links

from rest_to_raw.http.exchange import Response


def next_link(response: Response) -> str | None:
    """Returns the URL of the Link header with rel="next" (RFC 8288), if there is one."""
    links = parse_header_links(response.headers.get("Link", ""))
    return next((link["url"] for link in links if "next" in link.get("rel", "").split()), None)


def with_params(url: str, params: Mapping[str, str]) -> str:
    """Returns the URL with these parameters in its query, in place of their old values."""
    parts = urlsplit(url)
    others = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in params]
    return urlunsplit(parts._replace(query=urlencode([*others, *params.items()]))) if params else url


def without_param(url: str, param: str | None) -> str:
    """Returns the URL without the API key's parameter: the key is added to each request and stored nowhere."""
    parts = urlsplit(url)
    if param is None or param not in dict(parse_qsl(parts.query)):
        return url
    others = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != param]
    return urlunsplit(parts._replace(query=urlencode(others)))
