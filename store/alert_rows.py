"""Rows of alerts, their lines and their notices as values. Used by `store.alerts` and its parts."""

import json

from commands.domain.alerts import Alert, Mention, MentionKind, Snooze
from commands.domain.failures import Code
from commands.domain.grouping import Cause, CauseKind, Trouble
from commands.domain.ids import DistributorKey
from commands.domain.notices import Notice
from commands.domain.people import PersonId
from store.rows import Row, Values

_PLAIN = (
    "opened_at",
    "change",
    "shown",
    "shown_at",
    "size",
    "channel",
    "ts",
    "moved_at",
    "taken_at",
    "closed_at",
    "ended_at",
    "posting",
    "posted_at",
    "posted_seen",
    "link",
    "earlier",
    "anew",
    "again_at",
    "told_size",
    "urgent",
    "ended_told",
    "announced_at",
    "unattended_at",
)
"""Fields of Alert that are a column as they are."""


def alert_of(row: Row) -> Alert:
    return Alert(
        id=row.id,
        distributor=DistributorKey(row.distributor),
        cause=cause_of(row),
        taken_by=PersonId(row.taken_by) if row.taken_by else None,
        snooze=_snooze(row),
        facts=json.loads(row.facts) if row.facts else {},
        **{name: getattr(row, name) for name in _PLAIN},
    )


def cause_of(row: Row) -> Cause:
    """`code` holds what the kind makes of it: a failure's code, or the trouble."""
    kind = CauseKind(row.kind)
    if kind is CauseKind.TROUBLE:
        return Cause.of_trouble(Trouble(row.code))
    return Cause(kind, Code(row.code) if row.code else None)


def cause_values(cause: Cause) -> Values:
    code = cause.code or cause.trouble
    return {"cause_key": cause.key, "kind": cause.kind.value, "code": code.value if code else None}


def _snooze(row: Row) -> Snooze | None:
    if row.snoozed_by is None:
        return None
    by = PersonId(row.snoozed_by)
    return Snooze(by, row.snoozed_at, row.snoozed_until, row.snoozed_seen)


def mention_of(row: Row) -> Mention:
    return Mention(
        kind=MentionKind(row.kind),
        facts=json.loads(row.facts),
        to=PersonId(row.to) if row.to else None,
        alert_id=row.alert_id,
        id=row.id,
        tries=row.tries,
        queued_at=row.queued_at,
    )


def notice_of(row: Row) -> Notice:
    return Notice(
        id=row.id,
        alert_id=row.alert_id,
        person=PersonId(row.person),
        queued_at=row.queued_at,
        channel=row.channel,
        ts=row.ts,
    )
