"""Writes permissions.md, the permission matrix for people: `python docs/make_permissions.py`."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from domain.matrix import matrix
from models import Role
from schema.api import schema

HERE = Path(__file__).parent
TYPES = schema._schema.type_map

SIGNS = {"A": "●", "P": "◐", "M": "○", "-": "·", "F": "✕", "U": "登", "N": "△"}

Pattern = tuple[str, ...]


def named_roles() -> dict[Role, tuple[str, str]]:
    with (HERE.parent / "domain" / "data" / "labels.csv").open(encoding="utf-8") as file:
        return {Role[row[1]]: (row[2], row[3]) for row in csv.reader(file) if row[0] == "Role"}


def chinese(description: str | None) -> str:
    """Return the first Chinese words of a description, which both languages share."""
    return re.split(r"[，（：、 ]", description or "")[0]


def alike(names: Iterable[str], roles: Mapping[Role, object]) -> list[list[Role]]:
    """Return the roles in groups that are told the same about all of these."""
    groups: dict[Pattern, list[Role]] = defaultdict(list)
    shown = list(names)
    for role in roles:
        groups[tuple(matrix()[name][role] for name in shown)].append(role)
    return list(groups.values())


def shown(cell: str) -> str:
    """Return a cell as signs: one where all three distances are alike."""
    signs = [SIGNS[letter] for letter in cell]
    return signs[0] if len(set(signs)) == 1 else "".join(signs)


def lines(names: Iterable[str], columns: list[list[Role]]) -> dict[Pattern, str]:
    """Return what has the same pattern together: for each type some of its fields, or its name when it is all."""
    found: dict[Pattern, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    sizes: dict[str, int] = defaultdict(int)
    for name in names:
        type_, _, field = name.partition(".")
        sizes[type_] += 1
        found[tuple(matrix()[name][group[0]] for group in columns)][type_].append(field)
    return {
        pattern: "<br>".join(line(type_, fields, len(fields) == sizes[type_]) for type_, fields in types.items())
        for pattern, types in found.items()
    }


def line(type_: str, fields: list[str], is_all: bool) -> str:
    known = TYPES[type_]
    if is_all and type_ not in ("Query", "Mutation"):
        return f"**{chinese(known.description)} {type_}**：全部 all"
    labels = {field for field in fields if re.search("Labels?$", field)}  # words for the codes beside them
    words = {field: chinese(known.fields[field].description) for field in fields}
    listed = "、".join(f"{words[field]} `{field}`" for field in fields if field not in labels or labels == set(fields))
    return listed if type_ == "Mutation" else f"**{chinese(known.description)} {type_}**：{listed}"


def table(names: list[str], first: str) -> str:
    """Return the table of what is not alike for everybody, after a list of what is."""
    roles = named_roles()
    columns = alike(names, roles)
    rows = lines(names, columns)
    everybody = [text for pattern, text in rows.items() if set(pattern) == {"AAA"}]
    head = " | ".join("、".join(roles[role][0] for role in group) for group in columns)
    made = ["人人 everybody:\n"]
    made += [f"- {part}" for text in everybody for part in text.split("<br>")]
    made += ["", f"| {first} | {head} |", "|---" * (len(columns) + 1) + "|"]
    made += [
        f"| {text} | " + " | ".join(map(shown, pattern)) + " |"
        for pattern, text in sorted(rows.items(), key=lambda item: -"".join(item[0]).count("A"))
        if set(pattern) != {"AAA"}
    ]
    return "\n".join(made)


def page() -> str:
    template = (HERE / "permissions.template.md").read_text(encoding="utf-8")
    names = list(matrix())
    reads = [name for name in names if not name.startswith("Mutation.")]
    writes = [name for name in names if name.startswith("Mutation.")]
    return template.replace("{reads}", table(reads, "字段 fields")).replace("{writes}", table(writes, "变更 mutations"))


if __name__ == "__main__":
    (HERE / "permissions.md").write_text(page(), encoding="utf-8")
