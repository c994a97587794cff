"""Hosts: which of them is this very computer. Every platform, and whoever wires them, has to agree on that.

In: a host. Out: yes or no. Never: asks anybody, the network least of all.
"""

from ipaddress import ip_address


def is_here(host: str) -> bool:
    """Whether a host is this computer itself: nobody is on the way to it. An IPv6 address is without its brackets."""
    try:
        return ip_address(host).is_loopback
    except ValueError:  # it is a name
        return host == "localhost"
