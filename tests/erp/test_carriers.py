"""What a carrier's word is worth: every way a connection fails, before and after the first byte."""

import asyncio
import contextlib
import gzip
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from commands.domain.answers import Answer, Declined, LookupTrouble, Postponed, Silence, Taken
from commands.domain.failures import Code
from commands.domain.ids import OrderId
from erp.carriers import POOLED, Carrier, trust
from erp.swift import AiohttpTransport
from tests.erp.world import Serve, adapter, http, listening, order, raw, saying

pytestmark = pytest.mark.usefixtures("carrier")

TAKEN = http(201, b'{"reference": "SO-1", "confirmed": true}')
THROTTLED = http(429)


def never_sent(answer: Answer) -> bool:
    """Whether it says that no request left at all."""
    return isinstance(answer, Postponed) and not answer.reached


# --- a connection kept from before ---------------------------------------------------------------


@pytest.mark.parametrize("turns", [0, 9])
async def test_what_lay_on_a_kept_connection_answers_no_order(turns: int) -> None:
    """Believed, that 429 would be a certain refusal of an order that the ERP was just given.

    `turns` of the event loop later it has been read from the kernel, before that it has not.
    """
    push, pushed = asyncio.Event(), asyncio.Event()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(TAKEN)
        await writer.drain()
        if len(server.requests) == 1:
            await push.wait()
            writer.write(THROTTLED)
            await writer.drain()
            pushed.set()

    async with raw(serve) as server, adapter(server.url, concurrency=1) as erp:
        assert isinstance(await erp.send(order("1")), Taken)
        push.set()
        await pushed.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        assert isinstance(await erp.send(order("2")), Taken)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_two_answers_at_once_are_one_too_many(carrier: Carrier) -> None:
    if carrier is POOLED:
        pytest.skip("httpx's own transport takes it for the next answer")
    async with (
        raw(saying(TAKEN + THROTTLED)) as server,
        adapter(server.url, concurrency=1) as erp,
    ):
        assert isinstance(await erp.send(order("1")), Taken)
        assert isinstance(await erp.send(order("2")), Taken)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_a_server_that_hangs_up_after_each_answer() -> None:
    """Just then the next order is written: another connection, or doubt, but never `not sent`."""
    async with (
        raw(saying(TAKEN, close=True)) as server,
        adapter(server.url, concurrency=1) as erp,
    ):
        answers = [await erp.send(order(str(number))) for number in range(20)]
    assert not any(map(never_sent, answers))
    assert sum(isinstance(answer, Taken) for answer in answers) == len(server.requests)


async def test_all_kept_connections_may_have_gone_bad_at_once() -> None:
    together, push = asyncio.Barrier(3), asyncio.Event()
    pushed = asyncio.Semaphore(0)

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = len(server.requests) <= 3
        if first:
            await together.wait()
        writer.write(TAKEN)
        await writer.drain()
        if first:
            await push.wait()
            writer.write(THROTTLED)
            await writer.drain()
            pushed.release()

    async with raw(serve) as server, adapter(server.url, concurrency=3) as erp:
        answers = await asyncio.gather(*(erp.send(order(str(number))) for number in range(3)))
        push.set()
        for _ in range(3):
            await pushed.acquire()
        answers += await asyncio.gather(*(erp.send(order(str(number))) for number in range(3, 6)))
    assert all(isinstance(answer, Taken) for answer in answers)
    assert (server.connections, len(server.requests)) == (6, 6)


async def test_a_kept_connection_is_let_go_in_time() -> None:
    gone = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(200))
        await reader.read()
        gone.set()

    async with (
        listening(connected) as url,
        httpx.AsyncClient(
            transport=AiohttpTransport(1, 0.05, trust(None)), trust_env=False
        ) as client,
    ):
        assert (await client.get(url)).status_code == 200
        async with asyncio.timeout(30):
            await gone.wait()


# --- no connection stood -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errno", "kind", "code"),
    [
        (socket.EAI_NONAME, Declined, Code.MISCONFIGURED),
        (socket.EAI_AGAIN, Postponed, Code.ERP_DOWN),
    ],
)
async def test_a_name_that_is_not_known(
    monkeypatch: pytest.MonkeyPatch, errno: int, kind: type, code: Code
) -> None:
    def unknown(*_args: Any, **_kwargs: Any) -> None:
        raise socket.gaierror(errno, "said by the resolver")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with adapter("https://erp.example.com") as erp:
        answer = await erp.send(order())
    assert isinstance(answer, kind)
    assert not isinstance(answer, Taken)
    assert answer.failure.code is code


