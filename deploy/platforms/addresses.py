"""Addresses that somebody gives: the bot's own, a platform's, or those of a stand-in on this very computer.

In: text, the environment. Out: an address. Never: an address in an error, for a secret may stand in it; one on the way
to which others could read along.
"""

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from bot.errors import ProtocolBotError
from bot.hosts import is_here


def server(url: str) -> SplitResult | None:
    """Where a server is called by HTTP, in parts; None for what is no such address, or says more: a user, a query."""
    try:
        read = urlsplit(url)
        sound = read.scheme in ("http", "https") and read.hostname and read.port != 0
    except ValueError:
        return None
    return read if sound and read.username is None and not read.query and not read.fragment else None


def address(environ: Mapping[str, str], name: str, usual: str, of: str) -> str:
    """What the environment gives by this name, without a slash at its end; `usual` where it gives nothing.

    `of`: whose stand-in it may be. Raises `ProtocolBotError` for what can't be read, and for plain HTTP to elsewhere.
    """
    url = environ.get(name, "").strip()
    if not url:
        return usual
    read = server(url)
    if read is None:
        raise ProtocolBotError(
            f"{name} can't be read. Leave it out, unless the bot is to speak with a stand-in of {of}."
        )
    if read.scheme == "http" and not is_here(read.hostname or ""):
        raise ProtocolBotError(
            f"{name} must begin with https://, else anybody on the way could read or change what is said. Only a "
            "stand-in on this very computer may do without."
        )
    return url.rstrip("/")
