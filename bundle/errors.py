"""The error of a build."""

from lakehouse_common.errors import LakehouseError


class BuildError(LakehouseError):
    """The build failed and wrote nothing; the message is one sentence that says why."""
