"""Where a team belongs: looking up divisions by the names that a row gives (R7, R9)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.imports.reading import Cell
from domain.imports.rules import Fault, Repaired, as_text, fault
from domain.imports.words import UNIT_SUFFIXES
from models import DivisionLevel


@dataclass(frozen=True)
class Place:
    id: int
    name: str
    level: DivisionLevel
    township_id: int | None = None


class Places:
    """The divisions of the banner, found by name. `aliases` are other spellings, those that are sure enough."""

    def __init__(self, places: Iterable[Place], aliases: Iterable[tuple[str, int]] = ()) -> None:
        found = {place.id: place for place in places}
        self._banner = next((place for place in found.values() if place.level is DivisionLevel.BANNER), None)
        self._townships = {place.name: place for place in found.values() if place.level is DivisionLevel.TOWNSHIP}
        self._villages = [place for place in found.values() if place.level is DivisionLevel.VILLAGE]
        self._aliases: dict[str, set[Place]] = defaultdict(set)
        for alias, division_id in aliases:
            self._aliases[alias].add(found[division_id])

    def banner(self, _: Cell = None) -> Place | Fault:
        return self._banner or Fault("division_unknown")

    def township_called(self, name: str) -> Place | None:
        """Return the township of exactly this name: what a sheet may be called after."""
        return self._townships.get(name.strip())

    def township(self, cell: Cell) -> Place | Repaired[Place] | Fault:
        """R7 `division_missing`, R9 `division_alias`, `division_unknown`: by its name or another spelling of it."""
        if cell is None:
            return Fault("division_missing")
        text = as_text(cell) or ""
        meant = {place for place in self._aliases.get(text, ()) if place.level is DivisionLevel.TOWNSHIP}
        return self._townships.get(text) or _only(meant, "division_alias") or fault("division_unknown", cell)

    def village(self, cell: Cell, township: Place | None) -> Place | Repaired[Place] | Fault:
        """R7 `division_missing`, and R9 inside the township; without one the name must be unique in the banner, as
        five are not (`division_ambiguous`). Tried in this order: the name itself, another ending (`division_suffix`),
        another spelling (`division_alias`), one letter wrong with a single candidate (`division_typo`)."""
        if cell is None:
            return Fault("division_missing")
        text = as_text(cell) or ""
        here = [place for place in self._villages if township is None or place.township_id == township.id]
        by_name = _by_name(here)
        if exact := by_name.get(text):
            return exact[0] if len(exact) == 1 else fault("division_ambiguous", cell)
        known = {place for place in self._aliases.get(text, ()) if place in here}
        tried = (
            (set(by_name.get(_with_suffix(text), ())), "division_suffix"),
            (known, "division_alias"),
            ({place for place in here if _is_slip(text, place.name)}, "division_typo"),
        )
        for candidates, code in tried:
            if len(candidates) > 1 and code != "division_typo":
                return fault("division_ambiguous", cell)
            if found := _only(candidates, code):
                return found
        return fault("division_unknown", cell)


def _by_name(places: Iterable[Place]) -> Mapping[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        found[place.name].append(place)
    return found


def _only(candidates: set[Place], code: str) -> Repaired[Place] | None:
    if len(candidates) != 1:
        return None
    (place,) = candidates
    return Repaired(place, place.name, code)


def _with_suffix(text: str) -> str:
    """Return a village's name with the ending that is official, for one that has none or an everyday one."""
    return text if text.endswith(UNIT_SUFFIXES) else f"{text.removesuffix('村')}{UNIT_SUFFIXES[0]}"


def _is_slip(text: str, name: str) -> bool:
    """Whether the names end alike and what is before differs by one letter: another, one more or one less."""
    suffix = next((suffix for suffix in UNIT_SUFFIXES if text.endswith(suffix)), None)
    if suffix is None or not name.endswith(suffix):
        return False
    short, long = sorted((text.removesuffix(suffix), name.removesuffix(suffix)), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short != long and short[same + (len(short) == len(long)) :] == long[same + 1 :]
