"""What is done with many orders at once: asked first, begun, told how far it is, undone.

Doors: the actions menu of the Orders page and of an alert's details, and `/orders retry`.
"""

from bot.blocks import batch_views, mark_view
from bot.blocks.ids import ActionId, BadPointerError, BlockId
from bot.blocks.message import View
from bot.blocks.ticking import Ask
from bot.listeners.answers import Ear, in_modal
from bot.listeners.boxes import Spot, draw, nowhere, spot
from bot.listeners.buttons import told_of_retry
from bot.listeners.following import Begun, first, go_on, tell
from bot.listeners.front import Front
from bot.listeners.payloads import Press
from bot.listeners.submissions import FieldErrors, Followed, Settled, form, why_of
from commands import batches
from commands.batches import ManyRetried
from commands.desk import Denied
from commands.domain.batches import Batch, NoUndo, Ticked
from commands.domain.people import Actor, Deed
from commands.requests import RetryListed, RetrySeveral
from commands.selections import Moved, NoSuchSelection, Undone

CHANGED = "Other orders are selected by now. Please look again."
UNSURE = "Tick this: nothing of them will be sent to the ERP any more."


async def ask_ticked_chosen(front: Front, press: Press, ear: Ear) -> None:
    """The actions menu. A trigger lives three seconds, so a modal that says so opens first."""
    await ear.show(mark_view.done_view("One moment, please…"))
    actor = await front.actor(press.who)
    match await spot(front, actor, press):
        case Spot() as found:
            await _ask(front, press, ear, found)
        case no:
            await ear.say(nowhere(no))


async def _ask(front: Front, press: Press, ear: Ear, found: Spot) -> None:
    # The menu would keep its choice: with another id it is as it was.
    look = await front.screens.looks.turn(found.viewer, anew=True)
    match press.pointer.do:
        case Ask.RETRY:
            await _ask_retry(front, ear, found, look.selection or 0)
        case Ask.MARK:
            await _ask_mark(front, ear, found, look.selection or 0)
        case _:
            raise BadPointerError("nothing to do")
    await draw(front, found, press.place.view)


async def _ask_retry(front: Front, ear: Ear, found: Spot, selection: int) -> None:
    match await batches.weigh(front.desk, found.actor, Deed.RETRY, selection):
        case Ticked(total=0) | NoSuchSelection():
            await ear.say(batch_views.nothing_ticked())
        case Ticked(total=1, some=(order,)):
            await front.screens.looks.clear(found.viewer, front.now())
            await told_of_retry(front, found.actor, ear, order)
        case Ticked() as ticked:
            await ear.show(batch_views.ask_retry(ticked, front.now(), alert=found.alert))
        case Batch() as batch:
            await ear.say(await first(front, Begun(batch)))
        case Denied() as no:
            await ear.say(batch_views.refused(no))


async def _ask_mark(front: Front, ear: Ear, found: Spot, selection: int) -> None:
    match await batches.weigh(front.desk, found.actor, Deed.MARK_SYNCED, selection):
        case Ticked(total=0) | NoSuchSelection():
            await ear.say(batch_views.nothing_ticked())
        case Ticked(total=1, some=(order,)):
            await front.screens.looks.clear(found.viewer, front.now())
            await ear.show(await form(front, found.actor, order))
        case Ticked() as ticked:
            await ear.show(batch_views.ask_mark(ticked, front.now(), alert=found.alert))
        case Batch() as batch:
            await ear.say(await first(front, Begun(batch)))
        case Denied() as no:
            await ear.say(batch_views.refused(no))


# --- meant ---------------------------------------------------------------------------------------


async def send_submitted(front: Front, press: Press) -> Settled:
    """Retry sync of all that is ticked."""
    actor = await front.actor(press.who)
    match await batches.retry_many(front.desk, actor, press.selection, press.turn):
        case ManyRetried(moved, connection):
            return await _begun(front, press, actor, Begun(moved.batch, moved.left, connection))
        case Ticked() as ticked:
            return batch_views.ask_retry(ticked, front.now(), problem=CHANGED)
        case Batch() as batch:
            return in_modal(await first(front, Begun(batch)))
        case NoSuchSelection() | Denied() as no:
            return in_modal(batch_views.refused(no))


