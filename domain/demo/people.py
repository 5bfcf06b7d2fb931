"""The demo's people: who they are, what they can do and when they are free."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from random import Random

from domain.county import Row, named
from domain.demo.chance import THEN, dice
from domain.demo.names import invent
from domain.demo.teams import DemoTeam
from models import Gender, HalfDay, PersonStatus, PoliticalStatus, Season, Skill, SpokenLanguage, TeamType
from models.sealed import Keyring
from models.text import mask_name, mask_phone

PARTY = {TeamType.PARTY_CADRE: 0.8, TeamType.PROFESSIONAL: 0.3, TeamType.SOCIAL_ORG: 0.12}
"""Assumed: the share of party members."""

STATES = [PersonStatus.VERIFIED] * 30 + [PersonStatus.PENDING] * 2
SEASONS = [Season.ALL_YEAR] * 8 + [Season.WINTER, Season.SUMMER]
NOTES = ["会做奶豆腐", "会赶大车", "会剪羊毛", "会搭蒙古包"]
YEAR = THEN.year

named_once = cache(named)  # people share names, and pinyin takes half of the time


@dataclass
class DemoPeople:
    """Invents people one by one; the rows of each table as they grow."""

    keyring: Keyring
    skills: list[Skill]
    roll: Random = field(default_factory=lambda: dice("people"))
    people: list[Row] = field(default_factory=list)
    languages: list[Row] = field(default_factory=list)
    abilities: list[Row] = field(default_factory=list)
    half_days: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_code = {skill.code: skill for skill in self.skills}
        self._phone: str | None = None

    def add(self, team: DemoTeam, division_id: int, leader: int | None) -> Row:
        """Invent one more person, who lives in a division and belongs to a team."""
        roll, key = self.roll, len(self.people) + 1
        mongolian, gender = roll.random() < 0.7, roll.choice([Gender.FEMALE, Gender.MALE])
        name, born = invent(roll, mongolian=mongolian, gender=gender), self._birth_date()
        phone = self._next_phone(key)
        minor = YEAR - born.year < 18
        person = {
            "id": key,
            **named_once(name),
            "name_masked": mask_name(name),
            "gender": gender,
            "birth_year": born.year,
            "birth_date_sealed": self.keyring.seal(born.isoformat()),
            "ethnicity_sealed": self.keyring.seal("蒙古族" if mongolian else "汉族"),
            "phone_sealed": self.keyring.seal(phone) if phone else None,
            "phone_masked": mask_phone(phone) if phone else None,
            "phone_hash": self.keyring.lookup_hash(phone) if phone else None,
            "political_status": self._political_status(team, YEAR - born.year),
            "division_id": division_id,
            "skill_note": roll.choice(NOTES) if roll.random() < 0.02 else None,
            "guardian_consent_at": THEN if minor else None,
            "status": roll.choice(STATES),
            "created_at": THEN + dt.timedelta(minutes=key),
            "updated_at": THEN + dt.timedelta(minutes=key),
        }
        self.people.append(person)
        self.languages += [{"person_id": key, "language": spoken} for spoken in self._spoken(mongolian)]
        self._learn(key, team, leader)
        self._be_free(key)
        return person

    def _birth_date(self) -> dt.date:
        age = 15 + self.roll.randrange(3) if self.roll.random() < 0.01 else round(self.roll.triangular(19, 78, 45))
        return dt.date(YEAR - age, 1, 1) + dt.timedelta(days=self.roll.randrange(365))

    def _next_phone(self, key: int) -> str | None:
        """Return a phone of a range that is not given out; some families share one, some people have none."""
        chance = self.roll.random()
        if chance < 0.02:
            return None
        if chance > 0.08 or self._phone is None:
            self._phone = f"125{key * 7_919_003 % 10**8:08d}"
        return self._phone

    def _political_status(self, team: DemoTeam, age: int) -> PoliticalStatus:
        if age >= 18 and self.roll.random() < PARTY[team.theme.type]:
            return PoliticalStatus.PARTY_MEMBER
        return PoliticalStatus.YOUTH_LEAGUE if age <= 28 and self.roll.random() < 0.7 else PoliticalStatus.NON_PARTY

    def _spoken(self, mongolian: bool) -> list[SpokenLanguage]:
        found = [SpokenLanguage.ZH] if not mongolian or self.roll.random() < 0.93 else []
        if mongolian or self.roll.random() < 0.15:
            found.append(SpokenLanguage.MN)
        chance = self.roll.random()
        if chance < 0.03:
            found.append(SpokenLanguage.EN)
        elif chance > 0.995:
            found.append(SpokenLanguage.OTHER)
        return found

    def _learn(self, person: int, team: DemoTeam, leader: int | None) -> None:
        roll, known = self.roll, [self._by_code[code] for code in team.theme.skills if code in self._by_code]
        count = roll.choice((0, 1, 1, 1, 2, 2, 3))
        chosen = roll.sample(known, min(count, len(known)))
        if roll.random() < 0.06 and (other := roll.choice(self.skills)) not in chosen:
            chosen.append(other)
        for skill in chosen:
            self.abilities.append(
                {
                    "id": len(self.abilities) + 1,
                    "person_id": person,
                    "skill_id": skill.id,
                    "level": roll.choice((1, 2, 2, 2, 3, 3, 4)),
                    **self._certificate(skill, leader),
                }
            )

    def _certificate(self, skill: Skill, leader: int | None) -> Row:
        """Return a certificate where one is needed: of ten people one has none, and some have run out."""
        if not skill.requires_certificate or self.roll.random() < 0.1:
            names = ("certificate_number", "issued_on", "expires_on", "verified_by_id", "verified_at")
            return dict.fromkeys(names)
        issued = dt.date(YEAR - 6, 1, 1) + dt.timedelta(days=self.roll.randrange(5 * 365))
        seen = leader is not None and self.roll.random() < 0.8
        return {
            "certificate_number": f"YS{issued:%Y}{len(self.abilities) + 1:06d}",
            "issued_on": issued,
            "expires_on": issued + dt.timedelta(days=4 * 365),
            "verified_by_id": leader if seen else None,
            "verified_at": THEN if seen else None,
        }

    def _be_free(self, person: int) -> None:
        for half_day in self.roll.sample(list(HalfDay), self.roll.choice((0, 1, 1, 2, 2, 3, 4))):
            self.half_days.append(
                {
                    "id": len(self.half_days) + 1,
                    "person_id": person,
                    "half_day": half_day,
                    "season": self.roll.choice(SEASONS),
                }
            )
