"""Why an order cannot do what was asked: a sentence for each reason of the table of transitions."""

from typing import assert_never

from bot.blocks.parts import Run, code, who, words
from bot.blocks.wording import Wall
from commands.domain.lifecycle import Reason, Standing, Synced


def sentence(reason: Reason, standing: Standing, wall: Wall) -> list[Run]:
    """As `already synced by @Dana at 14:02.`"""
    match reason:
        case Reason.ALREADY_SYNCED:
            return _synced(standing, wall)
        case Reason.HELD_BY_OTHER | Reason.HELD_BY_YOU:
            return _held(standing, wall, yours=reason is Reason.HELD_BY_YOU)
        case Reason.ERP_HAS_IT:
            number = [words(" as "), code(standing.reference)] if standing.reference else []
            return [words("the ERP has taken it"), *number, words("; its confirmation is awaited.")]
        case (
            Reason.ON_ITS_WAY
            | Reason.BEING_SENT
            | Reason.NOT_HELD
            | Reason.OUTCOME_UNKNOWN
            | Reason.IN_DOUBT
            | Reason.NOT_MANUAL
            | Reason.NOT_DUE
            | Reason.OTHER_ATTEMPT
            | Reason.NOT_WAITING
            | Reason.NOTHING_NEW
        ):
            return [words(_plain(reason))]
        case _ as never:
            assert_never(never)


def _plain(reason: Reason) -> str:
    return {
        Reason.ON_ITS_WAY: "on its way to the ERP already.",
        Reason.BEING_SENT: "being sent right now, try again in a minute.",
        Reason.NOT_HELD: "nobody holds it.",
        Reason.OUTCOME_UNKNOWN: (
            "it may already be in the ERP, which is being looked up; do not key it in."
        ),
        Reason.IN_DOUBT: "the ERP has something that a person must judge first; see Details.",
        Reason.NOT_MANUAL: "only an order that was marked as synced by hand can be reopened.",
        Reason.NOT_DUE: "it is not its turn.",
        Reason.OTHER_ATTEMPT: "another attempt has taken over.",
        Reason.NOT_WAITING: "it waits for nothing.",
        Reason.NOTHING_NEW: "that was known already.",
    }[reason]


def _synced(standing: Standing, wall: Wall) -> list[Run]:
    by = [words(" by "), who(standing.settled_by)] if standing.settled_by else []
    at = [words(" at "), wall.at(standing.settled_at)] if standing.settled_at else []
    how = "already marked as synced" if standing.synced is Synced.MANUAL else "already synced"
    number = [words(", ERP number "), code(standing.reference)] if standing.reference else []
    return [words(how), *by, *at, *number, words(".")]


def _held(standing: Standing, wall: Wall, *, yours: bool) -> list[Run]:
    hold = standing.hold
    if hold is None:
        return [words("held for keying in by hand.")]
    since = [words(" since "), wall.at(hold.since)]
    if yours:
        return [words("you are keying it in"), *since, words(". Release it first.")]
    return [words("being keyed in by "), who(hold.by), *since, words(".")]
