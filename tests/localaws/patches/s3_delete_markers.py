"""moto can't delete a delete marker once versioning is suspended: a bucket that was versioned is never emptied.

In S3 a marker is deleted as any version is.
"""

from moto.s3.models import FakeDeleteMarker


def apply() -> None:
    FakeDeleteMarker.dispose = dispose  # type: ignore[attr-defined]


def dispose(marker: FakeDeleteMarker, garbage: bool = False) -> None:
    """A marker holds no data that has to be let go."""
