"""What the wire is told to do, in words of the suite."""

from commands.domain.answers import Documents
from commands.domain.documents import Document
from commands.ports import Erp
from sandbox.wire import PASSED, Mishap, Plan, Request
from tests.adapters.harness import Harness


def once(harness: Harness, mishap: Mishap) -> Plan:
    """The first request that would make a document meets this, all else passes."""
    left = [mishap]

    def plan(request: Request) -> Mishap:
        return left.pop() if left and harness.enters(request) else PASSED

    return plan


def at_looks(harness: Harness, mishap: Mishap) -> Plan:
    """Every look-up meets this, all else passes."""

    def plan(request: Request) -> Mishap:
        return mishap if harness.looks(request) else PASSED

    return plan


async def documents(erp: Erp, document: Document) -> Documents:
    """What a look-up that goes well finds."""
    found = await erp.find(document.id)
    assert isinstance(found, Documents), found
    return found
