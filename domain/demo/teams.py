"""The demo's teams. How they split over levels and types is invented: the article gives 1354 and no split."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from domain.county import County, Row, named
from domain.demo.chance import THEN, dice, words
from domain.demo.places import node_key, place_name
from models import Division, DivisionLevel, Platform, TeamStatus, TeamType


@dataclass(frozen=True)
class Theme:
    """What a team is about: the word in its name, its type, its platforms, and what its members tend to know."""

    word: str
    type: TeamType
    platforms: list[Platform]
    skills: list[str]


@dataclass(frozen=True)
class DemoTeam:
    """A team's row, with what is needed to invent its members."""

    row: Row
    theme: Theme
    division: Division


def _theme(word: str, kind: TeamType, platforms: str, skills: str) -> Theme:
    return Theme(word, kind, [Platform[name] for name in words(platforms)], words(skills))


CADRES, EXPERTS, CIVIL = TeamType
THEMES = [
    _theme("党员先锋", CADRES, "GOVERNANCE THEORY", "mediation elder_care theory_speaker"),
    _theme("理论宣讲", CADRES, "THEORY", "theory_speaker mongolian_chinese_translation"),
    _theme("干部包户", CADRES, "GOVERNANCE", "mediation legal_advice elder_care"),
    _theme("党员助农", CADRES, "SCIENCE GOVERNANCE", "farm_tech machinery_repair livestream_sales"),
    _theme("畜牧兽医", EXPERTS, "SCIENCE", "veterinarian animal_vaccination cattle_breeding lambing"),
    _theme("农牧科技", EXPERTS, "SCIENCE EDUCATION", "farm_tech rice_growing machinery_repair cattle_breeding"),
    _theme("医疗健康", EXPERTS, "EDUCATION GOVERNANCE", "free_clinic mongolian_medicine first_aid counselling"),
    _theme("普法宣传", EXPERTS, "THEORY GOVERNANCE", "legal_advice mediation traffic_safety"),
    _theme("文艺轻骑", EXPERTS, "CULTURE MEDIA", "ulan_muqir_arts haolaibao morin_khuur"),
    _theme("草原防火", EXPERTS, "GOVERNANCE", "grassland_fire first_aid electrician"),
    _theme("巾帼互助", CIVIL, "CULTURE EDUCATION", "embroidery elder_care haircut tutoring"),
    _theme("青年爱心", CIVIL, "EDUCATION MEDIA", "tutoring photography livestream_sales sports_coach"),
    _theme("健身体育", CIVIL, "SPORTS CULTURE", "sports_coach bokh_wrestling"),
    _theme("融媒宣传", CIVIL, "MEDIA THEORY", "photography livestream_sales mongolian_chinese_translation"),
    _theme("邻里帮扶", CIVIL, "GOVERNANCE EDUCATION", "elder_care appliance_repair haircut electrician"),
]
ORDINALS = "一二三四五六七八九十"
SHARES = {DivisionLevel.BANNER: 0.06, DivisionLevel.TOWNSHIP: 0.18}
"""Assumed: the villages have the rest."""

# Only states that the public sees: the page that counts teams shall count as many as the article.
STATES = [TeamStatus.ACTIVE] * 24 + [TeamStatus.DORMANT, TeamStatus.SUSPENDED]
OPENING, DAYS = dt.date(2018, 3, 1), 2500


def _places(divisions: list[Division], teams: int) -> list[Division]:
    """Return the division of each team: in turn within a level, so that no village stays without one."""
    found: list[Division] = []
    for level in DivisionLevel:
        here = [division for division in divisions if division.level is level]
        dice(f"places {level.name}").shuffle(here)
        wanted = round(teams * SHARES[level]) if level in SHARES else teams - len(found)
        found += [here[number % len(here)] for number in range(wanted)]
    return found


def _name(start: str, before: int) -> str:
    """Return a name that was not given before; `before` is how many teams with this start there are."""
    which = ORDINALS[before] if before < len(ORDINALS) else str(before + 1)
    return f"{start}{f'第{which}' if before else ''}志愿服务队"


def invent_teams(county: County, divisions: list[Division], units: list[Row], teams: int) -> list[DemoTeam]:
    """Return the teams, those of the banner first, so that a team comes after the one above it.

    Those of the banner belong to a unit and carry its name. The one above is the first of the same type in the
    place above.
    """
    roll, used = dice("teams"), Counter[tuple[int, str]]()
    decks: dict[int, list[Theme]] = {}
    heads: dict[tuple[int, TeamType], int] = {}
    made: list[DemoTeam] = []
    for number, division in enumerate(_places(divisions, teams), start=1):
        if not decks.get(division.id):
            decks[division.id] = roll.sample(THEMES, len(THEMES))
        theme = decks[division.id].pop()
        host = roll.choice(units) if division.level is DivisionLevel.BANNER else None
        start = f"{host['name'] if host else place_name(county, division)}{theme.word}"
        name = _name(start, used[division.id, start])
        used[division.id, start] += 1
        heads.setdefault((division.id, theme.type), number)
        row = {
            "id": number,
            "code": f"{county.team_prefix}-{number:04d}",
            **named(name),
            "level": division.level,
            "type": theme.type,
            "status": roll.choice(STATES),
            "division_id": division.id,
            "parent_id": heads.get((division.parent_id or 0, theme.type)),
            "node_id": node_key(division),
            "host_unit_id": host["id"] if host else None,
            "founded_on": OPENING + dt.timedelta(days=roll.randrange(DAYS)),
            "intro": f"{name}（演示数据，队伍与人员均为虚构）。",
            "created_at": THEN + dt.timedelta(minutes=number),
            "updated_at": THEN + dt.timedelta(minutes=number),
        }
        made.append(DemoTeam(row, theme, division))
    return made


def platform_rows(teams: list[DemoTeam]) -> list[Row]:
    """Return the platforms of each team, which are its theme's."""
    return [{"team_id": team.row["id"], "platform": platform} for team in teams for platform in team.theme.platforms]
