"""The page of the local Slack, driven as a person does, against the real sandbox server."""

import asyncio
import re
from email.message import EmailMessage

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, WebSocketRoute, expect

from sandbox.serve import Box, SandboxOptions, running
from sandbox.slack.options import SlackOptions
from tests.e2e.driving import (
    ADA,
    DANA,
    GUS,
    act_as,
    message,
    move_clock,
    open_channel,
    post_card,
    say,
    until_seen,
)
from tests.e2e.every_block import button, card, controls, texts
from tests.e2e.every_view import home
from tests.e2e.scripted_app import ScriptedApp, scripted
from tests.pixel import PIXEL


async def test_a_message_reaches_the_other_person_at_once(page: Page, sandbox: Box) -> None:
    await open_channel(page)
    other = await page.context.new_page()
    await other.goto(f"/?as={sandbox.people['dana']}#/c/{sandbox.channels['orders']}")
    await expect(other.get_by_role("heading", name="orders")).to_be_visible()
    await say(page, "Who calls VINET?")
    await expect(message(other, "Who calls VINET?")).to_contain_text(ADA)
    await expect(page.get_by_role("textbox", name="Message", exact=True)).to_have_value("")


async def test_what_one_person_sees_no_other_does(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    orders, dana = sandbox.channels["orders"], sandbox.people["dana"]
    await app.web.chat_postEphemeral(channel=orders, user=dana, text="You lack a permission")
    await open_channel(page)
    await say(page, "hello")
    await expect(message(page, "hello")).to_be_visible()
    assert await message(page, "You lack a permission").count() == 0
    await act_as(page, DANA)
    await expect(message(page, "You lack a permission")).to_contain_text("Only visible to you")


async def test_acting_as_a_guest_shows_what_a_guest_may_see(page: Page) -> None:
    await open_channel(page)
    await act_as(page, GUS)
    await expect(page.get_by_role("link", name="orders", exact=True)).to_have_count(0)
    await expect(page.get_by_role("heading", name="tastings")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Act as", exact=True)).to_have_value("U000000004")


async def test_news_while_one_changes_to_another_does_not_lead_back(
    page: Page, sandbox: Box
) -> None:
    asked, answer = [], asyncio.Event()

    async def slowly(route: Route) -> None:
        asked.append(route.request.url)
        await answer.wait()
        await route.continue_()

    await open_channel(page)
    await page.route("**/desk/state?*", slowly)
    await page.get_by_label("Act as", exact=True).select_option(value=sandbox.people["dana"])
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=sandbox.url) as client:
        while len(asked) < 2:
            body = {"kind": "member", "real_name": "Kim New"}
            headers = dict(sandbox.control_headers)
            await client.post("/control/people", json=body, headers=headers)
            await page.wait_for_timeout(50)
    answer.set()
    await expect(page).to_have_url(re.compile(rf"[?&]as={sandbox.people['dana']}\b"))


async def test_what_comes_before_the_page_listens_is_seen_all_the_same(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    """The page has read the channel, and its line to the server does not stand yet."""
    asked, stands = asyncio.Event(), asyncio.Event()

    async def late(line: WebSocketRoute) -> None:
        asked.set()
        await stands.wait()
        line.connect_to_server()

    await page.route_web_socket("**/desk/live?*", late)
    await open_channel(page)
    await expect(page.get_by_text("This is the very beginning")).to_be_visible()
    await asked.wait()
    await app.web.chat_postMessage(channel=sandbox.channels["orders"], text="nobody was told")
    stands.set()
    await expect(message(page, "nobody was told")).to_be_visible()


async def test_slash_commands_complete_and_answer(page: Page, app: ScriptedApp) -> None:
    await open_channel(page)
    box = page.get_by_role("textbox", name="Message", exact=True)
    await box.press_sequentially("/or")
    await expect(page.get_by_role("option", name="/orders")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("/orders ")
    await box.press_sequentially("people grant @dana actions")
    await box.press("Enter")
    reply = message(page, "You typed:")
    await expect(reply).to_contain_text("people grant @Dana Desk actions")
    await expect(reply).to_contain_text("Only visible to you")


async def test_a_send_that_fails_says_so_and_keeps_the_text(page: Page) -> None:
    await open_channel(page)
    await say(page, "/nonsense now")
    await expect(page.get_by_role("alert")).to_contain_text("no such command")
    box = page.get_by_role("textbox", name="Message", exact=True)
    await expect(box).to_have_value("/nonsense now")


async def test_threads_open_beside_the_channel(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    orders = sandbox.channels["orders"]
    ts = await post_card(app, sandbox)
    await app.web.chat_postMessage(channel=orders, thread_ts=ts, text="Dana retried at 7:03")
    await app.web.chat_postMessage(
        channel=orders, thread_ts=ts, text="Solved", reply_broadcast=True
    )
    await open_channel(page)
    await expect(message(page, "Solved")).to_contain_text("replied to a thread")
    assert await message(page, "Dana retried").count() == 0
    await page.get_by_role("button", name="2 replies").click()
    thread = page.get_by_role("region", name="Thread", exact=True).first
    await expect(thread).to_contain_text("Dana retried at 7:03")
    await page.get_by_role("textbox", name="Reply").fill("thanks")
    await page.keyboard.press("Enter")
    await expect(thread).to_contain_text("thanks")
    await expect(page.get_by_role("button", name="3 replies")).to_be_visible()
    await page.get_by_role("button", name="Close thread").click()
    await expect(thread).to_have_count(0)


async def test_the_clock_moves_forward_and_days_are_told_anew(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    day = page.get_by_role("separator").filter(has_text="Today")
    await expect(day).to_be_visible()
    await move_clock(page, "By 1 day")
    await expect(page.get_by_role("separator").filter(has_text="Yesterday")).to_be_visible()
    await expect(day).to_have_count(0)
    assert sandbox.clock.ahead() > 86_000


async def test_a_link_to_a_message_leads_there(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    orders = sandbox.channels["orders"]
    ts = await post_card(app, sandbox)
    for number in range(40):
        await app.web.chat_postMessage(channel=orders, text=f"line {number}")
    told = await app.web.chat_getPermalink(channel=orders, message_ts=ts)
    link = {"type": "link", "url": told["permalink"], "text": "Go to it"}
    section = {"type": "rich_text_section", "elements": [link]}
    block = {"type": "rich_text", "elements": [section]}
    await app.web.chat_postMessage(channel=orders, text="It goes on", blocks=[block])
    await open_channel(page)
    await page.get_by_role("link", name="Go to it").click()
    await expect(page.locator(f'article[data-ts="{ts}"]')).to_be_in_viewport()
    await page.goto(told["permalink"])
    await expect(page.locator(f'article[data-ts="{ts}"]')).to_be_in_viewport()


async def test_the_home_of_an_app_and_its_messages(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await open_channel(page)
    await page.get_by_role("link", name="Orderwatch", exact=True).click()
    await expect(page.get_by_text("ERP answers · as of 7:01")).to_be_visible()
    im = await app.web.conversations_open(users=sandbox.people["ada"])
    await app.web.chat_postMessage(channel=im["channel"]["id"], text="Dana asks for a permission")
    await expect(page.get_by_label("1 unread")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await expect(message(page, "Dana asks for a permission")).to_be_visible()
    await expect(page.get_by_label("1 unread")).to_have_count(0)


async def test_files_can_be_saved(page: Page) -> None:
    # A workspace of its own: the product asks for no right to upload.
    async with (
        running(SandboxOptions(slack=SlackOptions(paced=False))) as box,
        scripted(box) as app,
    ):
        await app.web.files_upload_v2(
            channel=box.channels["orders"], content="Order id\n10248\n", filename="report.csv"
        )
        await page.goto(f"{box.url}/#/c/{box.channels['orders']}")
        async with page.expect_download() as started:
            await page.get_by_role("link", name="Download report.csv").click()
        download = await started.value
        assert (await download.path()).read_text() == "Order id\n10248\n"


async def test_the_erp_has_its_switches(page: Page, sandbox: Box) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="ERP", exact=True).click()
    for label in (
        "Down",
        "Slow",
        "Rate limited",
        "Forbidden",
        "Late commit",
        "Cut connection",
        "Unconfirmed",
        "Sell discontinued items",
    ):
        await expect(page.get_by_label(label, exact=True)).to_be_visible()
    await page.get_by_label("Down", exact=True).check()
    await expect(page.get_by_role("status").filter(has_text="trouble")).to_contain_text("down")
    assert sandbox.erp.switches.down


async def test_mail_is_read_without_running_it(page: Page, sandbox: Box) -> None:
    sandbox.mailbox.mails.append(
        sandbox.mailbox._read(
            b"Subject: Unsynced Order 10248\r\nContent-Type: text/html\r\n\r\n"
            b"<p>Dear <b>Ada</b></p><script>top.document.title='taken'</script>",
            "orderwatch@example.com",
            ["ada@example.com"],
        )
    )
    await page.goto("/")
    await page.get_by_role("link", name="Mailbox", exact=True).click()
    await page.get_by_role("link", name="Unsynced Order 10248").click()
    await expect(page.frame_locator("iframe").get_by_text("Dear Ada")).to_be_visible()
    assert "taken" not in await page.title()


def _report() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Daily Order Sync Status Report"
    mail.set_content("in plain words")
    mail.add_alternative('<p>richly</p><img src="cid:a@b" alt="by day">', subtype="html")
    rich = mail.get_body(("html",))
    assert isinstance(rich, EmailMessage)
    rich.add_related(PIXEL, "image", "png", cid="<a@b>")
    csv = 'Order id,Status\r\n"a ""b"", c",Failed\r\n\'=1+1,Queued\r\n'
    mail.add_attachment(csv.encode(), "text", "csv", filename="report.csv")
    return bytes(mail)


async def test_a_mail_is_seen_in_both_its_parts_with_its_picture_and_its_file(
    page: Page, sandbox: Box
) -> None:
    read = sandbox.mailbox._read(_report(), "orders@example.com", ["ada@example.com"])
    sandbox.mailbox.mails.append(read)
    await page.goto("/")
    await page.get_by_role("link", name="Mailbox", exact=True).click()
    await page.get_by_role("link", name="Daily Order Sync Status Report").click()
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_text("richly")).to_be_visible()
    picture = frame.get_by_role("img", name="by day")
    await expect(picture).to_have_js_property("naturalWidth", 1)
    await page.get_by_role("button", name="Plain text", exact=True).click()
    await expect(page.get_by_text("in plain words")).to_have_count(2)
    await expect(page.locator("iframe")).to_have_count(0)
    await page.get_by_role("button", name="Open report.csv", exact=True).click()
    cells = page.locator(".mail-sheet").get_by_role("cell")
    await expect(cells).to_have_text(['a "b", c', "Failed", "'=1+1", "Queued"])
    await page.get_by_role("button", name="As it looks", exact=True).click()
    await expect(frame.get_by_text("richly")).to_be_visible()


async def test_the_page_says_that_the_server_is_gone_and_comes_back(browser: Browser) -> None:
    async with running() as first:
        port = int(first.url.rpartition(":")[2])
        context = await browser.new_context(base_url=first.url)
        page = await context.new_page()
        await open_channel(page)
    banner = page.get_by_text("The sandbox does not answer.")
    await expect(banner).to_be_visible()
    async with running(SandboxOptions(port=port)):
        await expect(banner).not_to_be_visible()
        await say(page, "still here")
        await expect(message(page, "still here")).to_be_visible()
    await context.close()


async def test_every_control_has_a_name(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    for blocks in (card(), texts(), controls()):
        await app.web.chat_postMessage(
            channel=sandbox.channels["orders"], text="blocks", blocks=blocks
        )
    await open_channel(page)
    await expect(message(page, "Every control")).to_be_visible()
    snapshot = await page.locator("body").aria_snapshot()
    roles = ("button", "link", "textbox", "combobox", "checkbox", "radio", "tab", "switch", "img")
    bare = [line for line in snapshot.splitlines() if line.strip(" -:") in roles]
    assert not bare


async def test_a_badge_that_counts_does_not_take_the_link_away(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await open_channel(page, "general")
    link = await page.get_by_role("link", name="orders", exact=True).element_handle()
    await link.focus()
    await post_card(app, sandbox)
    await expect(page.get_by_label("1 unread")).to_be_visible()
    assert await link.evaluate("node => node === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_sticks_out_in_either_scheme(
    page: Page, app: ScriptedApp, sandbox: Box, scheme: str, width: int
) -> None:
    await post_card(app, sandbox)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"/#/c/{sandbox.channels['orders']}")
    await expect(page.get_by_role("button", name="Retry all")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    background = await page.evaluate(
        "getComputedStyle(document.getElementById('pane')).backgroundColor"
    )
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")


async def test_on_a_phone_the_sidebar_is_a_drawer(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.goto("/")
    await page.get_by_role("button", name="Open sidebar").click()
    await page.get_by_role("link", name="tastings", exact=True).click()
    await expect(page.get_by_role("heading", name="tastings")).to_be_visible()
    await expect(page.get_by_role("link", name="orders", exact=True)).not_to_be_visible()


async def test_one_jumps_to_a_conversation_by_its_name(page: Page) -> None:
    await open_channel(page)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("tast")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="tastings", exact=True)).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_focused()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.get_by_role("heading", name="orders", exact=True)).to_be_visible()


async def test_a_press_outlives_an_update_that_comes_before_its_release(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    """The page waits with drawing: a click on what was replaced in between reaches nobody."""
    await open_channel(page)
    await page.get_by_role("link", name="Orderwatch", exact=True).click()
    await page.get_by_role("button", name="Search", exact=True).hover()
    await page.mouse.down()
    view = home()
    view["blocks"][2]["elements"].append(button("Gear", "gear"))
    async with page.expect_response("**/desk/home*") as fetched:
        await app.web.views_publish(user_id=sandbox.people["ada"], view=view)
    await (await fetched.value).finished()
    await page.wait_for_timeout(100)
    await page.mouse.up()
    await expect(page.get_by_role("button", name="Gear", exact=True)).to_be_visible()
    await until_seen(app)
    assert app.seen[0]["actions"][0]["action_id"] == "search"
