"""Laws of instants: every text of one instant is read as the same moment in UTC, and written in one way."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lakehouse_common.instants import in_utc, parse_http_date, parse_instant, utc_text

SIX = datetime(2026, 1, 7, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-07T06:00:00Z",
        "2026-01-07T06:00:00",
        "2026-01-07 06:00",
        "2026-01-07T07:30:00+01:30",
        "2026-01-06T20:00:00.000-1000",
    ],
)
def test_a_missing_offset_means_utc_and_any_other_is_turned_into_it(text: str) -> None:
    moment = parse_instant(text)
    assert (moment, moment.tzinfo) == (SIX, UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "1767571200.5"])
def test_a_text_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="isoformat|month"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wed, 07 Jan 2026 06:00:00 GMT", SIX),
        ("Wed, 07 Jan 2026 08:00:00 +0200", SIX),
        ("Wed, 07 Jan 2026 06:00:00 -0000", SIX),
        ("Wednesday", None),
        ("30", None),
        ("", None),
    ],
)
def test_a_header_s_date_is_an_instant_or_none(text: str, moment: datetime | None) -> None:
    assert parse_http_date(text) == moment


def test_an_instant_is_written_in_microseconds_of_utc_and_sorts_as_it_is_later() -> None:
    moments = [SIX, SIX + timedelta(microseconds=1), SIX + timedelta(seconds=1), SIX + timedelta(days=30)]
    texts = [utc_text(moment) for moment in moments]
    assert (texts[0], sorted(texts)) == ("2026-01-07T06:00:00.000000Z", texts)
    assert [parse_instant(text) for text in texts] == moments
    assert utc_text(SIX.astimezone(timezone(timedelta(hours=5)))) == texts[0]


def test_a_moment_without_an_offset_is_utc() -> None:
    assert in_utc(datetime(2026, 1, 7, 6)) == SIX
