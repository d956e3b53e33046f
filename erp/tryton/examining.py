"""What a Tryton lacks for our orders, each with what to do. For `orderwatch check`.

Called by `adapter`. The sentences are our own: Tryton's words could hold anything.
"""

from typing import Final

from commands.domain.answers import LookupTrouble
from commands.domain.failures import Code
from erp.settings import ErpSettings
from erp.tryton.calls import Calls
from erp.tryton.classify import Told, mistaken, told
from erp.tryton.masterdata import MasterData
from erp.wire import Outcome, Reply

NEEDED: Final = {
    "sale.sale": ("read", "write", "create", "delete"),
    "sale.line": ("read", "create"),
    "party.party": ("read",),
    "product.product": ("read",),
}
"""What the key's user must be allowed to do; the group Sales allows it all."""

NO_KEY: Final = (
    "the key is not valid: in Tryton, Administration > Users > Users, the bot's user needs an "
    'application "REST API" that is validated, and its key belongs into `token`'
)
NO_COMPANY: Final = (
    "the user of the key belongs to no company: in Tryton, Administration > Users > Users, give it "
    "a company"
)
NO_DATABASE: Final = "there is no database {database} at this address: look at `url` and `database`"
NO_MODULE: Final = (
    'the module "sale" is not activated in the database {database}: in Tryton, '
    "Administration > Modules"
)
NO_FREIGHT: Final = (
    "there is no active, salable product {code} to enter freight with: make one in Tryton, a "
    "service, or name another in `freight_item`"
)
NO_WAREHOUSE: Final = (
    "there is no warehouse: in Tryton, Inventory & Stock > Configuration > Locations, make one"
)


class Examiner:
    """Looks at one Tryton with the bot's own key."""

    def __init__(self, settings: ErpSettings, calls: Calls, data: MasterData) -> None:
        self._settings = settings
        self._calls = calls
        self._data = data

    async def findings(self, until: float) -> tuple[str, ...]:
        """All that is missing; only the first where the rest hangs on it."""
        asked = {"models": list(NEEDED)}
        outcome = await self._calls.call("ir.model.access", "get_access", asked, until)
        match told(outcome):
            case Told(dict(access)):
                return await self._within(access, until)
            case _:
                return self._first(outcome)

    def _first(self, outcome: Outcome) -> tuple[str, ...]:
        if mistaken(outcome):
            return (NO_MODULE.format(database=self._settings.database),)
        match outcome:
            case Reply(status=401):
                return (NO_KEY,)
            case Reply(status=404 | 405):
                return (NO_DATABASE.format(database=self._settings.database),)
            case _:
                return ()

    async def _within(self, access: dict[str, object], until: float) -> tuple[str, ...]:
        lacking = [
            f"the user of the key may not {', '.join(missing)} {model}: in Tryton, put it into "
            "the group Sales"
            for model, needed in NEEDED.items()
            if (missing := _missing(access.get(model), needed))
        ]
        company = await self._data.company(until)
        if isinstance(company, LookupTrouble):
            unfit = company.failure.code is Code.MISCONFIGURED
            return (*lacking, NO_COMPANY) if unfit else tuple(lacking)
        return (*lacking, *await self._freight(until), *await self._warehouse(until))

    async def _freight(self, until: float) -> tuple[str, ...]:
        code = self._settings.freight_item
        found = await self._data.products.find([code], until)
        if isinstance(found, LookupTrouble) or (code in found and found[code].well):
            return ()
        return (NO_FREIGHT.format(code=code),)

    async def _warehouse(self, until: float) -> tuple[str, ...]:
        asked = [("type", "=", "warehouse")]
        outcome = await self._calls.search("stock.location", asked, ("code",), until)
        return (NO_WAREHOUSE,) if told(outcome) == Told([]) else ()


def _missing(access: object, needed: tuple[str, ...]) -> list[str]:
    rights = access if isinstance(access, dict) else {}
    return [right for right in needed if not rights.get(right)]
