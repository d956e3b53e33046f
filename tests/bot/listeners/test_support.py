"""Contact support by the front door: what will be sent is shown, sent once, and written down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commands.domain.ids import OrderId
from commands.domain.lifecycle import State
from store.mails import CONTACTED
from tests.bot.listeners.town import ADA, ELI, Json, Town, said, town
from tests.commands.works import order

HELP = "help@vendor.example"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, paced=False, support_email=HELP) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        yield found


async def refused(place: Town, *numbers: int) -> None:
    await place.shop.send(*(order(number, sku="NW-024") for number in numbers))
    for number in numbers:
        await place.shop.until(number, State.FAILED)


async def choose(place: Town, who: str, card: Json, label: str) -> None:
    """An option of the card's overflow menu."""
    for block in card["blocks"]:
        for element in block.get("elements", ()):
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    container = {"type": "message", "channel": card["channel"], "ts": card["ts"]}
                    at = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    value = option["value"]
                    await place.do("action", who, container=container, value=value, **at)
                    return
    raise AssertionError(f"no {label!r} in the menu")


async def until_mailed(place: Town, many: int = 1) -> None:
    async with asyncio.timeout(60):
        while len(place.box.mailbox.mails) < many:
            await asyncio.sleep(0.02)


async def contacted(place: Town, number: int) -> list[str | None]:
    """Who contacted support, by the order's history."""
    history = await place.front.screens.history(OrderId(str(number)))
    return [one.by.person for one in history if one.what == CONTACTED]


async def test_from_the_card_what_is_shown_is_sent_once_and_written_down(place: Town) -> None:
    await refused(place, 10248)
    card = await place.until_card("Failed: order 10248")
    await choose(place, ELI, card, "Contact support")
    view = await place.until_view(ELI, "This will be sent to")
    assert HELP in said(view)
    assert "Order Sync Error: order 10248, Northwind Traders" in said(view)
    assert not place.box.mailbox.mails
    await place.submit(ELI, support_note="The item was on sale yesterday.")
    assert f"It is on its way to {HELP}." in said((await place.views(ELI))[-1])
    await until_mailed(place)
    [mail] = place.box.mailbox.mails
    assert mail.to == (HELP,)
    assert mail.subject == "Order Sync Error: order 10248, Northwind Traders"
    assert "eli asks for help with order 10248" in mail.text
    assert "The item was on sale yesterday." in mail.text
    assert "Failure: Inactive item: NW-024 (inactive_item)" in mail.text
    shown = "".join(said(view).split())
    # But for the note, the moment and who it was, all that was sent had been shown.
    for line in mail.text.splitlines()[5:-2]:
        assert "".join(line.split()) in shown
    assert await contacted(place, 10248) == [ELI]

    await choose(place, ADA, card, "Contact support")
    await place.until_view(ADA, "This will be sent to")
    await place.submit(ADA)
    assert "Support was told within the last hour." in said((await place.views(ADA))[-1])
    assert await contacted(place, 10248) == [ELI]
    assert len(place.box.mailbox.mails) == 1


async def test_from_the_details_of_any_order_that_is_not_synced(place: Town) -> None:
    await refused(place, 10248)
    await place.until_card("Failed: order 10248")
    await place.press(ELI, "Details")
    await place.until_view(ELI, "To key in by hand")
    await place.press_in_view(ELI, "Contact support")
    await place.until_view(ELI, "This will be sent to")
    await place.submit(ELI)
    await until_mailed(place)
    await place.shop.send(order(10249))
    await place.shop.until(10249, State.SYNCED)
    await place.type(ELI, "/orders show 10249")
    await place.until_private(ELI, "Successful: order 10249")
    with pytest.raises(AssertionError, match="Contact support"):
        await place.press(ELI, "Contact support")


async def test_from_a_groups_card_for_all_its_orders(place: Town) -> None:
    await refused(place, 1, 2, 3)
    card = await place.until_card("3 orders are not in the ERP")
    await choose(place, ELI, card, "Contact support")
    view = await place.until_view(ELI, "This will be sent to")
    assert "Order Sync Error: 3 orders, Inactive item, Northwind Traders" in said(view)
    await place.submit(ELI)
    await until_mailed(place)
    [mail] = place.box.mailbox.mails
    for number in (1, 2, 3):
        assert f"  {number} · Vins et alcools Chevalier" in mail.text
        assert await contacted(place, number) == [ELI]
    await choose(place, ADA, card, "Contact support")
    await place.until_view(ADA, "This will be sent to")
    await place.submit(ADA)
    assert "Support was told within the last hour." in said((await place.views(ADA))[-1])


async def test_what_was_synced_meanwhile_is_not_sent(place: Town) -> None:
    await refused(place, 10248)
    card = await place.until_card("Failed: order 10248")
    await choose(place, ELI, card, "Contact support")
    await place.until_view(ELI, "This will be sent to")
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.grant(ADA)
    await place.press(ADA, "Retry sync")
    await place.shop.until(10248, State.SYNCED)
    await place.submit(ELI)
    assert "it is synced already" in said((await place.views(ELI))[-1])
    assert await contacted(place, 10248) == []


@pytest.mark.parametrize(
    ("missing", "expected"),
    [("address", "no support address is set"), ("mail", "SMTP_URL is not set")],
)
async def test_without_address_or_mail_it_says_so_and_what_to_do(
    tmp_path: Path, missing: str, expected: str
) -> None:
    email = None if missing == "address" else HELP
    off = "SMTP_URL is not set" if missing == "mail" else None
    async with town(tmp_path, paced=False, mail_off=off, support_email=email) as place:
        place.shop.gateway.catalogue.set_item("NW-024", active=False)
        await refused(place, 10248)
        card = await place.until_card("Failed: order 10248")
        await choose(place, ELI, card, "Contact support")
        view = await place.until_view(ELI, expected)
        assert "Until then copy this into a mail" in said(view)
        assert "Failure: Inactive item" in said(view)
        assert await contacted(place, 10248) == []
