"""Who buys from the demo's distributor; `demo` tells the ERP, `orders` draws from it.

All invented; the telephone numbers are of the range that is given to nobody.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Standing: TypeAlias = Literal["good", "credit_hold", "unknown"]


@dataclass(frozen=True, slots=True)
class Customer:
    """`unknown` ones order from the shop, but nobody has entered them into the ERP."""

    account_id: str
    name: str
    contact: str
    phone: str
    address: str
    city: str
    postal_code: str
    standing: Standing = "good"


def customers() -> list[Customer]:
    """All of them; one is unknown to the ERP, one on credit hold."""
    return [
        _customer(number, *line.split(" | "))
        for number, line in enumerate(_LISTED.splitlines(), start=1)
    ]


def _customer(
    number: int, account_id: str, name: str, contact: str, address: str, where: str
) -> Customer:
    city, _, postal_code = where.rpartition(" ")
    standing = _STANDING.get(account_id, "good")
    phone = f"312-555-01{number:02d}"
    return Customer(account_id, name, contact, phone, address, city, postal_code, standing)


_STANDING: Final[dict[str, Standing]] = {"HARBR": "credit_hold", "NEWLF": "unknown"}

_LISTED: Final = """\
BEAUR | Café Beaurivage | Noémie Lacroix | 412 Willow St | Chicago 60610
MAIZ1 | Taquería Señor Maíz | Íñigo Peña | 1833 S Bishop St | Chicago 60608
SOUPD | 小籠包之家 Soup Dumpling House | 林美玲 | 2211 S Archer Ave | Chicago 60616
ZAYTN | مطعم الزيتون | ليلى حداد | 5027 N Kedzie Ave | Chicago 60625
KORNB | Bäckerei Körner | Jörg Körner | 940 Lincoln Sq | Chicago 60625
LODZD | Łódź Street Deli | Małgorzata Żak | 3100 N Milwaukee Ave | Chicago 60618
NICCO | Trattoria da Niccolò | Chiara Belfiore | 77 W Hubbard St | Chicago 60654
FISHG | Fish & Grill <Downtown> | Dale Okafor | 18 E Lake St | Chicago 60601
OMALL | O'Malley & Daughters | Siobhán O'Malley | 655 W Addison St | Chicago 60613
RAMEN | ラーメン北斗 | 佐藤健 | 1140 W Argyle St | Chicago 60640
PHOBC | Phở Bắc | Nguyễn Thu Hà | 4925 N Broadway | Chicago 60640
SVEAK | Sveas Kök | Åsa Öberg | 5211 N Clark St | Chicago 60640
GRANT | Grant Park Hotel, kitchen | Tomás Weller | 505 S Michigan Ave | Chicago 60605
STBRI | St. Brigid School, cafeteria | Renee Dombrowski | 2808 W 38th Pl | Chicago 60632
LAKEV | Lakeview Senior Living | Harold Finch | 3739 N Halsted St | Chicago 60613
EARLY | Early Bird Diner | Pat Kowalczyk | 1501 W Madison St | Chicago 60607
SMOKE | Smoke & Oak Barbecue | Terrence Boyd | 6400 S Cottage Grove | Chicago 60637
GREEN | Green Fork | Maya Lindqvist | 2120 W Division St | Chicago 60622
MERCA | Mercado La Esperanza | Lucía Ibáñez | 4200 W 26th St | Chicago 60623
CRUST | Crust & Crumb | Wendell Hughes | 1317 N Milwaukee Ave | Chicago 60622
BLUED | Blue Door Supper Club | Ginny Marsh | 910 Chicago Ave | Evanston 60202
PIERS | Pier Six Catering | Omar Siddiqui | 600 E Grand Ave | Chicago 60611
OASIS | Oasis Juice Bar | Dana Whitfield | 21 N Wabash Ave | Chicago 60602
HARBR | Harbor Lights Brasserie | Étienne Moreau | 333 N Dearborn St | Chicago 60654
NEWLF | New Leaf Kitchen | Priya Raman | 1742 W 18th St | Chicago 60608"""
