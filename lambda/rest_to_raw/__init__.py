"""rest_to_raw: one REST resource into the raw zone, as the server's own record bytes behind a commit log."""

from rest_to_raw.deadline import Deadline
from rest_to_raw.handler import handler, run
from rest_to_raw.resource import Event, Resource
from rest_to_raw.result import Continue, Done, Failed

__all__ = ["Continue", "Deadline", "Done", "Event", "Failed", "Resource", "handler", "run"]
