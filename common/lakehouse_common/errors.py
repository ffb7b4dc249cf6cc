"""The tree of the project's errors: every error of the job, the functions and the commands is a `LakehouseError`."""


class LakehouseError(Exception):
    """An error whose message is fit for reports and logs: it holds names and counts, never a value of the data.

    The message ends in what to do next, where there is something to do.
    """
