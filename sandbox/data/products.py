"""What the demo's distributor sells; `demo` tells the ERP, `orders` draws from it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """`price` is for one `unit`, in USD. A discontinued one is refused by the ERP."""

    sku: str
    description: str
    unit: str
    price: Decimal
    discontinued: bool = False


def products() -> list[Product]:
    """All of them, the discontinued ones last."""
    return [
        Product(sku, description, unit, Decimal(price), discontinued)
        for listed, discontinued in ((_SOLD, False), (_DISCONTINUED, True))
        for sku, description, unit, price in (line.split(" | ") for line in listed.splitlines())
    ]


_SOLD = """\
PRD-101 | Roma tomatoes | 25 lb case | 28.50
PRD-102 | Yellow onions, jumbo | 50 lb bag | 24.75
PRD-103 | Russet potatoes, 70 count | 50 lb case | 31.20
PRD-104 | Romaine hearts | 48 count | 39.90
PRD-105 | Hass avocados, ripe | 48 count | 54.00
PRD-106 | Jalapeño peppers | 10 lb case | 18.25
PRD-107 | Cremini mushrooms | 5 lb box | 16.40
PRD-108 | Limes, 200 count | 40 lb case | 46.80
PRD-109 | Fresh ginger | 30 lb case | 58.35
DRY-201 | Jasmine rice | 50 lb bag | 42.60
DRY-202 | Bread flour, unbleached | 50 lb bag | 26.15
DRY-203 | Black beans, dried | 25 lb bag | 29.95
DRY-204 | Rolled oats | 25 lb bag | 21.30
DRY-205 | Penne rigate | 2 x 10 lb | 23.85
DRY-206 | Granulated sugar | 50 lb bag | 34.10
DRY-207 | Whole peeled tomatoes | 6 x #10 can | 41.75
DRY-208 | Extra virgin olive oil | 4 x 3 L | 118.00
DRY-209 | Soy sauce, brewed | 4 x 1 gal | 47.25
DRY-210 | Harissa paste | 12 x 10 oz | 52.80
DRY-211 | Masa harina | 50 lb bag | 38.45
DAI-301 | Whole milk | 4 x 1 gal | 17.96
DAI-302 | Unsalted butter, grade AA | 36 x 1 lb | 129.60
DAI-303 | Crème fraîche | 6 x 1 qt | 44.10
DAI-304 | Low-moisture mozzarella | 8 x 6 lb | 168.00
DAI-305 | Large eggs | 15 dozen | 48.75
DAI-306 | Aged white cheddar | 2 x 10 lb | 92.40
DAI-307 | Plain yogurt | 6 x 2 lb | 27.30
MEA-401 | Chicken thighs, boneless | 40 lb case | 96.00
MEA-402 | Ground beef, 80/20 | 8 x 10 lb | 312.00
MEA-403 | Pork shoulder, bone-in | 65 lb case | 146.25
MEA-404 | Smoked bacon, thick | 15 lb case | 67.35
SEA-501 | Atlantic salmon fillet | 10 lb case | 119.50
SEA-502 | Shrimp, 16/20, frozen | 10 x 2 lb | 189.00
FRZ-601 | French fries, skin on | 6 x 5 lb | 37.80
FRZ-602 | Puff pastry sheets | 20 x 12 oz | 58.20
BEV-701 | Cold brew concentrate | 4 x 64 oz | 61.00"""

_DISCONTINUED = """\
BEV-702 | Hibiscus cooler | 24 x 12 oz | 33.60
DRY-212 | Quinoa crisps, sea salt | 12 x 5 oz | 30.90
FRZ-603 | Pierogi, potato and cheese | 12 x 2 lb | 51.45
SEA-503 | Smoked trout pâté | 12 x 6 oz | 72.00"""
