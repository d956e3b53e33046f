"""The card of an outage: one message for all orders that wait for an ERP."""

from datetime import datetime
from typing import Final

from bot.blocks.alert_scene import (
    Draft,
    Scene,
    details_button,
    key_in_button,
    mark_button,
    menu,
    take_button,
)
from bot.blocks.message import Block
from bot.blocks.parts import (
    Run,
    actions,
    headline,
    joined,
    notice,
    numbered_steps,
    paragraphs,
    quote,
    rich,
    section_of,
    strong,
    words,
)
from bot.blocks.wording import DOT, count
from commands.domain.failures import CATALOGUE, STOPPING, Code
from commands.domain.windows import duration

NAMED = 2

_SAYS: Final = {
    Code.AUTH: "Stopped: the ERP refuses the bot's login",
    Code.FORBIDDEN: "Stopped: the ERP does not let the bot enter orders",
    Code.MISCONFIGURED: "Stopped: the ERP connection is set up wrong",
}
_STEPS: Final = {
    Code.AUTH: (
        "Ask whoever runs the ERP for a valid key and have it put into the settings.",
        "Then open Details and press Retry sync on one order: it tries the new key.",
        "Orders for today: Key in by hand, then Mark as synced.",
    ),
    Code.FORBIDDEN: (
        "Ask whoever runs the ERP to let the bot's user enter sales orders.",
        "Then open Details and press Retry sync on one order: it tries again.",
        "Orders for today: Key in by hand, then Mark as synced.",
    ),
    Code.MISCONFIGURED: (
        "Ask the person who runs Orderwatch to run orderwatch check: it says what is wrong.",
        "Then open Details and press Retry sync on one order: it tries again.",
        "Orders for today: Key in by hand, then Mark as synced.",
    ),
}


def lasting(scene: Scene) -> Draft:
    """The ERP is down or refuses the bot; orders wait."""
    code = scene.cause.code or Code.ERP_DOWN
    began = scene.picture.since or scene.alert.opened_at
    down, since = code not in STOPPING, scene.wall.plain(began)
    says = f"{_SAYS.get(code, 'Waiting: the ERP has not answered')} since"
    told = _down_notice(scene, since) if down else _stopped_notice(scene, f"{says} {since}")
    return Draft(
        notice(*told),
        [
            headline(says, at=scene.wall.mark(began)),
            rich(
                *([] if down else [section_of([strong(f"{CATALOGUE[code].title}.")])]),
                *_waiting(scene, by_themselves=down),
                *([] if down else [numbered_steps(_STEPS[code])]),
                section_of(
                    _doubt(scene), _going_on(scene), scene.need_you(), _call(scene),
                    scene.standing(),
                ),
            ),
            *actions(
                take_button(scene), key_in_button(scene), mark_button(scene),
                details_button(scene), menu(scene),
            ),
        ],
    )  # fmt: skip


def _down_notice(scene: Scene, since: str) -> list[str]:
    return [
        f"Waiting: ERP not answering since {since}.",
        f"{_wait(scene)}.",
        "They go by themselves.",
    ]


def _stopped_notice(scene: Scene, says: str) -> list[str]:
    return [f"{says}.", f"{_wait(scene)}."]


def _wait(scene: Scene) -> str:
    """`10,000 orders wait, 212 deliver today`."""
    orders, today = scene.picture.open, scene.picture.today
    wait = f"{count(orders, 'order')} {'waits' if orders == 1 else 'wait'}"
    return f"{wait}, {today:,} {'delivers' if today == 1 else 'deliver'} today" if today else wait


def _waiting(scene: Scene, *, by_themselves: bool) -> list[Block]:
    orders = scene.picture.open
    wait = f"{count(orders, 'order')} {'waits' if orders == 1 else 'wait'}; none is lost"
    rest = (
        "; they go by themselves, next deliveries first. Retry cannot help now."
        if by_themselves
        else "; they go when this is mended, next deliveries first."
    )
    if orders == 0:
        return [section_of([words("No order waits now.")])]
    named = scene.next_deliveries(NAMED)
    title = scene.deliveries_title(NAMED)
    return [section_of([words(wait + rest)], scene.today(), title), *named]


def _doubt(scene: Scene) -> list[Run]:
    doubt = scene.picture.in_doubt
    if not doubt:
        return []
    them = "it" if doubt == 1 else "them"
    return [strong(f"{doubt:,} may already be in the ERP: do not key {them} in")]


def _going_on(scene: Scene) -> list[Run]:
    held = scene.picture.held
    return [words(f"{held:,} being keyed in by hand: not sent meanwhile")] if held else []


def _call(scene: Scene) -> list[Run]:
    contact, looked = scene.distributor.it_contact, scene.picture.last_looked
    return joined(
        [
            [words("Call: "), quote(contact, 200)] if contact else [],
            [words("last looked "), scene.wall.at(looked)] if looked else [],
        ],
        DOT,
    )


def recovering(scene: Scene) -> Draft:
    """The ERP answers again; what waited is going in."""
    picture = scene.picture
    since = scene.alert.ended_at or picture.as_of
    says = "Back: the ERP answers again since"
    moving = f", {picture.trying:,} on their way" if picture.trying else ""
    done = f"{picture.settled.total:,} of {picture.total:,} are in{moving}"
    return Draft(
        notice(f"{says} {scene.wall.plain(since)}.", f"{done}."),
        [
            headline(says, at=scene.wall.mark(since)),
            paragraphs(
                [words(f"{done}, next deliveries first.")],
                _doubt(scene),
                _going_on(scene),
                [strong(f"{picture.open:,} failed: see Details")] if picture.open else [],
                scene.need_you(),
            ),
            *actions(*([mark_button(scene)] if picture.held else []), details_button(scene)),
        ],
    )


def over(scene: Scene) -> Draft:
    """The ERP is back and nothing of it waits any more, but for what clerks still type."""
    lasted = duration(_ended(scene) - scene.alert.opened_at)
    return Draft(
        notice(
            f"{back(scene)}.",
            f"{scene.need_you_words()}." if scene.picture.moved else "",
        ),
        [
            headline("Solved: the ERP is back since", at=scene.wall.mark(_ended(scene))),
            paragraphs(
                [words(f"Down for {lasted}")], scene.how(), _going_on(scene), scene.need_you()
            ),
        ],
    )


def back(scene: Scene) -> str:
    """`Solved: ERP is back since 6:20: 9,996 of 10,000 orders are in`. Counts alone."""
    return f"Solved: ERP is back since {scene.wall.plain(_ended(scene))}: {_are_in(scene)}"


def _ended(scene: Scene) -> datetime:
    return scene.alert.ended_at or scene.picture.settled.last_at or scene.picture.as_of


def _are_in(scene: Scene) -> str:
    """`9,996 of 10,000 orders are in`."""
    done, total = scene.picture.settled.total, scene.picture.total
    if total == 0:
        return "no order had to wait"
    return f"{done:,} of {count(total, 'order')} {'is' if done == 1 else 'are'} in"


def nobody_waits(scene: Scene) -> Draft:
    """It may last, but all that waited is settled: keyed in, or found there."""
    says = "Solved: no order waits for the ERP any more"
    why = "If it still does not answer, the next order that waits is told of anew."
    told = paragraphs(scene.how(), scene.need_you(), [words(why)])
    return Draft(notice(f"{says}."), [headline(says), told])
