"""The unit price with which Tryton comes to the same amount as we do. Pure; used by `sale`.

A line of ours is rounded half up from a price and a discount; Tryton multiplies the quantity with a
unit price of few digits and rounds half to even, in the currency's steps. So the discount goes into
the unit price, and that is moved by as little as gives the amount of the order.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

from commands.domain.documents import Line

PRECISION: Final = 60
"""Digits: enough for the longest quantity times the longest price."""

_APART: Final = (ROUND_FLOOR, ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class Pricing:
    """How this Tryton counts: decimals of a unit price, and the currency's smallest step."""

    digits: int
    step: Decimal

    def amount(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What Tryton makes of a line."""
        with localcontext(prec=PRECISION):
            steps = (quantity * price / self.step).quantize(Decimal(1), ROUND_HALF_EVEN)
            return steps * self.step

    def unit_price(self, line: Line) -> Decimal | None:
        """The price with which the line comes to `line.total`; None: there is none."""
        fits = [one for one in self._near(line) if self.amount(line.quantity, one) == line.total]
        return fits[0] if fits else None

    def nearest(self, line: Line) -> Decimal:
        """What the line would come to, where no price fits."""
        return self.amount(line.quantity, self._near(line)[0])

    def _near(self, line: Line) -> list[Decimal]:
        """The discounted price first: mostly it fits, and it is the one that people expect."""
        with localcontext(prec=PRECISION):
            smallest = Decimal(1).scaleb(-self.digits)
            net, even = line.unit_price * (1 - line.discount), line.total / line.quantity
            return [
                net.quantize(smallest, ROUND_HALF_EVEN),
                *(even.quantize(smallest, one) for one in (ROUND_HALF_EVEN, *_APART)),
            ]
