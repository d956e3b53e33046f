"""The adapter to Tryton. Made by `registry`; the engine and the look-up verbs call it as an `Erp`.

An order becomes a sale in up to three calls: create, quote, confirm. Its id stands in the sale's
`reference`, and by that it is found again, whatever became of the calls: Tryton's own number comes
with the quotation only. A sale that an interrupted call left unfinished is a draft of ours, and
`resume` goes on with it.
"""

import logging

from commands.domain.answers import (
    Answer,
    CannotTell,
    Declined,
    Documents,
    Healthy,
    Lookup,
    LookupTrouble,
    Silence,
    Taken,
    Unhealthy,
)
from commands.domain.documents import Document, money
from commands.domain.failures import STOPPING, Code, Failure, clean
from commands.domain.ids import OrderId
from commands.domain.verification import Believed, judge
from erp.carriers import USUAL, Carrier
from erp.classify import before_sending
from erp.client import Client, Now
from erp.outcomes import finished, said
from erp.settings import ErpSettings
from erp.tryton.calls import Calls, Domain, Json
from erp.tryton.classify import mistaken, sent, stepped, trouble, words
from erp.tryton.examining import Examiner
from erp.tryton.masterdata import MasterData
from erp.tryton.sale import Known, UnfitError, codes_of, sale_of, units_of
from erp.tryton.sales import FIELDS, NEXT, SALE, Sale, all_sales, one_sale
from erp.wire import Outcome, Reply

_log = logging.getLogger(__name__)


