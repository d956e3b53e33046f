"""Calls confirmations back to the shop, as an ERP that confirms later does. `app` drains them."""

import asyncio
import logging
from typing import Final

import httpx

from sandbox.erp.setup import Callback, CallbackTarget
from sandbox.erp.state import ErpState

LOG: Final = logging.getLogger(__name__)
_RUNNING: Final[set[asyncio.Task[None]]] = set()


def drain(state: ErpState) -> None:
    """Sends what lies in the outbox, without waiting; without a target it is dropped."""
    waiting, state.outbox = state.outbox, []
    if waiting and state.callback is not None:
        task = asyncio.get_running_loop().create_task(_deliver(state.callback, waiting))
        _RUNNING.add(task)  # the loop itself keeps tasks only weakly
        task.add_done_callback(_RUNNING.discard)


async def _deliver(target: CallbackTarget, waiting: list[Callback]) -> None:
    headers = {"Authorization": f"Bearer {target.token}"}
    async with httpx.AsyncClient(headers=headers, timeout=5, trust_env=False) as client:
        for callback in waiting:
            try:
                await client.post(target.url, json=callback._asdict())
            except httpx.HTTPError as error:
                LOG.warning("confirmation of %s not delivered: %r", callback.order_id, error)
