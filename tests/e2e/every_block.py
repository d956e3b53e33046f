"""Messages that hold every block and element the page draws: material for its tests."""

from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str, *, verbatim: bool = False) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": verbatim}


def option(text: str, value: str, description: str | None = None) -> Block:
    made: Block = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


def button(text: str, action_id: str, **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "1"} | more


def input_block(block_id: str, label: str, element: Block, **more: Any) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
    } | more


ASK = {
    "title": plain("Send 267 orders again?"),
    "text": plain("What the ERP already has is not sent again. Held orders are left out."),
    "confirm": plain("Send 267"),
    "deny": plain("Not now"),
}


def card() -> list[Block]:
    """An alert as the product posts it: texts, fields, buttons, an overflow menu."""
    return [
        {
            "type": "section",
            "expand": True,
            "text": mrkdwn(":red_circle: *Failed: 267 orders are not in the ERP*", verbatim=True),
        },
        {
            "type": "section",
            "expand": True,
            "text": mrkdwn(
                "NW-024 Guaraná Fantástica · 51 orders\nNW-002 Chang · 44\nNW-001 Chai · 38\n"
                "_7 more items_"
            ),
        },
        {
            "type": "section",
            "expand": True,
            "text": mrkdwn(
                "*12 deliver today:* `10248` Vins et alcools Chevalier, `10249` Toms "
                "Spezialitäten, `10250` Hanari Carnes, 264 more\n"
                "1 Reactivate the item in the ERP.\n2 Retry all, or Details for one item.\n"
                "3 Otherwise call the customer."
            ),
        },
        {"type": "context", "elements": [mrkdwn("Nobody has it yet · as of 7:01")]},
        {
            "type": "actions",
            "elements": [
                button("Retry all", "retry_all", style="primary", confirm=ASK),
                button("I have it", "have_it"),
                button("Mark as synced", "mark"),
                button("Details", "details"),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [
                        option("Snooze for 1 hour", "snooze"),
                        option("Contact support", "support", "Sends the details by e-mail"),
                    ],
                },
            ],
        },
    ]


def texts() -> list[Block]:
    """Header, fields, accessory, context, divider, long text, rich text, table, markdown."""
    long = "\n".join(f"Line {number} of an attempt that went wrong" for number in range(1, 13))
    return [
        {"type": "header", "text": plain("Daily Order Sync Status Report :package:")},
        {
            "type": "section",
            "fields": [
                mrkdwn("*Account*\nVINET"),
                mrkdwn("*Delivers*\n<!date^1795521600^{date_short_pretty}|1 Aug>"),
                mrkdwn("*Total*\n440.00 USD"),
                mrkdwn("*Tried*\nonce, 7:01"),
            ],
        },
        {
            "type": "section",
            "text": mrkdwn(
                "*bold* _italic_ ~gone~ `code` <@U000000002> <#C000000002> <!here> "
                "<https://example.com|a link> &lt;b&gt; 2*3*4 snake_case_name\n> a quoted line\n"
                "```\npre <b>formatted</b>\n```"
            ),
            "accessory": button("Open", "open_order", url="https://example.com/"),
        },
        {"type": "divider"},
        {"type": "section", "text": plain(long)},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Rich "},
                        {"type": "text", "text": "bold", "style": {"bold": True}},
                        {"type": "text", "text": " and "},
                        {"type": "user", "user_id": "U000000001"},
                        {"type": "text", "text": " "},
                        {"type": "emoji", "name": "truck"},
                        {"type": "text", "text": " "},
                        {"type": "link", "url": "https://example.com", "text": "link"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "Create the customer"}],
                        },
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "Retry sync"}],
                        },
                    ],
                },
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "text", "text": "no customer VINET"}],
                },
                {
                    "type": "rich_text_preformatted",
                    "elements": [{"type": "text", "text": "NW-011  12 x 14.00"}],
                },
            ],
        },
        {
            "type": "table",
            "column_settings": [{}, {"is_wrapped": True}, {"align": "right"}],
            "rows": [
                [_cell("Item"), _cell("Name"), _cell("Orders")],
                [_cell("NW-024"), _cell("Guaraná Fantástica"), _cell("51")],
                [_cell("NW-002"), _cell("Chang"), _cell("44")],
            ],
        },
        {"type": "markdown", "text": "**All** of _this_ is `markdown`:\n\n- one\n- two"},
    ]


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def controls() -> list[Block]:
    """Every element that a message may hold."""
    colours = [option("Red", "red", "like a stop light"), option("Green", "green")]
    return [
        {"type": "section", "text": mrkdwn("Every control")},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "status",
                    "placeholder": plain("Status"),
                    "option_groups": [
                        {"label": plain("Open"), "options": [option("Failed", "failed")]},
                        {"label": plain("Done"), "options": [option("Successful", "successful")]},
                    ],
                },
                {
                    "type": "users_select",
                    "action_id": "who",
                    "placeholder": plain("Person"),
                },
                {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-24"},
                {"type": "timepicker", "action_id": "hour", "initial_time": "07:30"},
                button("Remove", "remove", style="danger"),
            ],
        },
        {
            "type": "actions",
            "elements": [
                {"type": "checkboxes", "action_id": "checks", "options": colours},
                {
                    "type": "radio_buttons",
                    "action_id": "radios",
                    "options": colours,
                    "initial_option": colours[1],
                },
            ],
        },
    ]
