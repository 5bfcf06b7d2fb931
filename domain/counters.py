"""Numbers that a team keeps about its members, counted again inside the transaction that changed them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from models import Membership, MembershipStatus, Person, PersonSkill, PoliticalStatus, Team, TeamSkill

AT_ONCE = 5_000
"""Keys in one statement; both databases take some 32,000."""

ACTIVE = Membership.status == MembershipStatus.ACTIVE


async def recount(session: AsyncSession, team_ids: Iterable[int] | None = None) -> None:
    """Set `member_count`, `party_member_count` and the skills of these teams, or of all, from active memberships.

    A team's version and `updated_at` stay: whoever edits the team meanwhile has nothing to merge.
    """
    if team_ids is None:
        await _recount(session, None)
        return
    keys = sorted(set(team_ids))
    for start in range(0, len(keys), AT_ONCE):
        await _recount(session, keys[start : start + AT_ONCE])


async def _recount(session: AsyncSession, keys: list[int] | None) -> None:
    def among(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return true() if keys is None else column.in_(keys)

    # Locked first, and in order: else two writers each count without the other's new members. Weaker than a plain
    # FOR UPDATE, which would wait for every membership that was just inserted for the team.
    await session.execute(select(Team.id).where(among(Team.id)).order_by(Team.id).with_for_update(key_share=True))
    counted = update(Team).where(among(Team.id))
    counted = counted.values(member_count=_members(), party_member_count=_party_members(), updated_at=Team.updated_at)
    await session.execute(counted, execution_options={"synchronize_session": False})

    have = (
        select(Membership.team_id, PersonSkill.skill_id, func.count())
        .join(PersonSkill, PersonSkill.person_id == Membership.person_id)
        .where(ACTIVE, among(Membership.team_id))
        .group_by(Membership.team_id, PersonSkill.skill_id)
    )
    forgotten = delete(TeamSkill).where(among(TeamSkill.team_id))
    await session.execute(forgotten, execution_options={"synchronize_session": False})
    await session.execute(insert(TeamSkill).from_select(["team_id", "skill_id", "people_count"], have))


def _members() -> ScalarSelect[int]:
    return select(func.count()).where(Membership.team_id == Team.id, ACTIVE).scalar_subquery()


def _party_members() -> ScalarSelect[int]:
    joined = select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
    party = Person.political_status == PoliticalStatus.PARTY_MEMBER
    return joined.where(Membership.team_id == Team.id, ACTIVE, party).scalar_subquery()
