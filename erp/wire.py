"""What came of one HTTP request, before anybody asks what it means.

`client` makes these values, the classify tables read them, so the tables need no HTTP library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commands.domain.failures import Code


class Cut(StrEnum):
    """Why the body of a reply is not whole."""

    LATE = "the deadline passed before the answer was complete"
    BROKEN = "the connection was cut within the answer"
    LONG = "the answer is longer than 1 MiB"


@dataclass(frozen=True, slots=True)
class Reply:
    """A status line came. `headers` by their names in lower case; `cut`: the body is not whole."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class Unreached:
    """No connection stood: certain that nothing was sent. `code` says whether it can pass."""

    code: Code
    words: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection stood, perhaps everything was sent, and no status line came back."""

    words: str


Outcome = Reply | Unreached | Lost
