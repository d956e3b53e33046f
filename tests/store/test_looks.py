"""What people look at, and what they tick: one row for each of them, whatever page it is on."""

import asyncio

import store as stores
from commands.domain.batches import Ticked
from commands.domain.ids import OrderId
from commands.domain.lifecycle import RetryAsked, Status
from commands.selections import Moved
from store.filters import Filters
from store.looks import BLANK, Look, Place, Viewer
from tests.store.making import DANA, EMIL, HOUR, MINUTE, NORTH, NOW, SOUTH, queue, refuse_all

HERE = Viewer(NORTH, DANA, Place.HOME)
IDS = [OrderId(str(number)) for number in range(1, 6)]


async def five_failed(store: stores.Store) -> None:
    await queue(store, range(1, 6))
    await refuse_all(store)


async def ticked(store: stores.Store, look: Look) -> Ticked:
    assert look.selection
    found = await store.batches.ticked(NORTH, DANA, look.selection)
    assert isinstance(found, Ticked)
    return found


async def test_who_never_looked_is_shown_the_failed_orders(store: stores.Store) -> None:
    assert await store.looks.load(HERE) == BLANK
    assert BLANK.status is Status.FAILED
    assert await store.looks.count(BLANK) == 0
    assert await store.looks.ticked(BLANK, IDS) == frozenset()


async def test_what_is_not_named_stays(store: stores.Store) -> None:
    await store.looks.turn(HERE, status=None, words="chevalier", page=3)
    look = await store.looks.turn(HERE, page=4, seen_at=NOW)
    assert (look.status, look.words, look.page, look.seen_at) == (None, "chevalier", 4, NOW)
    assert await store.looks.load(HERE) == look
    for other in (Viewer(NORTH, EMIL, Place.HOME), Viewer(SOUTH, DANA, Place.HOME),
                  Viewer(NORTH, DANA, Place.ALERT)):  # fmt: skip
        assert await store.looks.load(other) == BLANK


async def test_ticks_outlive_pages_and_searches(store: stores.Store) -> None:
    await five_failed(store)
    first = await store.looks.tick(HERE, IDS[:1], NOW, on=True)
    await store.looks.turn(HERE, page=2, words="x")
    look = await store.looks.tick(HERE, IDS[1:3], NOW, on=True)
    assert look.selection == first.selection
    look = await store.looks.tick(HERE, IDS[:1], NOW, on=False)
    assert await store.looks.count(look) == 2
    assert await store.looks.ticked(look, IDS) == frozenset(IDS[1:3])
    # A box keeps its tick by itself; only what we set is drawn anew.
    assert look.drawn == first.drawn
    assert (await store.looks.tick(HERE, IDS, NOW, on=True, anew=True)).drawn == first.drawn + 1


async def test_orders_of_others_and_of_nobody_cannot_be_ticked(store: stores.Store) -> None:
    await five_failed(store)
    theirs = Viewer(SOUTH, DANA, Place.HOME)
    look = await store.looks.tick(theirs, [*IDS, OrderId("nowhere")], NOW, on=True)
    assert await store.looks.count(look) == 0
    look = await store.looks.tick_all(theirs, Filters(), NOW)
    assert await store.looks.count(look) == 0


async def test_all_that_match_are_ticked_whatever_their_page(store: stores.Store) -> None:
    await five_failed(store)
    await queue(store, [6, 7], due_at=NOW + HOUR)
    await store.looks.tick(HERE, IDS[:1], NOW, on=True)
    look = await store.looks.tick_all(HERE, Filters(status=Status.FAILED), NOW)
    assert await store.looks.count(look) == 5
    await queue(store, [8])
    await refuse_all(store)
    assert await store.looks.count(look) == 5, "what comes in later was not shown"
    look = await store.looks.clear(HERE, NOW)
    assert await store.looks.count(look) == 0


async def test_what_was_acted_on_is_ticked_no_more(store: stores.Store) -> None:
    await five_failed(store)
    look = await store.looks.tick(HERE, IDS[:2], NOW, on=True)
    shown = await ticked(store, look)
    assert look.selection
    moved = await store.batches.act(NORTH, look.selection, shown.turn, RetryAsked(DANA), NOW)
    assert isinstance(moved, Moved)
    emptied = await store.looks.load(HERE)
    assert (emptied.selection, emptied.drawn) == (None, look.drawn + 1)
    again = await store.looks.tick(HERE, IDS[2:3], NOW, on=True)
    assert again.selection != look.selection
    assert await store.looks.count(again) == 1
    assert (await store.batches.progress(moved.batch, NOW)).total == 2


async def test_each_change_of_the_ticks_is_counted(store: stores.Store) -> None:
    await five_failed(store)
    look = await store.looks.tick(HERE, IDS[:2], NOW, on=True)
    shown = await ticked(store, look)
    await store.looks.tick(HERE, IDS[2:3], NOW, on=True)
    assert look.selection
    asked = RetryAsked(DANA)
    seen = await store.batches.act(NORTH, look.selection, shown.turn, asked, NOW)
    assert isinstance(seen, Ticked)
    assert (seen.total, seen.some) == (3, ("1", "2", "3"))


async def test_ticks_made_in_the_same_moment_all_count(store: stores.Store) -> None:
    await five_failed(store)
    await asyncio.gather(*(store.looks.tick(HERE, [one], NOW, on=True) for one in IDS))
    look = await store.looks.load(HERE)
    assert await store.looks.count(look) == 5


async def test_beginning_anew_forgets_all_but_the_place(store: stores.Store) -> None:
    await five_failed(store)
    await store.looks.turn(HERE, words="x", page=7, status=None)
    look = await store.looks.tick(HERE, IDS, NOW, on=True)
    look = await store.looks.begin(HERE, NOW + HOUR, page=2)
    assert (look.status, look.words, look.page, look.selection) == (Status.FAILED, "", 2, None)
    assert look.seen_at == NOW + HOUR


async def test_who_has_it_open_is_known_for_a_while(store: stores.Store) -> None:
    for who, ago in ((DANA, 2 * HOUR), (EMIL, MINUTE)):
        await store.looks.turn(Viewer(NORTH, who, Place.HOME), seen_at=NOW - ago)
    await store.looks.turn(Viewer(NORTH, DANA, Place.ALERT), seen_at=NOW)
    assert await store.looks.open_since(NORTH, Place.HOME, NOW - HOUR) == [EMIL]
    assert await store.looks.open_since(NORTH, Place.HOME, NOW - 3 * HOUR) == [EMIL, DANA]
    await store.looks.turn(Viewer(NORTH, EMIL, Place.HOME), seen_at=None)
    assert await store.looks.open_since(NORTH, Place.HOME, NOW - HOUR) == []
    assert await store.looks.open_since(SOUTH, Place.HOME, NOW - HOUR) == []


async def test_a_forgotten_selection_leaves_nothing_ticked(store: stores.Store) -> None:
    await five_failed(store)
    await store.looks.tick(HERE, IDS, NOW, on=True)
    await store.batches.forget(NOW + MINUTE)
    assert (await store.looks.load(HERE)).selection is None
