"""The container of .xls files (OLE2): the workbook's stream is taken out, and put alone into a fresh container, so the
reader meets no table of sectors, no macro and no picture that a file brings along."""

import io
import struct

import olefile

from domain.imports.refusals import FileRefused

SECTOR = 4096
ENTRIES = SECTOR // 4
PLACES = 109
"""Of tables, as many as a header names; they are enough for 400 MB."""
END, FAT, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF

DAMAGE = (OSError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError, struct.error, RecursionError)
"""What reading a damaged container raises."""


def take_out(content: bytes) -> bytes:
    """Return the stream in which the workbook lies. Raises FileRefused."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            if container.exists("EncryptedPackage"):
                raise FileRefused("password")
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
            if name is None:
                kind = "Word 文档 document" if container.exists("WordDocument") else "其他文件 something else"
                raise FileRefused("not_a_workbook", kind=kind)
            if container.exists("_VBA_PROJECT_CUR"):
                raise FileRefused("macros")
            if container.get_size(name) > len(content):
                raise FileRefused("corrupt")
            return bytes(container.openstream(name).read())
    except DAMAGE:
        raise FileRefused("corrupt") from None


def put_in(stream: bytes) -> io.BytesIO:
    """Return a container of version 4 with this stream alone: header, sectors, directory, table of sectors."""
    sectors = max(1, -(-len(stream) // SECTOR))
    used = sectors + 2  # with the directory, and an empty place for small streams, which readers look for
    tables = 1
    while tables * ENTRIES < used + tables:
        tables += 1
    chain = [*range(1, sectors), END, END, END, *[FAT] * tables]
    table = struct.pack(f"<{tables * ENTRIES}I", *chain, *[FREE] * (tables * ENTRIES - len(chain)))
    places = [*range(used, used + tables), *[FREE] * PLACES][:PLACES]
    header = olefile.MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack(f"<9I{PLACES}I", 1, tables, sectors, 0, SECTOR, END, 0, END, 0, *places)
    directory = _entry("Root Entry", 5, 1, sectors + 1, SECTOR) + _entry("Workbook", 2, FREE, 0, sectors * SECTOR)
    blocks = [(header, 1), (stream, sectors), (directory, 1), (b"", 1), (table, tables)]
    return io.BytesIO(b"".join(block.ljust(count * SECTOR, b"\0") for block, count in blocks))


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<3I", FREE, FREE, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