async def mark_many_submitted(front: Front, press: Press) -> Settled:
    """Mark as synced, of all that is ticked."""
    actor, why = await front.actor(press.who), why_of(press)
    if not press.entered(BlockId.SURE, ActionId.SURE, "selected_options"):
        return FieldErrors({str(BlockId.SURE): UNSURE}, mark_view.done_view(UNSURE))
    match await batches.mark_many(front.desk, actor, press.selection, press.turn, why):
        case Moved(batch, left=left):
            return await _begun(front, press, actor, Begun(batch, left))
        case Ticked() as ticked:
            return batch_views.ask_mark(ticked, front.now(), problem=CHANGED)
        case Batch() as batch:
            return in_modal(await first(front, Begun(batch)))
        case NoSuchSelection() | Denied() as no:
            return in_modal(batch_views.refused(no))


async def _begun(front: Front, press: Press, actor: Actor, begun: Begun) -> Settled:
    """Its first answer; after the acknowledgement it is told how far it is."""
    view: View = in_modal(await first(front, begun))

    async def then() -> None:
        go_on(front, actor, begun, press.place)
        await _list_beneath(front, press, actor)

    return Followed(view, then)


async def _list_beneath(front: Front, press: Press, actor: Actor) -> None:
    """The list that the question covers: nothing is ticked in it now."""
    if press.about.alert is not None and press.place.beneath:
        match await spot(front, actor, press):
            case Spot() as found:
                await draw(front, found, press.place.beneath)
            case _:
                pass


# --- by typing -----------------------------------------------------------------------------------


async def retry_typed(
    front: Front, actor: Actor, ear: Ear, request: RetrySeveral | RetryListed
) -> None:
    """Says how many they are, and asks."""
    named = request.orders if isinstance(request, RetrySeveral) else ()
    if no := await batches.may_not_retry(front.desk, actor, named):
        await ear.say(batch_views.refused(no))
        return
    ticked, missing = await front.screens.gather(actor.person, request)
    match await batches.weigh(front.desk, actor, Deed.RETRY, ticked.id):
        case Ticked(total=1, some=(order,)) if not missing:
            await told_of_retry(front, actor, ear, order)
        case Ticked() as found:
            await ear.say(batch_views.ask_in_message(found, missing, front.now()))
        case Batch() | NoSuchSelection():
            await ear.say(batch_views.refused(NoSuchSelection()))
        case Denied() as no:
            await ear.say(batch_views.refused(no))


async def send_pressed(front: Front, press: Press, ear: Ear) -> None:
    """Yes, send them."""
    actor = await front.actor(press.who)
    match await batches.retry_many(front.desk, actor, press.selection, press.turn):
        case ManyRetried(moved, connection):
            await tell(front, actor, Begun(moved.batch, moved.left, connection), press.place)
        case Batch() as batch:
            await tell(front, actor, Begun(batch), press.place)
        case Ticked() as ticked:
            await ear.say(batch_views.ask_in_message(ticked, (), front.now()))
        case NoSuchSelection() | Denied() as no:
            await ear.say(batch_views.refused(no))


async def send_not_pressed(front: Front, press: Press, _ear: Ear) -> None:
    message = batch_views.not_sent()
    await front.answers.private(press.place, press.who.person, message, instead=True)


# --- undone --------------------------------------------------------------------------------------


async def undo_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    match await batches.undo(front.desk, actor, press.selection):
        case Undone(batch):
            await tell(front, actor, Begun(batch), press.place)
            await front.homes.show_again(actor)
        case NoUndo() | NoSuchSelection() | Denied() as no:
            await ear.say(batch_views.refused(no))
