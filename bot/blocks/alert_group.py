"""The card of an alert that has had several orders: one message for one reason."""

from typing import Any

from bot.blocks.alert_scene import (
    Draft,
    Scene,
    details_button,
    key_in_button,
    kinds_of_trouble,
    mark_button,
    menu,
    subject_total,
    subjects,
    take_button,
)
from bot.blocks.alert_single import PERHAPS_THERE
from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block
from bot.blocks.parts import (
    Run,
    actions,
    button,
    confirmation,
    headline,
    joined,
    notice,
    numbered_steps,
    option,
    paragraphs,
    rich,
    section_of,
    strong,
    words,
)
from bot.blocks.support_view import alert_support
from bot.blocks.wording import DOT, count
from commands.domain.failures import CATALOGUE, Code, Failure, Subject, steps

SUBJECTS_SHOWN = 3
NAMED = 3


def refused(scene: Scene, code: Code) -> Draft:
    """Many orders that the ERP refuses for one reason."""
    entry, picture = CATALOGUE[code], scene.picture
    subject_count = subject_total(picture)
    brief, whole = _where(code, picture.open)
    return Draft(
        notice(
            f"Failed: {count(picture.open, 'order')} {brief}: "
            f"{kinds_of_trouble(entry, subject_count)}.",
            scene.today_notice(),
        ),
        [
            headline(f"Failed: {count(picture.open, 'order')} {whole}"),
            rich(
                section_of([strong(f"{entry.title}:"), words(f" {entry.meaning}")]),
                *subjects(picture, SUBJECTS_SHOWN),
                *_deliveries(scene),
                numbered_steps(_steps(code, scene)),
                _standing(scene),
            ),
            *actions(
                _retry_all(scene), take_button(scene), mark_button(scene), details_button(scene),
                menu(scene, _key_in_option(scene), alert_support(scene.alert.id)),
            ),
        ],
    )  # fmt: skip


def _where(code: Code, orders: int) -> tuple[str, str]:
    """Where they are not, for the notice and for the headline."""
    if code in PERHAPS_THERE:
        needs = f"{'needs' if orders == 1 else 'need'} a look in the ERP"
        return needs, needs
    return "not in the ERP", f"{_are(orders)} not in the ERP"


def _are(orders: int) -> str:
    return "is" if orders == 1 else "are"


def _deliveries(scene: Scene) -> list[Block]:
    today, title = scene.today(), scene.deliveries_title(NAMED)
    titles = [section_of(today, title)] if today or title else []
    return [*titles, *scene.next_deliveries(NAMED)]


def _steps(code: Code, scene: Scene) -> tuple[str, ...]:
    """The catalogue's steps, said of many: their button is Retry all."""
    failure = Failure(code, subject=_only_subject(scene))
    return tuple(
        step.replace("Retry sync: it goes", "Retry all: they go")
        .replace("the order id, {order}", "the order ids")
        .replace("{order}", "the order ids")
        for step in steps(failure, "{order}")
    )


def _only_subject(scene: Scene) -> Subject | None:
    only = scene.picture.subjects
    return only[0].subject if len(only) == 1 and not scene.picture.more_subjects else None


def _going_on(scene: Scene) -> list[Run]:
    """What of it is in somebody's hands: on its way, being keyed in, settled."""
    picture = scene.picture
    moving = [words(f"{picture.trying:,} on their way"), *scene.asked_by()]
    return joined(
        [
            moving if picture.trying else [],
            [words(f"{picture.held:,} being keyed in by hand")] if picture.held else [],
            [words(f"{picture.settled.total:,} settled already")] if picture.settled.total else [],
        ],
        DOT,
    )


def _standing(scene: Scene) -> Block:
    """What of it is in whose hands, and since when it is open."""
    return section_of(_going_on(scene), scene.need_you(), scene.standing())


def _retry_all(scene: Scene) -> Block:
    orders = scene.picture.open
    asks = (
        f"Send {count(orders, 'order')} again? What the ERP already has is not sent again. "
        "Held orders are left out."
    )
    sure = confirmation("Retry all", asks, f"Send {orders:,}")
    # What the person sees is what is sent, whatever has joined it by then.
    pointer = Pointer(alert=scene.alert.id, seen=scene.picture.seen)
    return button("Retry all", ActionId.RETRY_ALL, pointer, style="primary", confirm=sure)


def _key_in_option(scene: Scene) -> dict[str, Any]:
    value = Pointer(alert=scene.alert.id, do=str(ActionId.KEY_IN_SOME))
    return option("Key in by hand", str(value))


def on_their_way(scene: Scene) -> Draft:
    """All of it is retried."""
    picture = scene.picture
    on_way = count(picture.trying, "order")
    says = f"Retrying: {on_way} {_are(picture.trying)} on the way to the ERP"
    left = [words(f"{picture.held:,} being keyed in by hand")] if picture.held else []
    done = [words(f"{picture.settled.total:,} settled already")] if picture.settled.total else []
    return Draft(
        notice(f"{says}."),
        [
            headline(says),
            paragraphs(
                [words(f"Retrying {picture.trying:,} of {picture.total:,}"), *scene.asked_by()],
                joined([left, done], DOT),
                scene.need_you(),
            ),
            *actions(details_button(scene)),
        ],
    )


def being_keyed_in(scene: Scene) -> Draft:
    """What is left of it is in clerks' hands."""
    orders = count(scene.picture.held, "order")
    says = f"Being keyed in: {orders} {_are(scene.picture.held)} not in the ERP yet"
    return Draft(
        notice(f"{says}."),
        [
            headline(says),
            rich(
                section_of(_going_on(scene), scene.need_you()),
                *scene.next_deliveries(NAMED),
            ),
            *actions(mark_button(scene), details_button(scene)),
        ],
    )


def unconfirmed(scene: Scene) -> Draft:
    """Sent, and the ERP has confirmed none of them."""
    orders = scene.picture.open
    says = f"{count(orders, 'order')} {_were(orders)} sent, but the ERP has not confirmed them"
    what_to_do = (
        "Do not key them in: they may already be there.",
        "Details names them. Look for one in the ERP: is it there? Mark as synced.",
        "Not there? Details, then Retry sync, looks again before it sends.",
    )
    return Draft(
        notice(f"Pending Verification: {says}.", scene.today_notice()),
        [
            headline(f"Pending Verification: {says}"),
            rich(
                *_deliveries(scene),
                numbered_steps(what_to_do),
                _standing(scene),
            ),
            *actions(
                take_button(scene),
                mark_button(scene),
                details_button(scene),
                menu(scene, alert_support(scene.alert.id)),
            ),
        ],
    )  # fmt: skip


def _were(orders: int) -> str:
    return "was" if orders == 1 else "were"


def stuck(scene: Scene) -> Draft:
    """Due for long, and never tried."""
    orders = scene.picture.open
    says = f"Queued: {count(orders, 'order')} {_are(orders)} stuck in the queue"
    what_to_do = (
        "None is lost: they go by themselves as soon as the queue moves.",
        "In a hurry for one? Details, then Retry sync, or Key in by hand.",
        "Nothing moves? Contact support with the order ids.",
    )
    return Draft(
        notice(f"{says}.", scene.today_notice()),
        [
            headline(says),
            rich(
                *_deliveries(scene),
                numbered_steps(what_to_do),
                _standing(scene),
            ),
            *actions(
                take_button(scene), key_in_button(scene), mark_button(scene),
                details_button(scene), menu(scene, alert_support(scene.alert.id)),
            ),
        ],
    )  # fmt: skip
