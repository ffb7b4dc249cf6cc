"""Archives of names and bytes only, without dates, owners or permissions of the machine that wrote them."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

Entries = Mapping[str, Path | bytes]
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o644
REGULAR = 0o100000
UNUSED = {"__pycache__", "tests", "bin"}
# What the installer notes about its own work; METADATA and the licences stay: scanners and lawyers read them.
INSTALLER_NOTES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


def write_zip(file: Path, entries: Entries) -> None:
    """Write `entries` in sorted order, not compressed: zlib's output for the same bytes depends on its version."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            member = zipfile.ZipInfo(name, ZIP_EPOCH)
            member.create_system = 3  # Unix: otherwise the permissions below mean nothing
            member.external_attr = (REGULAR | READABLE_FILE) << 16
            archive.writestr(member, content(entries[name]))


def write_tar_gz(file: Path, entries: Entries) -> None:
    """Write `entries` in sorted order, compressed: a tree of packages is some 300 MB."""
    with (
        file.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name in sorted(entries):
            member, data = tarfile.TarInfo(name), content(entries[name])
            member.size, member.mode = len(data), READABLE_FILE
            archive.addfile(member, io.BytesIO(data))


def packages(target: Path) -> dict[str, Path]:
    """Returns the files of a folder that pip installed into, without tests, scripts, byte code and pip's own notes."""
    files = {path.relative_to(target): path for path in target.rglob("*") if path.is_file()}
    return {name.as_posix(): path for name, path in files.items() if _is_used(name)}


def content(source: Path | bytes) -> bytes:
    """Returns the bytes of an entry."""
    return source if isinstance(source, bytes) else source.read_bytes()


def _is_used(name: Path) -> bool:
    is_note = name.parts[0].endswith(".dist-info") and name.name in INSTALLER_NOTES
    return not is_note and UNUSED.isdisjoint(name.parts[:-1])
