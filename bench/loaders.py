"""The DataLoaders of the Python peers: one batch query for each relation and level of an operation."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, selectinload

import models


class Loaders:
    """The context of one request: its session, which takes one statement at a time, and a loader for each relation."""

    def __init__(self, session: AsyncSession, loader: Callable[[Any], Any]) -> None:
        self.session, self._turn = session, asyncio.Lock()
        self.divisions = loader(partial(self._by_key, models.Division))
        self.people = loader(partial(self._by_key, models.Person))
        self.teams = loader(partial(self._by_key, models.Team))
        skill, has, member = models.TeamSkill, models.PersonSkill, models.Membership
        by_count = (skill.people_count.desc(), skill.skill_id)
        self.team_skills = loader(partial(self._by_owner, skill.team_id, by_count, (selectinload(skill.skill),)))
        self.person_skills = loader(partial(self._by_owner, has.person_id, (has.skill_id,), (selectinload(has.skill),)))
        joined = (member.joined_on.nulls_last(), member.id)
        self.memberships = loader(partial(self._by_owner, member.person_id, joined, ()))
        self.members = loader(self._members)
        self.teams_below = loader(self._teams_below)

    async def rows(self, statement: Select[Any]) -> Sequence[Any]:
        async with self._turn:
            return (await self.session.scalars(statement)).all()

    async def _by_key(self, model: Any, keys: list[int]) -> list[Any]:
        found = {row.id: row for row in await self.rows(select(model).where(model.id.in_(keys)))}
        return [found.get(key) for key in keys]

    async def _by_owner(
        self, owner: InstrumentedAttribute[int], order: Sequence[Any], options: Sequence[Any], keys: list[int]
    ) -> list[list[Any]]:
        found: dict[int, list[Any]] = {key: [] for key in keys}
        statement = select(owner.class_).where(owner.in_(keys)).order_by(*order).options(*options)
        for row in await self.rows(statement):
            found[getattr(row, owner.key)].append(row)
        return [found[key] for key in keys]

    async def _members(self, keys: list[int]) -> list[list[Any]]:
        member = models.Membership
        active = select(member).where(member.team_id.in_(keys), member.status == models.MembershipStatus.ACTIVE)
        found: dict[int, list[Any]] = {key: [] for key in keys}
        for row in await self.rows(active.order_by(member.joined_on.nulls_last(), member.id)):
            found[row.team_id].append(row)
        return [found[key] for key in keys]

    async def _teams_below(self, keys: list[tuple[int, models.TeamType]]) -> list[list[Any]]:
        team, place = models.Team, models.Division
        pairs = (
            select(place.id, team)
            .join(team, team.division_id.between(place.id, place.last_id))
            .where(place.id.in_({key for key, _ in keys}), team.type.in_({kind for _, kind in keys}))
            .order_by(team.pinyin, team.name, team.id)
        )
        found: dict[tuple[int, models.TeamType], list[Any]] = {key: [] for key in keys}
        async with self._turn:
            for key, row in await self.session.execute(pairs):
                found[key, row.type].append(row)
        return [found[key] for key in keys]
