"""Imports of workbooks: each file that somebody sent, and what was said about its rows."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _coded(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=24)


STATES = ("READING", "PREVIEWED", "IMPORTING", "DONE", "REFUSED", "DISCARDED", "FAILED")
COUNTS = (
    "rows_done", "rows_total", "teams_accepted", "teams_rejected", "members_accepted", "members_rejected",
    "rejected_count", "corrected_count", "warning_count", "skipped_count",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "workbook_import",
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("covers_county", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", _coded("workbookimportstate", *STATES), nullable=False),
        sa.Column("outcome", _coded("workbookoutcome", "ACCEPTED", "ACCEPTED_WITH_ISSUES"), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_workbook_import_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workbook_import")),
    )
    for columns in (["account_id", "received_at"], ["sha256"], ["state"]):
        op.create_index(op.f(f"ix_workbook_import_{'_'.join(columns)}"), "workbook_import", columns, unique=False)
    op.create_table(
        "workbook_import_entry",
        sa.Column("import_id", KEY, nullable=False),
        sa.Column("kind", _coded("workbookentrykind", "REJECTED", "CORRECTED", "WARNING", "SKIPPED"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("from_text", sa.Text(), nullable=True),
        sa.Column("to_text", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["workbook_import.id"], name=op.f("fk_workbook_import_entry_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workbook_import_entry")),
    )
    op.create_index(
        op.f("ix_workbook_import_entry_import_id_kind_position"),
        "workbook_import_entry",
        ["import_id", "kind", "position"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("workbook_import_entry")
    op.drop_table("workbook_import")
