"""The first tables.

Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")

APPEND_ONLY = ("order_events", "connection_events", "people_events")

# What is counted of an order, as an expression over a row: its code only while it is failed, and
# what staff would say became of it.
CODE = "CASE {row}.state WHEN 'failed' THEN coalesce({row}.failure_code, '') ELSE '' END"
OUTCOME = (
    "CASE {row}.state WHEN 'failed' THEN 'failed' WHEN 'synced' THEN "
    "CASE {row}.synced WHEN 'manual' THEN 'by_hand' ELSE 'successful' END ELSE 'pending' END"
)
SQLITE_HOUR = "CAST(strftime('%s', {row}.received_at) AS INTEGER) / 3600"
POSTGRES_HOUR = "floor(extract(epoch FROM {row}.received_at) / 3600)::integer"
COUNT = """
  INSERT INTO counts (distributor, state, code, lot, n)
    VALUES ({row}.distributor, {row}.state, {code}, {lot}, {change})
    ON CONFLICT (distributor, state, code, lot) DO UPDATE SET n = counts.n + excluded.n;
"""
ARRIVE = """
  INSERT INTO arrivals (distributor, hour, outcome, lot, n)
    VALUES ({row}.distributor, {hour}, {outcome}, {lot}, {change})
    ON CONFLICT (distributor, hour, outcome, lot) DO UPDATE SET n = arrivals.n + excluded.n;
