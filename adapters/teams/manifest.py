"""The app package that an administrator uploads: what the app is called, where it talks, what it may be asked.

In: the bot's own address, its Microsoft App ID, the package's version. Out: the manifest (developer.microsoft.com,
Teams app manifest schema), and the zip file with it and its pictures. Never: a permission that is not explained; a
secret; the network.
"""

import json
import re
from collections.abc import Mapping
from io import BytesIO
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.teams import PATH, icons
from bot.errors import ProtocolBotError

#: The first schema in which a command may be called by a slash, and the first that has prompts to begin with.
WITH_SLASH: Final = "1.29"
WITHOUT_SLASH: Final = "1.27"
_SCHEMA: Final = "https://developer.microsoft.com/json-schemas/teams/v{version}/MicrosoftTeams.schema.json"
#: Of the first package. Teams takes one anew only where its version is higher than before.
VERSION: Final = "1.0.0"

#: Where the bot itself says what the app is, what it does with what people write, and on what terms it runs.
ABOUT: Final = "/about"
PRIVACY: Final = "/privacy"
TERMS: Final = "/terms"

#: Every permission that the app asks for, and what for. There is no other; it reads no channel and no chat.
PERMISSIONS: Final[Mapping[str, str]] = {
    "identity": "to know who asks: what waits for one person is shown to nobody else",
    "messageTeamMembers": "to tell people, in their own chat with it, what waits for them",
}

_NAME: Final = "Protocol Bot"
_FULL_NAME: Final = "Protocol Bot: the protocol on councillor/officer relations"
_DESCRIPTION: Final = "Your council's councillor/officer protocol, answered clause by clause."
_LONG_DESCRIPTION: Final = (
    "Who does what at the council, what councillors and officers may expect of one another, and what to do when it "
    "goes wrong: your council's protocol says, and this app looks it up. It shows the clause with its number and never "
    "makes anything up.\n\n"
    "Ask in your own chat with it in plain words. In a channel or a group chat call it by name: what the protocol says "
    "is answered there, and whatever concerns you alone is answered in your own chat. A concern can be raised in "
    "confidence, in a form that is never posted in a channel.\n\n"
    "Your council runs the app itself. It can't read your channels and chats: it sees only what is addressed to it."
)
#: What can be asked by one word, in the order in which it is offered, and what that tells.
_TELLS: Final[Mapping[str, str]] = {
    "protocol": "Everything you can ask for; or type a question after it",
    "expectations": "What councillors and officers can expect of one another",
    "roles": "Who does what",
    "wrong": "Where to turn when something goes wrong between people",
    "contents": "Everything in the protocol, in order",
    "about": "What document this is, and when it is reviewed",
    "gaps": "What the protocol does not say",
    "review": "When the protocol is next reviewed, and where that stands",
    "offices": "Who holds which office here",
    "concern": "Raise something in confidence, in a form that only you see",
    "concerns": "What you have raised, and where it stands; in your own chat",
    "waiting": "What waits for you; in your own chat",
}
#: What is left out in one's own chat, so that there is room for questions to begin with.
_NOT_ALONE: Final = ("protocol", "gaps", "offices")
_QUESTIONS: Final = (
    ("Can I criticise the clerk on Facebook?", "See how a question is answered"),
    ("What training can I expect?", "For councillors and for officers"),
    ("Who gives instructions to staff?", "Who does what, and who does not"),
)

#: Teams takes a version of three numbers (developer.microsoft.com, Teams app manifest schema: it follows semver.org).
_VERSION: Final = re.compile(r"(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){2}", re.ASCII)
#: Ends of names that no name on the internet has (RFC 6761, 6762 and 8375; ICANN has set `internal` aside).
_NOT_OUTSIDE: Final = (".localhost", ".local", ".test", ".invalid", ".internal", ".home.arpa")
_APP_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_NO_APP: Final = "00000000-0000-0000-0000-000000000000"
#: The schema's limit for an address, with room for the longest of our paths.
_LONGEST_URL: Final = 2048 - len(PRIVACY)
#: Everything in the package is as old as a zip file can tell: the same package is the same bytes.
_WHEN: Final = (1980, 1, 1, 0, 0, 0)


