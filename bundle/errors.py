"""What goes wrong while building, in words for people."""


class BuildFailed(Exception):
    """Nothing was written; the message is one sentence about why."""
