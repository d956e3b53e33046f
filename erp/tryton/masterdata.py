"""All that an order names, and the company it is entered for. Asked by `adapter` before it enters
anything.
"""

import asyncio
import re
from collections.abc import Iterable
from typing import Final

from commands.domain.answers import LookupTrouble
from commands.domain.failures import Code, Failure
from erp.client import Now
from erp.tryton import records
from erp.tryton.calls import Calls
from erp.tryton.classify import Told, told, trouble
from erp.tryton.records import Company, Currency, Customer, Product, Unit
from erp.tryton.shelf import Fetch, Shelf
from erp.wire import Outcome

ALL: Final = ("active", "in", [True, False])
"""Else Tryton leaves out what is inactive."""

_DIGITS: Final = re.compile(r"\[[^,]*, ?([0-9]{1,2})\]")
"""`[null, 4]`: Tryton tells it as a text."""


class MasterData:
    """What Tryton knows, by its code.

    The company is asked for once: were it another one later, look-ups would call absent what was
    entered for the first.
    """

    def __init__(self, calls: Calls, now: Now) -> None:
        self._calls = calls
        self._now = now
        self._company: Company | None = None
        self._asking = asyncio.Lock()
        self.customers: Shelf[Customer] = Shelf(
            self._fetcher("party.party", records.CUSTOMER, ALL), records.customer, now
        )
        self.products: Shelf[Product] = Shelf(
            self._fetcher("product.product", records.PRODUCT, ALL), records.product, now
        )
        self.units: Shelf[Unit] = Shelf(
            self._fetcher("product.uom", records.UNIT, by="name"), records.unit, now
        )
        self.currencies: Shelf[Currency] = Shelf(
            self._fetcher("currency.currency", records.CURRENCY), records.currency, now
        )

    async def company(self, until: float) -> Company | LookupTrouble:
        """The company of the key's user."""
        async with self._asking:
            if self._company is not None:
                return self._company
            found = await self._ask(until)
            self._company = found if isinstance(found, Company) else None
            return found

    def forget(self, customer: str, products: Iterable[str], units: Iterable[str]) -> None:
        """Something about them was refused: whoever mends it and retries is to be believed."""
        self.customers.forget([customer])
        self.products.forget(products)
        self.units.forget(units)

    async def _ask(self, until: float) -> Company | LookupTrouble:
        asked = {"context_only": True}
        outcome = await self._calls.call("res.user", "get_preferences", asked, until)
        match told(outcome):
            case Told({"company": int(company)}):
                self._calls.within(company)
                return await self._ask_currency(company, until)
            case None:
                return trouble(outcome, self._now())
            case _:
                return _unfit("The user of the key belongs to no company in Tryton")

    async def _ask_currency(self, company: int, until: float) -> Company | LookupTrouble:
        fields = [f"currency.{name}" for name in records.CURRENCY]
        outcome = await self._calls.search("company.company", [("id", "=", company)], fields, until)
        match told(outcome):
            case Told([{"currency": dict(entry)}]) if currency := records.currency(entry):
                return await self._ask_digits(company, currency, until)
            case None:
                return trouble(outcome, self._now())
            case _:
                return _unfit("Tryton does not show the company's currency to the key's user")

    async def _ask_digits(
        self, company: int, currency: Currency, until: float
    ) -> Company | LookupTrouble:
        asked = {"fields_names": ["unit_price"]}
        outcome = await self._calls.call("sale.line", "fields_get", asked, until)
        match told(outcome):
            case Told({"unit_price": {"digits": str(text)}}) if digits := _DIGITS.fullmatch(text):
                return Company(company, currency, int(digits[1]))
            case None:
                return trouble(outcome, self._now())
            case _:
                return _unfit("Tryton does not tell how many decimals a unit price has")

    def _fetcher(
        self, model: str, fields: tuple[str, ...], *beside: object, by: str = "code"
    ) -> Fetch:
        async def fetch(codes: list[str], until: float) -> Outcome:
            asked = [(by, "in", codes), *beside]
            return await self._calls.search(model, asked, fields, until)

        return fetch


def _unfit(words: str) -> LookupTrouble:
    return LookupTrouble(Failure(Code.MISCONFIGURED, words))
