"""The DataLoaders of the plain version: one batch query for each relation and level of an operation."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, selectinload
from strawberry.dataloader import DataLoader

import models


class Loaders:
    """The context of one request: its session, which takes one statement at a time, and a loader for each relation."""

    def __init__(self, session: AsyncSession) -> None:
        self.session, self._turn = session, asyncio.Lock()
        self.divisions = DataLoader(partial(self._by_key, models.Division))
        self.people = DataLoader(partial(self._by_key, models.Person))
        self.teams = DataLoader(partial(self._by_key, models.Team))
        skill, has, member = models.TeamSkill, models.PersonSkill, models.Membership
        by_count = (skill.people_count, skill.skill_id)
        self.team_skills = DataLoader(partial(self._by_owner, skill.team_id, by_count, (selectinload(skill.skill),)))
        self.person_skills = DataLoader(
            partial(self._by_owner, has.person_id, (has.skill_id,), (selectinload(has.skill),))
        )
        joined = (member.joined_on.nulls_last(), member.id)
        self.memberships = DataLoader(partial(self._by_owner, member.person_id, joined, ()))

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
