"""Bounds on a packed workbook before any reader sees it, by the bytes that are really there (R17).

What a file declares about itself is not believed: sizes in the archive's directory, dimensions of sheets, counts of
strings. The parts of an .xlsx that were counted are packed again, so the reader gets exactly what was looked at,
whatever another program would have found in the same archive.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from domain.imports.extent import Extent
from domain.imports.layout import Layout
from domain.imports.refusals import FileRefused

MAX_UNPACKED_BYTES = 200 * 2**20
CHUNK = 2**18

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, OverflowError)
"""What reading a damaged archive raises."""

MACROS = ("vbaproject.bin", "basic/", "scripts/", "xl/macrosheets/")
"""Parts that hold programs begin or end so."""

LINKS = "xl/externallinks/"
MANIFEST = "META-INF/manifest.xml"


@contextmanager
def unpacking(content: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive that was unpacked once, into nothing. Raises FileRefused, also for damage found later."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [part.filename for part in archive.infolist()]
            if len(set(names)) < len(names):
                raise FileRefused("corrupt")  # two readers would each take another one
            if any(part.flag_bits & 1 for part in archive.infolist()) or _is_sealed(archive):
                raise FileRefused("password")
            for name in map(str.lower, names):
                if name.startswith(MACROS) or name.endswith(MACROS[:1]):
                    raise FileRefused("macros")
                if name.startswith(LINKS):
                    raise FileRefused("external_links")
            _check_size(archive)
            yield archive
    except DAMAGE:
        raise FileRefused("corrupt") from None


def _is_sealed(archive: zipfile.ZipFile) -> bool:
    """Whether the parts of an .ods need a password."""
    if MANIFEST not in archive.namelist():
        return False
    with archive.open(MANIFEST) as stream:
        return b"encryption-data" in stream.read(CHUNK)


def _check_size(archive: zipfile.ZipFile) -> None:
    """Unpack into nothing: a bomb costs its bound in time and one chunk in memory."""
    total = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED_BYTES:
                    raise FileRefused("expansion_limit", bound=MAX_UNPACKED_BYTES)


def repack(archive: zipfile.ZipFile) -> tuple[io.BytesIO, Layout]:
    """Return the XML parts of an .xlsx alone, which is what reaches the reader, and their layout."""
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
