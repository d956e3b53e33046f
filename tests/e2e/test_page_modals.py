"""Modals and confirmations, by keyboard as by mouse."""

from playwright.async_api import Page, expect

from sandbox.serve import Box
from tests.e2e.driving import open_channel, post_card, until_seen
from tests.e2e.every_block import mrkdwn
from tests.e2e.every_view import form
from tests.e2e.scripted_app import ScriptedApp
from tests.patience import hurry


async def test_confirm_asks_in_the_apps_own_words(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    retry = page.get_by_role("button", name="Retry all", exact=True)
    await retry.click()
    question = page.get_by_role("alertdialog", name="Send 267 orders again?")
    await expect(question).to_contain_text("Held orders are left out.")
    await page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(retry).to_be_focused()
    await retry.click()
    await page.get_by_role("button", name="Send 267", exact=True).click()
    await until_seen(app)
    assert [seen["actions"][0]["action_id"] for seen in app.seen] == ["retry_all"]


async def test_a_modal_by_keyboard_alone(page: Page, app: ScriptedApp, sandbox: Box) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    opener = page.get_by_role("button", name="Mark as synced", exact=True)
    await opener.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Mark as synced")
    await expect(dialog.get_by_label("ERP order number")).to_be_focused()
    await page.keyboard.type("SO-404")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("combobox", name="Why")).to_have_text("Was already there")
    await dialog.get_by_label("Notes").press("Control+Enter")
    await expect(dialog).to_contain_text("The ERP has no order SO-404.")
    await expect(dialog.get_by_label("ERP order number")).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("SO-1")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()
    values = app.seen[-1]["view"]["state"]["values"]
    assert values["number"]["number"]["value"] == "SO-1"
    assert values["why"]["why"]["selected_option"]["value"] == "there"


async def test_tab_stays_in_a_modal_and_required_fields_speak(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    await page.get_by_role("button", name="Mark as synced", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Mark", exact=True).focus()
    await page.keyboard.press("Tab")
    assert await dialog.evaluate("node => node.contains(document.activeElement)")
    await dialog.get_by_role("button", name="Mark", exact=True).click()
    await expect(dialog.get_by_text("Please fill this in.")).to_be_visible()
    assert len(app.seen) == 1


async def test_views_stack_and_keep_what_was_typed(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    await page.get_by_role("button", name="Mark as synced", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Notes").fill("half a sentence")
    await dialog.get_by_role("button", name="Look up").click()
    await expect(page.get_by_role("dialog", name="Look-up")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Mark as synced")).to_be_visible()
    await expect(dialog.get_by_label("Notes")).to_have_value("half a sentence")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_an_update_of_the_view_leaves_what_is_being_typed(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    await page.get_by_role("button", name="Mark as synced", exact=True).click()
    notes = page.get_by_role("dialog").get_by_label("Notes")
    await notes.fill("half a sen")
    view = sandbox.slack.workspace.views.stack(sandbox.people["ada"])[-1]
    given = form()
    given["blocks"][0]["text"] = mrkdwn("Looked up: the ERP has *SO-1*")
    await app.web.views_update(view_id=view.id, view=given)
    await expect(page.get_by_role("dialog")).to_contain_text("Looked up: the ERP has SO-1")
    await page.keyboard.type("tence")
    await expect(notes).to_have_value("half a sentence")


async def test_a_failed_press_is_told_inside_the_modal_and_outlives_it(
    page: Page, app: ScriptedApp, sandbox: Box
) -> None:
    await post_card(app, sandbox)
    await open_channel(page)
    await page.get_by_role("button", name="Mark as synced", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    app.silent = True
    hurry(sandbox)
    await dialog.get_by_role("button", name="Look up").click()
    await expect(dialog.get_by_text("did not answer in time")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("did not answer in time")).to_be_visible()
