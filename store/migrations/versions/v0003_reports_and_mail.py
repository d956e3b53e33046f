"""Reports and mail: the daily report's settings, the reports, their files, and mails to be sent.

Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=False, sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    _settings()
    _reports()
    _mails()
    _partial(
        "ix_orders_marked",
        "orders",
        ["distributor", "settled_at"],
        "state = 'synced' AND synced = 'manual' AND reference IS NULL",
    )
    _never_changed("report_settings_events")


def _settings() -> None:
    op.create_table(
        "report_settings",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("on_since", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("distributor", name=op.f("pk_report_settings")),
    )
    op.create_table(
        "report_settings_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_settings_events")),
    )
    op.create_index(
        op.f("ix_report_settings_events_distributor"),
        "report_settings_events",
        ["distributor"],
        unique=False,
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("covered_by", BIG, nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Text(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("posted_in", sa.Text(), nullable=True),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("filed_at", MOMENT, nullable=True),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["covered_by"], ["reports.id"], name=op.f("fk_reports_covered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("distributor", "day", name=op.f("uq_reports_distributor_day")),
    )
    _partial("ix_reports_unmade", "reports", ["distributor", "lease_until"], "made_at IS NULL")
    _partial(
        "ix_reports_undone",
        "reports",
        ["distributor", "id"],
        "made_at IS NOT NULL AND done_at IS NULL",
    )
    _partial(
        "ix_reports_asked", "reports", ["distributor", "asked_by", "as_of"], "asked_by IS NOT NULL"
    )
    op.create_table(
        "report_files",
        sa.Column("report_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mimetype", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_files_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "name", "part", name=op.f("pk_report_files")),
    )


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("report_id", BIG, nullable=True),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("alert_id", BIG, nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Text(), nullable=True),
        sa.Column("worried_at", MOMENT, nullable=True),
        sa.Column("fate", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_mails_report_id")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_mails_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    _partial("ix_mails_due", "mails", ["distributor", "next_at"], "done_at IS NULL")
    _partial("ix_mails_alert", "mails", ["alert_id", "queued_at"], "alert_id IS NOT NULL")
    _partial("ix_mails_readable", "mails", ["done_at"], "text <> ''")


def _never_changed(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: what happened is never changed'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION never_changed()"
    )
