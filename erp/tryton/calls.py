"""Tryton's REST protocol: how its models are asked, and how values are written and read.

Called by everything else in this package. What an answer means, `classify` says.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from erp.client import Client
from erp.wire import Outcome

Json = dict[str, Any]
Domain = Sequence[object]
LONGEST_ASKED: Final = 4_000
"""Bytes of a domain in an address: servers and proxies take 8 KiB for all of it."""


class Calls:
    """One database of one Tryton. Each call may be given `until`, the deadline of `client`.

    All is asked in English, whatever language the key's user has: some refusals can be told apart
    by their words alone, and the rest of a failure is told in English as well.
    """

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self._root = f"/{quote(database, safe='')}/rest/model"
        self._company: int | None = None

    def within(self, company: int) -> None:
        """From now on what depends on the company is asked for this one."""
        self._company = company

    async def search(
        self, model: str, domain: Domain, fields: Iterable[str], until: float | None = None
    ) -> Outcome:
        """The records that the domain names, with these fields; the inactive ones too, if it says
        so.
        """
        query = [("d", encoded(domain)), *_asked(fields)]
        return await self._client.get(f"{self._root}/{model}", query, self._headers, until)

    async def create(
        self, model: str, values: Json, fields: Iterable[str], until: float
    ) -> Outcome:
        return await self._post(f"{self._root}/{model}{_query(fields)}", values, until)

    async def press(
        self, model: str, record: int, button: str, fields: Iterable[str], until: float
    ) -> Outcome:
        """What a button of the form does."""
        path = f"{self._root}/{model}/{record}/{button}{_query(fields)}"
        return await self._post(path, {}, until)

    async def call(
        self, model: str, method: str, values: Json, until: float | None = None
    ) -> Outcome:
        """A method of the model itself."""
        return await self._post(f"{self._root}/{model}/{method}", values, until)

    async def delete(self, model: str, record: int, until: float) -> Outcome:
        return await self._client.delete(f"{self._root}/{model}/{record}", self._headers, until)

    async def _post(self, path: str, values: Json, until: float | None) -> Outcome:
        body = json.dumps(values, default=_marked).encode()
        return await self._client.post(path, body, self._headers, until)

    @property
    def _headers(self) -> Mapping[str, str]:
        if self._company is None:
            return _ENGLISH
        return {**_ENGLISH, "X-Tryton-Context": encoded({"company": self._company})}


_ENGLISH: Final = {"Accept-Language": "en"}


def encoded(value: object) -> str:
    """As Tryton takes domains and contexts: JSON, base64 for addresses."""
    text = json.dumps(value, default=_marked, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def batches(codes: Iterable[str]) -> list[list[str]]:
    """Codes that can be asked for at once, each batch as long as an address may be."""
    found: list[list[str]] = []
    room = 0
    for code in codes:
        length = len(json.dumps(code)) * 4 // 3 + 2
        if length > room:
            found.append([])
            room = LONGEST_ASKED
        found[-1].append(code)
        room -= length
    return found


def decimal_of(value: object) -> Decimal | None:
    """A Numeric as Tryton writes it; None where it is none."""
    match value:
        case {"__class__": "Decimal", "decimal": str(text)} if len(text) < LONGEST_NUMBER:
            number = _number(text)
            return number if number is not None and number.is_finite() else None
        case _:
            return None


LONGEST_NUMBER: Final = 60


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _asked(fields: Iterable[str]) -> list[tuple[str, str]]:
    return [("f", name) for name in fields]


def _query(fields: Iterable[str]) -> str:
    return "?" + "&".join(f"f={name}" for name in fields)


def _marked(value: object) -> Json:
    match value:
        case Decimal():
            return {"__class__": "Decimal", "decimal": f"{value:f}"}
        case date():
            return {
                "__class__": "date",
                "year": value.year,
                "month": value.month,
                "day": value.day,
            }
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON in Tryton")
