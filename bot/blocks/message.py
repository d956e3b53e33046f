"""What the builders return; the pieces they are made of are in `bot.blocks.parts`."""

from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """`text`: for notifications and screen readers, without markup, escaped. `blocks`: the rest."""

    text: str
    blocks: list[Block]
