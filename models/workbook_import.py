"""Imports of workbooks: each file that somebody sent, how far it got, and what was said about its rows."""

import datetime as dt
import enum

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import Account
from models.base import Base, Keyed, Moment, coded, now


class WorkbookImportState(enum.Enum):
    """READING → PREVIEWED → IMPORTING → DONE; REFUSED is the file's fault, FAILED is ours, DISCARDED was wanted."""

    READING = "READING"
    PREVIEWED = "PREVIEWED"
    IMPORTING = "IMPORTING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    DISCARDED = "DISCARDED"
    FAILED = "FAILED"


class WorkbookOutcome(enum.Enum):
    ACCEPTED = "ACCEPTED"
    ACCEPTED_WITH_ISSUES = "ACCEPTED_WITH_ISSUES"


class WorkbookEntryKind(enum.Enum):
    """What was said about a row."""

    REJECTED = "REJECTED"
    CORRECTED = "CORRECTED"
    WARNING = "WARNING"
    SKIPPED = "SKIPPED"


class WorkbookImport(Base, Keyed):
    """导入: one file. `account_id` is None for the operator at the server's terminal."""

    __tablename__ = "workbook_import"
    __table_args__ = (
        Index(None, "account_id", "received_at"),
        Index(None, "sha256"),
        Index(None, "state"),
    )

    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    channel: Mapped[str] = mapped_column(Text)
    covers_county: Mapped[bool]
    """Whether no row was outside of what the importer decides about: then nobody has to import the file again."""
    file_name: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    state: Mapped[WorkbookImportState] = mapped_column(coded(WorkbookImportState), default=WorkbookImportState.READING)
    outcome: Mapped[WorkbookOutcome | None] = mapped_column(coded(WorkbookOutcome))
    error: Mapped[str | None] = mapped_column(Text)
    """Why it was refused or failed, Chinese then English."""
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    """How far the present step is; 0 of 0 before it has begun."""
    teams_accepted: Mapped[int] = mapped_column(default=0)
    teams_rejected: Mapped[int] = mapped_column(default=0)
    members_accepted: Mapped[int] = mapped_column(default=0)
    members_rejected: Mapped[int] = mapped_column(default=0)
    rejected_count: Mapped[int] = mapped_column(default=0)
    corrected_count: Mapped[int] = mapped_column(default=0)
    warning_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str | None] = mapped_column(Text)
    """The report as JSON without its entries: sheets, counts, totals by code."""
    received_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    beat_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    """When its worker was last known to live."""

    account: Mapped[Account | None] = relationship(lazy="raise")
    entries: Mapped[list["WorkbookImportEntry"]] = relationship(back_populates="workbook_import", lazy="raise")


class WorkbookImportEntry(Base, Keyed):
    """One thing that was said about a row. Phones stand masked in the texts."""

    __tablename__ = "workbook_import_entry"
    __table_args__ = (Index(None, "import_id", "kind", "position"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("workbook_import.id"))
    kind: Mapped[WorkbookEntryKind] = mapped_column(coded(WorkbookEntryKind))
    position: Mapped[int]
    sheet: Mapped[str] = mapped_column(Text)
    row_number: Mapped[int]
    field: Mapped[str | None] = mapped_column(Text)
    from_text: Mapped[str | None] = mapped_column(Text)
    """What stood there."""
    to_text: Mapped[str | None] = mapped_column(Text)
    """What became of it, for corrections."""
    code: Mapped[str] = mapped_column(Text)

    workbook_import: Mapped[WorkbookImport] = relationship(back_populates="entries", lazy="raise")
