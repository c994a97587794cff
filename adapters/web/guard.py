"""Who may talk to this server: the page it served itself, on this computer, and nobody else.

In: a request. Out: the name of the sentence that says why not, or None; the headers that keep the page to itself.
Never: trusts a name it does not know; says more than the person needs.
"""

from collections.abc import Mapping
from typing import Final

#: The page may load its own script, style and picture, talk to its own server, and nothing else.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: What one POST may weigh.
BODY_LIMIT: Final = 64 * 1024

_NAMES = ("127.0.0.1", "localhost")
_PLAIN = 80  # browsers leave this one out of Host


def refusal(headers: Mapping[str, str], port: int) -> str | None:
    """The sentence (with the gap `address`) why this request is turned away; None where it may come in.

    The name matters because a website can point a name of its own at 127.0.0.1 and have the browser talk to us.
    """
    host = headers.get("Host", "").lower()
    if host not in {f"{name}:{port}" for name in _NAMES} and not (port == _PLAIN and host in _NAMES):
        return "web-elsewhere"
    if headers.get("Origin", f"http://{host}") != f"http://{host}":
        return "web-another-website"
    if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return "web-sent-here"
    return None
