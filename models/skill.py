"""What people can do: the catalogue of skills."""

import enum

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Binary, Keyed, coded


class SkillCategory(enum.Enum):
    """Assumed: the grouping is ours."""

    LIVESTOCK = "LIVESTOCK"
    FARMING = "FARMING"
    HEALTH = "HEALTH"
    LAW = "LAW"
    CULTURE = "CULTURE"
    EDUCATION = "EDUCATION"
    DAILY_LIFE = "DAILY_LIFE"
    SAFETY = "SAFETY"
    MEDIA = "MEDIA"
    SPORTS = "SPORTS"
    OTHER = "OTHER"


class Skill(Base, Keyed):
    """技能: one entry of the catalogue."""

    __tablename__ = "skill"
    __table_args__ = (Index(None, "pinyin", "name", "id"),)

    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Binary, unique=True)
    pinyin: Mapped[str] = mapped_column(Binary)
    search: Mapped[str] = mapped_column(Text)
    category: Mapped[SkillCategory] = mapped_column(coded(SkillCategory))
    requires_certificate: Mapped[bool] = mapped_column(default=False)
