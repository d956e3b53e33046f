"""The message of an alert: a branch for each kind of card. Called by `bot.messenger`.

Drawn anew from the picture at each update; block ids carry the change that is shown, so that
Slack's clients do not keep what an earlier block had unfolded.
"""

from datetime import datetime
from typing import assert_never

from bot.blocks import alert_group, alert_outage, alert_single, alert_solved, alert_trouble
from bot.blocks.alert_scene import Draft, Scene
from bot.blocks.message import Message
from bot.blocks.parts import headline, notice, paragraphs, stamped, words
from bot.blocks.wording import count
from commands.domain.alerts import Alert, AlertPicture, OrderLine
from commands.domain.distributors import Distributor
from commands.domain.failures import Code, Failure
from commands.domain.grouping import CauseKind
from commands.domain.lifecycle import State


def alert_message(
    distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """The card as it is to stand in the distributor's channel now."""
    return _stamped(draft(Scene.of(distributor, alert, picture, now)), alert, picture, now)


def _stamped(drawn: Draft, alert: Alert, picture: AlertPicture, now: datetime) -> Message:
    stamp = f"{alert.id}.{picture.seen}.{int(now.timestamp() * 1000):x}"
    return Message(drawn.text, stamped(drawn.blocks, stamp))


def draft(scene: Scene) -> Draft:
    """What the card says of the alert as it stands."""
    if scene.cause.kind is CauseKind.TROUBLE:
        lasts = scene.picture.troubled
        return alert_trouble.lasting(scene) if lasts else alert_trouble.over(scene)
    if scene.cause.kind is CauseKind.OUTAGE:
        return _outage(scene)
    if scene.picture.one is not None:
        return _single(scene, scene.picture.one)
    return _group(scene)


def ended(scene: Scene) -> Draft:
    """How it ended, told aloud: of an outage before the last clerk has typed what is left."""
    if scene.cause.kind is CauseKind.OUTAGE and scene.alert.ended_at is not None:
        return alert_outage.over(scene)
    return draft(scene)


def ended_counts(scene: Scene) -> Draft:
    """The same for outsiders."""
    says = alert_outage.back(scene) if scene.cause.kind is CauseKind.OUTAGE else _counted(scene)
    return Draft(notice(f"{says}."), [headline(says)])


def _outage(scene: Scene) -> Draft:
    ended = scene.alert.ended_at is not None
    if scene.picture.over:
        return alert_outage.over(scene) if ended else alert_outage.nobody_waits(scene)
    return alert_outage.recovering(scene) if ended else alert_outage.lasting(scene)


def _single(scene: Scene, line: OrderLine) -> Draft:
    if line.state is State.SYNCED:
        return alert_solved.one(scene, line)
    if line.hold and line.state in {State.QUEUED, State.FAILED}:
        return alert_single.held(scene, line, line.hold)
    match scene.cause.kind:
        case CauseKind.FAILURE:
            return _single_failure(scene, line, scene.cause.code or Code.REJECTED)
        case CauseKind.PENDING_VERIFICATION if line.state is State.PENDING_VERIFICATION:
            return alert_single.unconfirmed(scene, line)
        case CauseKind.QUEUED if line.state is State.QUEUED and not scene.picture.trying:
            return alert_single.stuck(scene, line)
        case (
            CauseKind.PENDING_VERIFICATION | CauseKind.QUEUED | CauseKind.OUTAGE | CauseKind.TROUBLE
        ):
            return _gone_on(scene, line)
        case _ as never:
            assert_never(never)


def _single_failure(scene: Scene, line: OrderLine, code: Code) -> Draft:
    failure = line.failure or Failure(code)
    if line.state is State.FAILED and failure.code is code:
        return alert_single.refused(scene, line, failure)
    return _gone_on(scene, line)


def _gone_on(scene: Scene, line: OrderLine) -> Draft:
    if scene.picture.moved or line.state in {State.FAILED, State.PENDING_VERIFICATION}:
        return alert_solved.moved(scene, line)
    return alert_single.on_its_way(scene, line)


def _group(scene: Scene) -> Draft:
    picture = scene.picture
    if picture.over:
        return alert_solved.many(scene)
    if picture.open == 0 and picture.trying:
        return alert_group.on_their_way(scene)
    if picture.open == 0:
        return alert_group.being_keyed_in(scene)
    match scene.cause.kind:
        case CauseKind.PENDING_VERIFICATION:
            return alert_group.unconfirmed(scene)
        case CauseKind.QUEUED:
            return alert_group.stuck(scene)
        case CauseKind.FAILURE | CauseKind.OUTAGE | CauseKind.TROUBLE:
            return alert_group.refused(scene, scene.cause.code or Code.REJECTED)
        case _ as never:
            assert_never(never)


def alert_counts_message(
    distributor: Distributor, alert: Alert, picture: AlertPicture, now: datetime
) -> Message:
    """The same for a channel that outsiders can read: counts, nothing of an order, no buttons."""
    scene = Scene.of(distributor, alert, picture, now)
    line = _counted(scene)
    why = "People from outside can read this channel: details are left out."
    drawn = Draft(
        notice(f"{line}.", scene.today_notice()),
        [headline(line), paragraphs(scene.today(), [words(why)])],
    )
    return _stamped(drawn, alert, picture, now)


def _counted(scene: Scene) -> str:
    picture = scene.picture
    if scene.cause.kind is CauseKind.TROUBLE:
        return "Trouble: Orderwatch itself" if picture.troubled else "Solved: Orderwatch itself"
    if picture.over and picture.settled.total == 0:
        return "Changed: no order waits for this any more"
    if picture.over:
        return f"Solved: {count(picture.settled.total, 'order')} settled"
    waiting = picture.open + picture.trying + picture.held
    return f"Waiting: {count(waiting, 'order')} {'is' if waiting == 1 else 'are'} not synced"
