"""Who may speak to the bot in local mode (TEAMS_AUTH=off), where nobody is asked who they are.

In: headers, then the activity. Out: nothing, or `Untrusted`.
Never: believes a page in a browser, what a proxy passed on, or anybody on another computer; answers anywhere but here.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from multidict import MultiMapping

from adapters.teams.addresses import origin
from adapters.teams.trust import CHANNEL, Check, is_at_home, refuse
from bot.hosts import is_here

#: Headers in small letters: what every browser says, and no program; the names of what proxies say begin so (RFC 7239).
_BROWSERS: Final = ("origin", "sec-fetch-site")
_PASSED_ON: Final = ("forwarded", "x-forwarded-")


class Open:
    """Programs on this computer are believed (TEAMS_AUTH=off), about one of these tenants, and are answered here."""

    def __init__(self, tenants: Collection[str]) -> None:
        self._tenants = frozenset(tenant.lower() for tenant in tenants)

    async def knocked(self, headers: MultiMapping[str]) -> Check:
        """A page in a browser here is somebody else's, and so is what a proxy passes on. Raises `Untrusted`.

        Any page may post to this computer; the browser says so (fetch.spec.whatwg.org, `Origin`; w3c.github.io,
        `Sec-Fetch-Site`), or calls it by the name that the page's own server has taken (DNS rebinding).
        """
        if any(name.lower() in _BROWSERS for name in headers):
            refuse("a browser brought it")
        if any(name.lower().startswith(_PASSED_ON) for name in headers):
            refuse("somebody passed it on")
        called = origin(f"http://{headers.get('Host', '')}")
        if called is None or not is_here(called.host):
            refuse("it was sent to another computer")
        return self._is_local

    def _is_local(self, activity: Mapping[str, Any]) -> None:
        if activity.get("channelId") != CHANNEL:
            refuse("it is not from Teams")
        whose = origin(activity.get("serviceUrl"))
        if whose is None or not is_here(whose.host):
            refuse("its service is not on this computer")
        is_at_home(activity, self._tenants)
