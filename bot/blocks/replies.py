"""What a person is told privately after asking for something: one function for each verb.

`bot.listeners` calls them with the verb's outcome; every outcome has its sentence here.
"""

from datetime import datetime

from bot.blocks.message import Message
from commands.desk import Denied, Impossible
from commands.domain.distributors import Distributor
from commands.key_in import Held, Released
from commands.mark_synced import MarkOutcome
from commands.people import CannotHave, HasIt, RequestSent
from commands.ports import AlreadySo, Granted, LastAdmin, NoSuchOrder, Revoked, RoleSet
from commands.retry import AllAsked, Echo, NoSuchAlert, RetryOutcome


def retry(outcome: RetryOutcome, distributor: Distributor, now: datetime) -> Message:
    raise NotImplementedError


def echo(outcome: Echo, distributor: Distributor, now: datetime) -> Message:
    """What became of a retry within five seconds."""
    raise NotImplementedError


def retry_all(
    outcome: AllAsked | Denied | NoSuchAlert, distributor: Distributor, now: datetime
) -> Message:
    raise NotImplementedError


def mark(outcome: MarkOutcome, distributor: Distributor, now: datetime) -> Message:
    raise NotImplementedError


def mark_errors(outcome: MarkOutcome) -> dict[str, str] | None:
    """Errors at the fields of the mark view, by block id; None: nothing for a field to say."""
    raise NotImplementedError


def key_in(
    outcome: Held | Denied | Impossible | NoSuchOrder, distributor: Distributor, now: datetime
) -> Message:
    """With everything that is to be typed."""
    raise NotImplementedError


def release(
    outcome: Released | Denied | Impossible | NoSuchOrder, distributor: Distributor, now: datetime
) -> Message:
    raise NotImplementedError


def take(taken: bool | Denied | NoSuchAlert) -> Message:  # noqa: FBT001  # as `Alerts.take` answers
    """I have it. False: it is solved already, or somebody else has it."""
    raise NotImplementedError


def set_permission(outcome: Granted | Revoked | AlreadySo | CannotHave | Denied) -> Message:
    raise NotImplementedError


def set_role(outcome: RoleSet | AlreadySo | LastAdmin | CannotHave | Denied) -> Message:
    raise NotImplementedError


def ask_for(outcome: RequestSent | HasIt | Denied) -> Message:
    raise NotImplementedError


def denied(outcome: Denied) -> Message:
    """What is missing and who grants it; to outsiders nothing but that they may not."""
    raise NotImplementedError


def impossible(outcome: Impossible, distributor: Distributor, now: datetime) -> Message:
    raise NotImplementedError


def no_such_order() -> Message:
    raise NotImplementedError


def no_such_alert() -> Message:
    raise NotImplementedError


def trouble() -> Message:
    """Something broke on our side: says that nothing was lost, and nothing else."""
    raise NotImplementedError
