"""What kind of file it is, by what it holds; a name that says something else is refused, so nobody is mistaken."""

import os
from pathlib import Path
from zipfile import ZipFile

from domain.imports.refusals import FileRefused

MAX_FILE_BYTES = 20 * 2**20

EXTENSIONS = {".xlsx": "xlsx", ".xls": "xls", ".ods": "ods", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}
"""What each extension promises."""

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How the older container begins, in which Excel keeps .xls files, and .xlsx files that have a password."""

OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "图片 picture",
    b"\xff\xd8\xff": "图片 picture",
    b"GIF8": "图片 picture",
    b"BM": "图片 picture",
    b"RIFF": "图片 picture",
    b"Rar!": "压缩包 archive",
    b"7z\xbc\xaf": "压缩包 archive",
    b"\x1f\x8b": "压缩包 archive",
    b"{\\rtf": "RTF",
}
"""How files begin that are often sent by mistake."""

MARKUP = (b"<", b"MIME-Version:")
"""How web pages and XML begin, which some systems call .xls."""

MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
"""How text may begin that says in which way it is written."""


def read_file(path: Path) -> bytes:
    """Raises FileRefused for what cannot be opened, is empty, or too large to be looked at."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                raise FileRefused("too_large", value=size, bound=MAX_FILE_BYTES)
            content = file.read(size)
    except OSError:
        raise FileRefused("unreadable") from None
    if not content.strip(b"\r\n\t "):
        raise FileRefused("empty_file")
    return content


def recognize(content: bytes) -> str:
    """Return `zip`, `ole` or `text`, for what it is at least; raises FileRefused for what is none of them."""
    if content.startswith(OLE):
        return "ole"
    if content.startswith(b"PK"):
        return "zip"
    start = content.removeprefix(MARKS[2])[:200].lstrip()
    if start.startswith(MARKUP) or "<html" in content[:400].decode("utf-16", "ignore").lower():
        raise FileRefused("markup")
    for beginning, kind in OTHERS.items():
        if content.startswith(beginning):
            raise FileRefused("not_a_workbook", kind=kind)
    if b"\0" in content and not content.startswith(MARKS[:2]):
        raise FileRefused("not_a_workbook", kind="其他文件 something else")
    return "text"


def kind_in(archive: ZipFile) -> str:
    """Return `xlsx` or `ods`, for what an archive holds. Raises FileRefused."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "encrypted-package" in names:
        raise FileRefused("password")
    if "content.xml" in names and _says_spreadsheet(archive):
        return "ods"
    kind = "Word 文档 document" if "word/document.xml" in names else "压缩包或别的文件 an archive or another file"
    if "xl/workbook.bin" in names:
        kind = ".xlsb"
    raise FileRefused("not_a_workbook", kind=kind)


def _says_spreadsheet(archive: ZipFile) -> bool:
    if "mimetype" not in archive.namelist():
        return True
    with archive.open("mimetype") as stream:
        return stream.read(100).strip().startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def promised(path: Path) -> str | None:
    """Return what the name says."""
    return EXTENSIONS.get(path.suffix.lower())


def check_extension(path: Path, kind: str) -> None:
    """Raises FileRefused if the name says something else than the content."""
    extension = path.suffix.lower()
    if extension in (".xlsm", ".xltm"):
        raise FileRefused("macros")
    if promised(path) != kind:
        raise FileRefused("wrong_extension", name=extension or "（无 none）", kind=f".{kind}")
