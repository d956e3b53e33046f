"""Choosing a person and what they get, as the App Home and a direct message show it to admins."""

from bot.blocks.ids import ActionId, BlockId, Pointer, numbered
from bot.blocks.message import Block
from bot.blocks.parts import button, plain_text
from commands.domain.people import Permission


def choose_people() -> list[Block]:
    """A people select, and a button for each permission.

    The person stands in state.values[CHOOSE_PERSON][CHOOSE_PERSON].selected_user; the permission in
    the pressed button's Pointer; its action id is a numbered GRANT_CHOSEN.
    """
    select: Block = {
        "type": "users_select",
        "action_id": str(ActionId.CHOOSE_PERSON),
        "placeholder": plain_text("Choose a person", 150),
    }
    buttons = [_grant(permission, row) for row, permission in enumerate(Permission)]
    return [
        {"type": "actions", "block_id": str(BlockId.CHOOSE_PERSON), "elements": [select, *buttons]}
    ]


def _grant(permission: Permission, row: int) -> Block:
    action = numbered(ActionId.GRANT_CHOSEN, row)
    return button(f"Grant {permission.words}", action, Pointer(permission=str(permission)))
