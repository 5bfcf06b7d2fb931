"""GraphQL over HTTP on the wire: how a request is read, and the type and status of an answer."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from web.bodies import BadJson, read_json

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"

PARAMETERS = {
    "query": (str, ("字符串", "a string")),
    "operationName": (str, ("字符串", "a string")),
    "variables": (dict, ("对象", "an object")),
    "extensions": (dict, ("对象", "an object")),
}


def check_content(headers: Mapping[str, str]) -> None:
    """Take JSON in UTF-8 and nothing else; a browser sends that across sites only after asking. Raises 415."""
    if not _is_json(headers.get("content-type", "")):
        raise HTTPException(415, "请用 application/json（UTF-8） | the content type must be application/json in UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(
            415, "不接受压缩的请求体 | the body must not be compressed", {"accept-encoding": "identity"}
        )


@lru_cache(64)
def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.lower().partition(";")
    charset = re.search(r"(?:^|;)\s*charset=\"?([^\s;\"]*)", parameters)
    return kind.strip() == JSON and (charset is None or charset[1] in ("utf-8", "utf8"))


def read_body(body: bytes) -> dict[str, Any]:
    """Return the parameters of a POST. Raises HTTPException."""
    try:
        return _checked(read_json(body))
    except BadJson as error:
        raise HTTPException(400, str(error)) from None


def read_address(query: str) -> dict[str, Any]:
    """Return the parameters of a GET, written as a browser's form writes them. Raises HTTPException."""
    try:
        data: dict[str, Any] = dict(parse_qsl(query, errors="strict", max_num_fields=20))
        for name in ("variables", "extensions"):
            if name in data:
                data[name] = read_json(data[name].encode())
    except BadJson as error:
        raise HTTPException(400, str(error)) from None
    except ValueError:
        raise HTTPException(400, "地址里的参数应为 UTF-8 | the parameters in the address must be UTF-8") from None
    return _checked(data)


def _checked(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise HTTPException(400, "请求体应为一个 JSON 对象，不支持批量 | the body must be one JSON object, no batch")
    for name, (kind, word) in PARAMETERS.items():
        if data.get(name) is not None and not isinstance(data[name], kind):
            raise HTTPException(400, f"{name} 应为{word[0]} | {name} must be {word[1]}")
    return data


def status_of(answer: dict[str, Any], kind: str) -> int:
    """Return the status of an answer. A client that only knows application/json is told of its mistakes with 200, as
    the specification wants for those; the other media type has 400. Newer drafts say 422 for some: change it here."""
    if "data" in answer:
        return 200
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    if "INTERNAL" in codes:
        return 500
    if "TIMEOUT" in codes:
        return 503
    return 400 if kind == GRAPHQL_JSON else 200


@lru_cache(64)
def answer_type(accept: str | None) -> str:
    """Return which of the two media types a client prefers. Wildcards and silence mean application/json, which every
    client understands; a client that takes neither gets that too."""
    weights: dict[str, float] = {}
    for part in (accept or "").lower().split(","):
        kind, _, parameters = part.partition(";")
        quality = re.search(r"(?:^|;)\s*q=([01](?:\.\d{0,3})?)", parameters)
        weights[kind.strip()] = float(quality[1]) if quality else 1.0
    modern = weights.get(GRAPHQL_JSON, 0.0)
    plain = weights.get(JSON, weights.get("application/*", weights.get("*/*", 0.0)))
    return GRAPHQL_JSON if modern > 0 and modern >= plain else JSON


def operation_name(given: str | None, text: str) -> str:
    """Return the operation's name for the log: the one asked for, or of the first operation; "" for neither."""
    if given:
        return given[:80] if re.fullmatch(r"[_A-Za-z][_0-9A-Za-z]*", given) else ""
    found = FIRST_NAME.match(text)
    return found[1][:80] if found else ""


FIRST_NAME = re.compile(r"(?:[\s,\ufeff]|#[^\n]*\n)*(?:query|mutation|subscription)\s+([_A-Za-z][_0-9A-Za-z]*)")
