"""How a delivery to the app ended."""

from dataclasses import dataclass
from typing import TypeAlias

from sandbox.slack.answers import Json


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """In time; `payload` is what came with it: a view's `response_action`, a command's answer."""

    payload: Json | None
    via: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    reason: str
    via: str = ""


Outcome: TypeAlias = Acknowledged | Unanswered