class TrytonErp:
    """One database of one Tryton. Nothing here raises for what it may do."""

    def __init__(self, settings: ErpSettings, now: Now, carrier: Carrier = USUAL) -> None:
        self._settings = settings
        self._client = Client(settings, carrier)
        self._calls = Calls(self._client, settings.database or "")
        self._data = MasterData(self._calls, now)
        self._now = now

    async def send(self, document: Document) -> Answer:
        """Enter the order: what it names is looked at first, and then one deadline for all."""
        until = self._client.deadline()
        values = await self._values(document, until)
        answer = await self._create(document, values, until) if isinstance(values, dict) else values
        if isinstance(answer, Declined):
            self._forget(document)
        _log.info("order %s sent: %s", document.id, said(answer))
        return answer

    async def resume(self, document: Document, reference: str | None) -> Answer:
        """Go on with the draft: it is found by the order's id, and is the only one, and ours.

        What was finished meanwhile is Taken. Nothing is ever created here.
        """
        until = self._client.deadline()
        found = await self._search(_by_reference(document.id), until)
        if isinstance(found, LookupTrouble):
            return before_sending(found.failure, found.retry_after)
        documents = self._documents(found)
        verdict = judge(document, documents.found)
        if isinstance(verdict, Believed) and verdict.draft:
            answer = await self._finish(found[0], until)
        else:
            answer = finished(document, documents.found, reference)
        _log.info("order %s resumed: %s", document.id, said(answer))
        return answer

    async def find(self, order: OrderId) -> Lookup:
        """What Tryton holds under our id: drafts, quotations and cancelled sales as well."""
        return await self._look_up(_by_reference(order))

    async def find_number(self, reference: str) -> Lookup | CannotTell:
        """What Tryton holds under its own number."""
        return await self._look_up([("number", "=", reference)])

    async def health(self) -> Healthy | Unhealthy:
        """Whether it answers, takes our key, and lets it see sales."""
        outcome = await self._calls.search(SALE, [("id", "=", 0)], ("number",))
        if all_sales(outcome) is not None:
            return Healthy()
        if mistaken(outcome):
            return Unhealthy(Failure(Code.MISCONFIGURED, words(outcome)))
        return Unhealthy(trouble(outcome, self._now()).failure)

    async def examine(self) -> tuple[str, ...]:
        """What is missing in a Tryton that was not set up for us."""
        examiner = Examiner(self._settings, self._calls, self._data)
        return await examiner.findings(self._client.deadline())

    async def close(self) -> None:
        await self._client.close()

    # --- entering --------------------------------------------------------------------------------

    async def _values(self, document: Document, until: float) -> Json | Answer:
        """The sale to be created, or why nothing was."""
        known = await self._known(document, until)
        if isinstance(known, LookupTrouble):
            return before_sending(known.failure, known.retry_after)
        try:
            return sale_of(document, known)
        except UnfitError as error:
            return Declined(error.failure)

    async def _known(self, document: Document, until: float) -> Known | LookupTrouble:
        own, data = self._settings, self._data
        company = await data.company(until)
        if isinstance(company, LookupTrouble):
            return company
        customers = await data.customers.find([document.account_id], until)
        if isinstance(customers, LookupTrouble):
            return customers
        products = await data.products.find(codes_of(document, own.freight_item), until)
        if isinstance(products, LookupTrouble):
            return products
        units = await data.units.find(units_of(document, own.units), until)
        if isinstance(units, LookupTrouble):
            return units
        asked = [code for code in [document.currency] if code and code != company.currency.code]
        currencies = await data.currencies.find(asked, until)
        if isinstance(currencies, LookupTrouble):
            return currencies
        return Known(company, customers, products, units, currencies, own.freight_item, own.units)

    async def _create(self, document: Document, values: Json, until: float) -> Answer:
        outcome = await self._calls.create(SALE, values, FIELDS, until)
        sale = one_sale(outcome)
        if sale is None:
            return await self._not_created(document, outcome, until)
        if sale.total != document.total:
            return await self._take_back(document, sale, until)
        if self._settings.confirm:
            return await self._finish(sale, until)
        return Taken(sale.number, confirmed=False)

    async def _not_created(self, document: Document, outcome: Outcome, until: float) -> Answer:
        """Tryton's page for an error that it did not foresee does not say whether there was a
        commit before it. Its answer has come, so whatever there was is over: a look-up tells.
        """
        answer = sent(outcome, self._now())
        if not mistaken(outcome):
            return answer
        if await self._search(_by_reference(document.id), until) == []:
            return Declined(Failure(Code.REJECTED, words(outcome)))
        return answer

    async def _take_back(self, document: Document, sale: Sale, until: float) -> Answer:
        """Something in Tryton reckons otherwise: the draft is deleted before anybody acts on it."""
        outcome = await self._calls.delete(SALE, sale.id, until)
        gone = isinstance(outcome, Reply) and outcome.status in range(200, 300)
        total = money(sale.total) if sale.total is not None else "not told"
        left = "" if gone else f". Delete {sale.name} before you retry"
        told = f"The total in Tryton is {total}, not {money(document.total)}{left}"
        return Declined(Failure(Code.PRICE_INVALID, clean(told)))

    async def _finish(self, sale: Sale, until: float) -> Answer:
        """Quote and confirm, from wherever it stands."""
        for _ in NEXT:
            if sale.state not in NEXT:
                break
            outcome = await self._calls.press(SALE, sale.id, NEXT[sale.state], FIELDS, until)
            further = one_sale(outcome)
            if further is None:
                return await self._not_stepped(sale, outcome, until)
            if further.state == sale.state:
                return _partial(further, f"Tryton leaves it in the state {sale.state}")
            sale = further
        if sale.finished:
            return Taken(sale.number, confirmed=True)
        return _partial(sale, f"Tryton has it in the state {sale.state}")

    async def _not_stepped(self, sale: Sale, outcome: Outcome, until: float) -> Answer:
        """Refused, it stays the draft it is, unless somebody else has just finished it."""
        answer = stepped(outcome)
        doubt = isinstance(answer, Silence)
        if (doubt and not mistaken(outcome)) or answer.failure.code in STOPPING:
            return answer
        found = await self._search([("id", "=", sale.id)], until)
        if isinstance(found, LookupTrouble) or not found:
            return answer if doubt else _partial(sale, words(outcome))
        now = found[0]
        return Taken(now.number, confirmed=True) if now.finished else _partial(now, words(outcome))

    def _forget(self, document: Document) -> None:
        own = self._settings
        self._data.forget(
            document.account_id,
            codes_of(document, own.freight_item),
            units_of(document, own.units),
        )

    # --- looking ---------------------------------------------------------------------------------

    async def _look_up(self, domain: Domain) -> Lookup:
        found = await self._search(domain, self._client.deadline())
        return found if isinstance(found, LookupTrouble) else self._documents(found)

    async def _search(self, domain: Domain, until: float) -> list[Sale] | LookupTrouble:
        """The sales there are. Only seen as the company that they were entered for."""
        company = await self._data.company(until)
        if isinstance(company, LookupTrouble):
            return company
        outcome = await self._calls.search(SALE, domain, FIELDS, until)
        found = all_sales(outcome)
        return trouble(outcome, self._now()) if found is None else found

    def _documents(self, found: list[Sale]) -> Documents:
        ours = self._settings.confirm
        return Documents(tuple(one.document(ours_to_finish=ours) for one in found))


def _by_reference(order: OrderId) -> Domain:
    return [("reference", "=", order)]


def _partial(sale: Sale, why: str) -> Declined:
    named = why if sale.number else f"{why} ({sale.name})"
    return Declined(Failure(Code.PARTIAL, clean(named), references=sale.numbers))
