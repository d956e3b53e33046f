"""The gear, `/orders report` and Contact support: forms that open, and forms that are submitted.

A trigger lives three seconds, so a modal that says so opens first, and is filled afterwards.
"""

from datetime import time
from typing import Final

from bot.blocks import report_settings, support_view
from bot.blocks.ids import ActionId, BadPointerError, BlockId, Pointer
from bot.blocks.mark_view import done_view
from bot.blocks.message import View
from bot.blocks.wording import Wall
from bot.identity import Who
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Press
from bot.listeners.submissions import FieldErrors, Settled
from commands import report, support
from commands.desk import Denied
from commands.domain.reports import Contents
from commands.report import ClosedChannel, Saved, Wanted, WrongRecipients
from commands.support import Asker, NoSupport, Ready

WAIT: Final = "One moment, please…"


# --- the settings --------------------------------------------------------------------------------


async def settings_pressed(front: Front, press: Press, ear: Ear) -> None:
    await open_settings(front, press.who, ear)


async def open_settings(front: Front, who: Who, ear: Ear) -> None:
    """The form, for admins."""
    await ear.show(done_view(WAIT))
    actor = await front.actor(who)
    match await report.settings(front.office, actor):
        case Denied() as no:
            await ear.show(in_modal(report_settings.saved(no, front.distributor)))
        case found:
            off = front.office.mail_off
            await ear.show(report_settings.settings_view(front.distributor, found, off))


async def settings_submitted(front: Front, press: Press) -> Settled:
    actor = await front.actor(press.who)
    match await report.save(front.office, actor, wanted(press)):
        case WrongRecipients() | ClosedChannel() as wrong:
            errors = report_settings.errors(wrong)
            return FieldErrors(errors, done_view(f"Nothing was saved. {' '.join(errors.values())}"))
        case Saved() | Denied() as outcome:
            return in_modal(report_settings.saved(outcome, front.distributor))


def wanted(press: Press) -> Wanted:
    """What the form says. Raises BadPointerError."""
    at = _entered(press, BlockId.REPORT_AT, "selected_time")
    contents = _entered(press, BlockId.REPORT_CONTENTS, "selected_option", "value")
    typed = _entered(press, BlockId.REPORT_RECIPIENTS, "value")
    try:
        return Wanted(time.fromisoformat(at), Contents(contents), typed, _channel(press))
    except ValueError:
        raise BadPointerError("no such settings") from None


def _channel(press: Press) -> str | None:
    """The one that was chosen, if any."""
    block, action = BlockId.REPORT_CHANNEL, ActionId.REPORT_CHANNEL
    match press.entered(block, action, "selected_conversations"):
        case [str() as channel, *_]:
            return channel
        case _:
            return None


def _entered(press: Press, block: BlockId, *path: str) -> str:
    """Text that was entered in an input whose action is named as its block."""
    value = press.entered(block, ActionId(block.value), *path)
    return value if isinstance(value, str) else ""


async def report_typed(front: Front, who: Who, ear: Ear, *, now: bool) -> None:
    """`/orders report`, which opens the form, and `/orders report now`."""
    if not now:
        await open_settings(front, who, ear)
        return
    outcome = await report.ask(front.office, await front.actor(who))
    await ear.say(report_settings.asked(outcome, Wall.of(front.distributor, front.now())))


# --- support -------------------------------------------------------------------------------------


async def support_pressed(front: Front, press: Press, ear: Ear) -> None:
    """Of one order: shows what would be sent."""
    await ear.show(done_view(WAIT))
    asker = await _asker(front, press)
    found = await support.prepare_order(front.office, asker, press.order)
    await ear.show(_form(front, found, Pointer(order=press.order)))


async def support_alert_pressed(front: Front, press: Press, ear: Ear) -> None:
    """Of an alert's orders."""
    await ear.show(done_view(WAIT))
    asker = await _asker(front, press)
    found = await support.prepare_alert(front.office, asker, press.alert)
    await ear.show(_form(front, found, Pointer(alert=press.alert)))


async def support_submitted(front: Front, press: Press) -> Settled:
    """Send it: what it is about stands in the form."""
    asker = await _asker(front, press)
    if press.pointer.alert is None:
        outcome = await support.contact_about_order(front.office, asker, press.order)
        return _ended(front, outcome)
    return _ended(front, await support.contact_about_alert(front.office, asker, press.alert))


async def _asker(front: Front, press: Press) -> Asker:
    note = _entered(press, BlockId.SUPPORT_NOTE, "value")
    actor = await front.actor(press.who)
    return Asker(actor, await front.identity.name(actor.person), note)


def _form(front: Front, found: Ready | support.Outcome, pointer: Pointer) -> View:
    if isinstance(found, Ready):
        return support_view.support_view(found, pointer)
    return _ended(front, found)


def _ended(front: Front, outcome: support.Outcome) -> View:
    if isinstance(outcome, NoSupport):
        return support_view.no_support_view(outcome)
    wall = Wall.of(front.distributor, front.now())
    return in_modal(support_view.contacted(outcome, wall))
