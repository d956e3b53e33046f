"""`make demo` with a stand-in for the product: what is started, told, printed and cleaned up."""

import asyncio
import os
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from sandbox.data import DISTRIBUTOR
from sandbox.demo import play
from sandbox.product import SETTINGS, ProductError, environment, free_port

STUB = [sys.executable, "-m", "tests.sandbox.demo_stub"]
RUN = "import sys; from sandbox.demo import main; sys.exit(main(sys.argv[1:] or None))"
ROOT = Path(__file__).resolve().parents[2]


async def _cli(
    tmp_path: Path, *command: str, port: object = 0
) -> tuple[asyncio.subprocess.Process, Path]:
    temp = tmp_path / "temp"
    temp.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, *command,
        env={**os.environ, "DEMO_PORT": str(port), "TMPDIR": str(temp)}, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    return process, temp


async def test_it_grants_loads_and_prints_one_url_when_there_is_something_to_see() -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    hints: list[str] = []
    stopped = asyncio.Event()
    demo = asyncio.create_task(play(0, STUB, stopped, said.put_nowait, hints.append))
    first, *others = (await asyncio.wait_for(said.get(), 90)).splitlines()
    name, _, url = first.rpartition(" ")
    assert name == "Orderwatch demo:"
    assert len(others) == 3
    [hint] = hints
    assert hint.startswith("The first orders go to the ERP at ")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as page:
        query = {"as": "U000000001", "channel": "C000000002"}
        shown = (await page.get("/desk/messages", params=query)).json()["messages"]
        assert (await page.get("/mailbox/messages")).json() == {"messages": []}
        assert (await page.get("/erp/view")).json()["count"] == 0
    assert [message["text"] for message in shown] == [
        "U000000001 says in #general: people grant <@U000000002|dana> actions",
        "U000000001 says in #general: people grant <@U000000002|dana> notifications",
        *(f"alert {number} of 60 orders" for number in range(4)),
    ]
    stopped.set()
    await asyncio.wait_for(demo, 60)


async def test_a_product_that_dies_is_shown_with_its_last_lines() -> None:
    with pytest.raises(ProductError, match="the last word"):
        await asyncio.wait_for(play(0, [*STUB, "die"], asyncio.Event(), print, print), 90)


async def test_a_product_that_cannot_be_started_is_named() -> None:
    with pytest.raises(ProductError, match="/nowhere/orderwatch cannot be started"):
        await play(0, ["/nowhere/orderwatch"], asyncio.Event(), print, print)


async def test_sigterm_ends_the_child_and_removes_the_folder(tmp_path: Path) -> None:
    process, temp = await _cli(tmp_path, *STUB)
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 90)
    assert line.startswith(b"Orderwatch demo: http://127.0.0.1:")
    [folder] = temp.iterdir()
    assert (folder / "orderwatch.toml").exists()
    child = int((folder / "orderwatch.log").read_text().split()[0])
    os.kill(child, 0)
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 60) == 0
    assert list(temp.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


async def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        process, _ = await _cli(tmp_path, port=port)
        _, told = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 1
    assert told.decode().count("\n") == 1
    assert f"Port {port}" in told.decode()


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8.5"])
async def test_a_port_that_is_none_is_one_clear_line(tmp_path: Path, port: str) -> None:
    process, _ = await _cli(tmp_path, port=port)
    _, told = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 1
    assert told.decode().startswith("DEMO_PORT")
    assert told.decode().count("\n") == 1


def test_the_settings_are_toml_for_the_distributor_of_the_orders() -> None:
    settings = tomllib.loads(SETTINGS)
    assert list(settings["distributors"]) == [DISTRIBUTOR]
    assert settings["distributors"][DISTRIBUTOR]["cadence"] == "* * * * *"


def test_nothing_of_a_real_installation_reaches_the_demo() -> None:
    outer = {
        "PATH": "/bin", "SLACK_BOT_TOKEN": "real", "DATABASE_URL": "real", "SMTP_URL": "real",
        "ORDERWATCH_CONFIG": "real", "https_proxy": "real", "LISTEN": "real",
    }  # fmt: skip
    assert environment(outer) == {"PATH": "/bin"}


def test_a_free_port_is_a_port() -> None:
    assert 0 < free_port() < 65_536
