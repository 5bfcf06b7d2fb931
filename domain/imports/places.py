"""Where a team belongs: looking up divisions by the names that a row gives (R7, R9)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.imports.reading import Cell
from domain.imports.rules import Fault, as_text, fault
from models import DivisionLevel


@dataclass(frozen=True)
class Place:
    id: int
    name: str
    level: DivisionLevel
    township_id: int | None = None


class Places:
    """The divisions of the banner, found by name."""

    def __init__(self, places: Iterable[Place]) -> None:
        found = list(places)
        self._banner = next((place for place in found if place.level is DivisionLevel.BANNER), None)
        self._townships = {place.name: place for place in found if place.level is DivisionLevel.TOWNSHIP}
        self._villages: dict[str, list[Place]] = defaultdict(list)
        for place in found:
            if place.level is DivisionLevel.VILLAGE:
                self._villages[place.name].append(place)

    def banner(self, _: Cell = None) -> Place | Fault:
        return self._banner or Fault("division_unknown")

    def township(self, cell: Cell) -> Place | Fault:
        """R7 `division_missing`, R9 `division_unknown`: by its exact name."""
        if cell is None:
            return Fault("division_missing")
        return self._townships.get(as_text(cell) or "") or fault("division_unknown", cell)

    def village(self, cell: Cell, township: Place | None) -> Place | Fault:
        """R7 `division_missing`, R9 `division_unknown` and `division_ambiguous`: by its exact name inside the
        township; without one the name must be unique in the banner, as five are not."""
        if cell is None:
            return Fault("division_missing")
        found = self._villages.get(as_text(cell) or "", [])
        if township:
            found = [place for place in found if place.township_id == township.id]
        if not found:
            return fault("division_unknown", cell)
        return found[0] if len(found) == 1 else fault("division_ambiguous", cell)
