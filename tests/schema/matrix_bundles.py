"""Where the rows of the permission matrix lie: a team with everything that hangs on it, in five places near and far."""

from dataclasses import dataclass

from models import division_key

NOBODY = 99
"""The account that began the teams; nobody of the cast has it."""


@dataclass(frozen=True)
class Bundle:
    """Rows around one team."""

    number: int
    place: str

    @property
    def team(self) -> int:
        return 600 + self.number

    @property
    def draft(self) -> int:
        """A team that somebody else began."""
        return 640 + self.number

    @property
    def submitted(self) -> int:
        """One that waits for its review."""
        return 660 + self.number

    @property
    def leader(self) -> int:
        return 2000 + 10 * self.number

    @property
    def recorder(self) -> int:
        return self.leader + 1

    @property
    def person(self) -> int:
        """A member who is nothing else."""
        return self.leader + 2

    @property
    def belonging(self) -> int:
        """The membership of that member, before the other ones."""
        return 6000 + 10 * self.number

    @property
    def applicant(self) -> int:
        """Somebody who asks to come in."""
        return self.leader + 3

    @property
    def name(self) -> str:
        """The member's name, which nobody else has."""
        return f"查干{'一二三四五'[self.number]}"

    def keys(self, type_name: str) -> list[int]:
        """Return the rows of a type; the first is the usual one, the others fill what it leaves empty."""
        return {
            "Team": [self.team],
            "Membership": [self.belonging + at for at in range(4)],
            "Person": [self.person],
            "PersonSkill": [8800 + self.number],
            "Availability": [9900 + self.number],
            "Skill": [50],
            "Division": [division_key(self.place)],
            "NetworkNode": [60 + self.number],
            "Organization": [36],
            "Unit": [80 + self.number],
            "Event": [900_000 + self.number],
        }[type_name]


HOME = Bundle(0, "152222102200")
BESIDE = Bundle(1, "152222102200")
NEXT = Bundle(2, "152222102202")
ABOVE = Bundle(3, "152222")
FAR = Bundle(4, "152222105200")
BUNDLES = (HOME, BESIDE, NEXT, ABOVE, FAR)
