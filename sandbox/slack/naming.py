"""Slack names blocks and elements that came without an id; done before anything is stored."""

import copy

from sandbox.slack.answers import Json
from sandbox.slack.blocks import elements_of
from sandbox.slack.ids import Ids


def named(blocks: list[Json], ids: Ids) -> list[Json]:
    """A copy in which every block has a `block_id` and every element an `action_id`."""
    copies = copy.deepcopy(blocks)
    for block in copies:
        block.setdefault("block_id", ids.block_id())
        for element in elements_of(block):
            element.setdefault("action_id", ids.block_id())
    return copies
