"""Questions sent in at the bot's doors by whoever is not who they say they are, which must not be let in.

In: whose name is taken in vain, in Slack and in Teams; the page's address. Out: what was wrong with how it was refused;
empty where it was. Never: a request that is refused for anything but whose it is: the same, sent in as a platform
would, is let in and kept.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

from aiohttp import ClientError, ClientSession

from tests.bench import as_slack, as_teams
from tests.bench.loading.people import OnSlack, OnTeams
from tests.bench.loading.stories import Ledger, number
from tests.slack.standin import posted
from tests.teams.standin import activities
from tests.teams.standin.keys import Key, rsa
from tests.teams.standin.server import APP_ID
from tests.teams.standin.state import BOT, Said

Knock = Callable[[], Awaitable[str]]
#: A key that is not Microsoft's.
_FOREIGN = Key("foreign", rsa(99))
_SLACK: Final = "application/x-www-form-urlencoded"


class Doors(NamedTuple):
    """Three of the bot's; each is asked to keep a question, and its status comes back, 0 where there was no answer."""

    session: ClientSession
    on_slack: OnSlack
    on_teams: OnTeams
    page: str

    async def slack(self, id: str, *, secret: str = "", late: float = 0, unsigned: bool = False) -> int:
        """A form sent in."""
        me = self.on_slack.me
        raw = as_slack.form(me.user.id, f"V{id}", _question(id), me.space.team).encode()
        headers = posted.signed(secret or me.space.secret, raw, _SLACK, at=time.time() - late)
        if unsigned:
            del headers["X-Slack-Signature"]
        return await self._status(me.space.url, raw, headers)

    async def teams(self, id: str, *, app: str = APP_ID, foreign: bool = False, unsigned: bool = False) -> int:
        """A dialog sent in."""
        me = self.on_teams.me
        value = activities.asked(as_teams.passed_on(_question(id)))
        below = Said(id=str(time.time_ns()), conversation=me.chat.id, by=BOT)
        sent = activities.invoke(me.tenant, me.person, below, "task/submit", value)
        signer = me.teams.keys.signer(app, me.tenant.clock)
        signed = (signer.by(_FOREIGN) if foreign else signer).authorization(me.tenant.service_url)
        return await self._status(me.tenant.url, *_as_json(sent, {} if unsigned else {"Authorization": signed}))

    async def at_the_page(self, id: str, **headers: str) -> int:
        """A form sent in, as a page of somebody else's would."""
        who = {"council": "barrow", "seat": "councillor", "place": "private"}
        sent = {"id": id, **who, "kind": "submit", "form": "questions/pass/", "values": {"question": _question(id)}}
        return await self._status(f"{self.page}api/events", *_as_json(sent, headers))

    async def _status(self, url: str, raw: bytes, headers: Mapping[str, str]) -> int:
        try:
            async with self.session.post(url, data=raw, headers=headers) as response:
                await response.read()
                return response.status
        except (ClientError, TimeoutError):
            return 0


def _question(id: str) -> str:
    return f"Where is the key to noticeboard {id}?"


def _as_json(sent: dict[str, Any], headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
    return posted.as_json(sent)[0], {"Content-Type": "application/json", **headers}


def knocks(doors: Doors, ledger: Ledger) -> list[Knock]:
    """Each way once."""

    def refused(door: Callable[..., Awaitable[int]], **how: Any) -> Knock:
        async def knock() -> str:
            ledger.never.add(id := number("z"))
            status = await door(id, **how)
            return "" if 400 <= status < 500 else f"status {status}"

        return knock

    return [
        refused(doors.slack, unsigned=True),
        refused(doors.teams, unsigned=True),
        refused(doors.at_the_page, Host="bot.example.org"),
        refused(doors.slack, secret="another"),  # noqa: S106
        refused(doors.teams, foreign=True),
        refused(doors.at_the_page, Origin="https://example.org"),
        refused(doors.slack, late=3600),
        refused(doors.teams, app="21111111-2222-4333-8444-555555555555"),
    ]


async def let_in(doors: Doors, ledger: Ledger) -> None:
    """The same by those who they say they are: what is kept of them tells that what was refused could have been."""
    for door in (doors.slack, doors.teams, doors.at_the_page):
        id = number("g")
        status = await door(id)
        assert status == 200, f"{door.__name__}: {status}"
        ledger.acknowledged.add(id)
