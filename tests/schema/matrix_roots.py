"""What a viewer gets at the root beside what there is: single rows, lists, counts of groups, and who asks."""

import re
from typing import Any

import orjson

from domain.matrix import DISTANCES
from domain.permissions import permitted
from models import Role
from tests.schema.matrix_bundles import Bundle
from tests.schema.matrix_cast import Seat
from tests.schema.matrix_reads import TYPES, Cells, Sight, letter, selection

ROOTS: dict[str, tuple[str, str]] = {
    "node": ("(id: $person) { id }", "Person"),
    "nodes": ("(ids: [$person]) { id }", "Person"),
    "team": ("(code: $code) { id }", "Team"),
    "teams": ("(where: {code: {eq: $code}}) { nodes { id } }", "Team"),
    "person": ("(id: $person) { id }", "Person"),
    "people": ("(where: {name: {eq: $name}}) { nodes { id } }", "Person"),
    "division": ("(code: $place) { id }", "Division"),
    "divisions": ("(where: {code: {eq: $place}}) { nodes { id } }", "Division"),
    "skill": ('(code: "VET") { id }', "Skill"),
    "skills": ('(where: {code: {eq: "VET"}}) { nodes { id } }', "Skill"),
    "networkNodes": ("(where: {name: {eq: $point}}) { nodes { id } }", "NetworkNode"),
    "organizations": ("(where: {kind: {eq: PRACTICE_CENTER}}) { nodes { id } }", "Organization"),
    "units": ("(where: {name: {eq: $unit}}) { nodes { id } }", "Unit"),
    "accounts": ("(first: 100) { nodes { id } }", "Account"),
    "grants": ("(first: 100) { nodes { id } }", "Grant"),
    "events": ("(where: {entityId: $person}) { nodes { id } }", "Event"),
    "workbookImport": ("(id: $import) { id }", "WorkbookImport"),
    "workbookImports": ("(first: 100) { nodes { id } }", "WorkbookImport"),
    "enumLabels": ('(enum: "TeamType") { code }', ""),
    "teamStats": ("(groupBy: [], where: {code: {eq: $code}}) { teamCount }", ""),
    "personStats": ("(groupBy: [], where: {name: {eq: $name}}) { personCount }", ""),
}
"""How each root field is asked for the row at a distance, and that row's type; without a type, any answer shows it."""

STATS: dict[str, tuple[str, str, str]] = {
    "TeamStat": ("teamStats", "TeamDimension", "{code: {eq: $code}}"),
    "PersonStat": ("personStats", "PersonDimension", "{name: {eq: $name}}"),
}
"""Types of groups: the root field, what it groups by, and how one row is left to count."""

PARTS = {
    "TeamSkill": "team(code: $code) { skills",
    "Consent": "person(id: $person) { consent",
    "EnumLabel": 'enumLabels(enum: "TeamType")',
}
"""Types without ids, that are parts of others: where they are found."""


def variables(bundle: Bundle) -> dict[str, Any]:
    return {
        "code": f"M-{bundle.team}",
        "person": f"Person_{bundle.person}",
        "name": bundle.name,
        "place": bundle.place,
        "point": f"点{bundle.number}",
        "unit": f"公司{bundle.number}",
    }


def _query(body: str) -> str:
    used = {name: "ID!" if name in ("person", "import") else "String!" for name in re.findall(r"\$(\w+)", body)}
    declared = ", ".join(f"${name}: {kind}" for name, kind in used.items())
    return f"query ({declared}) {{ {body} }}" if declared else f"{{ {body} }}"


ALL_ROOTS = _query(" ".join(name + arguments for name, (arguments, _) in ROOTS.items()))


