"""Who imports, and so which places a file may write to: the same rule that holds for every other act."""

from dataclasses import dataclass

from domain.events import OPERATOR, Actor
from domain.viewers import Viewer
from models import Role


@dataclass(frozen=True)
class Importer:
    """Somebody who signed in, or, without a viewer, whoever sits at the server's terminal."""

    viewer: Viewer | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether there are places whose teams the importer does not review."""
        return self.viewer is not None and not self.viewer.has(Role.DISPATCHER)

    def covers(self, division_id: int | None) -> bool:
        """Whether the importer reviews the teams of a place."""
        if self.viewer is None:
            return True
        return division_id is not None and self.viewer.reviews(division_id)

    @property
    def actor(self) -> Actor:
        """Who stands in the events."""
        if self.viewer is None:
            return OPERATOR
        return Actor(self.viewer.weightiest.value, self.viewer.channel, self.viewer.account_id)
