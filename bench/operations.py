"""What every server is asked: the operations, their variables, and what makes two answers equal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.peers import Server

Variables = Mapping[str, Any]

TYPES = [{"type": kind} for kind in ("PARTY_CADRE", "PROFESSIONAL", "SOCIAL_ORG")]
STATUSES = [{"politicalStatus": status} for status in ("PARTY_MEMBER", "YOUTH_LEAGUE", "NON_PARTY")]
WEEKEND = ["SAT_AM", "SAT_PM", "SUN_AM", "SUN_PM"]
MORNINGS = ["MON_AM", "TUE_AM", "WED_AM", "THU_AM", "FRI_AM"]
SEARCHES = [
    {"kinds": ["DAILY_LIFE", "EDUCATION", "LAW", "MEDIA"], "halfDays": WEEKEND},
    {"kinds": ["FARMING", "LIVESTOCK", "HEALTH", "CULTURE", "LAW", "MEDIA"], "halfDays": MORNINGS},
]
LARGEST = "{ teams(first: 12, orderBy: MEMBER_COUNT_DESC, where: { level: { eq: VILLAGE } }) { nodes { code } } }"
"""Village teams of at least 20 members; their codes are asked of ours, since every county has others."""


@dataclass(frozen=True)
class Operation:
    """A document, the variables that requests take in turn, the place of its rows and how many there must be."""

    name: str
    document: str
    rows: tuple[str, ...]
    count: int | None = None
    variables: Sequence[Variables] | None = ()
    page: int = 1


OPERATIONS = {
    one.name: one
    for one in (
        Operation("R1", "teams", ("teams", "nodes"), 50, TYPES),
        Operation("people", "people", ("people", "nodes"), 20, STATUSES),
        Operation("R2", "team", ("team", "members", "nodes"), 20, None),
        Operation("R3", "volunteers", ("people", "nodes"), 20, SEARCHES),
        Operation("R3-200", "volunteers", ("people", "nodes"), 20, SEARCHES, page=200),
        Operation("R4", "stats", ("teamStats",), None, [{}]),
        Operation("R5", "nested", ("divisions", "nodes"), 10, TYPES),
        Operation("R6", "tiny", ("team",), None, None),
    )
}


def choices(operation: Operation, ours: Server) -> Sequence[Variables]:
    """Return the variables that requests take in turn."""
    if operation.variables is not None:
        return operation.variables
    found = ours.ask(json.dumps({"query": LARGEST}).encode())
    return [{"code": team["code"]} for team in found["teams"]["nodes"]]


def bodies(operation: Operation, server: Server, asked: Sequence[Variables]) -> list[bytes]:
    """Return the requests to a server; those of a later page hold the cursor that this server gave for it."""
    made = []
    for variables in asked:
        after: dict[str, Any] = {}
        for _ in range(operation.page - 1):
            answer = server.ask(server.peer.body(operation.document, {**variables, **after}))
            after = {"after": answer["people"]["pageInfo"]["endCursor"]}
        made.append(server.peer.body(operation.document, {**variables, **after}))
    return made


def rows(operation: Operation, answer: Any) -> Any:
    for key in operation.rows:
        answer = answer[key]
    return answer


def difference(operation: Operation, ours: Any, theirs: Any) -> str | None:
    """Return where two answers differ after what may differ is taken away, or None."""
    if operation.count is not None and len(rows(operation, ours)) != operation.count:
        return f"{len(rows(operation, ours))} rows instead of {operation.count}"
    first, second = comparable(ours), comparable(theirs)
    if operation.document == "stats":  # groups have no order
        first, second = (sorted(rows(operation, one), key=json.dumps) for one in (first, second))
    if first == second:
        return None
    one, other = (json.dumps(value, ensure_ascii=False) for value in (first, second))
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"{one[max(0, at - 60) : at + 60]} | {other[max(0, at - 60) : at + 60]}"


def comparable(value: Any) -> Any:
    """Return a value without its cursors, which are each server's own, with ids as bare keys, and with a connection of
    nothing but nodes as their list, since not every server has connections."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: comparable(item) for key, item in value.items() if key != "endCursor"}
    if kept.keys() == {"nodes"}:
        return kept["nodes"]
    if "id" in kept:
        kept["id"] = str(kept["id"]).rpartition("_")[2]
    return dict(sorted(kept.items()))