async def root_cells(sight: Sight, seat: Seat) -> Cells:
    """Return the cells of the root fields."""
    cells = dict.fromkeys(ROOTS, "")
    for distance, bundle in zip(DISTANCES, seat.bundles, strict=True):
        workbook = f"WorkbookImport_{seat.keys('WorkbookImport', distance)[0]}"
        seen, truth = await sight.both(ALL_ROOTS, variables(bundle) | {"import": workbook})
        for name, (_, type_name) in ROOTS.items():
            key = seat.keys(type_name, distance)[0] if type_name else 0
            sought = f'"{type_name}_{key}"' if type_name else orjson.dumps(truth[name]).decode()
            assert sought in orjson.dumps(truth[name]).decode(), (name, truth[name])
            cells[name] += "A" if sought in orjson.dumps(seen[name]).decode() else "-"
    return {f"Query.{name}": cell for name, cell in cells.items()} | await viewer_cells(sight, seat)


async def viewer_cells(sight: Sight, seat: Seat) -> Cells:
    """Return the cells of `viewer`, which tells everybody of oneself and nobody of others."""
    viewer = seat.viewer
    truth = {
        "roles": [role.value for role in Role if role in viewer.roles],
        "waitingRoles": [],
        "permissions": permitted(viewer.roles),
        "account": viewer.account_id and {"id": f"Account_{viewer.account_id}"},
        "person": viewer.person_id and {"id": f"Person_{viewer.person_id}"},
        "people": [{"id": f"Person_{key}"} for key in viewer.person_ids],
    }
    fields = TYPES["Viewer"].fields
    asked = " ".join(f"{name} {selection(field)}" for name, field in fields.items())
    seen = (await sight(f"{{ viewer {{ {asked} }} }}", {}))["viewer"]
    return {"Query.viewer": "A--"} | {f"Viewer.{name}": letter(seen[name], truth[name]) + "--" for name in fields}


async def part_cells(sight: Sight, seat: Seat) -> Cells:
    """Return the cells of the types that are parts of others."""
    cells: Cells = {}
    for type_name, where in PARTS.items():
        fields = TYPES[type_name].fields
        asked = " ".join(f"{name} {selection(field)}" for name, field in fields.items())
        inside = where.count("{")
        query = _query(f"{where} {{ {asked} }} {'} ' * inside}")
        for bundle in seat.bundles:
            seen, truth = (_inside(answer, inside) for answer in await sight.both(query, variables(bundle)))
            for name in fields:
                cell = "-" if not seen else letter([one[name] for one in seen], [one[name] for one in truth])
                cells[f"{type_name}.{name}"] = cells.get(f"{type_name}.{name}", "") + cell
    return cells


def _inside(answer: Any, levels: int) -> list[dict[str, Any]]:
    """Return the parts at the end of an answer; none where something on the way there is null."""
    for _ in range(levels + 1):
        answer = next(iter(answer.values())) if answer else None
    return answer if isinstance(answer, list) else [answer] if answer else []


def _dimension(stat: str, field: str) -> str | None:
    """Return by what to group so that a field has a value; None for a count."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field.removesuffix("Label")).upper()
    return name if name in TYPES[STATS[stat][1]].values else None


async def stat_cells(sight: Sight, seat: Seat) -> Cells:
    """Return the cells of groups that hold one row."""
    cells: Cells = {}
    for stat, (root, _, where) in STATS.items():
        fields = TYPES[stat].fields
        names = {name: _dimension(stat, name) for name in fields}
        chosen = [name for name in dict.fromkeys(names.values()) if name]
        parts = []
        for group in chosen:
            asked = " ".join(f"{key} {selection(fields[key])}" for key in fields if names[key] in (group, None))
            parts.append(f"{group}: {root}(groupBy: [{group}], where: {where}) {{ {asked} }}")
        query = _query(" ".join(parts))
        for bundle in seat.bundles:
            seen, truth = await sight.both(query, variables(bundle))
            for name in fields:
                group = names[name] or chosen[0]
                cell = letter(seen[group][0][name], truth[group][0][name]) if seen[group] else "-"
                cells[f"{stat}.{name}"] = cells.get(f"{stat}.{name}", "") + cell
    return cells
