"""What each viewer may know, worked out from domain.md in plain Python over the rows of a registry."""

from functools import cached_property
from typing import Any

import models
from domain.viewers import Viewer
from models import Role, TokenScope

Row = dict[str, Any]
Tables = dict[Any, list[Row]]

BANNER = {Role.DISPATCHER, Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR}
"""Source: "Dispatcher, supervisor, director, auditor: the banner"."""

COUNTY = BANNER | {Role.PRIVACY_OFFICER}
PUBLISHED = {"ACTIVE", "SUSPENDED", "DORMANT"}
BELONGING = {"ACTIVE", "APPLIED", "INVITED"}


class Oracle:
    """The rules for one viewer of a registry."""

    def __init__(self, tables: Tables, viewer: Viewer) -> None:
        self.tables, self.viewer = tables, viewer
        self.above = {row["id"]: row["parent_id"] for row in tables[models.Division]}
        self.teams = {row["id"]: row for row in tables[models.Team]}
        self.people = {row["id"]: row for row in tables[models.Person]}

    def has(self, roles: set[Role]) -> bool:
        return not roles.isdisjoint(self.viewer.roles)

    def coordinates(self, place: int | None) -> bool:
        """Source: "Coordinators: their division subtree"."""
        granted = {low for low, _ in self.viewer.ranges}
        while place is not None and place not in granted:
            place = self.above[place]
        return place is not None

    def manages(self, team: Row) -> bool:
        """Tell whether the viewer leads the team, coordinates its place, or dispatches."""
        return self.has({Role.DISPATCHER}) or self.coordinates(team["division_id"]) or team["id"] in self.viewer.led

    def covers(self, team: Row) -> bool:
        platforms = {row["platform"] for row in self.tables[models.TeamPlatform] if row["team_id"] == team["id"]}
        on_platform = platforms & {platform.name for platform in self.viewer.platforms}
        kept = team["id"] in self.viewer.recorded or bool(on_platform)
        return self.has(COUNTY) or self.manages(team) or kept

    def applied_for(self, team: Row) -> bool:
        return self.viewer.account_id is not None and team["applicant_id"] == self.viewer.account_id

    @cached_property
    def team_ids(self) -> set[int]:
        """The teams that exist for the viewer."""
        known = TokenScope.TEAMS in self.viewer.scopes
        return {
            key
            for key, team in self.teams.items()
            if known or team["status"] in PUBLISHED or self.applied_for(team) or self.covers(team)
        }

    def _belongs(self, person: int, test: Any) -> bool:
        """Tell whether the person is, or may soon be, in a team that passes the test."""
        return any(
            row["person_id"] == person and row["status"] in BELONGING and test(self.teams[row["team_id"]])
            for row in self.tables[models.Membership]
        )

    @cached_property
    def person_ids(self) -> set[int]:
        """The people who exist for the viewer: oneself, those at home in one's place, those of one's teams."""
        return {
            key
            for key, person in self.people.items()
            if self.has(COUNTY)
            or key in self.viewer.person_ids
            or self.coordinates(person["division_id"])
            or self._belongs(key, self.covers)
        }

    @cached_property
    def membership_ids(self) -> set[int]:
        """Memberships, ended ones too: one's own, those of one's teams, those of who is at home in one's place."""
        return {
            row["id"]
            for row in self.tables[models.Membership]
            if self.has(COUNTY)
            or row["person_id"] in self.viewer.person_ids
            or self.covers(self.teams[row["team_id"]])
            or self.coordinates(self.people[row["person_id"]]["division_id"])
        }

    def looks_after(self, person: int) -> bool:
        """Source: "the leader of the person's team, the coordinator of the place, the dispatcher"."""
        at_home = self.coordinates(self.people[person]["division_id"])
        return self.has({Role.DISPATCHER}) or at_home or self._belongs(person, self.manages)

    @cached_property
    def phone_ids(self) -> set[int]:
        """The people whose phones are shown in clear."""
        return {
            key
            for key in self.person_ids
            if key in self.viewer.person_ids or (self.people[key]["shares_phone"] and self.looks_after(key))
        }

    def consents(self, person: int) -> bool:
        """Tell whether it is shown what a person shares."""
        knows = self.has({Role.PRIVACY_OFFICER}) or self.looks_after(person)
        return person in self.person_ids and (person in self.viewer.person_ids or knows)

    def told(self, person: int, what: str) -> bool:
        """Tell whether a value that people may keep to themselves is shown."""
        return person in self.viewer.person_ids or bool(self.people[person][f"shares_{what}"])

    def holds(self, account: int) -> bool:
        """Tell whether an account, with its grants, exists for the viewer."""
        return account == self.viewer.account_id or self.has({Role.ADMIN, Role.AUDITOR})

    def uses(self, account: int) -> bool:
        """Tell whether the sessions and tokens of an account exist for the viewer."""
        return account == self.viewer.account_id or self.has({Role.ADMIN})

    def imported(self, row: Row) -> bool:
        """Tell whether an import exists for the viewer: one's own while one may import, all for who sees the banner."""
        may = self.has({Role.DISPATCHER, Role.OFFICE_COORDINATOR})
        return self.has(COUNTY) or (may and row["account_id"] == self.viewer.account_id)

    def granted_here(self, row: Row) -> bool:
        """Tell whether a grant holds at a coordinator's place, or for a team there."""
        team = self.teams.get(row.get("team_id") or 0, {})
        return self.coordinates(row.get("division_id") or team.get("division_id"))

    def happened(self, row: Row) -> bool:
        """Tell whether an event exists for the viewer: what happened to its own people and teams, to the registry for
        who sees the banner, to accounts for the administrator, everything for the auditor."""
        key = row["entity_id"]
        match row["entity"]:
            case "person":
                known = key in self.person_ids
            case "membership":
                known = key in self.membership_ids
            case "team":
                known = self.covers(self.teams[key]) or self.applied_for(self.teams[key])
            case _:
                known = self.has({Role.ADMIN})
        return known or self.has({Role.AUDITOR})
