"""The Web API methods this Slack knows: pace, scopes and arguments of each. Read by `web_api`.

`scopes`: one of them is enough. A scope that depends on the kind of conversation is written with
`{family}`, which is `channels`, `groups`, `im` or `mpim`, and checked by the call itself.
`arguments` maps a name to its type: `text`, `flag`, `number` or `json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ArgumentType = Literal["text", "flag", "number", "json"]

TIER_2, TIER_3, TIER_4 = 20, 50, 100
GENEROUS = 600  # what Slack calls special limits: hundreds a minute


@dataclass(frozen=True, slots=True)
class Method:
    """`family_scope` is the right within the conversation's family, such as `read`."""

    per_minute: int
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    arguments: Mapping[str, ArgumentType] = field(default_factory=dict)
    family_scope: str | None = None
    app_level: bool = False


def _args(
    text: str = "", flags: str = "", numbers: str = "", json: str = ""
) -> dict[str, ArgumentType]:
    named: tuple[tuple[str, ArgumentType], ...] = (
        (text, "text"),
        (flags, "flag"),
        (numbers, "number"),
        (json, "json"),
    )
    return {name: kind for names, kind in named for name in names.split()}


_MESSAGE = "channel text thread_ts markdown_text parse username icon_emoji icon_url"
_PAGE = "cursor team_id channel types latest oldest ts"
_VIEW = "trigger_id view_id external_id hash user_id interactivity_pointer"

METHODS: dict[str, Method] = {
    "auth.test": Method(GENEROUS),
    "apps.connections.open": Method(TIER_3, app_level=True),
    "chat.postMessage": Method(
        GENEROUS,
        ("chat:write",),
        ("channel",),
        _args(
            _MESSAGE,
            "reply_broadcast mrkdwn unfurl_links unfurl_media link_names as_user",
            json="blocks attachments metadata",
        ),
    ),
    "chat.update": Method(
        TIER_3,
        ("chat:write",),
        ("channel", "ts"),
        _args(
            f"{_MESSAGE} ts",
            "reply_broadcast link_names as_user",
            json="blocks attachments metadata file_ids",
        ),
    ),
    "chat.delete": Method(
        TIER_3, ("chat:write",), ("channel", "ts"), _args("channel ts", "as_user")
    ),
    "chat.postEphemeral": Method(
        TIER_4,
        ("chat:write",),
        ("channel", "user"),
        _args(f"{_MESSAGE} user", "link_names as_user", json="blocks attachments"),
    ),
    "chat.getPermalink": Method(
        GENEROUS, (), ("channel", "message_ts"), _args("channel message_ts")
    ),
    "conversations.open": Method(
        TIER_3,
        ("im:write", "mpim:write"),
        (),
        _args("channel users", "return_im prevent_creation"),
    ),
    "conversations.info": Method(
        TIER_3,
        required=("channel",),
        arguments=_args("channel", "include_locale include_num_members"),
        family_scope="read",
    ),
    "conversations.members": Method(
        TIER_4,
        required=("channel",),
        arguments=_args("channel cursor", numbers="limit"),
        family_scope="read",
    ),
    "conversations.list": Method(
        TIER_2, arguments=_args(_PAGE, "exclude_archived", "limit"), family_scope="read"
    ),
    "conversations.history": Method(
        TIER_3,
        required=("channel",),
        arguments=_args(_PAGE, "inclusive include_all_metadata", "limit"),
        family_scope="history",
    ),
    "conversations.replies": Method(
        TIER_3,
        required=("channel", "ts"),
        arguments=_args(_PAGE, "inclusive include_all_metadata", "limit"),
        family_scope="history",
    ),
    "users.info": Method(TIER_4, ("users:read",), ("user",), _args("user", "include_locale")),
    "users.list": Method(
        TIER_2, ("users:read",), (), _args("cursor team_id", "include_locale", "limit")
    ),
    "users.lookupByEmail": Method(TIER_3, ("users:read.email",), ("email",), _args("email")),
    "views.open": Method(TIER_4, (), ("view",), _args(_VIEW, json="view")),
    "views.push": Method(TIER_4, (), ("view",), _args(_VIEW, json="view")),
    "views.update": Method(TIER_4, (), ("view",), _args(_VIEW, json="view")),
    "views.publish": Method(TIER_4, (), ("user_id", "view"), _args(_VIEW, json="view")),
    "files.getUploadURLExternal": Method(
        TIER_4,
        ("files:write",),
        ("filename", "length"),
        _args("filename alt_txt snippet_type", numbers="length"),
    ),
    "files.completeUploadExternal": Method(
        TIER_4,
        ("files:write",),
        ("files",),
        _args("channel_id channels initial_comment thread_ts", json="files blocks"),
    ),
    "files.delete": Method(TIER_3, ("files:write",), ("file",), _args("file")),
    "bots.info": Method(TIER_3, ("users:read",), (), _args("bot team_id")),
    "team.info": Method(TIER_3, ("team:read",), (), _args("team domain")),
}

ALL_SCOPES = frozenset(
    {scope for method in METHODS.values() for scope in method.scopes}
    | {
        f"{family}:{right}"
        for family in ("channels", "groups", "im", "mpim")
        for right in ("read", "history")
    }
    | {"commands", "app_mentions:read"}
)