def package(url: str, app_id: str, *, slash: bool = True, version: str = VERSION) -> bytes:
    """The zip file to upload (learn.microsoft.com, Teams: app package). Raises `ProtocolBotError` as `manifest`."""
    told = json.dumps(manifest(url, app_id, slash=slash, version=version), ensure_ascii=False, indent=2) + "\n"
    files = {"manifest.json": told.encode(), "color.png": icons.colour(), "outline.png": icons.outline()}
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, _WHEN)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def manifest(url: str, app_id: str, *, slash: bool = True, version: str = VERSION) -> dict[str, Any]:
    """The manifest; `slash` false is for a Teams that knows no commands by slash.

    Raises `ProtocolBotError` for an address that Microsoft could not call, and for an id or a version that is none.
    """
    base, app = _base(url), _app(app_id)
    schema = WITH_SLASH if slash else WITHOUT_SLASH
    return {
        "$schema": _SCHEMA.format(version=schema),
        "manifestVersion": schema,
        "version": _version(version),
        "id": app,
        "developer": {
            "name": _NAME,
            "websiteUrl": base + ABOUT,
            "privacyUrl": base + PRIVACY,
            "termsOfUseUrl": base + TERMS,
        },
        "name": {"short": _NAME, "full": _FULL_NAME},
        "description": {"short": _DESCRIPTION, "full": _LONG_DESCRIPTION},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": icons.ACCENT,
        "bots": [_bot(app, slash)],
        "permissions": list(PERMISSIONS),
        "validDomains": [urlsplit(base).hostname],
        "defaultInstallScope": "personal",
    }


def _bot(app: str, slash: bool) -> dict[str, Any]:
    """Commands by slash are for places where others are: in one's own chat there is nobody to keep them from."""
    aside = {"triggers": ["mention", "slash"]} if slash else {}
    shared = [_command(name) for name in _TELLS]
    alone = [*map(_question, _QUESTIONS), *(_command(name) for name in _TELLS if name not in _NOT_ALONE)]
    return {
        "botId": app,
        "scopes": ["personal", "team", "groupChat"],
        "isNotificationOnly": False,
        "supportsFiles": False,
        **({"supportsTargetedMessages": True} if slash else {}),
        "commandLists": [
            {"scopes": ["personal"], "commands": alone},
            {**aside, "scopes": ["team", "groupChat"], "commands": shared},
        ],
    }


def _command(name: str) -> dict[str, str]:
    return {"title": name, "description": _TELLS[name]}


def _question(asked: tuple[str, str]) -> dict[str, str]:
    question, tells = asked
    return {"title": question, "description": tells, "type": "prompt", "prompt": question}


# ---------------------------------------------------------------- what is given


def _app(app_id: str) -> str:
    """Raises `ProtocolBotError` for what is no Microsoft App ID."""
    app = app_id.strip().lower()
    if not _APP_ID.fullmatch(app) or app == _NO_APP:
        raise ProtocolBotError(
            "This is no Microsoft App ID. It has 32 letters and digits with four dashes between them. Copy it from the "
            "Azure portal: your Azure Bot, Configuration, Microsoft App ID."
        )
    return app


def _version(version: str) -> str:
    """Raises `ProtocolBotError` for what Teams would not take."""
    if not _VERSION.fullmatch(version.strip()):
        raise ProtocolBotError(
            "This is no version that Teams takes. It is three numbers with dots between them, such as 1.0.1, and higher"
            " than that of the package before."
        )
    return version.strip()


def _base(url: str) -> str:
    """The bot's own address without a slash at its end.

    Raises `ProtocolBotError` for what Microsoft's servers could not call, or must not: a local Teams client for trying
    out needs no package.
    """
    try:
        read = urlsplit(url.strip())
        host, _ = read.hostname or "", read.port
    except ValueError:
        raise _unreadable() from None
    if read.scheme not in ("https", "http") or not host or read.query or read.fragment or read.username is not None:
        raise _unreadable()
    if any(sign.isspace() for sign in url.strip()) or not url.isascii() or len(url) > _LONGEST_URL:
        raise _unreadable()
    if not _is_outside(host):
        raise ProtocolBotError(
            "Microsoft's servers can't call this address: it leads nowhere outside this computer or the office. Write "
            "the name that leads to the bot from the internet, such as https://protocol.example.org: "
            "deploy/guide/teams.md, step 1."
        )
    if read.scheme == "http":
        raise ProtocolBotError(
            "Teams must call the bot by https, so that nobody on the way can read along. Begin the address with https://."
        )
    return urlunsplit((read.scheme, read.netloc, read.path.rstrip("/").removesuffix(PATH).rstrip("/"), "", ""))


def _is_outside(host: str) -> bool:
    """Whether others than this computer and its neighbours could call it."""
    try:
        return ip_address(host).is_global
    except ValueError:  # it is a name
        name = host.rstrip(".").lower()
        return "." in name and not name.endswith(_NOT_OUTSIDE)


def _unreadable() -> ProtocolBotError:
    return ProtocolBotError(
        "This is no address that Teams could call. Write the bot's own, such as https://protocol.example.org."
    )
