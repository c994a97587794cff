"""The pages where somebody installs the hosted Slack app in their workspace.

In: whoever opens them; what Slack brings back with them. Out: pages that say what came of it, and what to do; an
install that is kept. Never: an install of a workspace that no council's settings name; one that somebody else began; a
bot taken out of a workspace that it serves; a script.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from aiohttp import web

from adapters.slack import PLATFORM
from adapters.slack.manifest import INSTALL, REDIRECT, address_of
from adapters.slack.refusals import Refused
from bot.errors import UnusableStore
from bot.words import Words
from deploy.platforms import pages
from deploy.running.chats import line

if TYPE_CHECKING:
    from adapters.slack.oauth import Granted, OAuth
    from storage.slack_installs import SqlInstalls, SqlStates

log = logging.getLogger(__name__)

#: Which browser began an install; another one can't be made to finish it.
_COOKIE: Final = "protocol-bot-install"
_HEADERS: Final = {**pages.HEADERS, "Cache-Control": "no-store"}
_LONGEST: Final = 500  # signs of what Slack brings back


class Pages:
    """Both of them. `teams`: each workspace that may install it, its council. `installed` hears of each that did."""

    def __init__(
        self,
        oauth: "OAuth",
        installs: "SqlInstalls",
        states: "SqlStates",
        teams: Mapping[str, str],
        url: str,
        installed: Callable[[str], Awaitable[None]],
        words: Words,
    ) -> None:
        self._oauth = oauth
        self._installs = installs
        self._states = states
        self._teams = teams
        self._install, self._redirect = address_of(url, INSTALL), address_of(url, REDIRECT)
        self._installed = installed
        self._words = words

    def routes(self) -> Sequence[web.RouteDef]:
        """Where it begins, and where Slack leads back to."""
        return [
            web.get(INSTALL, self._begins, allow_head=False),
            web.post(INSTALL, self._goes_to_slack),
            web.get(REDIRECT, self._comes_back, allow_head=False),
        ]

    # ------------------------------------------------------------ to Slack

    async def _begins(self, _request: web.Request) -> web.Response:
        """A button: whoever only looks, a preview or a search engine, begins nothing."""
        button = escape(self._words("install-button"))
        form = f'<form method="post" action="{escape(self._install)}"><button>{button}</button></form>'
        return self._page(self._words("install-begin"), below=form)

    async def _goes_to_slack(self, _request: web.Request) -> web.StreamResponse:
        try:
            state = await self._states.async_issue()
        except Exception as why:
            return self._not_now(why)
        answer = web.Response(status=303, headers={"Location": self._oauth.asking(state, self._redirect), **_HEADERS})
        answer.set_cookie(
            _COOKIE,
            state,
            max_age=self._states.expiration_seconds,
            path=REDIRECT,
            httponly=True,
            secure=self._redirect.startswith("https:"),
            samesite="Lax",  # it is Slack that leads back, by a link
        )
        return answer

    # ------------------------------------------------------------ and back

    async def _comes_back(self, request: web.Request) -> web.Response:
        answer = await self._came_back(request)
        answer.del_cookie(_COOKIE, path=REDIRECT)
        return answer

    async def _came_back(self, request: web.Request) -> web.Response:
        state, code, error = (request.query.get(name, "")[:_LONGEST] for name in ("state", "code", "error"))
        began = request.cookies.get(_COOKIE, "")
        if not state or not hmac.compare_digest(began.encode(), state.encode()):
            return self._told(400, self._words("install-late"))
        try:
            good = await self._states.async_consume(state)
        except Exception as why:
            return self._not_now(why)
        if not good:
            return self._told(400, self._words("install-late"))
        if error == "access_denied":
            return self._told(200, self._words("install-denied"))
        if error or not code:
            return self._told(400, self._words("install-failed", code=_word(error)))
        try:
            granted = await self._oauth.granted(code, self._redirect)
        except Refused as no:
            log.warning("an install came to nothing. %s", no)
            return self._told(502, self._words("install-failed", code=no.code or "no_answer"))
        return await self._granted(granted)

    async def _granted(self, granted: "Granted") -> web.Response:
        """Kept; given back where the bot does not serve it. Of a workspace that it serves nothing is ever given back:
        with one token Slack takes the whole bot out (docs.slack.dev, auth.revoke), and it may be in use with another.
        """
        team, workspace = granted.team_id or "", granted.team_name or granted.team_id or ""
        if granted.is_enterprise_install:
            return await self._given_back(granted, 403, self._words("install-organisation"))
        if team not in self._teams:
            log.warning("The Slack workspace %s wanted to install the app, but no council’s settings name it.", team)
            await self._forgotten(team)
            told = self._words("install-unknown", workspace=workspace, team=team, line=line(PLATFORM, team))
            return await self._given_back(granted, 403, told)
        try:
            await self._installs.async_save(await self._oauth.introduced(granted))
        except Refused as no:
            log.warning("an install of the Slack workspace %s came to nothing. %s", team, no)
            return self._told(502, self._words("install-failed", code=no.code or "no_answer"))
        except Exception as failed:  # an error may hold a row: only its kind is told
            log.error("An install of the Slack workspace %s could not be kept: %s", team, type(failed).__name__)
            return self._told(500, self._words("install-unkept"))
        log.warning("The Slack workspace %s installed the app, for %s.", team, self._teams[team])
        await self._installed(team)
        return self._page(self._words("install-done", workspace=workspace, council=self._teams[team]))

    async def _forgotten(self, team: str) -> None:
        """A token of when settings named it still: Slack is about to take the bot out there."""
        try:
            await self._installs.async_delete_installation(enterprise_id=None, team_id=team)
        except Exception as failed:
            log.error("the install of the Slack workspace %s is not deleted yet: %s", team, type(failed).__name__)

    async def _given_back(self, granted: "Granted", status: int, told: str) -> web.Response:
        try:
            await self._oauth.revoke(granted.bot_token or "")
        except Refused as no:
            log.error("A token that is not kept could not be given back to Slack: %s", no.code or "no answer")
            return self._told(status, f"{told}\n\n" + self._words("install-not-given-back"))
        return self._told(status, f"{told}\n\n" + self._words("install-given-back"))

    # ------------------------------------------------------------ pages

    def _not_now(self, why: Exception) -> web.Response:
        told = str(why) if isinstance(why, UnusableStore) else type(why).__name__  # another may hold a row
        log.error("No install of the Slack app can be begun or finished. %s", told)
        return self._told(503, self._words("install-not-now"))

    def _told(self, status: int, text: str) -> web.Response:
        """That it did not come to anything, and where to begin again."""
        link = f'<p><a href="{escape(self._install)}">{escape(self._words("install-again"))}</a></p>'
        return self._page(text, status, link)

    def _page(self, text: str, status: int = 200, below: str = "") -> web.Response:
        html = pages.page(self._words("install-title"), text, below, self._words("language-tag"))
        return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS)


def _word(error: str) -> str:
    """Slack's own, if it looks like one: anybody can write an address."""
    return error if error.isascii() and error.replace("_", "").isalnum() and len(error) <= 40 else "no_code"
