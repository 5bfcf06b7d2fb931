"""What an import will store: rows that the registry lacks, and other values for those that it holds."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.imports.changes import (
    Change,
    leader_values,
    membership_values,
    person_values,
    role_values,
    team_values,
)
from domain.imports.people import HELD, Rows, held_rows, identify, membership_rows, person_rows
from domain.imports.registry import (
    KnownMember,
    KnownPerson,
    Registry,
    find_details,
    find_members,
    find_people,
    find_platforms,
)
from domain.imports.report import Report
from domain.imports.roster import KnownTeam
from domain.imports.rows import MemberRow, TeamRow
from domain.imports.rules import Fault
from domain.imports.teams import find_leader, new_team
from domain.imports.within import Importer
from models import Membership, MembershipStatus, Person, Team, TeamPlatform
from models.sealed import Keyring

NumberedTeam = tuple[TeamRow, int, str | None]
"""A row with its team's key, and the code of a new one."""


@dataclass
class Plan:
    """New rows of each table, and changes of others."""

    rows: Rows = field(default_factory=lambda: defaultdict(list))
    changes: list[Change] = field(default_factory=list)

    def add(self, rows: Rows) -> None:
        for model, found in rows.items():
            self.rows[model] += found


class Planner:
    """Holds the rows of a file against the registry, teams first, and tells the report what becomes of each."""

    def __init__(
        self, session: AsyncSession, keyring: Keyring, importer: Importer, known: Registry, report: Report
    ) -> None:
        self._session, self._keyring, self._importer, self._report = session, keyring, importer, report
        self._known = {team.id: team for team in known.teams}
        self._in_team: dict[int, list[tuple[str, str | None, int]]] = defaultdict(list)
        self._leaders: dict[int, int | None] = {}
        """Of the teams that get one."""
        self.plan = Plan()

    async def take(self, teams: list[NumberedTeam], members: list[MemberRow]) -> Plan:
        """Return the plan for all rows of a file that are right."""
        hashes = {phone: self._keyring.lookup_hash(phone) for phone in {row.phone for row in members if row.phone}}
        known_teams = {key for row, key, code in teams if code is None and self._names_another(row, key)}
        there = await find_members(self._session, {row.team_id for row in members} | known_teams)
        people = await find_people(self._session, hashes.values())
        persons = identify(members, hashes, people, there)
        old = set(people.values()) | {member.person_id for member in there}
        for member, person in zip(members, persons, strict=True):
            self._in_team[member.team_id].append((member.name, member.phone, person))
        for known in there:
            if known.status is MembershipStatus.ACTIVE:
                self._in_team[known.team_id].append((known.name, None, known.person_id))

        self.plan.add({Person: [], Team: []})  # the order in which rows point to each other
        await self._teams(teams)
        homes = {key: team.division_id for key, team in self._known.items()} | {
            key: row.place.id for row, key, _ in teams
        }
        entries: dict[int, list[MemberRow]] = defaultdict(list)
        for member, person in zip(members, persons, strict=True):
            entries[person].append(member)
            if member.masked and person not in old:
                self._report.warn(member.sheet, member.number, Fault("phone_masked", member.masked))
        self.plan.add(person_rows({key: rows for key, rows in entries.items() if key not in old}, homes, self._keyring))
        told = await self._people({key: rows for key, rows in entries.items() if key in old}, hashes, there)
        self._memberships(members, persons, there, told)
        named = self._report.named
        named.teams |= {key for _, key, _ in teams}
        named.townships |= {row.place.township_id or row.place.id for row, _, _ in teams}
        named.members |= {(member.team_id, person) for member, person in zip(members, persons, strict=True)}
        return self.plan

    def _names_another(self, row: TeamRow, key: int) -> bool:
        team = self._known[key]
        return row.leader is not None and (row.leader != team.leader_name or team.leader_id is None)

    async def _teams(self, teams: list[NumberedTeam]) -> None:
        platforms = await find_platforms(
            self._session, {key for row, key, code in teams if code is None and row.platforms}
        )
        for row, key, code in teams:
            lacking = [name for name in row.platforms if name not in platforms.get(key, ())]
            if code is not None:
                self._leaders[key] = find_leader(row, self._in_team[key])
                self.plan.add({Team: [new_team(row, key, code, self._leaders[key], self._keyring)]})
                self._report.change("teams", row.sheet, row.number, is_new=True)
            else:
                self._team(row, self._known[key], ["platforms"] if lacking else [])
            self.plan.add({TeamPlatform: [{"team_id": key, "platform": name} for name in lacking]})

    def _team(self, row: TeamRow, team: KnownTeam, added: list[str]) -> None:
        values, fields = team_values(row, team, self._keyring)
        later: dict[str, Any] = {}
        if self._names_another(row, team.id):
            leader = find_leader(row, self._in_team[team.id])
            if leader is not None and leader != team.leader_id:
                self._leaders[team.id] = later["leader_id"] = leader
            if leader is None and team.leader_id is not None:
                self._report.warn(row.sheet, row.number, Fault("leader_unknown", row.leader))
            elif row.leader != team.leader_name:
                values |= leader_values(row.leader)
            if later or "leader_name" in values:
                fields.append("leader")
        fields += added
        if fields:
            self.plan.changes.append(Change(Team, team.id, team.version, values, fields, later))
        self._report.change("teams", row.sheet, row.number, fields)

    async def _people(
        self, entries: dict[int, list[MemberRow]], hashes: dict[str, str], there: list[KnownMember]
    ) -> dict[int, list[str]]:
        """Plan what changes about people that are known; return the fields. Who is at home in another's place, and in
        none of the importer's teams yet, stays as he is."""
        members, told = {member.person_id for member in there}, dict[int, list[str]]()
        for key, person in (await find_details(self._session, entries)).items():
            if key in members or self._importer.covers(person.division_id):
                told[key] = self._person(entries[key], person, hashes)
        return told

    def _person(self, rows: list[MemberRow], person: KnownPerson, hashes: dict[str, str]) -> list[str]:
        values, fields = person_values(rows, person, hashes, self._keyring)
        held = held_rows(person.id, rows, person)
        self.plan.add(held)
        fields += [name for model, name in HELD if held[model]]
        if fields:
            self.plan.changes.append(Change(Person, person.id, person.version, values, fields))
        return fields

    def _memberships(
        self, rows: list[MemberRow], persons: list[int], there: list[KnownMember], told: dict[int, list[str]]
    ) -> None:
        new = membership_rows(rows, persons, there, self._leaders)
        self.plan.add(new)
        made = {(row["team_id"], row["person_id"]) for row in new[Membership]}
        active = {(one.team_id, one.person_id): one for one in there if one.status is MembershipStatus.ACTIVE}
        values: dict[int, dict[str, Any]] = {one.id: self._role(one) for one in active.values()}
        for row, person in zip(rows, persons, strict=True):
            pair, fields = (row.team_id, person), told.pop(person, [])
            if pair in active:
                joined = membership_values(row, active[pair])
                values[active[pair].id] |= joined
                fields = [*fields, *joined]
            self._report.change("members", row.sheet, row.number, fields, is_new=pair in made)
            made.discard(pair)
        for one in active.values():
            if values[one.id]:
                self.plan.changes.append(Change(Membership, one.id, one.version, values[one.id], [*values[one.id]]))

    def _role(self, member: KnownMember) -> dict[str, Any]:
        return role_values(member, self._leaders.get(member.team_id)) if member.team_id in self._leaders else {}
