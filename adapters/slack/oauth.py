"""Slack's OAuth: how a workspace takes the hosted app, and how its token is renewed.

In: what Slack brings back from whoever installs the app; refresh tokens. Out: installations, as slack_sdk has them.
Never: a permission beyond the manifest's; a secret in an error or a `repr`; asks twice with what serves once.
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode, urljoin

from slack_sdk.oauth.installation_store import Bot, Installation

from adapters.slack.calls import Calls, answered, client, session
from adapters.slack.installs import Ending
from adapters.slack.manifest import SCOPES
from adapters.slack.refusals import unanswered

#: What Slack grants: the token, and the workspace that it lets the bot into.
Granted: TypeAlias = Installation
#: Seconds for each answer. Renewing holds up whoever else would renew: it must not last.
_PATIENCE: Final = 5.0


class OAuth:
    """One app: who it is, and what proves that."""

    def __init__(self, client_id: str, client_secret: str, api_url: str) -> None:
        self.client_id = client_id
        self._secret = client_secret
        self._api_url = api_url
        self._ends = False

    def __repr__(self) -> str:
        return f"OAuth({self.client_id})"

    def asking(self, state: str, redirect: str) -> str:
        """Where Slack asks whoever installs the app whether it may do what it says, and for which workspace."""
        asked = {"client_id": self.client_id, "scope": ",".join(SCOPES), "state": state, "redirect_uri": redirect}
        return f"{urljoin(self._api_url, '../oauth/v2/authorize')}?{urlencode(asked)}"

    async def granted(self, code: str, redirect: str) -> Granted:
        """What Slack grants for a code that it gave. Raises `Refused`.

        Where it is for an organisation, or Slack tells too little of it, the token is all that can be relied upon.
        """
        told = await self._access(code=code, redirect_uri=redirect)
        team, enterprise = _part(told, "team"), _part(told, "enterprise")
        token, now = _text(told, "access_token"), time.time()
        if not token:
            raise unanswered("Slack granted nothing that can be read.", says=False)
        whole = bool(told.get("is_enterprise_install")) or not _text(team, "id")
        return Installation(
            app_id=_text(told, "app_id"),
            enterprise_id=_text(enterprise, "id") or None,
            enterprise_name=_text(enterprise, "name") or None,
            team_id=_text(team, "id"),
            team_name=_text(team, "name"),
            bot_token=token,
            bot_id="",  # `introduced` finds it out
            bot_user_id=_text(told, "bot_user_id"),
            bot_scopes=_text(told, "scope"),
            bot_refresh_token=_text(told, "refresh_token") or None,
            bot_token_expires_at=_until(told, now),
            user_id="",  # who it was is nothing that the bot has to know
            is_enterprise_install=whole,
            installed_at=now,
        )

    async def refreshed(self, bot: Bot) -> Bot:
        """The same with the next tokens. Raises `Refused`; the refresh token is spent where it does not.

        Raises `Ending` after `end`, which whoever waited for another's renewal finds out only here.
        """
        if self._ends:
            raise Ending("The bot is about to stop: its next start renews the token.")
        now = time.time()
        told = await self._access(grant_type="refresh_token", refresh_token=bot.bot_refresh_token or "")
        token, refresh = _text(told, "access_token"), _text(told, "refresh_token")
        if not token:
            raise unanswered("Slack granted nothing that can be read.", says=False)
        anew = Bot(**bot.to_dict_for_copying())
        anew.bot_token, anew.bot_refresh_token = token, refresh or None
        anew.bot_token_expires_at = _until(told, now)
        return anew

    def end(self) -> None:
        """From now on no refresh token is spent; an answer that is waited for is taken still."""
        self._ends = True

    async def revoke(self, token: str) -> None:
        """The bot shall not be let in by this token any more. Raises `Refused`.

        Slack then takes the whole bot out of the workspace (docs.slack.dev, auth.revoke), whichever tokens it has.
        """
        async with session() as connections:
            await Calls(client(token, self._api_url, connections), connections)("auth.revoke", _PATIENCE)

    async def introduced(self, granted: Granted) -> Granted:
        """The same with the bot's id, which oauth.v2.access does not tell (docs.slack.dev). Raises `Refused`."""
        async with session() as connections:
            web = client(granted.bot_token or "", self._api_url, connections)
            told = await Calls(web, connections)("auth.test", _PATIENCE)
        granted.bot_id = _text(told, "bot_id")
        return granted

    async def _access(self, **given: str) -> Mapping[str, Any]:
        """oauth.v2.access; the SDK's own method makes what proves the app with what aiohttp is about to drop."""
        proof = b64encode(f"{self.client_id}:{self._secret}".encode()).decode()
        async with session() as connections:
            web = client("", self._api_url, connections)
            asking = web.api_call("oauth.v2.access", data=given, headers={"Authorization": f"Basic {proof}"})
            try:
                async with asyncio.timeout(_PATIENCE):
                    answer = await answered(asking, says=False)
            except TimeoutError:
                raise unanswered("Slack did not answer in time.", says=False) from None
        return answer.data if isinstance(answer.data, Mapping) else {}


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _until(told: Mapping[str, Any], now: float) -> int | None:
    """Counted from before it was asked for: rather too early than too late."""
    seconds = told.get("expires_in")
    return int(now) + seconds if isinstance(seconds, int) and seconds > 0 else None
