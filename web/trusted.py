"""Trusted documents: operations known beforehand, named by their SHA-256 as Apollo's clients do."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphql import GraphQLError

from web.pages import CLIENT, EXPLORER

HASH = re.compile(r"[0-9a-f]{64}")


def digest(text: str) -> str:
    """Return the name of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


class TrustedDocuments:
    """The documents of our own pages, and those of a folder that the county adds. With `only`, nothing else is carried
    out."""

    def __init__(self, folder: Path | None, *, only: bool) -> None:
        """Raises OSError when the folder cannot be read."""
        files = [*CLIENT.rglob("*.graphql"), *EXPLORER.glob("queries/*.graphql")]
        if folder is not None:
            files += sorted(path for path in folder.iterdir() if path.suffix == ".graphql")
        self.only = only
        self._known = {digest(text): text for path in files if (text := path.read_text(encoding="utf-8"))}

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str:
        """Return the document that a request means. Raises GraphQLError for one that is not known or not trusted."""
        asked = (extensions or {}).get("persistedQuery")
        if asked is None:
            if self.only and digest(query or "") not in self._known:
                raise GraphQLError(
                    "这里只执行登记过的查询 | only trusted documents are carried out here",
                    extensions={"code": "DOCUMENT_NOT_TRUSTED"},
                )
            return query or ""
        name = asked.get("sha256Hash") if isinstance(asked, dict) else None
        if not isinstance(name, str) or not HASH.fullmatch(name.lower()):
            raise GraphQLError(
                "persistedQuery.sha256Hash 应为 64 位十六进制 | it must be 64 hexadecimal digits",
                extensions={"code": "BAD_REQUEST"},
            )
        if query and digest(query) != name.lower():
            raise GraphQLError(
                "sha256Hash 与 query 不符 | the hash is not that of the query", extensions={"code": "BAD_REQUEST"}
            )
        known = self._known.get(name.lower())
        if known is None and (self.only or not query):
            raise GraphQLError("PersistedQueryNotFound", extensions={"code": "PERSISTED_QUERY_NOT_FOUND"})
        return known or query or ""
