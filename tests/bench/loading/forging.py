"""Knocks at the bot's doors that must not be let in.

In: a stand-in's somebody. Out: what was wrong with how it was refused; empty where it was, and nothing was said.
Never: a request that a platform would send.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientError, ClientSession

from tests.bench.loading.people import OnSlack, OnTeams
from tests.bench.loading.stories import Ledger, number
from tests.slack.standin import payloads, posted
from tests.teams.standin import activities
from tests.teams.standin.keys import Key, rsa
from tests.teams.standin.server import APP_ID

Knock = Callable[[], Awaitable[str]]
#: A key that is not Microsoft's.
_FOREIGN = Key("foreign", rsa(99))


def knocks(session: ClientSession, on_slack: OnSlack, on_teams: OnTeams, page: str, ledger: Ledger) -> list[Knock]:
    """Each way once. All of them ask for something to be kept."""
    slack, teams = on_slack.me, on_teams.me

    def text() -> str:
        ledger.never.add(forged := number("z"))
        return f"Where is the key to noticeboard {forged}?"

    async def refused(url: str, raw: bytes, headers: Mapping[str, str]) -> str:
        try:
            async with session.post(url, data=raw, headers=headers, skip_auto_headers=("Content-Type",)) as response:
                await response.read()
                return "" if 400 <= response.status < 500 else f"status {response.status}"
        except (ClientError, TimeoutError) as lost:
            return type(lost).__name__

    def at_slack(**how: Any) -> Knock:
        async def knock() -> str:
            space = slack.space
            fields = payloads.command(
                space, slack.user, space.chat(slack.user.id), text(), "1.1.x", f"{slack.slack.hooks}none"
            )
            raw, kind = posted.as_fields(fields)
            headers = posted.signed(how.get("secret", space.secret), raw, kind, at=time.time() - how.get("late", 0))
            if how.get("unsigned"):
                del headers["X-Slack-Signature"]
            return await refused(space.url, raw, headers)

        return knock

    def at_teams(**how: Any) -> Knock:
        async def knock() -> str:
            said = teams.tenant.say(teams.chat.id, teams.person.aad, text=text())
            signer = teams.teams.keys.signer(how.get("app", APP_ID), teams.tenant.clock)
            signer = signer.by(_FOREIGN) if how.get("foreign") else signer
            headers = {
                "Content-Type": "application/json",
                "Authorization": signer.authorization(teams.tenant.service_url),
            }
            if how.get("unsigned"):
                del headers["Authorization"]
            raw, _ = posted.as_json(activities.message(teams.tenant, teams.person, said))
            return await refused(teams.tenant.url, raw, headers)

        return knock

    def at_the_page(**headers: str) -> Knock:
        async def knock() -> str:
            said = {
                "id": "forged",
                "council": "barrow",
                "seat": "clerk",
                "place": "private",
                "kind": "text",
                "text": text(),
            }
            return await refused(
                f"{page}api/events", posted.as_json(said)[0], {"Content-Type": "application/json", **headers}
            )

        return knock

    return [
        at_slack(unsigned=True), at_teams(unsigned=True), at_the_page(Host="bot.example.org"),
        at_slack(secret="another"), at_teams(foreign=True), at_the_page(Origin="https://example.org"),  # noqa: S106
        at_slack(late=3600), at_teams(app="21111111-2222-4333-8444-555555555555"),
    ]  # fmt: skip
