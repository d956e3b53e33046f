"""The shape of `rich_text`, as messages and modals may send it; used by `blocks` alone."""

from sandbox.slack.checks import Check, anything, flag, items, kinds, number, one_of, shape, string
from sandbox.slack.elements import ID, URL

_STYLES = "bold italic strike code underline highlight client_highlight unlink"
_STYLE = shape({}, dict.fromkeys(_STYLES.split(), flag))
_STYLED = {"style": _STYLE}

_INLINE = kinds(
    {
        "text": shape({"type": anything, "text": string()}, _STYLED),
        "link": shape(
            {"type": anything, "url": URL}, {"text": string(), "unsafe": flag, **_STYLED}
        ),
        "user": shape({"type": anything, "user_id": string()}, _STYLED),
        "usergroup": shape({"type": anything, "usergroup_id": string()}, _STYLED),
        "channel": shape({"type": anything, "channel_id": string()}, _STYLED),
        "emoji": shape(
            {"type": anything, "name": string()},
            {"unicode": string(), "skin_tone": number(1, 6), **_STYLED},
        ),
        "broadcast": shape({"type": anything, "range": one_of("here", "channel", "everyone")}),
        "date": shape(
            {"type": anything, "timestamp": number(0, 10**11), "format": string()},
            {"url": URL, "fallback": string(), **_STYLED},
        ),
        "color": shape({"type": anything, "value": string()}),
    }
)
_RUN = items(_INLINE, 1000, least=0)
_SECTION = shape({"type": anything, "elements": _RUN})
_BOXED = shape({"type": anything, "elements": _RUN}, {"border": number(0, 1)})
_LIST = shape(
    {
        "type": anything,
        "style": one_of("bullet", "ordered"),
        "elements": items(kinds({"rich_text_section": _SECTION}), 1000),
    },
    {"indent": number(0, 8), "offset": number(0, 10_000), "border": number(0, 1)},
)

RICH_TEXT: Check = shape(
    {
        "type": anything,
        "elements": items(
            kinds(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": _LIST,
                    "rich_text_preformatted": _BOXED,
                    "rich_text_quote": _BOXED,
                }
            ),
            1000,
        ),
    },
    {"block_id": ID},
)
