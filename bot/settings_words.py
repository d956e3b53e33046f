"""From pydantic's errors to lines an operator can act on. Called by `bot.settings`."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic_core import ErrorDetails

from bot.settings_file import KEYS


@dataclass(frozen=True, slots=True)
class Problem:
    """Where in the file, and what is wrong and would be right there."""

    path: str
    words: str


_WORDS: Final = {
    "missing": "is missing; it is required",
    "string_type": "expected text in quotes",
    "int_type": "expected a whole number, without quotes",
    "bool_type": "expected true or false, without quotes",
    "tuple_type": 'expected a list, as ["U000000001"]',
    "list_type": 'expected a list, as ["U000000001"]',
    "dict_type": "expected a table, as [distributors.northwind]",
    "model_type": "expected a table of its own, with the key in square brackets",
    "string_too_short": "is empty; write something",
}


def problem(error: ErrorDetails, among: Sequence[ErrorDetails]) -> Problem | None:
    """One error in words; None when another error of `among` already covers it."""
    path = dotted((*error["loc"], *_key(error)))
    if error["type"] == "extra_forbidden":
        return None if _of_an_unknown_kind(error, among) else Problem(path, _unknown(error["loc"]))
    if error["type"] in {"greater_than_equal", "less_than_equal"}:
        return Problem(path, "expected a whole number from 1 to 64")
    return Problem(path, _WORDS.get(error["type"], error["msg"]))


def _key(error: ErrorDetails) -> tuple[str, ...]:
    key = error.get("ctx", {}).get("key")
    return (key,) if key else ()


def dotted(loc: tuple[int | str, ...]) -> str:
    """`distributors.northwind.admins[0]`."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _of_an_unknown_kind(error: ErrorDetails, among: Sequence[ErrorDetails]) -> bool:
    """Keys of a kind of ERP that does not exist yet are no mistake of their own."""
    kind = (*error["loc"][:-1], "kind")
    return any(other["loc"] == kind for other in among)


def _unknown(loc: tuple[int | str, ...]) -> str:
    known = KEYS.get(_table(loc), ())
    name = str(loc[-1])
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"unknown key; did you mean `{near[0]}`?"
    return f"unknown key; known here are {', '.join(known)}"


def _table(loc: tuple[int | str, ...]) -> str:
    """Which table of the schema a key stands in: the distributor's own key does not count."""
    return ".".join(str(part) for part in loc[2:-1]) if len(loc) > 2 else "file"  # noqa: PLR2004
