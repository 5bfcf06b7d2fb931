"""What browsers get: the light client, the explorer with its saved queries and words, from our own files only."""

import csv
import mimetypes
import re
from email.utils import parsedate
from functools import cache
from hashlib import sha256
from os import PathLike, stat_result
from pathlib import Path
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

HERE = Path(__file__).parent
CLIENT, EXPLORER = HERE / "client", HERE / "explorer"
GLOSSARY = HERE.parent / "domain" / "data" / "glossary.csv"

REVALIDATED, FOREVER = "no-cache", "public, max-age=31536000, immutable"

TYPES = {
    ".css": "text/css",
    ".graphql": "application/graphql",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
for _suffix, _type in TYPES.items():
    mimetypes.add_type(_type, _suffix)  # the machine's own table differs from system to system

del _suffix, _type


class Files(StaticFiles):
    """A folder of files with ETags. A browser asks again each time, but for files whose name holds their hash."""

    def __init__(self, directory: Path, hashed: str = "") -> None:
        """`hashed` is the folder inside whose files never change."""
        super().__init__(directory=directory, check_dir=False)
        self.hashed = directory / hashed if hashed else None

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        forever = self.hashed is not None and Path(full_path).is_relative_to(self.hashed)
        response.headers["cache-control"] = FOREVER if forever else REVALIDATED
        return response


def page(request: Request, path: Path, **headers: str) -> Response:
    """Return one HTML file, or 304 for who has it. Raises HTTPException when it was not installed."""
    if not path.exists():
        raise HTTPException(404)
    found = FileResponse(path, headers={"cache-control": REVALIDATED, **headers}, stat_result=path.stat())
    return NotModifiedResponse(found.headers) if _has(request, found) else found


def text(request: Request, body: bytes, media_type: str) -> Response:
    """Return a text made here, or 304 for who has it."""
    return revalidated(request, Response(body, media_type=media_type))


def revalidated(request: Request, found: Response) -> Response:
    """Return an answer with the hash of its content as ETag, or 304 for who has it."""
    found.headers["etag"] = f'"{sha256(found.body).hexdigest()[:20]}"'
    found.headers["cache-control"] = REVALIDATED
    return NotModifiedResponse(found.headers) if _has(request, found) else found


def _has(request: Request, found: Response) -> bool:
    if known := request.headers.get("if-none-match"):
        return found.headers["etag"] in [tag.strip().removeprefix("W/") for tag in known.split(",")]
    since = parsedate(request.headers.get("if-modified-since", ""))
    changed = parsedate(found.headers.get("last-modified", ""))
    return since is not None and changed is not None and since >= changed


def explorer(request: Request) -> Response:
    return page(
        request,
        EXPLORER / "index.html",
        **{"content-security-policy": (EXPLORER / "csp.txt").read_text().strip(), "vary": "Accept"},
    )


@cache
def saved_queries() -> bytes:
    """Return the files of `queries/`, in order of their names, as the explorer's panel takes them."""
    return orjson.dumps([saved_query(path) for path in sorted(EXPLORER.glob("queries/*.graphql"))])


def saved_query(path: Path) -> dict[str, Any]:
    """Read `# 标题 | Title`, comments that become the note, then the operation; variables from a .json beside it."""
    lines = path.read_text(encoding="utf-8").strip().splitlines()
    body = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    title, *note = [line.lstrip("# ").rstrip() for line in lines[:body]] or [path.stem]
    zh, _, en = title.partition("|")
    variables = path.with_suffix(".json")
    return {
        "title": zh.strip(),
        "titleEn": en.strip() or zh.strip(),
        "query": "\n".join(lines[body:]).strip(),
        "variables": variables.read_text(encoding="utf-8").strip() if variables.exists() else None,
        "note": "\n".join(note).strip(),
    }


@cache
def glossary() -> bytes:
    """Return the project's words, as the explorer's panel takes them."""
    if not GLOSSARY.exists():
        return b"[]"
    with GLOSSARY.open(encoding="utf-8-sig", newline="") as file:
        words = list(csv.DictReader(file))
    return orjson.dumps(
        [
            {"zh": word["term"], "en": word["meaning"], "term": word["code_term"], "note": word["pinyin"]}
            for word in words
        ]
    )


def own_operations() -> set[str]:
    """Return the names of the operations that our own pages send."""
    documents = [*CLIENT.rglob("*.graphql"), *EXPLORER.glob("queries/*.graphql")]
    return {
        name
        for path in documents
        for name in re.findall(r"^(?:query|mutation|subscription)\s+(\w+)", path.read_text(encoding="utf-8"), re.M)
    }
