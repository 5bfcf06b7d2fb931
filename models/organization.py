"""Bodies that are not teams: the five-tier network, the three leading organizations, and units that help."""

import enum

from sqlalchemy import Float, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Binary, Keyed, Mutable, coded
from models.division import Division, by_place


class NetworkTier(enum.Enum):
    """Source: "中心、所、站、点、户". Tiers are not the levels of teams."""

    CENTER = "CENTER"
    OFFICE = "OFFICE"
    STATION = "STATION"
    POINT = "POINT"
    HOUSEHOLD = "HOUSEHOLD"


class NodeStatus(enum.Enum):
    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"


class OrganizationKind(enum.Enum):
    """Source: "三位一体"."""

    PRACTICE_CENTER = "PRACTICE_CENTER"
    VOLUNTEER_CORPS = "VOLUNTEER_CORPS"
    COMMAND_CENTER = "COMMAND_CENTER"


class UnitKind(enum.Enum):
    DEPARTMENT = "DEPARTMENT"
    SUPPORTING_UNIT = "SUPPORTING_UNIT"
    ENTERPRISE = "ENTERPRISE"
    ASSOCIATION = "ASSOCIATION"
    OUTSIDE_PARTNER = "OUTSIDE_PARTNER"


class NetworkNode(Base, Mutable):
    """阵地: a center, office, station, point or household of the practice network."""

    __tablename__ = "network_node"
    __table_args__ = (
        UniqueConstraint("division_id", "tier", "name"),
        Index(None, "pinyin", "name", "id"),
        *by_place("network_node"),
    )

    tier: Mapped[NetworkTier] = mapped_column(coded(NetworkTier))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("network_node.id"), index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    name: Mapped[str] = mapped_column(Binary)
    pinyin: Mapped[str] = mapped_column(Binary)
    search: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    contact: Mapped[str | None] = mapped_column(Text)
    status: Mapped[NodeStatus] = mapped_column(coded(NodeStatus), default=NodeStatus.ACTIVE)

    parent: Mapped["NetworkNode | None"] = relationship(
        remote_side="NetworkNode.id", back_populates="children", lazy="raise"
    )
    children: Mapped[list["NetworkNode"]] = relationship(back_populates="parent", lazy="raise")
    division: Mapped[Division] = relationship(lazy="raise")


class Organization(Base, Keyed):
    """One of the three leading bodies. The director is an office, not a person."""

    __tablename__ = "organization"

    kind: Mapped[OrganizationKind] = mapped_column(coded(OrganizationKind), unique=True)
    name: Mapped[str] = mapped_column(Binary)
    pinyin: Mapped[str] = mapped_column(Binary)
    director_office: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)

    division: Mapped[Division] = relationship(lazy="raise")


class Unit(Base, Mutable):
    """单位: a department, supporting unit, enterprise, association or outside partner."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("division_id", "name"), Index(None, "pinyin", "name", "id"))

    kind: Mapped[UnitKind] = mapped_column(coded(UnitKind))
    name: Mapped[str] = mapped_column(Binary)
    pinyin: Mapped[str] = mapped_column(Binary)
    search: Mapped[str] = mapped_column(Text)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))

    division: Mapped[Division] = relationship(lazy="raise")
