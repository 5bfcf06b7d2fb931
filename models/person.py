"""People, what they can do and when they are free. Phones are stored sealed, masked and hashed, never in clear."""

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Binary, Key, Keyed, Moment, Mutable, coded
from models.division import Division, by_place
from models.skill import Skill


class PersonStatus(enum.Enum):
    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    SUSPENDED = "SUSPENDED"
    MERGED = "MERGED"
    ERASED = "ERASED"


class Gender(enum.Enum):
    FEMALE = "FEMALE"
    MALE = "MALE"


class PoliticalStatus(enum.Enum):
    PARTY_MEMBER = "PARTY_MEMBER"
    YOUTH_LEAGUE = "YOUTH_LEAGUE"
    NON_PARTY = "NON_PARTY"


class SpokenLanguage(enum.Enum):
    ZH = "ZH"
    MN = "MN"
    EN = "EN"
    OTHER = "OTHER"


class HalfDay(enum.Enum):
    """A weekly half-day, 周三上午 is WED_AM."""

    MON_AM = "MON_AM"
    MON_PM = "MON_PM"
    TUE_AM = "TUE_AM"
    TUE_PM = "TUE_PM"
    WED_AM = "WED_AM"
    WED_PM = "WED_PM"
    THU_AM = "THU_AM"
    THU_PM = "THU_PM"
    FRI_AM = "FRI_AM"
    FRI_PM = "FRI_PM"
    SAT_AM = "SAT_AM"
    SAT_PM = "SAT_PM"
    SUN_AM = "SUN_AM"
    SUN_PM = "SUN_PM"


class Season(enum.Enum):
    ALL_YEAR = "ALL_YEAR"
    SPRING = "SPRING"
    SUMMER = "SUMMER"
    AUTUMN = "AUTUMN"
    WINTER = "WINTER"


class Person(Base, Mutable):
    """人员. The phone is not unique: families share one. Ethnicity and birth date are sealed (class P3)."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "pinyin", "name", "id"), *by_place("person"))

    name: Mapped[str] = mapped_column(Binary)
    name_masked: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Binary)
    search: Mapped[str] = mapped_column(Text)
    gender: Mapped[Gender | None] = mapped_column(coded(Gender))
    birth_year: Mapped[int | None]
    birth_date_sealed: Mapped[str | None] = mapped_column(Text)
    ethnicity_sealed: Mapped[str | None] = mapped_column(Text)
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    phone_masked: Mapped[str | None] = mapped_column(Text)
    phone_hash: Mapped[str | None] = mapped_column(Text, index=True)
    political_status: Mapped[PoliticalStatus | None] = mapped_column(coded(PoliticalStatus))
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    skill_note: Mapped[str | None] = mapped_column(Text)
    guardian_consent_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    guardian_sealed: Mapped[str | None] = mapped_column(Text)
    """Name and phone of the guardian who consented, as sealed JSON."""
    shares_phone: Mapped[bool] = mapped_column(default=True, server_default=true())
    shares_birth_year: Mapped[bool] = mapped_column(default=True, server_default=true())
    shares_political_status: Mapped[bool] = mapped_column(default=True, server_default=true())
    registered_by_id: Mapped[int | None] = mapped_column(Key)
    """The account that registered the person; who verifies is another."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    status: Mapped[PersonStatus] = mapped_column(coded(PersonStatus), default=PersonStatus.PENDING)

    division: Mapped[Division | None] = relationship(lazy="raise")
    languages: Mapped[list["PersonLanguage"]] = relationship(lazy="raise")
    skills: Mapped[list["PersonSkill"]] = relationship(
        back_populates="person", foreign_keys="PersonSkill.person_id", lazy="raise"
    )
    availabilities: Mapped[list["Availability"]] = relationship(back_populates="person", lazy="raise")


class PersonLanguage(Base):
    """A language that a person speaks."""

    __tablename__ = "person_language"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    language: Mapped[SpokenLanguage] = mapped_column(coded(SpokenLanguage), primary_key=True)


class PersonSkill(Base, Keyed):
    """A skill that a person has; level 1 (learning) to 4 (teaches others)."""

    __tablename__ = "person_skill"
    __table_args__ = (
        UniqueConstraint("person_id", "skill_id"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_from_1_to_4"),
        Index(None, "skill_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[int] = mapped_column(default=2)
    certificate_number: Mapped[str | None] = mapped_column(Text)
    issued_on: Mapped[dt.date | None] = mapped_column(Date)
    expires_on: Mapped[dt.date | None] = mapped_column(Date)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    person: Mapped[Person] = relationship(back_populates="skills", foreign_keys=[person_id], lazy="raise")
    skill: Mapped[Skill] = relationship(lazy="raise")


class Availability(Base, Keyed):
    """A weekly half-day when a person is free."""

    __tablename__ = "availability"
    __table_args__ = (UniqueConstraint("person_id", "half_day", "season"), Index(None, "half_day", "person_id"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    half_day: Mapped[HalfDay] = mapped_column(coded(HalfDay))
    season: Mapped[Season] = mapped_column(coded(Season), default=Season.ALL_YEAR)
    note: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(back_populates="availabilities", lazy="raise")
