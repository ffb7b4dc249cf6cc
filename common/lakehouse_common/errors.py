"""The base of all errors of the project: those of the job, the functions and the commands."""


class LakehouseError(Exception):
    """An error whose message may stand in reports and logs: it holds names and counts, never a value of the data.

    The message ends with what to do next, where there is something to do.
    """
