"""What a person is told privately after doing something to a whole alert: one function a verb.

`bot.listeners` calls them with the verb's outcome; every outcome has its sentence here.
"""

from datetime import datetime
from typing import assert_never

from bot.blocks.alert_scene import Scene
from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Message
from bot.blocks.parts import Run, actions, button, notice, paragraphs, spoken, who, words
from bot.blocks.refusals import denied, no_such_alert
from bot.blocks.replies import connection_line
from bot.blocks.said import NOTICE, say
from bot.blocks.wording import Wall, count
from commands.desk import Denied
from commands.domain.distributors import Distributor
from commands.ports import Retried
from commands.retry import AllAsked, NoSuchAlert, NothingToRetry
from commands.take import (
    AlertOver,
    Has,
    PutAside,
    SnoozeOutcome,
    TakenBack,
    TakenOn,
    TakeOutcome,
    UnsnoozeOutcome,
)


def retry_all(
    outcome: AllAsked | NothingToRetry | Denied | NoSuchAlert,
    distributor: Distributor,
    now: datetime,
) -> Message:
    match outcome:
        case AllAsked(done, connection):
            go = "goes" if done.queued == 1 else "go"
            orders = count(done.queued, "order")
            says = f"{orders} {go} to the ERP again: the alert shows how it ends."
            broken = connection_line(connection, Wall.of(distributor, now))
            return say(says, *_left_alone(done), broken)
        case NothingToRetry(alert, picture, done):
            scene = Scene.of(distributor, alert, picture, now)
            says = "Nothing was sent again: none of them waits for a retry."
            return say(says, *_left_alone(done), *_stands(scene))
        case Denied():
            return denied(outcome)
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)


def _left_alone(done: Retried) -> list[list[Run]]:
    held = f"{done.held:,} being keyed in by hand: left out." if done.held else ""
    later = f"{done.later:,} came in later: press Retry all again." if done.later else ""
    return [[words(line)] for line in (held, later) if line]


def _stands(scene: Scene) -> list[list[Run]]:
    """What became of its orders: `267 sent again by @Dana, the last one at 14:02`."""
    picture, how = scene.picture, scene.how()
    last = picture.settled.last_at
    at = [words(", the last one at "), scene.wall.at(last)] if how and last else []
    trying = [words(f"{picture.trying:,} on their way"), *scene.asked_by()]
    return [[*how, *at], trying if picture.trying else [], scene.need_you()]


def take(outcome: TakeOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case TakenOn(None):
            return say("You have it. Everybody sees that in the alert.")
        case TakenOn(before):
            told = [words("It was looked after by "), who(before or "")]
            return say("You have it. Everybody sees that in the alert.", told)
        case Has():
            return _has(outcome, Wall.of(distributor, now))
        case AlertOver():
            return _over(outcome, distributor, now)
        case Denied():
            return denied(outcome)
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)


def _has(outcome: Has, wall: Wall) -> Message:
    since = [words(" since "), wall.at(outcome.since)] if outcome.since else []
    line = [who(outcome.by), words(" has it"), *since, words(". Nothing changed.")]
    over = Pointer(alert=outcome.alert, person=outcome.by)
    instead = button("Take it over", ActionId.TAKE_OVER, over)
    return Message(notice(spoken(line), most=NOTICE), [paragraphs(line), *actions(instead)])


def snooze(outcome: SnoozeOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case PutAside(until):
            wall = Wall.of(distributor, now)
            says = f"Put aside until {wall.plain(until)}: no reminders meanwhile."
            return say(
                says, [words("It comes back by itself, and at once with an order due today.")]
            )
        case AlertOver():
            return _over(outcome, distributor, now)
        case Denied():
            return denied(outcome)
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)


def unsnooze(outcome: UnsnoozeOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case TakenBack(was=True):
            return say("The snooze is over: the alert is posted again.")
        case TakenBack():
            return say("Nothing changed: it is not put aside.")
        case AlertOver():
            return _over(outcome, distributor, now)
        case Denied():
            return denied(outcome)
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)


def _over(outcome: AlertOver, distributor: Distributor, now: datetime) -> Message:
    """A click behind the facts."""
    scene = Scene.of(distributor, outcome.alert, outcome.picture, now)
    closed = outcome.alert.closed_at
    at = f" at {scene.wall.plain(closed)}" if closed else ""
    return say(f"Nothing changed: it was solved{at} already.", *_stands(scene))
