"""Each kind of ERP that the suite is run against, and who starts one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tests.adapters.harness import Start
from tests.adapters.harnesses import rest, tryton

HARNESSES: Final[Mapping[str, Start]] = MappingProxyType(
    {"rest": rest.started, "tryton": tryton.started}
)
