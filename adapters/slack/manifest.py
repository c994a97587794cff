"""The app's manifest, to paste into Slack: what the app is called, what it hears, and what it may do.

In: the bot's own address, where Slack is to call it. Out: the manifest as Slack reads it (slackapi/manifest-schema,
version 2). Never: a permission that is not explained; a token; the network.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from bot.errors import ProtocolBotError
from bot.hosts import is_here

#: Where Slack sends everything that it delivers by HTTP.
PATH: Final = "/slack/events"
#: Where the hosted app is installed, and where Slack leads whoever installs it back to.
INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"
#: Slack's limit for the address of a command, the shortest of its limits for an address (manifest schema).
_LONGEST_URL: Final = 3000
#: The one command.
COMMAND: Final = "/protocol"

#: Every permission that the app asks for, and what for. There is no other.
SCOPES: Final[Mapping[str, str]] = {
    "commands": "the command `/protocol`",
    "chat:write": "to answer, to share a clause where somebody asks it to, to tell people what waits for them",
    "im:write": "to open the private chat with somebody who has to be told something",
    "im:history": "to hear what people write to it in its own private chat, and whether that chat is still empty",
    "app_mentions:read": "to hear `@protocol …` in a channel to which it was invited",
    "users:read": "to know whether somebody has left, and to list people for your settings",
}
#: What it hears of: its own page and chat opened, its name called, its own private chats.
EVENTS: Final = ("app_home_opened", "app_mention", "message.im")
#: And, where one app serves many workspaces, that one of them takes it out. Neither needs a permission.
LEAVING: Final = ("app_uninstalled", "tokens_revoked")

_DESCRIPTION: Final = "The council's protocol on councillor/officer relations, answered clause by clause."
_LONG_DESCRIPTION: Final = (
    "Who does what at the council, what councillors and officers may expect of one another, and what to do when it "
    "goes wrong: your council's protocol says, and this app looks it up. It shows the clause with its number and never "
    "makes anything up.\n\n"
    "Type /protocol and a question in any channel: only you see the answer, unless you share it. In the app's own chat "
    "plain words will do. A concern can be raised in confidence, in a form that is never posted in a channel.\n\n"
    "{whose} It can't read your channels: it sees only what is addressed to it."
)
_OWN: Final = "Your council runs the app itself."
_HOSTED: Final = "It is run for several councils together, each with its own protocol and its own people."
_HINT: Final = "[a question, or a clause such as 3.2; nothing for help]"


def manifest(url: str | None = None, *, hosted: bool = False) -> dict[str, Any]:
    """The manifest: for Socket Mode, or, with the bot's own address, for HTTP. Raises `ProtocolBotError`.

    `hosted`: for one app that many workspaces install, whose tokens expire and are renewed; it needs an address.
    """
    if hosted and url is None:
        raise ProtocolBotError("A hosted app is called by Slack: say where, with --url https://…")
    called = {"request_url": address_of(url, PATH)} if url is not None else {}
    redirect = {"redirect_urls": [address_of(url, REDIRECT)]} if hosted and url is not None else {}
    events = [*EVENTS, *(LEAVING if hosted else ())]
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Protocol Bot",
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION.format(whose=_HOSTED if hosted else _OWN),
            "background_color": "#0e4a3e",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "protocol", "always_online": True},
            "slash_commands": [_command(called.get("request_url"))],
        },
        "oauth_config": {**redirect, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**called, "bot_events": events},
            "interactivity": {"is_enabled": True, **called},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": hosted,
        },
    }


def _command(url: str | None) -> dict[str, Any]:
    """`should_escape` is off: what people type arrives as they typed it, and names no account."""
    return {
        "command": COMMAND,
        **({"url": url} if url else {}),
        "description": "Look up the council's protocol, or raise a concern in confidence",
        "usage_hint": _HINT,
        "should_escape": False,
    }


def address_of(url: str, path: str) -> str:
    """One of the bot's addresses, below its own. Raises `ProtocolBotError` for what Slack could or must not call."""
    try:
        read = urlsplit(url.strip())
        host, _ = read.hostname or "", read.port
    except ValueError:
        raise _unreadable() from None
    if read.scheme not in ("https", "http") or not host or read.query or read.fragment or read.username is not None:
        raise _unreadable()
    if any(sign.isspace() for sign in url.strip()) or not url.isascii() or len(url) > _LONGEST_URL - len(path):
        raise _unreadable()
    if read.scheme == "http" and not is_here(host):
        raise ProtocolBotError(
            "Slack must call the bot by https, so that nobody on the way can read along. Begin the address with https://."
        )
    below = read.path.rstrip("/").removesuffix(PATH)
    return urlunsplit((read.scheme, read.netloc, f"{below}{path}", "", ""))


def _unreadable() -> ProtocolBotError:
    return ProtocolBotError(
        "This is no address that Slack could call. Write the bot's own, such as https://protocol.example.org."
    )
