"""What keeps answers quick as a county grows: indexes that give the rows of a place in the order of their names."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

BY_NAME = ("pinyin", "name", "id")
PLACED = {"team": ("type", "status"), "person": (), "network_node": ()}
"""Tables whose rows are listed by place, and what narrows those lists inside the index."""


def upgrade() -> None:
    for table, columns in PLACED.items():
        names = [*BY_NAME, *columns]
        op.create_index(f"ix_{table}_in_division", table, ["division_id", *names])
        op.create_index(f"ix_{table}_in_township", table, [sa.text("(division_id / 1000)"), *names])
    op.drop_index("ix_person_division_id", "person")


def downgrade() -> None:
    op.create_index("ix_person_division_id", "person", ["division_id"])
    for table in PLACED:
        op.drop_index(f"ix_{table}_in_township", table)
        op.drop_index(f"ix_{table}_in_division", table)
