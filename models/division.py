"""Places: the banner, its townships and villages, and every known spelling of their names."""

import enum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Binary, Key, Keyed, coded


class DivisionLevel(enum.Enum):
    BANNER = "BANNER"
    TOWNSHIP = "TOWNSHIP"
    VILLAGE = "VILLAGE"


class DivisionKind(enum.Enum):
    BANNER = "BANNER"
    TOWN = "TOWN"
    SUMU = "SUMU"
    STATE_FARM = "STATE_FARM"
    MINING_AREA = "MINING_AREA"
    GACHA = "GACHA"
    COMMUNITY = "COMMUNITY"
    LIVING_AREA = "LIVING_AREA"


class Connectivity(enum.Enum):
    """Phone signal; ours, not the article's: its story of success is a village without signal."""

    GOOD = "GOOD"
    WEAK = "WEAK"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"


class Weakness(enum.Enum):
    """Source: "四类嘎查", four kinds of villages with a problem."""

    WEAK_LEADERSHIP = "WEAK_LEADERSHIP"
    WEAK_COLLECTIVE_ECONOMY = "WEAK_COLLECTIVE_ECONOMY"
    NO_INDUSTRY = "NO_INDUSTRY"
    AGING_MEMBERSHIP = "AGING_MEMBERSHIP"


class AliasConfidence(enum.Enum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


def division_key(code: str) -> int:
    """Return the key of a division: its statistical code, filled up to 12 digits. Raises ValueError."""
    if len(code) not in (6, 9, 12) or not code.isdecimal():
        raise ValueError(f"{code!r} is not a division code of 6, 9 or 12 digits")
    return int(code.ljust(12, "0"))


def last_key_below(code: str) -> int:
    """Return the last key that the subtree of a division can hold."""
    return int(code.ljust(12, "9"))


def township_number(key: ColumnElement[int]) -> ColumnElement[int]:
    """Return the first nine digits of a division's key: the same for a township and its villages."""
    return key.op("/", return_type=Key)(literal_column("1000", Key))


def by_place(table: str, *columns: str) -> tuple[Index, Index]:
    """Return the indexes that give the rows of a village, and those of a township, by name. What stands in `columns`
    narrows them without a look at the row."""
    names = ("pinyin", "name", "id", *columns)
    number = text("(division_id / 1000)")  # `township_number`, as both databases write it
    return Index(f"ix_{table}_in_division", "division_id", *names), Index(f"ix_{table}_in_township", number, *names)


class Division(Base):
    """A place. Its key is the code filled up to 12 digits, so the subtree of a place is one range of keys:
    `id BETWEEN division.id AND division.last_id`, in every table that points to a division."""

    __tablename__ = "division"
    __table_args__ = (
        UniqueConstraint("id", "level"),
        CheckConstraint("(level = 'BANNER') = (parent_id IS NULL)", name="only_the_banner_has_no_parent"),
        CheckConstraint("last_id >= id", name="subtree_is_a_range"),
        Index(None, "pinyin", "name", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(Key)
    code: Mapped[str] = mapped_column(Text, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    township_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    level: Mapped[DivisionLevel] = mapped_column(coded(DivisionLevel))
    kind: Mapped[DivisionKind] = mapped_column(coded(DivisionKind))
    name: Mapped[str] = mapped_column(Binary)
    name_mn: Mapped[str | None] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Binary)
    search: Mapped[str] = mapped_column(Text)
    connectivity: Mapped[Connectivity] = mapped_column(coded(Connectivity), default=Connectivity.UNKNOWN)

    parent: Mapped["Division | None"] = relationship(
        remote_side="Division.id", foreign_keys="Division.parent_id", back_populates="children", lazy="raise"
    )
    township: Mapped["Division | None"] = relationship(
        remote_side="Division.id", foreign_keys="Division.township_id", lazy="raise"
    )
    children: Mapped[list["Division"]] = relationship(
        foreign_keys="Division.parent_id", back_populates="parent", lazy="raise"
    )
    aliases: Mapped[list["DivisionAlias"]] = relationship(back_populates="division", lazy="raise")
    weaknesses: Mapped[list["DivisionWeakness"]] = relationship(lazy="raise")


class DivisionAlias(Base, Keyed):
    """A spelling under which a place is known, its official name included; `LOW` ones are questions to a person."""

    __tablename__ = "division_alias"
    __table_args__ = (UniqueConstraint("alias", "division_id"),)

    alias: Mapped[str] = mapped_column(Binary)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    confidence: Mapped[AliasConfidence] = mapped_column(coded(AliasConfidence))

    division: Mapped[Division] = relationship(back_populates="aliases", lazy="raise")


class DivisionWeakness(Base):
    """One of the four problem kinds of a village; seen by the banner's roles only."""

    __tablename__ = "division_weakness"

    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), primary_key=True)
    weakness: Mapped[Weakness] = mapped_column(coded(Weakness), primary_key=True)
