"""Entity tags of planned answers: made of what was asked and how far the tables it reads have moved, not of the answer,
so that an answer that still holds is not made again."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from models.stamp import Stamps
from schema.plan.plans import Plan


class Tags:
    """Makes tags."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps

    async def tag(self, plan: Plan, arguments: Sequence[Any], kind: str) -> str | None:
        """Return the tag of the answer of this media type that the plan would give now, or later if something moves
        meanwhile: a tag may be older than its answer, which costs a 304, never newer. None where the tables do not
        say it: sealed values leave an event each time, and the clock moves no table."""
        if not plan.steady:
            return None
        stamps = await self._stamps.read()
        if not plan.tables <= stamps.keys():
            return None
        moved = [(name, stamps[name]) for name in sorted(plan.tables)]
        return f'"{sha256(repr((kind, plan.sql, arguments, moved)).encode()).hexdigest()[:32]}"'


@dataclass
class Tagged:
    """One request by address: the tags that its sender has, and the one that its answer gets."""

    tags: Tags
    known: str | None
    kind: str
    tag: str | None = None

    async def fits(self, plan: Plan, arguments: Sequence[Any]) -> bool:
        """Tell whether the sender has the answer of the plan already; look before it runs, and keep the tag."""
        self.tag = await self.tags.tag(plan, arguments, self.kind)
        return self.tag is not None and self.known is not None and self.tag in listed(self.known)

    def fits_content(self, text: bytes) -> bool:
        """Tell whether the sender has this answer, where only the answer itself can say so."""
        if self.tag is not None:
            return False
        self.tag = f'"{sha256(text).hexdigest()[:20]}"'
        return self.known is not None and self.tag in listed(self.known)


def listed(tags: str) -> list[str]:
    """Return the tags of an If-None-Match header; a weak one is as good, a middleman made it so."""
    return [tag.strip().removeprefix("W/") for tag in tags.split(",")]
