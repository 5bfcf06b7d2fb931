"""Bounds on a workbook before any reader sees it, by the bytes that are really there (R17).

What a file declares about itself is not believed: sizes in the archive's directory, dimensions of sheets, counts of
strings. The parts that were counted are packed again, so the reader gets exactly what was looked at, whatever
another program would have found in the same archive.
"""

import io
import os
import zipfile
import zlib
from pathlib import Path

from domain.imports.extent import Extent
from domain.imports.layout import Layout
from domain.imports.refusals import FileRefused

MAX_FILE_BYTES = 20 * 2**20
MAX_UNPACKED_BYTES = 200 * 2**20
CHUNK = 2**18

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How the older container begins, in which Excel keeps .xls files, and .xlsx files that have a password."""

PROTECTED = "EncryptedPackage".encode("utf-16-le")

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, OverflowError)
"""What reading a damaged archive raises."""


def unpack(path: Path) -> tuple[bytes, io.BytesIO, Layout]:
    """Return a file's bytes, the parts of the workbook in it, packed again, and their layout. Raises FileRefused."""
    content = _read(path)
    if content.startswith(OLE):
        raise FileRefused("password" if PROTECTED in content else "not_a_workbook")
    if not content.startswith(b"PK"):
        raise FileRefused("not_a_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [part.filename for part in archive.infolist()]
            if len(set(names)) < len(names):
                raise FileRefused("corrupt")  # two readers would each take another one
            if any(part.flag_bits & 1 for part in archive.infolist()):
                raise FileRefused("password")
            if "xl/workbook.xml" not in names:
                raise FileRefused("not_a_workbook")
            _check_size(archive)
            return content, *_repack(archive)
    except DAMAGE:
        raise FileRefused("corrupt") from None


def _read(path: Path) -> bytes:
    if path.suffix.lower() != ".xlsx":
        raise FileRefused("wrong_extension")
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                raise FileRefused("too_large", value=size, bound=MAX_FILE_BYTES)
            content = file.read(size)
    except OSError:
        raise FileRefused("unreadable") from None
    if not content:
        raise FileRefused("empty_file")
    return content


def _check_size(archive: zipfile.ZipFile) -> None:
    """Unpack into nothing: a bomb costs its bound in time and one chunk in memory."""
    total = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED_BYTES:
                    raise FileRefused("expansion_limit", bound=MAX_UNPACKED_BYTES)


def _repack(archive: zipfile.ZipFile) -> tuple[io.BytesIO, Layout]:
    """Return the XML parts alone: neither macros nor pictures reach the reader."""
    packed, extent = io.BytesIO(), Extent()
    with zipfile.ZipFile(packed, "w") as copy:
        for part in archive.infolist():
            if part.filename.lower().endswith((".xml", ".rels")):
                content = archive.read(part)
                extent.measure(content, part.filename)
                copy.writestr(part.filename, content)
    extent.check_text()
    packed.seek(0)
    return packed, extent.layout
