"""Trusted documents: operations known beforehand, named by their SHA-256 as Apollo's clients do."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError
from graphql.utilities import strip_ignored_characters

from schema.limits import CHARACTERS, parse_document
from web.pages import CLIENT, EXPLORER
from web.settings import Unusable

HASH = re.compile(r"[0-9a-f]{64}")


def digest(text: str) -> str:
    """Return the name of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(256)
def bare(text: str) -> str | None:
    """Return a document without what means nothing, comments and blanks; None for what is none. Our own client sends
    its operations shortened, and a name must not depend on how a tool ends its files."""
    if len(text) > CHARACTERS:
        return None
    try:
        return strip_ignored_characters(text)
    except GraphQLError:
        return None


class TrustedDocuments:
    """The documents of our own pages, and those of a folder that the county adds. With `only`, nothing else is carried
    out."""

    def __init__(self, folder: Path | None, *, only: bool) -> None:
        """Raises Unusable."""
        texts = [_read(path) for path in (*CLIENT.rglob("*.graphql"), *EXPLORER.glob("queries/*.graphql"))]
        if folder is not None:
            texts += [_read(path) for path in sorted(folder.iterdir()) if path.suffix == ".graphql"]
        self.only = only
        self._named = {digest(form): text for text in texts for form in (text, text.strip(), bare(text) or text)}
        self._bare = {bare(text) for text in texts}

    def text(self, query: str | None, extensions: Mapping[str, Any] | None) -> str:
        """Return the document that a request means. Raises GraphQLError for one that is not known or not trusted."""
        name = _name(extensions)
        if name is not None and not query:
            if name not in self._named:  # Apollo's clients send the text next
                raise _refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
            return self._named[name]
        query = query or ""
        if name is not None and digest(query) != name:
            raise _refusal("sha256Hash 与 query 不符 | the hash is not that of the query", "BAD_REQUEST")
        if self.only and bare(query) not in self._bare:
            raise _refusal(
                "这里只执行登记过的查询 | only trusted documents are carried out here", "DOCUMENT_NOT_TRUSTED"
            )
        return query


def _name(extensions: Mapping[str, Any] | None) -> str | None:
    asked = (extensions or {}).get("persistedQuery")
    if asked is None:
        return None
    name = asked.get("sha256Hash") if isinstance(asked, dict) else None
    if not isinstance(name, str) or not HASH.fullmatch(name.lower()):
        words = "persistedQuery.sha256Hash 应为 64 位十六进制 | it must be 64 hexadecimal digits"
        raise _refusal(words, "BAD_REQUEST")
    return name.lower()


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        parse_document(text)
    except (OSError, UnicodeDecodeError, GraphQLError) as error:
        raise Unusable(f"{path} 不能作为查询文档 | no document that would be carried out: {error}") from None
    return text


def _refusal(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
