"""The card of an alert that has had one order: refused, on its way, being keyed in, unconfirmed."""

from bot.blocks.alert_scene import Draft, Scene, menu, middle, order_button, take_option
from bot.blocks.ids import ActionId
from bot.blocks.message import Block
from bot.blocks.parts import (
    Run,
    actions,
    code,
    dead,
    headline,
    joined,
    notice,
    numbered_steps,
    paragraphs,
    rich,
    section_of,
    who,
    words,
)
from bot.blocks.support_view import order_support
from bot.blocks.wording import (
    DOT,
    ID_SHOWN,
    customer,
    erp_words,
    failure_runs,
    order_runs,
    state_words,
    times,
)
from commands.domain.alerts import OrderLine
from commands.domain.failures import Code, Failure, steps
from commands.domain.lifecycle import Hold
from commands.domain.windows import Day, urgency

PERHAPS_THERE = frozenset({Code.DUPLICATE, Code.PARTIAL, Code.TIMEOUT})
"""Something of these orders may be in the ERP: no card says that nothing is."""

NOT_BY_HAND = frozenset({Code.DUPLICATE, Code.TIMEOUT})
"""What these orders need is a look into the ERP: keyed in, they might be there twice."""


def refused(scene: Scene, line: OrderLine, failure: Failure) -> Draft:
    """One order that the ERP does not have, with what to do."""
    name = dead(line.id, ID_SHOWN)
    body = rich(
        section_of(
            [*failure_runs(failure), words(DOT + failure.entry.meaning)],
            order_runs(line, scene.wall),
        ),
        numbered_steps(steps(failure, name)),
        section_of(joined([erp_words(failure), _tried(scene, line)], DOT), _standing(scene)),
    )
    return Draft(
        notice(
            f"Failed: order {name} {_where(failure, briefly=True)}: {_trouble(failure)}.",
            _delivery_notice(scene, line),
            customer(line),
        ),
        [
            headline(f"Failed: order {name} {_where(failure)}"),
            body,
            *actions(*_buttons(scene, line, by_hand=failure.code not in NOT_BY_HAND)),
        ],
    )


def _where(failure: Failure, *, briefly: bool = False) -> str:
    if failure.code in PERHAPS_THERE:
        return "needs a look in the ERP"
    return "not in the ERP" if briefly else "is not in the ERP"


def _trouble(failure: Failure) -> str:
    title = middle(failure.title)
    return f"{title} {dead(failure.subject.value, 40)}" if failure.subject else title


def _delivery_notice(scene: Scene, line: OrderLine) -> str:
    near = urgency(line.deliver_at, scene.wall.now, scene.wall.zone)
    return f"Delivery {near.words}." if near.day is Day.OVERDUE else f"Delivers {near.words}."


def _tried(scene: Scene, line: OrderLine) -> list[Run]:
    at = [words(", "), scene.wall.at(line.tried_at)] if line.tried_at else []
    return [words(times(line.attempts)), *at]


def _standing(scene: Scene) -> list[Run]:
    """Who has it, once that is worth a line."""
    alert = scene.alert
    worth = alert.taken_by or alert.snoozing(scene.wall.now) or alert.posting > 1
    return scene.standing() if worth else []


def _buttons(scene: Scene, line: OrderLine, *, by_hand: bool) -> list[Block | None]:
    return [
        order_button("Retry sync", ActionId.RETRY, line, "primary"),
        order_button("Key in by hand", ActionId.KEY_IN, line) if by_hand else None,
        order_button("Mark as synced", ActionId.MARK, line),
        order_button("Details", ActionId.DETAILS, line),
        menu(scene, take_option(scene), *order_support(line.id)),
    ]


def on_its_way(scene: Scene, line: OrderLine) -> Draft:
    """Retried: nothing can be done but look."""
    name = dead(line.id, ID_SHOWN)
    state = [words(state_words(line.state)), *scene.asked_by()]
    return Draft(
        notice(f"Retrying: order {name} is on its way to the ERP.", customer(line)),
        [
            headline(f"Retrying: order {name} is on its way to the ERP"),
            paragraphs(state, order_runs(line, scene.wall)),
            *actions(order_button("Details", ActionId.DETAILS, line)),
        ],
    )


def held(scene: Scene, line: OrderLine, hold: Hold) -> Draft:
    """A clerk keys it in: nobody sends it meanwhile."""
    name = dead(line.id, ID_SHOWN)
    says = [who(hold.by), words(" keys it in by hand since "), scene.wall.at(hold.since)]
    return Draft(
        notice(f"Being keyed in: order {name}. It is not sent meanwhile.", customer(line)),
        [
            headline(f"Being keyed in: order {name} is not in the ERP yet"),
            rich(
                section_of(
                    [*says, words("; it is not sent meanwhile")],
                    order_runs(line, scene.wall),
                    _ran_out(scene, hold),
                ),
                numbered_steps(held_steps(name)),
            ),
            *actions(
                order_button("Mark as synced", ActionId.MARK, line, "primary"),
                order_button("Release", ActionId.RELEASE, line),
                order_button("Details", ActionId.DETAILS, line),
            ),
        ],
    )


def held_steps(name: str) -> tuple[str, ...]:
    """What its clerk does next."""
    return (
        f"Type {name} in the ERP's reference field.",
        "Is it in? Press Mark as synced.",
        "Not keying it in after all? Press Release: then it can be sent again.",
    )


def _ran_out(scene: Scene, hold: Hold) -> list[Run]:
    if hold.until > scene.wall.now:
        return []
    at = scene.wall.at(hold.until)
    return [words("The time for it ran out at "), at, words("; it is still not sent.")]


def unconfirmed(scene: Scene, line: OrderLine) -> Draft:
    """Sent, and the ERP has not confirmed it."""
    name = dead(line.id, ID_SHOWN)
    what_to_do = (
        "Do not key it in: it may already be there.",
        f"Look in the ERP for {name}. Is it there? Mark as synced with its number.",
        "Not there? Retry sync looks again before it sends.",
    )
    says = f"order {name} was sent, but the ERP has not confirmed it"
    return Draft(
        notice(f"Pending Verification: {says}.", _delivery_notice(scene, line), customer(line)),
        [
            headline(f"Pending Verification: {says}"),
            rich(
                section_of(order_runs(line, scene.wall), _tried(scene, line), _reference(line)),
                numbered_steps(what_to_do),
                section_of(_standing(scene)),
            ),
            *actions(*_buttons(scene, line, by_hand=False)),
        ],
    )


def _reference(line: OrderLine) -> list[Run]:
    return [words("The ERP spoke of it as "), code(line.reference)] if line.reference else []


def stuck(scene: Scene, line: OrderLine) -> Draft:
    """Due for long, and never tried."""
    name = dead(line.id, ID_SHOWN)
    what_to_do = (
        "Press Retry sync: it goes at once.",
        "No time? Key in by hand, then Mark as synced.",
        f"Still stuck? Contact support with {name}.",
    )
    return Draft(
        notice(
            f"Queued: order {name} is stuck in the queue.",
            _delivery_notice(scene, line),
            customer(line),
        ),
        [
            headline(f"Queued: order {name} is stuck in the queue"),
            rich(
                section_of(order_runs(line, scene.wall), _tried(scene, line), _standing(scene)),
                numbered_steps(what_to_do),
            ),
            *actions(*_buttons(scene, line, by_hand=True)),
        ],
    )
