"""Who belongs to which demo team, as what, since when."""

import datetime as dt
from collections import defaultdict
from random import Random

from domain.county import Row
from domain.demo.chance import THEN, dice
from domain.demo.people import DemoPeople
from domain.demo.teams import DemoTeam
from models import Division, DivisionLevel, MembershipRole, MembershipStatus

OFFICES = [MembershipRole.LEADER, MembershipRole.DEPUTY, MembershipRole.CONTACT, MembershipRole.RECORDER]
ENDED = [MembershipStatus.LEFT, MembershipStatus.LEFT, MembershipStatus.REMOVED]
LEADERLESS = dict.fromkeys(
    (
        "leader_id",
        "leader_name",
        "leader_name_masked",
        "contact_phone_sealed",
        "contact_phone_masked",
        "contact_phone_hash",
    )
)


def sizes(teams: list[DemoTeam], people: int) -> list[int]:
    """Return how many people join each team first: few in most, many in some, `people` in all."""
    roll, least = dice("sizes"), min(3, people // len(teams))
    weights = [
        roll.lognormvariate(0, 0.6) * (2.5 if team.division.level is DivisionLevel.BANNER else 1) for team in teams
    ]
    spare, whole = people - least * len(teams), sum(weights)
    found = [least + int(spare * weight / whole) for weight in weights]
    for number in range(people - sum(found)):
        found[number % len(found)] += 1
    return found


def homes(divisions: list[Division]) -> dict[int, list[int]]:
    """Return where members of a division's teams may live: the villages in it, or itself where there are none."""
    found: dict[int, list[int]] = defaultdict(list)
    for village in divisions:
        if village.level is DivisionLevel.VILLAGE:
            for division in divisions:
                if division.id <= village.id <= division.last_id:
                    found[division.id].append(village.id)
    return {division.id: found[division.id] or [division.id] for division in divisions}


def fill_teams(teams: list[DemoTeam], divisions: list[Division], made: DemoPeople, people: int) -> list[Row]:
    """Invent everybody, give each team its leader, and return the memberships."""
    roll, living, rows = dice("members"), homes(divisions), list[Row]()
    by_township: dict[int, list[DemoTeam]] = defaultdict(list)
    for team in teams:
        by_township[_township(team)].append(team)
    for team, size in zip(teams, sizes(teams, people), strict=True):
        team.row.update(LEADERLESS)
        leader: int | None = None
        for place in range(size):
            person = made.add(team, roll.choice(living[team.division.id]), leader)
            role = OFFICES[place] if place < len(OFFICES) and place <= size // 4 else MembershipRole.MEMBER
            rows.append(_membership(roll, rows, team, person, role))
            if place == 0:
                leader = person["id"]
                _lead(team, person, made)
            elif roll.random() < 0.1:
                other = roll.choice(by_township[_township(team)])
                if other is not team:
                    rows.append(_membership(roll, rows, other, person, MembershipRole.MEMBER))
                    if roll.random() < 0.3:
                        _end(roll, rows[-1])
    return rows


def _township(team: DemoTeam) -> int:
    return team.division.township_id or team.division.id


def _lead(team: DemoTeam, person: Row, made: DemoPeople) -> None:
    phone = person["phone_sealed"]
    team.row.update(
        leader_id=person["id"],
        leader_name=person["name"],
        leader_name_masked=person["name_masked"],
        contact_phone_sealed=made.keyring.seal(made.keyring.open(phone)) if phone else None,
        contact_phone_masked=person["phone_masked"],
        contact_phone_hash=person["phone_hash"],
    )


def _membership(roll: Random, before: list[Row], team: DemoTeam, person: Row, role: MembershipRole) -> Row:
    founded: dt.date = team.row["founded_on"]
    joined = founded if role is MembershipRole.LEADER else founded + dt.timedelta(days=roll.randrange(300))
    return {
        "id": len(before) + 1,
        "team_id": team.row["id"],
        "person_id": person["id"],
        "role": role,
        "status": MembershipStatus.ACTIVE,
        "joined_on": joined,
        "left_on": None,
        "created_at": THEN,
        "updated_at": THEN,
    }


def _end(roll: Random, row: Row) -> None:
    if roll.random() < 0.3:
        row.update(status=MembershipStatus.APPLIED, joined_on=None)
    else:
        row.update(status=roll.choice(ENDED), left_on=row["joined_on"] + dt.timedelta(days=30 + roll.randrange(90)))
