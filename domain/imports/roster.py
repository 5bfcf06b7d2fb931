"""Which team a member's row means (R13), and which code a new team gets."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.imports.headers import plain
from models import DivisionLevel, TeamStatus, TeamType

ENDED = frozenset({TeamStatus.DISSOLVED, TeamStatus.REJECTED})
"""A team in these states is not taken up again by an import."""

NUMBER = re.compile(r"(.*?)([0-9]+)", re.DOTALL)


@dataclass(frozen=True)
class KnownTeam:
    """A team that the registry holds, as far as a row can say something else about it."""

    id: int
    code: str
    name: str
    division_id: int
    level: DivisionLevel = DivisionLevel.BANNER
    type: TeamType = TeamType.SOCIAL_ORG
    status: TeamStatus = TeamStatus.ACTIVE
    leader_id: int | None = None
    leader_name: str | None = None
    contact_phone_hash: str | None = None
    founded_on: dt.date | None = None
    version: int = 1

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class Roster:
    """Teams by code and by name: what the file says goes before what the registry holds.

    A code or name that the file gives to a rejected team, or to two, means no team at all, so nobody is put into
    another team that happens to be called alike. Names are compared without blanks, which people put anywhere.
    """

    def __init__(self, known: Iterable[KnownTeam]) -> None:
        self._codes: dict[str, set[int | None]] = defaultdict(set)
        self._names: dict[str, set[int | None]] = defaultdict(set)
        self._file_codes: dict[str, set[int | None]] = {}
        self._file_names: dict[str, set[int | None]] = {}
        for team in known:
            self._codes[team.code].add(team.id)
            self._names[plain(team.name)].add(team.id)

    def add(self, code: str | None, name: str | None, team_id: int | None) -> None:
        """Note what a row of the file calls a team; `team_id` is None for a rejected one."""
        for said, ids in ((code, self._file_codes), (plain(name or ""), self._file_names)):
            if said:
                ids.setdefault(said, set()).add(team_id)

    def find(self, code: str | None, name: str | None) -> int | None:
        """Return the one team that a row means. The code decides where there is one."""
        if code:
            found = self._file_codes.get(code, self._codes.get(code, set()))
        else:
            called = plain(name or "")
            found = self._file_names.get(called, self._names.get(called, set()))
        return next(iter(found)) if len(found) == 1 else None


class Codes:
    """The codes in use, in the registry or said by the file; a new one counts on from the highest."""

    def __init__(self, taken: Iterable[str], said: Iterable[str]) -> None:
        self._taken = set(taken)
        self._highest: dict[str, int] = defaultdict(int)
        for code in (*self._taken, *said):
            self._note(code)

    def take(self, code: str) -> str:
        """Return `code` if it is free, else the next one of its kind."""
        return self._taking(code) if code not in self._taken else self.after(code)

    def after(self, code: str) -> str:
        """Return the next free code of the kind of `code`: after KYZQ-0060 comes KYZQ-0061, if not a later one."""
        match = NUMBER.fullmatch(code)
        prefix, width = (match[1], len(match[2])) if match else (f"{code}-", 1)
        return self._taking(f"{prefix}{self._highest[prefix] + 1:0{width}d}")

    def _taking(self, code: str) -> str:
        self._taken.add(code)
        self._note(code)
        return code

    def _note(self, code: str) -> None:
        if match := NUMBER.fullmatch(code):
            self._highest[match[1]] = max(self._highest[match[1]], int(match[2]))
