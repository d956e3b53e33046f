"""A form whose look-up takes longer than Slack waits is acknowledged, and the rest comes after."""

from collections.abc import AsyncIterator
from unittest import mock

import pytest

from bot.listeners import submissions
from commands.domain.lifecycle import State
from tests.bot.listeners.test_surfaces import refused, until_form
from tests.bot.listeners.town import DANA, Town, said


@pytest.fixture
async def form(place: Town) -> AsyncIterator[Town]:
    """Dana has the form for order 7 before her, and nothing will be ready in time."""
    place.shop.gateway.catalogue.set_item("NW-024", active=False)
    await place.grant(DANA)
    await refused(place, 7)
    await place.type(DANA, "/orders mark-synced 7")
    await until_form(place)
    with mock.patch.object(submissions, "ACK_WITHIN", 0):
        yield place


async def test_what_came_of_it_is_shown_in_the_place_of_the_form(form: Town) -> None:
    assert (await form.submit(DANA, why="not_needed"))["ok"]
    await form.until_view(DANA, "Order 7 is marked as synced")
    assert (await form.shop.order(7)).standing.state is State.SYNCED


async def test_what_is_wrong_is_said_in_the_form_that_comes_back(form: Town) -> None:
    assert (await form.submit(DANA, why="keyed_in", reference="SO-404"))["ok"]
    await form.until_view(DANA, "The ERP has no SO-404")
    [shown] = await form.views(DANA)
    assert "SO-404" in said(shown)
    assert any(block.get("block_id") == "anyway" for block in shown["blocks"])
    assert (await form.shop.order(7)).standing.state is State.FAILED
