"""What is told of an alert beside its card: aloud in the channel, to the admins, and in the place
of a card that another has followed. Called by `bot.messenger`; drawn from the alert as it stands.
"""

from datetime import datetime

from bot.blocks import alert_card
from bot.blocks.alert_scene import Draft, Scene, details_button
from bot.blocks.message import Message
from bot.blocks.parts import (
    Run,
    actions,
    dead,
    headline,
    link,
    notice,
    paragraphs,
    strong,
    words,
)
from bot.blocks.wording import ID_SHOWN, count
from commands.domain.alerts import Alert, AlertPicture, MentionKind
from commands.domain.distributors import Distributor
from commands.domain.grouping import CauseKind
from commands.domain.windows import duration


def goes_on(to: str | None) -> Message:
    """In the place of a card that was posted anew further down."""
    says = "This alert goes on in a newer message"
    place = [words(": "), link(to, "go to it")] if to else [words(" further down.")]
    return Message(notice(f"{says}."), [paragraphs([words(says), *place])])


def aloud(
    kind: MentionKind, distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """A line of the thread that the whole channel hears: it grew, it is urgent, it has ended."""
    scene = Scene.of(distributor, alert, picture, now)
    match kind:
        case MentionKind.GREW:
            draft = _grew(scene)
        case MentionKind.URGENT:
            draft = _urgent(scene)
        case _:
            draft = alert_card.ended(scene)
    return Message(draft.text, draft.blocks)


def aloud_counts(
    kind: MentionKind, distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """The same where outsiders read: counts alone."""
    if kind is MentionKind.ENDED:
        draft = alert_card.ended_counts(Scene.of(distributor, alert, picture, now))
        return Message(draft.text, draft.blocks)
    return aloud(kind, distributor, alert, picture, now)


def _grew(scene: Scene) -> Draft:
    says = f"Grown: {_orders_are(scene)}"
    told = paragraphs([words(f"{scene.cause.title}.")], scene.today())
    return Draft(notice(f"{says}.", scene.today_notice()), [headline(says), told])


def _urgent(scene: Scene) -> Draft:
    today, orders = scene.picture.today, scene.picture.open
    which = f"{today:,} of {count(orders, 'order')} that {_are(scene, many=True)}"
    says = f"Due today: {which if today < orders else _orders_are(scene)}"
    told = paragraphs(scene.today(), [words(f"{scene.cause.title}.")])
    return Draft(notice(f"{says}.", scene.today_notice()), [headline(says), told])


def _orders_are(scene: Scene) -> str:
    """`267 orders are not in the ERP`, as the kind of the alert has it. Counts alone."""
    orders = scene.picture.open
    return f"{count(orders, 'order')} {_are(scene, many=orders != 1)}"


def _order_is(scene: Scene) -> str:
    """The same to somebody who may know which it is."""
    one = scene.picture.one
    if one is None:
        return _orders_are(scene)
    return f"order {dead(one.id, ID_SHOWN)} {_are(scene, many=False)}"


def _are(scene: Scene, *, many: bool) -> str:
    are = "are" if many else "is"
    match scene.cause.kind:
        case CauseKind.OUTAGE:
            return "wait for the ERP" if many else "waits for the ERP"
        case CauseKind.PENDING_VERIFICATION:
            return f"{are} not confirmed by the ERP"
        case CauseKind.QUEUED:
            return f"{are} stuck in the queue"
        case CauseKind.FAILURE | CauseKind.TROUBLE:
            return f"{are} not in the ERP"


def unattended(
    distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """To an admin: nobody looks after it."""
    scene = Scene.of(distributor, alert, picture, now)
    waited = duration(now - (alert.announced_at or alert.opened_at))
    says = f"Nobody has it for {waited}: {_what(scene)}"
    return Message(
        notice(f"{says}.", scene.today_notice(), most=300),
        [
            headline(says),
            paragraphs(_about(scene), scene.today(), _where(scene)),
            *actions(details_button(scene) if picture.open else None),
        ],
    )


def _what(scene: Scene) -> str:
    return scene.cause.title if scene.picture.troubled else _order_is(scene)


def _about(scene: Scene) -> list[Run]:
    return [] if scene.picture.troubled else [strong(f"{scene.cause.title}.")]


def _where(scene: Scene) -> list[Run]:
    presses = "whoever looks after it presses I have it."
    if scene.alert.link is None:
        return [words(f"{presses[0].upper()}{presses[1:]}")]
    return [link(scene.alert.link, "Open the alert"), words(f": {presses}")]