"""


def _counting(template: str, row: str, change: int, hour: str, lot: str) -> str:
    filled = {"code": CODE, "outcome": OUTCOME, "hour": hour}
    words = {name: expression.format(row=row) for name, expression in filled.items()}
    return template.format(row=row, change=change, lot=lot, **words)


def _sqlite(template: str, row: str, change: int) -> str:
    return _counting(template, row, change, SQLITE_HOUR, "0")


# Each transaction counts under its own number, so that no process waits for another's count.
def _postgres(template: str, row: str, change: int) -> str:
    return _counting(template, row, change, POSTGRES_HOUR, "txid_current()")


COUNTED = "OLD.state <> NEW.state OR OLD.failure_code IS NOT NEW.failure_code"
# On its way from the queue to the ERP an order is pending all the time: nothing to count.
ARRIVED = "(OLD.state IN {over} OR NEW.state IN {over}) AND ({changed})".format(
    over="('synced', 'failed')",
    changed="OLD.state <> NEW.state OR OLD.synced IS NOT NEW.synced",
)

SQLITE_COUNTS = (
    f"""
    CREATE TRIGGER orders_counted_in AFTER INSERT ON orders BEGIN
      {_sqlite(COUNT, "NEW", 1)} {_sqlite(ARRIVE, "NEW", 1)}
    END
    """,
    f"""
    CREATE TRIGGER orders_counted_over AFTER UPDATE OF state, failure_code ON orders
    WHEN {COUNTED} BEGIN
      {_sqlite(COUNT, "OLD", -1)} {_sqlite(COUNT, "NEW", 1)}
    END
    """,
    f"""
    CREATE TRIGGER orders_arrived_over AFTER UPDATE OF state, synced ON orders
    WHEN {ARRIVED} BEGIN
      {_sqlite(ARRIVE, "OLD", -1)} {_sqlite(ARRIVE, "NEW", 1)}
    END
    """,
)

POSTGRES_COUNTS = (
    f"""
    CREATE FUNCTION count_order_in() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      {_postgres(COUNT, "NEW", 1)} {_postgres(ARRIVE, "NEW", 1)}
      RETURN NULL;
    END $$
    """,
    f"""
    CREATE FUNCTION count_order_over() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      {_postgres(COUNT, "OLD", -1)} {_postgres(COUNT, "NEW", 1)}
      IF {ARRIVED.replace("IS NOT", "IS DISTINCT FROM")} THEN
        {_postgres(ARRIVE, "OLD", -1)} {_postgres(ARRIVE, "NEW", 1)}
      END IF;
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER orders_counted_in AFTER INSERT ON orders
      FOR EACH ROW EXECUTE FUNCTION count_order_in()
    """,
    f"""
    CREATE TRIGGER orders_counted_over AFTER UPDATE OF state, failure_code, synced ON orders
      FOR EACH ROW
      WHEN ({COUNTED.replace("IS NOT", "IS DISTINCT FROM")} OR OLD.synced IS DISTINCT FROM NEW.synced)
      EXECUTE FUNCTION count_order_over()
    """,
)


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("cause_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("moved_at", MOMENT, nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["distributor", "cause_key"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_alerts_stale",
        "alerts",
        ["distributor", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL AND ts IS NOT NULL AND change > shown"),
        postgresql_where=sa.text("closed_at IS NOT NULL AND ts IS NOT NULL AND change > shown"),
    )
    op.create_table(
        "connection_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_events")),
    )
    op.create_index(
        op.f("ix_connection_events_distributor"), "connection_events", ["distributor"], unique=False
    )
    op.create_table(
        "connections",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("last_ok", MOMENT, nullable=True),
        sa.Column("last_asked", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("distributor", name=op.f("pk_connections")),
    )
    op.create_table(
        "counts",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("lot", BIG, autoincrement=False, nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.PrimaryKeyConstraint("distributor", "state", "code", "lot", name=op.f("pk_counts")),
    )
    op.create_table(
        "arrivals",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("lot", BIG, autoincrement=False, nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.PrimaryKeyConstraint("distributor", "hour", "outcome", "lot", name=op.f("pk_arrivals")),
    )
    op.create_table(
        "shares",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("process", BIG, autoincrement=False, nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("distributor", "process", name=op.f("pk_shares")),
    )
    op.create_table(
        "people",
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("actions", sa.Boolean(), nullable=False),
        sa.Column("notifications", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("distributor", "person", name=op.f("pk_people")),
    )
    op.create_table(
        "people_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_events")),
    )
    op.create_index(
        "ix_people_events_person", "people_events", ["distributor", "person", "id"], unique=False
    )
    op.create_table(
        "profiles",
        sa.Column("team", KEY, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("team", "person", name=op.f("pk_profiles")),
    )
    op.create_table(
        "mentions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=True),
        sa.Column("alert_id", BIG, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_mentions_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
    )
    op.create_index(
        "ix_mentions_unsaid",
        "mentions",
        ["distributor", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "orders",
        sa.Column("seq", BIG, nullable=False),
        sa.Column("distributor", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=True),
        sa.Column("name_key", KEY, nullable=True),
        sa.Column("po_number", sa.Text(), nullable=True),
        sa.Column("total", EXACT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("delivery_date", sa.Date(), nullable=False),
        sa.Column("deliver_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("look_after", MOMENT, nullable=True),
        sa.Column("attempt", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_value", sa.Text(), nullable=True),
        sa.Column("failure_references", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("synced", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("last_sent_at", MOMENT, nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_since", MOMENT, nullable=True),
        sa.Column("held_until", MOMENT, nullable=True),
        sa.Column("alert_id", BIG, nullable=True),
        sa.Column("alerted_at", MOMENT, nullable=True),
        sa.Column("joined", sa.Integer(), nullable=True),
        sa.Column("acted_by", sa.Text(), nullable=True),
        sa.Column("acted_at", MOMENT, nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_orders_alert_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_orders")),
        sa.UniqueConstraint("distributor", "id", name=op.f("uq_orders_distributor_id")),
    )
    op.create_index(
        "ix_orders_account", "orders", ["distributor", "account_id", "seq"], unique=False
    )
    op.create_index(
        "ix_orders_alert",
        "orders",
        ["alert_id", "seq"],
        unique=False,
        sqlite_where=sa.text("alert_id IS NOT NULL"),
        postgresql_where=sa.text("alert_id IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_claim",
        "orders",
        ["distributor", sa.literal_column("asked DESC"), "deliver_at", "seq", "next_at"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('queued', 'failed') AND next_at IS NOT NULL AND held_by IS NULL"
        ),
        postgresql_where=sa.text(
            "state IN ('queued', 'failed') AND next_at IS NOT NULL AND held_by IS NULL"
        ),
    )
    op.create_index(
        "ix_orders_code",
        "orders",
        ["distributor", "failure_code", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_index(
        "ix_orders_due",
        "orders",
        ["distributor", "next_at"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('queued', 'failed') AND next_at IS NOT NULL AND held_by IS NULL"
        ),
        postgresql_where=sa.text(
            "state IN ('queued', 'failed') AND next_at IS NOT NULL AND held_by IS NULL"
        ),
    )
    op.create_index(
        "ix_orders_held",
        "orders",
        ["distributor", "held_by"],
        unique=False,
        sqlite_where=sa.text("held_by IS NOT NULL"),
        postgresql_where=sa.text("held_by IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_lease",
        "orders",
        ["distributor", "next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_orders_lookup",
        "orders",
        ["distributor", "next_at"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('sent', 'unknown', 'pending_verification') AND next_at IS NOT NULL"
        ),
        postgresql_where=sa.text(
            "state IN ('sent', 'unknown', 'pending_verification') AND next_at IS NOT NULL"
        ),
    )
    op.create_index("ix_orders_name", "orders", ["distributor", "name_key"], unique=False)
    op.create_index(
        "ix_orders_po_number",
        "orders",
        ["distributor", "po_number"],
        unique=False,
        sqlite_where=sa.text("po_number IS NOT NULL"),
        postgresql_where=sa.text("po_number IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_received", "orders", ["distributor", "received_at", "state", "synced"], unique=False
    )
    op.create_index(
        "ix_orders_reference",
        "orders",
        ["distributor", "reference"],
        unique=False,
        sqlite_where=sa.text("reference IS NOT NULL"),
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.create_index("ix_orders_state", "orders", ["distributor", "state", "seq"], unique=False)
    op.create_index(
        "ix_orders_unconfirmed",
        "orders",
        ["distributor", "last_sent_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('sent', 'unknown')"),
        postgresql_where=sa.text("state IN ('sent', 'unknown')"),
    )
    op.create_index(
        "ix_orders_waiting",
        "orders",
        ["distributor", "waiting_since"],
        unique=False,
        sqlite_where=sa.text("state = 'queued' AND waiting_since IS NOT NULL"),
        postgresql_where=sa.text("state = 'queued' AND waiting_since IS NOT NULL"),
    )
    op.create_table(
        "order_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_seq", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_seq"], ["orders.seq"], name=op.f("fk_order_events_order_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    op.create_index("ix_order_events_order", "order_events", ["order_seq", "id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgres_triggers()


def _sqlite_triggers() -> None:
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: what happened is never changed'); END"
            )
    for statement in SQLITE_COUNTS:
        op.execute(statement)


def _postgres_triggers() -> None:
    op.execute(
        "CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%: what happened is never changed', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION never_changed()"
        )
    for statement in POSTGRES_COUNTS:
        op.execute(statement)
