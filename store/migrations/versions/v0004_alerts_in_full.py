"""Alerts in full: cards posted anew, snooze, what is told aloud, notifications, pauses.

Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)

UNSAID = sa.text("done_at IS NULL")
UNRETIRED = sa.text("retired_at IS NULL")
CAME_FROM = sa.text("from_alert IS NOT NULL")
UNTRIED = sa.text(
    "state = 'queued' AND attempts = 0 AND next_at IS NOT NULL AND held_by IS NULL "
    "AND alert_id IS NULL"
)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def upgrade() -> None:
    _alerts()
    _orders()
    op.add_column("people", sa.Column("way", sa.Text(), nullable=False, server_default="direct"))
    op.add_column("people", sa.Column("paused_until", MOMENT))
    _tables()


def _alerts() -> None:
    for column in (
        _count("posting"),
        sa.Column("posted_at", MOMENT),
        _count("posted_seen"),
        sa.Column("link", sa.Text()),
        sa.Column("earlier", sa.Text()),
        _flag("anew"),
        sa.Column("again_at", MOMENT),
        _count("size"),
        _count("told_size"),
        _flag("urgent"),
        _flag("ended_told"),
        sa.Column("announced_at", MOMENT),
        sa.Column("unattended_at", MOMENT),
        sa.Column("snoozed_by", sa.Text()),
        sa.Column("snoozed_at", MOMENT),
        sa.Column("snoozed_until", MOMENT),
        sa.Column("snoozed_seen", sa.Integer()),
        sa.Column("facts", sa.Text()),
    ):
        op.add_column("alerts", column)
    # What stands in a channel already is the first card of its alert; again_at has it looked at.
    op.execute(
        "UPDATE alerts SET posting = 1, posted_at = coalesce(shown_at, opened_at), "
        "posted_seen = shown, announced_at = opened_at, again_at = opened_at WHERE ts IS NOT NULL"
    )


def _orders() -> None:
    # Written out: Alembic would copy the whole table on SQLite, and its triggers with it.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE orders ADD COLUMN from_alert {kind} "
        "CONSTRAINT fk_orders_from_alert REFERENCES alerts (id)"
    )
    op.create_index(
        "ix_orders_from_alert",
        "orders",
        ["from_alert", "seq"],
        sqlite_where=CAME_FROM,
        postgresql_where=CAME_FROM,
    )
    op.create_index(
        "ix_orders_untried",
        "orders",
        ["distributor", "next_at"],
        sqlite_where=UNTRIED,
        postgresql_where=UNTRIED,
    )


def _tables() -> None:
    op.create_table(
        "alert_messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("alert_id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("retired_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_messages_alert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_messages")),
    )
    op.create_index(op.f("ix_alert_messages_alert_id"), "alert_messages", ["alert_id"])
    op.create_index(
        "ix_alert_messages_unretired",
        "alert_messages",
        ["distributor", "id"],
        sqlite_where=UNRETIRED,
        postgresql_where=UNRETIRED,
    )
    op.create_table(
        "notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("alert_id", BIG, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.Column("sent_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_notices_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "alert_id", "person", "way", name=op.f("uq_notices_alert_id_person_way")
        ),
    )
    op.create_index(
        "ix_notices_unsaid",
        "notices",
        ["distributor", "id"],
        sqlite_where=UNSAID,
        postgresql_where=UNSAID,
    )
    for name, moment in (("pauses", "until"), ("pulses", "at")):
        op.create_table(
            name,
            sa.Column("distributor", KEY, nullable=False),
            sa.Column("what", sa.Text(), nullable=False),
            sa.Column(moment, MOMENT, nullable=False),
            sa.PrimaryKeyConstraint("distributor", "what", name=op.f(f"pk_{name}")),
        )
