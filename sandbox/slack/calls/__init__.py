"""The Web API, one function for each method: `(workspace, arguments) -> answer without ok`."""

from collections.abc import Callable, Mapping

from sandbox.slack.answers import Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.calls import chat, conversations, files, people, views
from sandbox.slack.state import Workspace

Call = Callable[[Workspace, Arguments], Json]

CALLS: Mapping[str, Call] = {
    "auth.test": people.auth_test,
    "apps.connections.open": people.connections_open,
    "bots.info": people.bot_info,
    "team.info": people.team_info,
    "users.info": people.info,
    "users.list": people.everyone,
    "users.lookupByEmail": people.by_email,
    "chat.postMessage": chat.post_message,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "conversations.open": conversations.open_direct,
    "conversations.info": conversations.info,
    "conversations.members": conversations.members,
    "conversations.list": conversations.everything,
    "conversations.history": conversations.history,
    "conversations.replies": conversations.replies,
    "views.open": views.open_modal,
    "views.push": views.push,
    "views.update": views.update,
    "views.publish": views.publish,
    "files.getUploadURLExternal": files.upload_url,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete,
}
