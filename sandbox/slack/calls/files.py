"""files.*: the upload in two steps that replaced files.upload, and taking a file back."""

import mimetypes
import secrets
from functools import partial

from sandbox.slack.answers import Json, RefusedError, invalid_arguments
from sandbox.slack.arguments import Arguments
from sandbox.slack.calls.chat import bot_message
from sandbox.slack.calls.content import Content
from sandbox.slack.messages import Message, StoredFile, file_json
from sandbox.slack.people import TEAM
from sandbox.slack.state import BOT_USER, Workspace


def upload_url(slack: Workspace, args: Arguments) -> Json:
    length = args.number("length", 0)
    if length < 1:
        raise RefusedError("missing_argument")
    name = args.text("filename").replace("/", "_")
    file = StoredFile(
        slack.ids.next("F"), name, length, secrets.token_urlsafe(12), int(slack.clock.now())
    )
    file.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    slack.files[file.id] = file
    address = f"{slack.base}/slack/upload/{file.id}?key={file.key}"
    return {"upload_url": address, "file_id": file.id}


def complete_upload(slack: Workspace, args: Arguments) -> Json:
    files = _uploaded(slack, args.json("files"))
    channels = args.text("channels").split(",") if "channels" in args else [args.text("channel_id")]
    for channel in filter(None, channels):
        _check_target(slack, channel)
    for channel in filter(None, channels):
        slack.deferred.append(partial(_share, slack, args, channel, files))
    slack.deferred.append(partial(_look_through, files))
    return {"files": [file_json(file, slack.base, BOT_USER, TEAM) for file in files]}


def delete(slack: Workspace, args: Arguments) -> Json:
    """It is gone from every message; one that showed nothing else is gone as well."""
    file = slack.files.pop(args.text("file"), None)
    if file is None:
        raise RefusedError("file_not_found")
    for channel, ts in file.shares:
        message = slack.conversations[channel].find(ts)
        if message is not None:
            message.files.remove(file)
            _left(slack, message)
    return {}


def _left(slack: Workspace, message: Message) -> None:
    if message.files or message.text or message.blocks:
        slack.message_changed(message)
    else:
        slack.remove(message)


def _uploaded(slack: Workspace, wanted: object) -> list[StoredFile]:
    if not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("must provide an array [json-pointer:/files]")
    found = []
    for entry in wanted:
        file = slack.files.get(str(entry.get("id"))) if isinstance(entry, dict) else None
        if file is None or file.content is None:
            raise RefusedError("file_not_found")
        file.title = str(entry.get("title") or file.name)
        found.append(file)
    return found


def _check_target(slack: Workspace, target: str) -> None:
    """A channel id with the bot as a member; a user id is not enough here."""
    channel = slack.conversation(target)
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    if channel.is_archived:
        raise RefusedError("posting_to_channel_denied")


def _look_through(files: list[StoredFile]) -> None:
    """As Slack does for malware, some time after the answer."""
    for file in files:
        file.ready = True


def _share(slack: Workspace, args: Arguments, target: str, files: list[StoredFile]) -> None:
    channel = slack.conversation(target)
    thread = args.text("thread_ts") or None
    message = bot_message(slack, channel, Content(args.text("initial_comment")), thread)
    # Between the answer and now it may have been deleted.
    message.files = [file for file in files if file.id in slack.files]
    for file in message.files:
        file.shares.append((channel.id, message.ts))
    slack.post(message)
