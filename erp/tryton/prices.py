"""The unit prices with which Tryton comes to the same amount as we do. Pure; used by `sale`.

A line of ours is rounded half up from a price and a discount; Tryton multiplies the quantity with a
unit price of few decimals and rounds half to even, in the currency's steps. So the discount goes
into the unit price, and that is moved by as little as gives the amount of the order. For a hundred
pieces and more the steps between prices are wider than a cent: then one piece is priced by itself.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

from commands.domain.documents import Line

PRECISION: Final = 60
"""Digits: enough for the longest quantity times the longest price."""


@dataclass(frozen=True, slots=True)
class Part:
    """A line of Tryton's, which may be only a part of one of ours."""

    quantity: Decimal
    price: Decimal


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

    def parts(self, line: Line) -> list[Part]:
        """The line in one or two parts that come to `line.total`; none where there is no such."""
        price = self.unit_price(line)
        if price is not None:
            return [Part(line.quantity, price)]
        return self._in_two(line) if line.quantity > 1 else []

    def unit_price(self, line: Line) -> Decimal | None:
        """The price next to the discounted one with which the whole line comes to its total; None:
        there is none.
        """
        fits = [one for one in self._near(line) if self.amount(line.quantity, one) == line.total]
        return fits[0] if fits else None

    def _in_two(self, line: Line) -> list[Part]:
        """One piece takes what is left of the amount, if that is its price but for a step."""
        net, many, one = self._near(line)[0], line.quantity - 1, Decimal(1)
        rest = line.total - self.amount(many, net)
        writable = rest == round(rest, self.digits) and rest == self.amount(one, rest)
        fits = writable and abs(rest - net) <= self.step
        return [Part(many, net), Part(one, rest)] if fits else []

    def nearest(self, line: Line) -> Decimal:
        """What the line comes to with the discounted price."""
        return self.amount(line.quantity, self._near(line)[0])

    def _near(self, line: Line) -> list[Decimal]:
        """The discounted price as far as it can be written, and then the least and the highest that
        could round to the total; a price at the very edge may round away, its neighbour does not.
        """
        with localcontext(prec=PRECISION):
            smallest = Decimal(1).scaleb(-self.digits)
            net, half = line.unit_price * (1 - line.discount), self.step / 2
            least = ((line.total - half) / line.quantity).quantize(smallest, ROUND_CEILING)
            most = ((line.total + half) / line.quantity).quantize(smallest, ROUND_FLOOR)
            edges = [least, least + smallest, most, most - smallest]
            edges.sort(key=lambda price: abs(price - net))
            return [net.quantize(smallest, ROUND_HALF_EVEN), *edges]
