"""The tables, as SQLAlchemy sees them. The migrations make them; a test holds both together.

Conditions of partial indexes stand here as literal SQL, because neither database uses such an
index for a condition that arrives as a parameter.
"""

from typing import Final

import sqlalchemy as sa

from store.columns import Big, Exact, Key, Moment, Words

CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=CONVENTION)

SENDABLE: Final = sa.text(
    "state IN ('queued', 'failed') AND next_at IS NOT NULL AND held_by IS NULL"
)
"""What the claim may take, once it is due."""
LOOKABLE: Final = sa.text(
    "state IN ('sent', 'unknown', 'pending_verification') AND next_at IS NOT NULL"
)
LOOKED_UP: Final = sa.text("state IN ('sent', 'unknown', 'pending_verification')")
UNCONFIRMED: Final = sa.text("state IN ('sent', 'unknown')")
SYNCED: Final = sa.text("state = 'synced'")
SENDING: Final = sa.text("state = 'sending'")
WAITING: Final = sa.text("state = 'queued' AND waiting_since IS NOT NULL")
UNTRIED: Final = sa.text(
    "state = 'queued' AND attempts = 0 AND next_at IS NOT NULL AND held_by IS NULL "
    "AND alert_id IS NULL"
)
"""Waits for its first attempt, and no alert tells of it."""
OPEN: Final = sa.text("closed_at IS NULL")
HELD: Final = sa.text("held_by IS NOT NULL")
UNSAID: Final = sa.text("done_at IS NULL")
UNFINISHED: Final = sa.text("work IS NOT NULL AND finished_at IS NULL")
UNRETIRED: Final = sa.text("retired_at IS NULL")
MARKED: Final = sa.text("state = 'synced' AND synced = 'manual' AND reference IS NULL")
"""Marked as synced by a person who told no number of the ERP's."""
UNMADE: Final = sa.text("made_at IS NULL")
UNDONE: Final = sa.text("made_at IS NOT NULL AND done_at IS NULL")
"""Of a report: made, and yet to be posted."""
STALE: Final = sa.text("closed_at IS NOT NULL AND ts IS NOT NULL AND change > shown")
"""Closed, and yet to be drawn anew: others may read it now than when it was drawn."""

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("cause_key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("code", sa.Text),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("change", sa.Integer, nullable=False),
    sa.Column("shown", sa.Integer, nullable=False),
    sa.Column("shown_at", Moment),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("moved_at", Moment),
    sa.Column("taken_by", sa.Text),
    sa.Column("taken_at", Moment),
    # Of an outage: since when the connection works again. Null while it is broken.
    sa.Column("ended_at", Moment),
    sa.Column("closed_at", Moment),
    # --- its present card: which one it is, since when it stands there, what it showed at first
    sa.Column("posting", sa.Integer, nullable=False, server_default="0"),
    sa.Column("posted_at", Moment),
    sa.Column("posted_seen", sa.Integer, nullable=False, server_default="0"),
    sa.Column("link", sa.Text),
    sa.Column("earlier", sa.Text),
    sa.Column("anew", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("again_at", Moment),
    # --- what was told aloud
    sa.Column("size", sa.Integer, nullable=False, server_default="0"),
    sa.Column("told_size", sa.Integer, nullable=False, server_default="0"),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("ended_told", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("announced_at", Moment),
    sa.Column("unattended_at", Moment),
    # --- put aside for a time
    sa.Column("snoozed_by", sa.Text),
    sa.Column("snoozed_at", Moment),
    sa.Column("snoozed_until", Moment),
    sa.Column("snoozed_seen", sa.Integer),
    # Of a trouble of Orderwatch's own: what its words are made of.
    sa.Column("facts", sa.Text),
)
sa.Index(
    "uq_alerts_open",
    alerts.c.distributor,
    alerts.c.cause_key,
    unique=True,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
sa.Index(
    "ix_alerts_stale",
    alerts.c.distributor,
    alerts.c.id,
    sqlite_where=STALE,
    postgresql_where=STALE,
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("seq", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("id", Key, nullable=False),
    # --- the content: what lists show stands beside the whole
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("account_id", Words, nullable=False),
    sa.Column("account_name", Words),
    sa.Column("name_key", Key),
    sa.Column("po_number", Words),
    sa.Column("total", Exact, nullable=False),
    sa.Column("currency", Words),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("placed_at", Moment, nullable=False),
    sa.Column("delivery_date", sa.Date, nullable=False),
    sa.Column("deliver_at", Moment, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    # --- where it stands: one column for each field of `lifecycle.Standing`
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("next_at", Moment),
    sa.Column("look_after", Moment),
    sa.Column("attempt", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("left", sa.Boolean, nullable=False),
    sa.Column("accepted", sa.Boolean, nullable=False),
    sa.Column("draft", sa.Boolean, nullable=False),
    sa.Column("absences", sa.Integer, nullable=False),
    sa.Column("proofs", sa.Integer, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False),
    sa.Column("failure_code", sa.Text),
    sa.Column("failure_message", Words),
    sa.Column("subject_kind", sa.Text),
    sa.Column("subject_value", Words),
    sa.Column("failure_references", sa.Text),
    sa.Column("reference", Words),
    sa.Column("synced", sa.Text),
    sa.Column("settled_by", sa.Text),
    sa.Column("settled_at", Moment),
    sa.Column("waiting_since", Moment),
    sa.Column("last_sent_at", Moment),
    sa.Column("held_by", sa.Text),
    sa.Column("held_since", Moment),
    sa.Column("held_until", Moment),
    # --- beside it: its alert, that alert's change when it joined, the alert it came from, and who
    # last had it sent again
    sa.Column("alert_id", Big, sa.ForeignKey("alerts.id")),
    sa.Column("alerted_at", Moment),
    sa.Column("joined", sa.Integer),
    sa.Column("from_alert", Big, sa.ForeignKey("alerts.id")),
    sa.Column("acted_by", sa.Text),
    sa.Column("acted_at", Moment),
    # When contact, address and notes were taken out of the content.
    sa.Column("forgotten_at", Moment),
    sa.UniqueConstraint("distributor", "id"),
)


def _partial(name: str, where: sa.TextClause, *columns: sa.ColumnElement[object]) -> None:
    sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


_o = orders.c
_partial(
    "ix_orders_claim", SENDABLE, _o.distributor, _o.asked.desc(), _o.deliver_at, _o.seq, _o.next_at
)
_partial("ix_orders_due", SENDABLE, _o.distributor, _o.next_at)
_partial("ix_orders_lookup", LOOKABLE, _o.distributor, _o.next_at)
_partial("ix_orders_lease", SENDING, _o.distributor, _o.next_at)
_partial("ix_orders_unconfirmed", UNCONFIRMED, _o.distributor, _o.last_sent_at)
_partial("ix_orders_untried", UNTRIED, _o.distributor, _o.next_at)
_partial("ix_orders_waiting", WAITING, _o.distributor, _o.waiting_since)
_partial("ix_orders_alert", sa.text("alert_id IS NOT NULL"), _o.alert_id, _o.seq)
_partial("ix_orders_from_alert", sa.text("from_alert IS NOT NULL"), _o.from_alert, _o.seq)
_partial("ix_orders_po_number", sa.text("po_number IS NOT NULL"), _o.distributor, _o.po_number)
_partial("ix_orders_reference", sa.text("reference IS NOT NULL"), _o.distributor, _o.reference)
_partial("ix_orders_code", sa.text("state = 'failed'"), _o.distributor, _o.failure_code, _o.seq)
_partial("ix_orders_held", HELD, _o.distributor, _o.held_by)
_partial("ix_orders_marked", MARKED, _o.distributor, _o.settled_at)
sa.Index("ix_orders_state", _o.distributor, _o.state, _o.seq)
sa.Index("ix_orders_account", _o.distributor, _o.account_id, _o.seq)
sa.Index("ix_orders_name", _o.distributor, _o.name_key)
sa.Index("ix_orders_received", _o.distributor, _o.received_at, _o.state, _o.synced)

counts = sa.Table(
    "counts",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    # Of failed orders; of all others it is empty.
    sa.Column("code", sa.Text, primary_key=True),
    # Always 0 where one process writes; elsewhere each transaction adds under its own number, so
    # that nobody waits for the row of another.
    sa.Column("lot", Big, primary_key=True, autoincrement=False),
    sa.Column("n", Big, nullable=False),
)
"""How many orders stand in each state, the failed ones by code. Triggers keep it: no statement can
forget.
"""

arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    # Whole hours since 1970, UTC.
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    # pending, failed, successful or by_hand
    sa.Column("outcome", sa.Text, primary_key=True),
    sa.Column("lot", Big, primary_key=True, autoincrement=False),
    sa.Column("n", Big, nullable=False),
)
"""What became of the orders received in each hour. Triggers keep it; `lot` is as in `counts`."""

shares = sa.Table(
    "shares",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    sa.Column("process", Big, primary_key=True, autoincrement=False),
    sa.Column("held", sa.Integer, nullable=False),
    sa.Column("until", Moment, nullable=False),
)
"""How many calls each process may have out on a connection. Empty where there is one process."""

order_events = sa.Table(
    "order_events",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("order_seq", Big, sa.ForeignKey("orders.seq"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("attempt", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("message", Words),
    sa.Column("reference", Words),
    sa.Column("refused", sa.Text),
)
sa.Index("ix_order_events_order", order_events.c.order_seq, order_events.c.id)

connections = sa.Table(
    "connections",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    sa.Column("failure_code", sa.Text),
    sa.Column("failure_message", Words),
    sa.Column("streak", sa.Integer, nullable=False),
    sa.Column("probes", sa.Integer, nullable=False),
    sa.Column("window", sa.Integer, nullable=False),
    sa.Column("last_ok", Moment),
    sa.Column("last_asked", Moment),
)

connection_events = sa.Table(
    "connection_events",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("code", sa.Text),
    sa.Column("message", Words),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("actions", sa.Boolean, nullable=False),
    sa.Column("notifications", sa.Boolean, nullable=False),
    # How somebody wants to be notified, and until when not: each person's own choice.
    sa.Column("way", sa.Text, nullable=False, server_default="direct"),
    sa.Column("paused_until", Moment),
)

people_events = sa.Table(
    "people_events",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("detail", Words, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("by", sa.Text),
    sa.Index("ix_people_events_person", "distributor", "person", "id"),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("to", sa.Text),
    sa.Column("alert_id", Big, sa.ForeignKey("alerts.id")),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("queued_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
)
sa.Index(
    "ix_mentions_unsaid",
    mentions.c.distributor,
    mentions.c.id,
    sqlite_where=UNSAID,
    postgresql_where=UNSAID,
)

alert_messages = sa.Table(
    "alert_messages",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("alert_id", Big, sa.ForeignKey("alerts.id"), nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("ts", sa.Text, nullable=False),
    # When it became a line that leads to the next card.
    sa.Column("retired_at", Moment),
)
"""Cards that another one has taken the place of."""
sa.Index(
    "ix_alert_messages_unretired",
    alert_messages.c.distributor,
    alert_messages.c.id,
    sqlite_where=UNRETIRED,
    postgresql_where=UNRETIRED,
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("alert_id", Big, sa.ForeignKey("alerts.id"), nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    # direct: a direct message; email: whoever sends mail takes it.
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("queued_at", Moment, nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("sent_at", Moment),
    # When nothing more is to be said: it told how the alert ended, or it was given up.
    sa.Column("done_at", Moment),
    sa.UniqueConstraint("alert_id", "person", "way"),
)
"""Who is notified of which alert, and how: one row for each."""
sa.Index(
    "ix_notices_unsaid",
    notices.c.distributor,
    notices.c.id,
    sqlite_where=UNSAID,
    postgresql_where=UNSAID,
)

pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    # A conversation's id, or the name of a method of Slack's.
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("until", Moment, nullable=False),
)
"""Until when Slack asks to be left alone: whoever speaks next must know."""

pulses = sa.Table(
    "pulses",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)
"""When something that must not stop was last seen to go."""

profiles = sa.Table(
    "profiles",
    metadata,
    sa.Column("team", Key, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("name", Words),
    sa.Column("email", Words),
    sa.Column("fetched_at", Moment, nullable=False),
)

selections = sa.Table(
    "selections",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    # Counts its changes: what was shown to a person is what is acted on, or they are asked again.
    sa.Column("turn", sa.Integer, nullable=False),
    # What was done with it, and when. Null while orders are only ticked.
    sa.Column("work", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("worked_at", Moment),
    sa.Column("undone_at", Moment),
    # Its orders are gone through by their place; up to here they are done.
    sa.Column("reached", Big, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Index("ix_selections_person", "distributor", "person", "worked_at"),
    sa.Index("ix_selections_made_at", "made_at"),
)
"""Orders that a person ticked, and what was then done with all of them at once."""
sa.Index(
    "ix_selections_unfinished",
    selections.c.distributor,
    selections.c.worked_at,
    sqlite_where=UNFINISHED,
    postgresql_where=UNFINISHED,
)

ticks = sa.Table(
    "ticks",
    metadata,
    sa.Column(
        "selection",
        Big,
        sa.ForeignKey("selections.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    # No foreign key: it comes from a SELECT of orders, which are never deleted.
    sa.Column("order_seq", Big, primary_key=True, autoincrement=False),
    # Of one marked as synced: whether the ERP has it. Null: it was not asked.
    sa.Column("there", sa.Boolean),
)

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    # home or alert
    sa.Column("place", sa.Text, primary_key=True),
    # Null: orders of every status.
    sa.Column("status", sa.Text),
    sa.Column("words", Words, nullable=False),
    sa.Column("page", sa.Integer, nullable=False),
    # In the place `alert`: which, and the item or customer that narrows it.
    sa.Column("alert_id", Big, sa.ForeignKey("alerts.id")),
    sa.Column("narrow", sa.Text),
    sa.Column("value", Words),
    sa.Column("selection", Big, sa.ForeignKey("selections.id", ondelete="SET NULL")),
    # Counts how often ticks were set by us: a box that a person ticked keeps its tick, in Slack,
    # until it has another id.
    sa.Column("drawn", sa.Integer, nullable=False),
    # When it was last opened or pressed. Null: it is closed, as far as is known.
    sa.Column("seen_at", Moment),
    sa.Index("ix_looks_seen", "distributor", "place", "seen_at"),
    sa.Index("ix_looks_selection", "selection"),
)
"""What each person looks at, in the App Home and in an alert's details: one row a person and place.
"""
payloads = sa.Table(
    "payloads",
    metadata,
    # What is unique about it: Slack's id of an event or of a person's deed.
    sa.Column("name", Key, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
)
"""Which of Slack's payloads have been taken."""


# --- reports and mail ----------------------------------------------------------------------------

report_settings = sa.Table(
    "report_settings",
    metadata,
    sa.Column("distributor", Key, primary_key=True),
    # HH:MM, in the distributor's zone.
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("contents", sa.Text, nullable=False),
    # Addresses, as a JSON array.
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("on_since", Moment),
    sa.Column("changed_at", Moment),
)

report_settings_events = sa.Table(
    "report_settings_events",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("by", sa.Text),
    # The settings as JSON objects.
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    # Of a daily report: the day in the distributor's zone. One row for each says who makes it.
    sa.Column("day", sa.Date),
    sa.Column("due_at", Moment),
    # Of a day that was missed: the report that stands for it.
    sa.Column("covered_by", Big, sa.ForeignKey("reports.id")),
    sa.Column("asked_by", sa.Text),
    sa.Column("as_of", Moment, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("contents", sa.Text, nullable=False),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
    # --- while it is made: by whom, and until when
    sa.Column("attempt", sa.Text, nullable=False),
    sa.Column("lease_until", Moment, nullable=False),
    sa.Column("made_at", Moment),
    # --- the message, drawn: in full, and for a channel that outsiders read
    sa.Column("post", Words),
    sa.Column("counts", Words),
    # --- how far it has been posted
    sa.Column("posted_in", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("filed_at", Moment),
    # The picture as Slack knows it, once it is in the thread.
    sa.Column("picture", sa.Text),
    sa.Column("done_at", Moment),
    sa.UniqueConstraint("distributor", "day"),
)
_r = reports.c
_partial("ix_reports_unmade", UNMADE, _r.distributor, _r.lease_until)
_partial("ix_reports_undone", UNDONE, _r.distributor, _r.id)
_partial("ix_reports_asked", sa.text("asked_by IS NOT NULL"), _r.distributor, _r.asked_by, _r.as_of)

report_files = sa.Table(
    "report_files",
    metadata,
    sa.Column("report_id", Big, sa.ForeignKey("reports.id"), primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("mimetype", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    # Compressed by itself, so that a file is read and written without ever being held whole.
    sa.Column("packed", sa.LargeBinary, nullable=False),
)

mails = sa.Table(
    "mails",
    metadata,
    sa.Column("id", Big, primary_key=True),
    sa.Column("distributor", Key, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("to", sa.Text, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("html", Words),
    sa.Column("message_id", sa.Text, nullable=False),
    # --- what it is about
    sa.Column("report_id", Big, sa.ForeignKey("reports.id")),
    sa.Column("order_id", Key),
    sa.Column("alert_id", Big, sa.ForeignKey("alerts.id")),
    sa.Column("asked_by", sa.Text),
    # --- how far it has come
    sa.Column("queued_at", Moment, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Text),
    sa.Column("worried_at", Moment),
    # sent, refused or given_up
    sa.Column("fate", sa.Text),
    sa.Column("why", Words),
    sa.Column("done_at", Moment),
)
_m = mails.c
_partial("ix_mails_due", UNSAID, _m.distributor, _m.next_at)
_partial("ix_mails_alert", sa.text("alert_id IS NOT NULL"), _m.alert_id, _m.queued_at)
_partial("ix_mails_readable", sa.text("text <> ''"), _m.done_at)
