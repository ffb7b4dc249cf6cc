"""The rows of an Iceberg table of the emulated account, as its current snapshot has them."""

import io
import json
from typing import Any
from urllib.parse import urlsplit

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends

from tests.localaws.account import ACCOUNT

DELETED = 2
DATA = 0


class NoTable(Exception):
    """The Glue catalog has no such table, or it was never written."""


def read(database: str, table: str, region: str) -> pa.Table:
    """The table's rows.

    Raises:
        NoTable: there is none.
    """
    metadata = json.loads(_body(_metadata(database, table, region)))
    snapshots = {one["snapshot-id"]: one for one in metadata.get("snapshots", [])}
    current = snapshots.get(metadata.get("current-snapshot-id"))
    if current is None:
        raise NoTable(f'relation "{database}.{table}" has no snapshot')
    manifests = [entry["manifest_path"] for entry in _avro(current["manifest-list"])]
    entries = [entry for manifest in manifests for entry in _avro(manifest) if entry["status"] != DELETED]
    # What is read here is written by whole files, never by deletes of rows.
    assert all(entry["data_file"]["content"] == DATA for entry in entries)
    return pa.concat_tables(pq.read_table(io.BytesIO(_body(entry["data_file"]["file_path"]))) for entry in entries)


def _metadata(database: str, table: str, region: str) -> str:
    tables = glue_backends[ACCOUNT][region].databases[database].tables
    if table not in tables:
        raise NoTable(f'relation "{database}.{table}" does not exist')
    parameters: dict[str, Any] = tables[table].as_dict()["Parameters"]
    return str(parameters["metadata_location"])


def _avro(uri: str) -> list[Any]:
    return list(fastavro.reader(io.BytesIO(_body(uri))))


def _body(uri: str) -> bytes:
    place = urlsplit(uri)
    body: bytes = s3_backends[ACCOUNT]["aws"].get_object(place.netloc, place.path.lstrip("/")).value
    return body
