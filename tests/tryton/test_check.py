"""`orderwatch check` on a Tryton that was not set up: what is missing, and what to do."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import doctor
from bot.settings import load
from sandbox.tryton import CLERK, OUTSIDER, Tryton
from sandbox.wire import PASSED, Wire, instead
from tests.tryton.world import adapter

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(300)]

CONFIG = """
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "C000000002"
api_token = "shop-token-of-northwind"
[distributors.northwind.erp]
kind = "tryton"
url = "{url}"
database = "{database}"
token = "{token}"
{more}
"""


async def told(folder: Path, url: str, token: str, **changes: str) -> list[str]:
    """What the doctor says of the ERP, each with its sign."""
    fields = {"url": url, "token": token, "database": "orderwatch", "more": ""} | changes
    (folder / "orderwatch.toml").write_text(CONFIG.format(**fields))
    settings = load(
        {
            "ORDERWATCH_CONFIG": str(folder / "orderwatch.toml"),
            "DATABASE_URL": f"sqlite:///{folder}/orderwatch.db",
        }
    )
    found = [one async for one in doctor.findings(settings)]
    said = [one for one in found if one.about == "ERP of northwind"]
    assert said
    return [("+ " if one.well else "- ") + one.words for one in said]


async def test_all_is_well(tryton: Tryton, tmp_path: Path) -> None:
    assert await told(tmp_path, tryton.url, tryton.key) == ["+ answers and takes the key"]


async def test_a_wrong_key(tryton: Tryton, tmp_path: Path) -> None:
    [line] = await told(tmp_path, tryton.url, "k" * 40)
    assert line.startswith("- ERP login refused (auth); the key is not valid: in Tryton, ")
    assert "validated" in line


async def test_a_key_that_nobody_has_validated(tryton: Tryton, tmp_path: Path) -> None:
    """As Tryton has applications ask for one."""
    asked = {"user": CLERK, "application": "rest"}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answer = await client.post(f"{tryton.url}/orderwatch/r/user/application/", json=asked)
    [line] = await told(tmp_path, tryton.url, answer.json())
    assert line.startswith("- ERP login refused (auth); the key is not valid")


async def test_another_database(tryton: Tryton, tmp_path: Path) -> None:
    [line] = await told(tmp_path, tryton.url, tryton.key, database="elsewhere")
    assert line == (
        "- ERP connection set up wrong (misconfigured); there is no database elsewhere at this "
        "address: look at `url` and `database`"
    )


async def test_a_user_without_rights(tryton: Tryton, tmp_path: Path) -> None:
    lines = await told(tmp_path, tryton.url, tryton.outsider)
    assert lines[0].startswith("- No access in the ERP (forbidden); the user of the key may not ")
    assert all("put it into the group Sales" in line for line in lines)


async def test_no_product_for_freight(tryton: Tryton, tmp_path: Path) -> None:
    for code in ("NOFREIGHT", "GONE", "KEPT"):
        [line] = await told(tmp_path, tryton.url, tryton.key, more=f'freight_item = "{code}"')
        assert line.startswith(f"- there is no active, salable product {code} to enter freight")


async def test_a_user_of_no_company(tryton: Tryton, tmp_path: Path) -> None:
    user = await tryton.id_of("res.user", "login", OUTSIDER)
    [before] = await tryton.found("res.user", [["id", "=", user]], "company", "companies")
    await tryton.write("res.user", user, {"company": None})
    try:
        lines = await told(tmp_path, tryton.url, tryton.outsider)
    finally:
        await tryton.write("res.user", user, {"company": before["company"]})
    assert "the user of the key belongs to no company" in lines[-1]


async def test_the_module_for_sales_is_not_there(
    tryton: Tryton, wire: Wire, tmp_path: Path
) -> None:
    """As Tryton answers about a model that it does not know."""
    async with adapter(tryton, wire) as erp:
        unknown: Any = await erp._calls.search("no.model", [], ("id",))
    page = instead(500, unknown.body, content_type="text/html")
    wire.plan = lambda request: page if "/model/" in request.path else PASSED
    [line] = await told(tmp_path, wire.url, tryton.key)
    assert line.startswith("- ERP connection set up wrong (misconfigured); the module ")
    assert '"sale" is not activated in the database orderwatch' in line


async def test_it_does_not_answer(tryton: Tryton, wire: Wire, tmp_path: Path) -> None:
    wire.disconnect()
    [line] = await told(tmp_path, wire.url, tryton.key)
    assert line == (
        "- ERP not answering (erp_down); look at url and token under "
        "[distributors.northwind.erp], then at the ERP"
    )


async def test_no_word_of_tryton_itself_is_repeated(tryton: Tryton, tmp_path: Path) -> None:
    lines = await told(tmp_path, tryton.url, "k" * 40)
    assert not [line for line in lines if "Unauthorized" in line or "HTTP" in line]
