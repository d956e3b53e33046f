"""Puts the parts of the local Slack together; `sandbox.serve` mounts its routes."""

from dataclasses import dataclass

from starlette.routing import BaseRoute

from sandbox.slack.clock import Clock
from sandbox.slack.control import Control
from sandbox.slack.delivery import Delivery
from sandbox.slack.desk import Desk
from sandbox.slack.interactions import Interactions
from sandbox.slack.live import Live
from sandbox.slack.options import SlackOptions
from sandbox.slack.responses import Responses
from sandbox.slack.seed import northwind
from sandbox.slack.sockets import Sockets
from sandbox.slack.state import Workspace
from sandbox.slack.uploads import Uploads
from sandbox.slack.web_api import WebApi


@dataclass(frozen=True, slots=True)
class LocalSlack:
    workspace: Workspace
    api: WebApi
    sockets: Sockets
    delivery: Delivery
    live: Live
    desk: Desk

    def routes(self) -> list[BaseRoute]:
        parts = (
            self.api,
            self.sockets,
            Responses(self.workspace, self.desk.interactions, self.api.faults),
            Uploads(self.workspace, self.api.faults),
            self.desk,
            self.live,
            Control(self.workspace, self.api, self.sockets, self.delivery),
        )
        return [route for part in parts for route in part.routes()]


def local_slack(options: SlackOptions, clock: Clock) -> LocalSlack:
    workspace = northwind(options, clock)
    sockets, live = Sockets(workspace), Live()
    delivery = Delivery(workspace, sockets, options.events_url)
    interactions = Interactions(workspace, delivery)
    workspace.on_change.append(live.tell)
    workspace.on_event.append(delivery.event)
    desk = Desk(workspace, interactions)
    return LocalSlack(workspace, WebApi(workspace), sockets, delivery, live, desk)
