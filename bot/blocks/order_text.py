"""An order as plain text to copy: what a clerk types into the ERP, line for line.

Called by the details and by the reply to Key in by hand.
"""

from collections.abc import Sequence
from typing import Final

from bot.blocks.message import Block
from bot.blocks.parts import SECTION_LIMIT, dead, preformatted, rich
from bot.blocks.wording import Wall
from commands.domain.documents import Address, Document, Line, money, plain
from commands.ports import Order

MESSAGE_TEXT: Final = 2900
"""Characters of one preformatted text: one block of a message."""


def copy_of(order: Order, wall: Wall, room: int) -> tuple[Block, int]:
    """Head and lines as preformatted text of `room` characters at most, and how many lines found
    no room.
    """
    head = "\n".join(_head(order, wall))[: room // 2]
    lines, left = lines_text(order.document.lines, 1, room - len(head) - 2)
    return rich(preformatted(f"{head}\n\n{lines}")), left


def head_block(order: Order, wall: Wall) -> Block:
    """All but the lines, as text to copy."""
    return rich(preformatted("\n".join(_head(order, wall))[:SECTION_LIMIT]))


def lines_block(lines: Sequence[Line], first: int, room: int) -> tuple[Block, int]:
    """Order lines from number `first` on, and how many of them found no room."""
    text, left = lines_text(lines, first, room)
    return rich(preformatted(text)), left


def lines_text(lines: Sequence[Line], first: int, room: int) -> tuple[str, int]:
    """As many lines as `room` characters hold."""
    shown: list[str] = []
    for number, line in enumerate(lines, first):
        text = _line(number, line)
        room -= len(text) + 1
        if room < 0:
            break
        shown.append(text)
    return "\n".join(shown), len(lines) - len(shown)


def _line(number: int, line: Line) -> str:
    """`1. NW-011  12 x 1 kg pkg. at 14.00 = 168.00  Queso Cabrales`."""
    unit = f" x {dead(line.unit, 40)}" if line.unit else ""
    less = f" less {plain(line.discount * 100)}%" if line.discount else ""
    price = f"{money(line.unit_price)}{less} = {money(line.total)}"
    name = f"  {dead(line.description, 80)}" if line.description else ""
    return f"{number}. {dead(line.sku, 60)}  {plain(line.quantity)}{unit} at {price}{name}"


def _head(order: Order, wall: Wall) -> list[str]:
    document = order.document
    given = [
        ("Reference", dead(order.id, 100)),
        ("Customer", _both(document.account_id, document.account_name)),
        ("Deliver", wall.delivery(order.deliver_at)),
        ("Delivery date", document.delivery_date.isoformat()),
        ("Ship to", _address(document.ship_to)),
        ("Contact", _both(document.contact, document.phone)),
        ("PO number", _shown(document.po_number, 100)),
        ("Notes", _shown(document.notes, 400)),
        ("Freight", money(document.freight)),
        ("Total", _total(document)),
    ]
    return [f"{name}: {value}" for name, value in given if value]


def _total(document: Document) -> str:
    return f"{money(document.total)} {_shown(document.currency, 10)}".strip()


def _shown(text: str | None, most: int) -> str:
    return dead(text, most) if text else ""


def _both(first: str | None, second: str | None) -> str:
    return ", ".join(dead(part, 120) for part in (first, second) if part)


def _address(ship_to: Address | None) -> str:
    if ship_to is None:
        return ""
    parts = [getattr(ship_to, name) for name in Address.__dataclass_fields__]
    return ", ".join(dead(part, 100) for part in parts if part)
