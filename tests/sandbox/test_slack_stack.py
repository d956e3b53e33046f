"""The stack of modals under any sequence of opening, pushing, updating and closing."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sandbox.slack.answers import RefusedError
from sandbox.slack.clock import Clock
from sandbox.slack.ids import Ids
from sandbox.slack.views import STACK_LIMIT, View, Views
from tests.sandbox.slack_world import DANA, ELI

PEOPLE = st.sampled_from([DANA, ELI])
NAMES = st.sampled_from(["", "one", "two"])


def _given(name: str) -> dict[str, Any]:
    return {"type": "modal", "blocks": [], "external_id": name}


class Stacks(RuleBasedStateMachine):
    """Holds the real `Views` to a list of what should be open."""

    def __init__(self) -> None:
        super().__init__()
        self.views = Views(Ids(Clock(lambda: 0.0)), lambda _what, _only: None)
        self.open: dict[str, list[View]] = {DANA: [], ELI: []}

    def _taken(self, name: str) -> bool:
        shown = [view for stack in self.open.values() for view in stack]
        return bool(name) and name in {view.external_id for view in shown}

    @rule(user=PEOPLE, name=NAMES)
    def opens(self, user: str, name: str) -> None:
        taken = self._taken(name)
        try:
            self.open[user] = [self.views.open(user, _given(name))]
        except RefusedError as refused:
            assert (refused.code, taken) == ("duplicate_external_id", True)  # noqa: PT017

    @rule(user=PEOPLE, name=NAMES)
    def pushes(self, user: str, name: str) -> None:
        depth, taken = len(self.open[user]), self._taken(name)
        try:
            self.open[user].append(self.views.push(user, _given(name)))
        except RefusedError as refused:
            reasons = {0: "not_found", STACK_LIMIT: "push_limit_reached"}
            expected = reasons.get(depth, "duplicate_external_id")
            assert (refused.code, depth in reasons or taken) == (expected, True)  # noqa: PT017

    @rule(user=PEOPLE, depth=st.integers(0, 2))
    def closes(self, user: str, depth: int) -> None:
        if depth < len(self.open[user]):
            gone = self.views.close(self.open[user][depth])
            assert gone == self.open[user][depth:][::-1]
            del self.open[user][depth:]

    @rule(user=PEOPLE)
    def updates(self, user: str) -> None:
        for view in self.open[user]:
            before = view.hash
            self.views.update(view, _given(view.external_id), before)
            assert view.hash != before

    @invariant()
    def the_stack_is_what_was_left_open(self) -> None:
        for user, expected in self.open.items():
            stack = self.views.stack(user)
            assert stack == expected
            assert len(stack) <= STACK_LIMIT
            assert {view.root for view in stack} <= {view.id for view in stack[:1]}


TestStacks = Stacks.TestCase
TestStacks.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
