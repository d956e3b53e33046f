"""What people look at and tick, and what they did with many orders at once.

Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
UNFINISHED = sa.text("work IS NOT NULL AND finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "selections",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("work", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("worked_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("reached", BIG, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_selections"),
    )
    op.create_index(
        "ix_selections_person", "selections", ["distributor", "person", "worked_at"]
    )
    op.create_index("ix_selections_made_at", "selections", ["made_at"])
    op.create_index(
        "ix_selections_unfinished",
        "selections",
        ["distributor", "worked_at"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_table(
        "ticks",
        sa.Column("selection", BIG, autoincrement=False, nullable=False),
        sa.Column("order_seq", BIG, autoincrement=False, nullable=False),
        sa.Column("there", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["selection"], ["selections.id"], name="fk_ticks_selection", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("selection", "order_seq", name="pk_ticks"),
    )
    op.create_table(
        "looks",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("alert_id", BIG, nullable=True),
        sa.Column("narrow", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("selection", BIG, nullable=True),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_looks_alert_id"),
        sa.ForeignKeyConstraint(
            ["selection"], ["selections.id"], name="fk_looks_selection", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("distributor", "person", "place", name="pk_looks"),
    )
    op.create_index("ix_looks_seen", "looks", ["distributor", "place", "seen_at"])
    op.create_index("ix_looks_selection", "looks", ["selection"])
