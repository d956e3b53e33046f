"""The sandbox for a machine that may stand still for seconds: Slack's limits of three, wider.

How soon the bot acknowledges is for `make bench` to say. Tests of a limit set it themselves.
"""

from dataclasses import replace
from typing import Any, Final

from sandbox.serve import Box, SandboxOptions, slack_options

SECONDS: Final = 30.0


def patient(*, paced: bool = True, **options: Any) -> SandboxOptions:
    slack = slack_options(paced=paced, ack_seconds=SECONDS, trigger_seconds=SECONDS)
    return SandboxOptions(slack=slack, **options)


def hurry(box: Box) -> None:
    """From now on whatever is not acknowledged at once is late."""
    workspace = box.slack.workspace
    workspace.options = replace(workspace.options, ack_seconds=0.5)
