"""The council's mail server, from the environment: passwords stand in no file of the council's.

In: PROTOCOL_BOT_SMTP_URL, PROTOCOL_BOT_MAIL_FROM. Out: e-mail as a platform, or none. Never: a password in an error.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from adapters.mail import PLATFORM
from adapters.mail.app import Mail, Server
from adapters.mail.render import Sentences
from bot.addresses import is_address
from bot.errors import ProtocolBotError
from bot.hosts import is_here
from bot.ports import Clock
from bot.settings import Settings
from bot.words import Words
from deploy.running.languages import of_councils

URL: Final = "PROTOCOL_BOT_SMTP_URL"
FROM: Final = "PROTOCOL_BOT_MAIL_FROM"
#: RFC 6409 and RFC 8314: submission, encrypted by STARTTLS or from the start.
_PORTS: Final[Mapping[str, int]] = {"smtp": 587, "smtps": 465}
_LOOKS: Final = "smtp://USER:PASSWORD@mail.example.org:587, or smtps://… where port 465 is used"


def carriers(environ: Mapping[str, str], clock: Clock, councils: Iterable[Settings]) -> dict[str, Mail]:
    """E-mail by its name, if the environment says so; nothing else where it is not set up.

    Raises `ProtocolBotError` for half of it, or what can't be used.
    """
    url, sender = environ.get(URL, "").strip(), environ.get(FROM, "").strip()
    if not url and not sender:
        return {}
    if not url or not sender:
        raise ProtocolBotError(f"E-mail needs both {URL} ({_LOOKS}) and {FROM} (the address it comes from).")
    if not is_address(sender):
        raise ProtocolBotError(f"{FROM} is no e-mail address. Write it like protocol-bot@example.org.")
    words = of_councils(councils)
    return {PLATFORM: Mail(server(url), sender, lambda council: sentences(words(council)), clock)}


def sentences(words: Words) -> Sentences:
    """What stands around every message."""
    return Sentences(words("mail-open"), words("mail-why"), words("mail-subject"))


def server(url: str) -> Server:
    """What a URL says. Raises `ProtocolBotError`, with nothing of the URL in it."""
    try:
        read = urlsplit(url)
        port = read.port or _PORTS[read.scheme]
    except (ValueError, KeyError):
        raise ProtocolBotError(f"{URL} can't be read. It looks like {_LOOKS}.") from None
    if not read.hostname or read.scheme not in _PORTS or read.path not in ("", "/") or read.query or read.fragment:
        raise ProtocolBotError(
            f"{URL} can't be read. It looks like {_LOOKS}; signs such as @, / and : in a password are written %40, %2F "
            "and %3A."
        )
    return Server(host=read.hostname, port=port, encrypted=_encrypted(read.scheme, read.hostname), **_who(read))


def _encrypted(scheme: str, host: str) -> Literal["at-once", "starttls", "here"]:
    if scheme == "smtps":
        return "at-once"
    return "here" if is_here(host) else "starttls"


def _who(read: SplitResult) -> dict[str, str]:
    """In their own signs again."""
    return {"user": unquote(read.username or ""), "password": unquote(read.password or "")}
