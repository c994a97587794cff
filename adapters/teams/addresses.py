"""Addresses that are called with a token, or believed: whose they are.

In: an address as somebody gave it. Out: its scheme, host and port, or that it is none to be called.
Never: calls one; guesses what was meant by an address that could be read in two ways.
"""

import re
from collections.abc import Collection
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bot.hosts import is_here

#: A host, perhaps a port, perhaps a path: no user, no query, nothing that two readers could take for different things.
_ADDRESS: Final = re.compile(
    r"(https?)://([a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(/[a-z0-9._~%/-]*)?", re.ASCII | re.IGNORECASE
)
_USUAL: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2000  # characters


class Origin(NamedTuple):
    """Who is spoken with. `host` is in lower case, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int


def origin(url: object) -> Origin | None:
    """Whose address it is; None for anything that is not plainly one."""
    read = _ADDRESS.fullmatch(url) if isinstance(url, str) and len(url) <= _LONGEST else None
    if read is None:
        return None
    scheme, port = read[1].lower(), int(read[3] or _USUAL[read[1].lower()])
    return Origin(scheme, read[2].lower().strip("[]"), port) if 0 < port < 1 << 16 else None


def allowed(service_url: object, hosts: Collection[str]) -> bool:
    """Whether it is a connector service's that may be called with the bot's token.

    `hosts` are in lower case, without ports. By https at its usual port; this very computer (a stand-in) by either, at
    any port, if it is among `hosts`.
    """
    whose = origin(service_url)
    return whose is not None and whose.host in hosts and is_safe(whose)


def is_safe(whose: Origin) -> bool:
    """Whether nobody on the way could read along, or answer instead."""
    return is_here(whose.host) or (whose.scheme == "https" and whose.port == _USUAL["https"])


def proxy(url: str) -> str | None:
    """The environment's (HTTPS_PROXY, NO_PROXY), but none to this computer itself."""
    read = urlsplit(url)
    host = read.hostname or ""
    return None if is_here(host) or proxy_bypass(host) else getproxies().get(read.scheme)
