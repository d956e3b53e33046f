"""Whose call it is: the bearer token names the distributor. Used by every route of the API."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.security import HTTPBearer

from bot.api.problems import ProblemError
from bot.settings import Account
from commands.domain.ids import DistributorKey

BEARER: Final = HTTPBearer(auto_error=False, description="the distributor's api_token")
_ASK: Final = {"WWW-Authenticate": 'Bearer realm="orderwatch"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """A distributor's shop, or its ERP, which may only confirm."""

    distributor: DistributorKey
    is_erp: bool


@dataclass(frozen=True, slots=True)
class Callers:
    """All tokens there are. As dependencies: `shop` takes a shop's, `anyone` the ERP's as well."""

    tokens: tuple[tuple[bytes, Caller], ...] = field(repr=False)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> "Callers":
        tokens = []
        for account in accounts:
            tokens.append((account.table.api_token.encode(), Caller(account.key, is_erp=False)))
            if erp := account.table.erp_api_token:
                tokens.append((erp.encode(), Caller(account.key, is_erp=True)))
        return cls(tuple(tokens))

    async def anyone(self, request: Request) -> Caller:
        """Raises ProblemError (401) for a token that is nobody's."""
        given = await BEARER(request)
        if given is None:
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED, "expected the header Authorization: Bearer <token>", _ASK
            )
        caller = self._whose(given.credentials.encode("utf-8", "surrogateescape"))
        if caller is None:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "this token is nobody's", _ASK)
        return caller

    async def shop(self, request: Request) -> Caller:
        """Raises ProblemError: 401 as above, 403 for an ERP's token."""
        caller = await self.anyone(request)
        if caller.is_erp:
            raise ProblemError(
                HTTPStatus.FORBIDDEN, "this token is for /api/v1/erp/confirmations only"
            )
        return caller

    def _whose(self, given: bytes) -> Caller | None:
        # Every token is compared, each in constant time: the time taken tells nothing.
        found = None
        for token, caller in self.tokens:
            if hmac.compare_digest(token, given):
                found = caller
        return found
