"""Headers of the settings go with every request, and never in the place of the adapter's own."""

import pytest

from commands.domain.ids import OrderId
from erp import UnfitSettingsError
from erp.settings import OURS
from tests.erp.world import adapter, http, order, raw, saying, settings

pytestmark = pytest.mark.usefixtures("carrier")

TAKEN = http(201, b'{"reference": "SO-1", "confirmed": true}')
EXTRA = {"X-Api-Key": "a key, with spaces", "Accept-Language": "es"}


def sent(request: bytes) -> list[tuple[str, str]]:
    """The headers of a request, their names in lower case."""
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]


async def test_they_go_with_every_request() -> None:
    async with raw(saying(TAKEN)) as server, adapter(server.url, headers=EXTRA) as erp:
        await erp.send(order())
        await erp.find(OrderId("1001"))
        await erp.health()
    assert len(server.requests) == 3
    for request in server.requests:
        headers = sent(request)
        assert ("x-api-key", "a key, with spaces") in headers
        assert ("accept-language", "es") in headers
        names = [name for name, _ in headers]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_adapters_own_cannot_be_set(name: str) -> None:
    for spelled in (name, name.title(), name.upper()):
        with pytest.raises(UnfitSettingsError, match="set by the adapter") as refused:
            settings("http://127.0.0.1", headers={spelled: "x"})
        assert refused.value.key == f"headers.{spelled}"


@pytest.mark.parametrize("name", ["", "X Key", "X:Key", "Clé", "X\r\nHost", "x" * 101])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(UnfitSettingsError, match="name is made of"):
        settings("http://127.0.0.1", headers={name: "x"})


@pytest.mark.parametrize("value", ["", " secret", "secret\r\nHost: x", "secret\0", "clé secret"])
def test_a_value_that_cannot_be_sent_is_not_repeated(value: str) -> None:
    with pytest.raises(UnfitSettingsError) as refused:
        settings("http://127.0.0.1", headers={"X-Api-Key": value})
    assert "secret" not in str(refused.value)


def test_the_same_header_twice() -> None:
    with pytest.raises(UnfitSettingsError, match="twice"):
        settings("http://127.0.0.1", headers={"X-Key": "a", "x-key": "b"})


def test_they_are_not_shown() -> None:
    assert "spaces" not in repr(settings("http://127.0.0.1", headers=EXTRA))
