"""One app that many workspaces install: Slack's page that asks, the exchange of codes, tokens that expire.

In: whoever installs the app; `oauth.v2.access` and `auth.revoke`. Out: codes, tokens. Never: a code or a refresh token
taken twice; a code for another address than it was asked for.
"""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.slack.standin.state import Workspace
from tests.slack.standin.views import Refused

Arguments = dict[str, Any]


@dataclass
class HostedApp:
    """As its page shows it. `lasts`: seconds for which a token holds; None where rotation is off.

    `chooses`: the workspace that whoever installs it chooses on Slack's page; `denies`: they don't; `organisation`:
    they choose all of it. `asked` holds what Slack's page was asked for, `spent` every refresh token that was taken.
    """

    client_id: str = "111.222"
    client_secret: str = "c11e47c11e47c11e47c11e47c11e4700"  # noqa: S105  # of nobody
    signing: str = "516n516n516n516n516n516n516n5160"
    lasts: int | None = 43_200
    chooses: str = ""
    denies: bool = False
    organisation: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    refreshing: dict[str, str] = field(default_factory=dict)
    spent: list[str] = field(default_factory=list)

    def authorize(self, request: web.Request) -> web.StreamResponse:
        """Slack's page, with somebody who answers at once."""
        given = dict(request.query)
        self.asked.append(given)
        if given.get("client_id") != self.client_id:
            return web.Response(status=400, text="Invalid client_id parameter")
        answer = {"state": given["state"]}
        if self.denies:
            answer["error"] = "access_denied"
        else:
            answer["code"] = code = secrets.token_hex(16)
            self.codes[code] = given["redirect_uri"], self.chooses, self.organisation
        return web.Response(status=302, headers={"Location": f"{given['redirect_uri']}?{urlencode(answer)}"})

    def access(self, spaces: dict[str, Workspace], credentials: str, arguments: Arguments, now: float) -> Arguments:
        """oauth.v2.access: a code, or a refresh token, for tokens."""
        kind, _, encoded = credentials.partition(" ")
        told = base64.b64decode(encoded).decode() if kind == "Basic" else ""
        if told.partition(":")[0] != self.client_id:
            raise Refused("invalid_client_id")
        if told != f"{self.client_id}:{self.client_secret}":
            raise Refused("bad_client_secret")
        if arguments.get("grant_type") == "refresh_token":
            return self._refreshed(spaces, arguments, now)
        where, team, organisation = self.codes.pop(str(arguments.get("code")), ("", "", False))
        if not where:
            raise Refused("invalid_code")
        if arguments.get("redirect_uri") != where:
            raise Refused("bad_redirect_uri")
        return self._granted(spaces[team], now, organisation=organisation)

    def _refreshed(self, spaces: dict[str, Workspace], arguments: Arguments, now: float) -> Arguments:
        refresh = str(arguments.get("refresh_token"))
        team = self.refreshing.pop(refresh, "")
        if not team:
            raise Refused("invalid_refresh_token")
        self.spent.append(refresh)
        return self._granted(spaces[team], now)

    def _granted(self, space: Workspace, now: float, *, organisation: bool = False) -> Arguments:
        rotating = self.lasts is not None
        mark = f"zebra-{space.team}-{next(space.count)}"
        token = f"{'xoxe.' if rotating else ''}xoxb-{mark}"
        space.grants[token] = now + self.lasts if self.lasts is not None else float("inf")
        more: Arguments = {}
        if rotating:
            more = {"refresh_token": f"xoxe-1-{mark}", "expires_in": self.lasts}
            self.refreshing[f"xoxe-1-{mark}"] = space.team
        return {
            "app_id": space.app,
            "authed_user": {"id": "UADMIN"},
            "scope": ",".join(sorted(space.scopes)),
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": space.bot.id,
            "team": None if organisation else {"id": space.team, "name": f"Workspace {space.team}"},
            "enterprise": {"id": "E1", "name": "All of it"} if organisation else None,
            "is_enterprise_install": organisation,
            **more,
        }

    def uninstalled(self, space: Workspace) -> None:
        """Somebody takes the app out: no token of that workspace holds any more."""
        space.dead |= set(space.grants)
        space.grants.clear()
        self.refreshing = {token: team for token, team in self.refreshing.items() if team != space.team}
