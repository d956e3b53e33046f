"""The words of a typed command: quotes, keys, people, and what was perhaps meant.

Called by `commands.grammar` and `commands.filters`. The text is as Slack sends it: `&`, `<` and `>`
escaped, and a person as `<@U123|name>`, which is the only form taken for one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from commands.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the command. `key`: what stood before a colon, outside of quotes; `literal`: the
    value stood in quotes.
    """

    value: str
    key: str | None = None
    person: PersonId | None = None
    literal: bool = False

    @property
    def whole(self) -> str:
        return self.value if self.key is None else f"{self.key}:{self.value}"


# Phones turn straight quotes into curly ones. A quote that is never closed holds the rest.
_WORDS: Final = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>"
    r"|(?:(?P<key>[A-Za-z]+):)?"
    r'(?:"(?P<straight>(?:[^"]|"")*)(?:"|$)|[“„](?P<curly>[^”]*)(?:”|$)|(?P<bare>\S+)|(?(key)|(?!)))'
)
_LONGEST: Final = 40
_PLAIN: Final = re.compile(r"[\w./#+-]+")


def split(text: str) -> list[Word]:
    return [_word(match) for match in _WORDS.finditer(text)]


def _word(match: re.Match[str]) -> Word:
    if match["person"]:
        return Word(match[0], person=PersonId(match["person"]))
    if match["straight"] is not None:
        value = match["straight"].replace('""', '"')
    else:
        value = match["curly"] or match["bare"] or ""
    return Word(unescaped(value), match["key"], literal=match["bare"] is None)


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """As Slack escapes what is typed after a command."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str) -> str:
    """A value as it is typed: in quotes where it needs them, and escaped as Slack escapes."""
    safe = escaped(text)
    if _PLAIN.fullmatch(text):
        return safe
    return '"' + safe.replace('"', '""') + '"'


def nearest(word: str, right: Iterable[str]) -> str | None:
    close = get_close_matches(word.lower(), list(right), n=1, cutoff=0.6)
    return close[0] if close else None


def short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
