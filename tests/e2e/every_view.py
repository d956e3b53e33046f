"""A modal with every kind of field, one that only tells, and a home."""

from tests.e2e.every_block import Block, button, input_block, mrkdwn, option, plain, texts


def form() -> Block:
    """A modal with every kind of field."""
    sizes = [option(name, name.lower()) for name in ("Small", "Medium", "Large")]
    fields = [
        input_block(
            "number",
            "ERP order number",
            {"type": "plain_text_input", "action_id": "number", "placeholder": plain("SO-1")},
            optional=True,
            hint=plain("As the ERP shows it."),
        ),
        input_block(
            "why",
            "Why",
            {
                "type": "static_select",
                "action_id": "why",
                "placeholder": plain("Choose a reason"),
                "options": [option("Keyed in", "keyed"), option("Was already there", "there")],
            },
        ),
        input_block(
            "notes",
            "Notes",
            {"type": "plain_text_input", "action_id": "notes", "multiline": True},
            optional=True,
        ),
        input_block(
            "mail", "E-mail", {"type": "email_text_input", "action_id": "mail"}, optional=True
        ),
        input_block(
            "count",
            "How many",
            {"type": "number_input", "action_id": "count", "is_decimal_allowed": False},
            optional=True,
        ),
        input_block(
            "sizes",
            "Sizes",
            {"type": "multi_static_select", "action_id": "sizes", "options": sizes},
            optional=True,
        ),
        input_block(
            "people",
            "People",
            {"type": "multi_users_select", "action_id": "people"},
            optional=True,
        ),
        input_block(
            "sure",
            "Sure",
            {
                "type": "checkboxes",
                "action_id": "sure",
                "options": [option("Mark anyway", "anyway", "The ERP does not know this order")],
            },
            optional=True,
        ),
    ]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Mark as synced"),
        "submit": plain("Mark"),
        "close": plain("Cancel"),
        "blocks": [
            {"type": "section", "text": mrkdwn("Order `10248` · *Vins et alcools Chevalier*")},
            *fields,
            {"type": "actions", "elements": [button("Look up", "push")]},
        ],
    }


def details(title: str = "Order 10248") -> Block:
    """A modal without a submit button."""
    return {
        "type": "modal",
        "callback_id": "details",
        "title": plain(title),
        "close": plain("Done"),
        "blocks": [*texts()[:3]],
    }


def home() -> Block:
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Orders")},
            {
                "type": "context",
                "elements": [mrkdwn(":large_green_circle: ERP answers · as of 7:01")],
            },
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "static_select",
                        "action_id": "filter",
                        "initial_option": option("Failed", "failed"),
                        "options": [option("Failed", "failed"), option("All", "all")],
                    },
                    button("Search", "search"),
                ],
            },
            {"type": "divider"},
            *(
                {
                    "type": "section",
                    "text": mrkdwn(
                        f"*1024{number}* · Vins et alcools Chevalier · today 7:30 · "
                        "Unknown customer"
                    ),
                    "accessory": button("Details", "details"),
                }
                for number in range(8)
            ),
        ],
    }
