"""The daily report by the front door: set in its form, made when it is time, read by people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commands.domain.lifecycle import State
from tests.bot.listeners.town import ADA, ORDERS, Json, Town, said, town
from tests.commands.works import order

CHICAGO = ZoneInfo("America/Chicago")
DAY = timedelta(days=1)
FORM: dict[str, Any] = {
    "report_at": "06:30",
    "report_contents": "failed",
    "report_recipients": "",
    "report_channel": ORDERS,
}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, paced=False) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        yield found


async def opened(place: Town, who: str = ADA) -> Json:
    await place.type(who, "/orders report")
    return await place.until_view(who, "once a day" if who == ADA else "Only admins")


async def save(place: Town, **changes: Any) -> Json:
    """Ada fills the form and saves it."""
    await opened(place)
    return await place.submit(ADA, **{**FORM, **changes})


async def to_next(place: Town, hour: int, minute: int = 31) -> None:
    """The clock moves to that time of the next day, in the distributor's zone."""
    now = place.shop.clock.now().astimezone(CHICAGO)
    then = (now + DAY).replace(hour=hour, minute=minute, second=0, microsecond=0)
    place.shop.clock.ahead += then - now
    place.paperwork.wake()


async def test_it_is_set_and_comes_in_slack_and_by_mail_with_picture_and_csv(place: Town) -> None:
    await place.shop.send(order(10248, sku="NW-024"), order(10249))
    await place.shop.until(10248, State.FAILED)
    done = await save(place, report_recipients="ada@example.com, boss@example.com")
    assert not done.get("errors"), done
    told = said((await place.views(ADA))[-1])
    assert "The report is on." in told
    assert "To 2 addresses" in told
    await to_next(place, 6)

    card = await place.until_card("1 order is not synced: 1 Failed")
    thread = await place.until(lambda: shared(place, card["ts"]))
    assert [one["name"] for one in thread["files"]] == [csv_name(place), "orders-by-day.png"]
    lines = (await content(place, thread["files"][0])).decode().split("\r\n")
    assert lines[0] == "Order id,Distributor name,Account ID,Delivery Date,Placed At Date,Status"
    assert lines[1].startswith("10248,Northwind Traders,VINET,2026-11-25,2026-11-23T03:00:00-06:00")
    assert lines[1].endswith(",Failed")
    assert lines[2:] == [""]
    card = await place.until(lambda: pictured(place, card["ts"]))
    assert place.box.mailbox.mails[0].subject == "Daily Order Sync Status Report"
    assert sorted(one.to for one in place.box.mailbox.mails) == [
        ("ada@example.com",),
        ("boss@example.com",),
    ]
    [attached] = place.box.mailbox.mails[0].attachments
    assert attached.content.decode().split("\r\n") == lines


def csv_name(place: Town) -> str:
    day = place.shop.clock.now().astimezone(CHICAGO).date()
    return f"order-sync-status-{day}.csv"


async def shared(place: Town, ts: str) -> Json | None:
    seen = await place._see("thread", ADA, channel=ORDERS, ts=ts)
    return next((one for one in seen["messages"] if one["files"]), None)


async def pictured(place: Town, ts: str) -> Json | None:
    found = [one for one in await place.messages(ADA) if one["ts"] == ts]
    return next((one for one in found if any(b["type"] == "image" for b in one["blocks"])), None)


async def content(place: Town, file: Json) -> bytes:
    answer = await place.http.get(file["url"])
    assert answer.status_code == 200
    return answer.content
