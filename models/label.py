"""The words shown for codes: one table, so that wording changes without a migration."""

import enum

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class EnumLabel(Base):
    """The Chinese and English words for one code of one enum; `position` is the order in lists."""

    __tablename__ = "enum_label"

    enum_name: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    position: Mapped[int]


class Language(enum.Enum):
    """Of the words that the service shows."""

    ZH = "ZH"
    EN = "EN"