async def test_waiting_for_a_place_among_the_connections_is_certain() -> None:
    held = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.set()
        await reader.read()
        writer.close()

    async with raw(silent) as server, adapter(server.url, seconds=6, concurrency=1) as erp:
        first = asyncio.create_task(erp.send(order("1")))
        await held.wait()
        assert never_sent(await erp.send(order("2")))
        assert isinstance(await first, Silence)
    assert len(server.requests) == 1


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("tls") / "gateway.pem")


@pytest.fixture(scope="module")
def other_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("tls") / "other.pem")


def made(path: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself; the key lies in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = datetime.now(UTC)
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        own.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@contextlib.asynccontextmanager
async def over_tls(certificate: Path, serve: Serve) -> AsyncIterator[str]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with listening(serve, tls) as url:
        yield url


async def test_an_unknown_certificate_gets_no_byte_of_an_order(certificate: Path) -> None:
    seen: list[bytes] = []

    async def reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read())

    async with over_tls(certificate, reading) as url, adapter(url) as erp:
        answer = await erp.send(order())
        found = await erp.find(OrderId("1001"))
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.MISCONFIGURED
    assert "certificate" in answer.failure.message
    assert isinstance(found, LookupTrouble)
    assert not any(seen)


async def test_a_known_certificate_and_its_connection_is_kept(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(
                line for line in head.split(b"\r\n") if b"ontent-" in line and b"ength" in line
            )
            await reader.readexactly(int(length.partition(b":")[2]))
            writer.write(TAKEN)
            await writer.drain()

    async with over_tls(certificate, serve) as url, adapter(url, concurrency=1) as erp:
        answers = [await erp.send(order(str(number))) for number in range(5)]
    assert all(isinstance(answer, Taken) for answer in answers)
    assert connections == 1


async def test_the_file_of_the_settings_is_trusted(certificate: Path) -> None:
    async with (
        over_tls(certificate, answering) as url,
        adapter(url, ca_file=str(certificate)) as erp,
    ):
        assert isinstance(await erp.send(order()), Taken)


async def test_beside_the_file_of_the_settings_nothing_is_trusted(
    certificate: Path, other_certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with (
        over_tls(certificate, answering) as url,
        adapter(url, ca_file=str(other_certificate)) as erp,
    ):
        answer = await erp.send(order())
    assert isinstance(answer, Declined)
    assert answer.failure.code is Code.MISCONFIGURED


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(TAKEN)
    await writer.drain()
    await reader.read()


async def test_a_hang_up_while_hands_are_shaken_is_certain() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async with listening(hang_up) as url, adapter(url.replace("http:", "https:")) as erp:
        answer = await erp.send(order())
    assert never_sent(answer)


# --- the connection stood ------------------------------------------------------------------------


async def test_a_hang_up_before_a_byte_was_read_is_doubt() -> None:
    """Accepted and closed: what lies in the kernel may have been read by somebody."""

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with listening(hang_up) as url, adapter(url) as erp:
        assert isinstance(await erp.send(order()), Silence)


async def test_a_call_that_is_over_sends_nothing_more() -> None:
    """The server stalls, the deadline passes, the server reads on: it must not get it all."""
    over, came = asyncio.Event(), 0

    async def stalling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()
        reader._transport.resume_reading()  # type: ignore[attr-defined]
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(1 << 20):
                came += len(piece)
        done.set()

    done, long = asyncio.Event(), "n" * (16 << 20)
    async with listening(stalling) as url, adapter(url, seconds=6) as erp:
        assert isinstance(await erp.send(order(notes=long)), Silence)
        over.set()
        async with asyncio.timeout(20):
            await done.wait()
    assert came < len(long)


async def test_a_long_order_arrives_whole() -> None:
    long = "n" * (3 << 20)
    async with raw(saying(TAKEN)) as server, adapter(server.url) as erp:
        assert isinstance(await erp.send(order(notes=long)), Taken)
    assert len(server.requests[0]) > len(long)


async def test_a_refusal_before_the_order_was_read() -> None:
    """The status came, the rest of a long order is not wanted: no second try, no hanging."""

    async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(413))
        await writer.drain()
        with contextlib.suppress(ConnectionError):
            while await reader.read(1 << 16):
                pass

    async with listening(early) as url, adapter(url, seconds=6) as erp:
        answer = await erp.send(order(notes="n" * (16 << 20)))
    assert isinstance(answer, Declined | Silence)
    assert not never_sent(answer)


async def test_what_is_packed_stays_packed() -> None:
    packed = gzip.compress(b"[]")
    answer = http(200, packed, "Content-Encoding: gzip")
    async with raw(saying(answer)) as server, adapter(server.url) as erp:
        assert isinstance(await erp.find(OrderId("1001")), LookupTrouble)
