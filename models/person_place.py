"""Where people are found: the places of each person, kept ready, so that a place lists its people by name at once."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Binary, Key


class PersonPlace(Base):
    """A place whose coordinator sees a person: at home there or below, or in a team there or below with an open
    membership. Triggers keep it in the transaction that writes to people, memberships and teams, whoever writes."""

    __tablename__ = "person_place"
    __table_args__ = (Index(None, "division_id", "pinyin", "name", "person_id"), {"sqlite_with_rowid": False})

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    division_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    pinyin: Mapped[str] = mapped_column(Binary)
    name: Mapped[str] = mapped_column(Binary)
    """As the person's own: what a list is sorted by."""
