"""raw_ready: checks that everything has arrived in the raw zone, and lists the files to read."""

from raw_ready.build import NotReadyError, build_manifest
from raw_ready.manifest import Batch, File, Manifest, TableBatches, decode, encode

__all__ = ["Batch", "File", "Manifest", "NotReadyError", "TableBatches", "build_manifest", "decode", "encode"]
