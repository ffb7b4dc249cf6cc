"""rest_to_raw: reads one REST resource into the raw zone, as the server's own record bytes with a commit log."""

from rest_to_raw.deadline import Deadline
from rest_to_raw.handler import handler, run
from rest_to_raw.outcome import Continue, Done, Failed
from rest_to_raw.settings.resource import Event, Resource

__all__ = ["Continue", "Deadline", "Done", "Event", "Failed", "Resource", "handler", "run"]
