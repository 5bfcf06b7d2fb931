"""Why an act is refused: facts without words. `schema/problems.py` says them to the user."""

import enum
from collections.abc import Iterable


class Refused(Exception):
    """An expected refusal: nothing was changed, and whoever asked can do something about it."""


class NotFound(Refused):
    """There is no such row for the viewer, whether or not it exists for others."""

    def __init__(self, entity: str) -> None:
        super().__init__(entity)
        self.entity = entity


class WrongState(Refused):
    """The act does not fit the state that the row is in; `allowed` are the acts that do."""

    def __init__(self, state: enum.Enum | str, allowed: Iterable[str] = ()) -> None:
        super().__init__(state.value if isinstance(state, enum.Enum) else state)
        self.state, self.allowed = state, tuple(allowed)


class Conflict(Refused):
    """Somebody else wrote first: the row is at `version`, and `changed` names what is different, by event types."""

    def __init__(self, version: int, changed: Iterable[str] = ()) -> None:
        super().__init__(version)
        self.version, self.changed = version, tuple(changed)


class InvalidInput(Refused):
    """A value cannot be taken. `field` is its name in the API, `reason` a code that the words are found by."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


class NotAllowed(Refused):
    """The viewer's role may do this, but not here: a reviewer is never the applicant, nobody certifies oneself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LimitReached(Refused):
    """As many as there may be are there already."""

    def __init__(self, limit: str, bound: int) -> None:
        super().__init__(limit, bound)
        self.limit, self.bound = limit, bound
