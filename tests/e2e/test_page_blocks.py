"""How the page draws Block Kit and mrkdwn, and what reaches the app from it."""

import re

from playwright.async_api import Page, expect

from sandbox.serve import Box
from tests.e2e.driving import message, open_channel, post_card, until_seen
from tests.e2e.every_block import button, card, controls, mrkdwn, plain, texts
from tests.e2e.scripted_app import ScriptedApp
from tests.patience import hurry


async def test_markup_from_outside_stays_text(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    opened: list[str] = []
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    evil = "<img src=x onerror=alert(1)> <script>alert(2)</script> &lt;b&gt;bold&lt;/b&gt;"
    await app.web.chat_postMessage(
        channel=sandbox.channels["orders"],
        text=evil,
        blocks=[
            {"type": "section", "text": mrkdwn(evil)},
            {"type": "section", "text": plain(evil)},
            {"type": "context", "elements": [mrkdwn(f"```{evil}```")]},
            {"type": "section", "text": mrkdwn("<javascript:alert(3)|press>")},
            {"type": "markdown", "text": f"[go](javascript:alert(4)) {evil}"},
        ],
    )
    await open_channel(page)
    shown = message(page, "onerror")
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(shown).to_contain_text("<b>bold</b>")
    assert await shown.locator("img, script, b:text('bold'), a[href^='javascript']").count() == 0
    assert not opened


async def test_mrkdwn_means_what_slack_makes_of_it(page: Page) -> None:
    await page.goto("/")
    parsed = await page.evaluate(
        """async () => {
            const { parseInline } = await import("/page/mrkdwn.js");
            const say = (span) => span.spans ? `${span.kind}(${span.spans.map(say).join("")})`
                : `${span.kind}:${span.text ?? span.id ?? span.fallback}`;
            return [
                "*bold* _it_ ~no~", "2*3*4", "snake_case_name", "*a _b_ c*", "`*x*`",
                "<@U1ABC|ada>", "<https://e.com|*x*>", "see http://e.com.", "a < b > c",
                "<!date^9^{time}|then>", "<evil:x|y>",
            ].map((line) => parseInline(line).map(say).join(" "));
        }"""
    )
    assert parsed == [
        "b(text:bold) text:  i(text:it) text:  s(text:no)",
        "text:2*3*4",
        "text:snake_case_name",
        "b(text:a i(text:b)text: c)",
        "code:*x*",
        "user:U1ABC",
        "link(b(text:x))",
        "text:see  link(text:http://e.com) text:.",
        "text:a < b > c",
        "date:then",
        "text:<evil:x|y>",
    ]


async def test_verbatim_leaves_addresses_alone(page: Page) -> None:
    await page.goto("/")
    kinds = await page.evaluate(
        """async () => {
            const { parseInline } = await import("/page/mrkdwn.js");
            const kinds = (verbatim) => parseInline("http://evil.com", { verbatim })[0].kind;
            return [kinds(true), kinds(false)];
        }"""
    )
    assert kinds == ["text", "link"]


async def test_every_block_is_drawn(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    orders = sandbox.channels["orders"]
    for blocks in (card(), texts(), controls()):
        await app.web.chat_postMessage(channel=orders, text="blocks", blocks=blocks)
    await open_channel(page)
    await expect(message(page, "Every control")).to_be_visible()
    assert await page.get_by_text("unsupported").count() == 0
    await expect(page.get_by_role("columnheader", name="Orders")).to_be_visible()
    more = page.get_by_role("button", name="See more")
    await more.click()
    await expect(page.get_by_role("button", name="See less")).to_be_visible()


async def test_a_press_reaches_the_app_and_the_message_follows(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    have_it = page.get_by_role("button", name="I have it", exact=True)
    await have_it.focus()
    await page.keyboard.press("Enter")
    await expect(message(page, "267 orders")).to_contain_text("@Ada Admin has it")
    await expect(message(page, "267 orders")).to_contain_text("(edited)")
    await expect(have_it).to_be_focused()
    assert app.seen[0]["user"]["id"] == sandbox.people["ada"]


async def test_an_open_menu_survives_news_beside_it(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    await page.get_by_role("button", name="More actions").click()
    await app.web.chat_postMessage(channel=sandbox.channels["orders"], text="something else")
    await expect(message(page, "something else")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await until_seen(app)
    assert app.seen[0]["actions"][0]["selected_option"]["value"] == "support"


async def test_selects_act_at_once(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    await app.web.chat_postMessage(
        channel=sandbox.channels["orders"], text="controls", blocks=controls()
    )
    await open_channel(page)
    await page.get_by_role("combobox", name="Status").click()
    await page.get_by_role("option", name="Successful").click()
    await until_seen(app)
    await page.get_by_role("combobox", name="Person").click()
    await page.keyboard.type("dan")
    await page.keyboard.press("Enter")
    await until_seen(app, 2)
    await page.get_by_role("checkbox", name="Red").check()
    await until_seen(app, 3)
    status, person, red = (seen["actions"][0] for seen in app.seen)
    assert status["selected_option"]["value"] == "successful"
    assert person["selected_user"] == sandbox.people["dana"]
    assert [one["value"] for one in red["selected_options"]] == ["red"]


async def test_an_app_that_does_not_answer_is_named(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    app.silent = True
    hurry(sandbox)
    await open_channel(page)
    await page.get_by_role("button", name="I have it", exact=True).click()
    await expect(page.get_by_text("did not answer in time")).to_be_visible()


async def test_links_to_buttons_that_lead_out_tell_the_app_too(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    blocks = [
        {
            "type": "actions",
            "elements": [button("Open", "open", url=f"{sandbox.url}/page/icon.svg")],
        }
    ]
    await app.web.chat_postMessage(channel=sandbox.channels["orders"], text="link", blocks=blocks)
    await open_channel(page)
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Open", exact=True).click()
    await expect(await opened.value).to_have_url(re.compile(r"icon\.svg$"))
    assert app.seen[0]["actions"][0]["action_id"] == "open"
