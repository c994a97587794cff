"""Ports of this computer.

In: nothing. Out: one that nobody listens at. Never: one held on to, so that whoever asked can listen there; one that
the computer may give to whoever calls somebody meanwhile.
"""

import random
import socket
from typing import Final

#: Below those that Linux (from 32768), macOS and Windows (from 49152) give to whoever does not ask for one.
_OURS: Final = range(20_000, 32_000)


def free_port() -> int:
    """On loopback."""
    for port in random.SystemRandom().sample(_OURS, 100):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:  # somebody's
            continue
    raise OSError("no port is free")
