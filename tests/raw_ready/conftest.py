"""Each kind of object store."""

from tests.object_store.stores import aws, store

__all__ = ["aws", "store"]
