"""Whatever goes over the line is tested with each carrier."""

from collections.abc import Iterator

import pytest

from erp.carriers import POOLED, SWIFT, Carrier
from tests.erp.world import carried_by


@pytest.fixture(scope="module", params=[POOLED, SWIFT], ids=["pooled", "swift"])
def carrier(request: pytest.FixtureRequest) -> Iterator[Carrier]:
    chosen: Carrier = request.param
    carried_by.append(chosen)
    yield chosen
    carried_by.pop()
