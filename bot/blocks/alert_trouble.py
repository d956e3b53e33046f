"""The card of a trouble of Orderwatch's own: nothing of it goes silent.

What is wrong stands in the alert's facts, written by whoever found out: NO_TICK `due` (ISO 8601);
QUEUE_STANDS `orders`, `since`; REPORT_NOT_SENT `day`, `why`; MAIL_NOT_SENT `what`, `why`.
"""

from datetime import datetime
from typing import Final, assert_never

from bot.blocks.alert_scene import Draft, Scene, menu, take_button
from bot.blocks.parts import (
    Run,
    actions,
    dead,
    headline,
    notice,
    numbered_steps,
    paragraphs,
    quote,
    rich,
    section_of,
    words,
)
from bot.blocks.wording import count
from commands.domain.grouping import Trouble
from commands.domain.windows import duration

_STEPS: Final = {
    Trouble.NO_TICK: (
        "Tell the person who runs Orderwatch: a process of it seems to stand still.",
        "Orders that cannot wait: Key in by hand, from /orders failed or /orders pending.",
        "It runs again? This message says so by itself.",
    ),
    Trouble.QUEUE_STANDS: (
        "Tell the person who runs Orderwatch: `orderwatch check` and the log say more.",
        "Orders that cannot wait: Key in by hand, from /orders pending.",
        "None is lost: they go as soon as the queue moves.",
    ),
    Trouble.REPORT_NOT_SENT: (
        "The report's figures are there all the same: /orders failed.",
        "Check its recipients and its channel in the settings of the report.",
        "Still not sent? Tell the person who runs Orderwatch.",
    ),
    Trouble.MAIL_NOT_SENT: (
        "Check the address, and whether the mail server takes mail.",
        "Tell the person who runs Orderwatch: `orderwatch check` looks at the mail server.",
    ),
}
_OVER: Final = {
    Trouble.NO_TICK: "orders are synced on time again",
    Trouble.QUEUE_STANDS: "the queue moves again",
    Trouble.REPORT_NOT_SENT: "the daily report was sent, or goes to Slack no more",
    Trouble.MAIL_NOT_SENT: "e-mail is sent again, or switched off",
}

_LONGEST_WHAT: Final = 100
"""Room for nearly every address."""


def lasting(scene: Scene) -> Draft:
    trouble = _trouble(scene)
    says = f"Trouble: {_says(scene, trouble)}"
    return Draft(
        notice(f"{says}."),
        [
            headline(says),
            rich(
                section_of(_why(scene)),
                numbered_steps([step.replace("`", "") for step in _STEPS[trouble]]),
                section_of(scene.standing()),
            ),
            *actions(take_button(scene), menu(scene)),
        ],
    )


def over(scene: Scene) -> Draft:
    ended = scene.alert.ended_at or scene.wall.now
    says = f"Solved: {_OVER[_trouble(scene)]} since"
    lasted = [words(f"It took {duration(ended - scene.alert.opened_at)}.")]
    return Draft(
        notice(f"{says} {scene.wall.plain(ended)}."),
        [headline(says, at=scene.wall.mark(ended)), paragraphs(lasted)],
    )


def _trouble(scene: Scene) -> Trouble:
    return scene.cause.trouble or Trouble.QUEUE_STANDS


def _says(scene: Scene, trouble: Trouble) -> str:
    match trouble:
        case Trouble.NO_TICK:
            due = _moment(scene, "due")
            return f"no sync since {due}, when one was due" if due else "orders are not synced"
        case Trouble.QUEUE_STANDS:
            orders, since = scene.alert.facts.get("orders"), _moment(scene, "since")
            wait = count(orders, "order") if isinstance(orders, int) else "orders"
            return f"nothing is sent to the ERP{f' since {since}' if since else ''}, {wait} due"
        case Trouble.REPORT_NOT_SENT:
            day = scene.alert.facts.get("day")
            of = f" of {dead(str(day), 20)}" if day else ""
            return f"the daily report{of} was not sent"
        case Trouble.MAIL_NOT_SENT:
            what = dead(str(scene.alert.facts.get("what") or "a mail"), _LONGEST_WHAT)
            return f"{what} could not be sent"
        case _ as never:
            assert_never(never)


def _why(scene: Scene) -> list[Run]:
    why = scene.alert.facts.get("why")
    known = [words("Why: "), quote(str(why), 300)] if why else []
    return known or [words(f"{scene.cause.title}. No order is lost.")]


def _moment(scene: Scene, name: str) -> str:
    try:
        at = datetime.fromisoformat(str(scene.alert.facts.get(name)))
    except ValueError:
        return ""
    return scene.wall.plain(at) if at.tzinfo else ""
