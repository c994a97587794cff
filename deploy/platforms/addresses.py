"""Addresses that the environment gives: a platform's own, or those of a stand-in on this very computer.

In: the environment. Out: an address. Never: an address in an error, for a secret may stand in it; one on the way to
which others could read along.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.errors import ProtocolBotError
from bot.hosts import is_here


def address(environ: Mapping[str, str], name: str, usual: str, of: str) -> str:
    """What the environment gives by this name, without a slash at its end; `usual` where it gives nothing.

    `of`: whose stand-in it may be. Raises `ProtocolBotError` for what can't be read, and for plain HTTP to elsewhere.
    """
    url = environ.get(name, "").strip()
    if not url:
        return usual
    try:
        read = urlsplit(url)
        host, _ = read.hostname or "", read.port
    except ValueError:
        host, read = "", urlsplit("")
    if read.scheme not in ("http", "https") or not host or read.query or read.fragment or read.username is not None:
        raise ProtocolBotError(
            f"{name} can't be read. Leave it out, unless the bot is to speak with a stand-in of {of}."
        )
    if read.scheme == "http" and not is_here(host):
        raise ProtocolBotError(
            f"{name} must begin with https://, else anybody on the way could read or change what is said. Only a "
            "stand-in on this very computer may do without."
        )
    return url.rstrip("/")
