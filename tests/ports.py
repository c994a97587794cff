"""Ports of this computer.

In: nothing. Out: one that nobody listens at. Never: one held on to, so that whoever asked can listen there.
"""

import socket


def free_port() -> int:
    """On loopback."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
