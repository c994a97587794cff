"""Teams' real adapter, bot and store in this process; what they take for Microsoft in another: this, as a program.

In: a folder, a council. Out: a door to ask at; of the other process one line that says where it is, and at its end how
much was posted. Never: speaks to Microsoft; an answer that did not arrive unnoticed; leaves a process; waits for the
pace that Microsoft allows (`adapters.teams.pace`).

Whatever answers are posted to must not be in this process, which is looked at.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.teams import PATH
from adapters.teams.app import App, Teams
from bot.bot import Bot, opens
from bot.settings import Settings
from content import load
from deploy.platforms.teams import sentences
from deploy.running.serving import now
from deploy.settings import made_up
from storage.teams_places import SqlPlaces
from tests.bench import as_teams
from tests.bench.asking import COUNCILLORS
from tests.bench.ground import cores, held_to
from tests.bench.wrk import Door, Request
from tests.contract.behind import Behind
from tests.teams.councils import tenant_of
from tests.teams.peer.tenant import TENANT

_GROUPS: Final = 40
_PATIENCE: Final = 30.0  # seconds that the other process has to end
_BELIEVED: Final = "REQUESTS_CA_BUNDLE"
_SAID: Final = sentences(load.words())


class Microsoft(msgspec.Struct, frozen=True):
    """Where the other process is, and what is told of it (`as_teams.Teams`)."""

    url: str
    surroundings: dict[str, str]
    authorization: str


@asynccontextmanager
async def opened(folder: Path, council: str) -> AsyncIterator[Door]:
    """People of the council ask in one of its groups after the other."""
    with _microsoft(folder) as (microsoft, posts):
        async with _Bot(folder, council, microsoft) as bot:
            headers = {"Authorization": microsoft.authorization, "Content-Type": "application/json"}
            tenant, asked = tenant_of(council), itertools.count()

            def signed(texts: Iterator[str]) -> Iterator[Request]:
                for text, seat in zip(texts, itertools.cycle(COUNCILLORS), strict=False):
                    group = f"19:group-{next(asked) % _GROUPS}@thread.v2"
                    said = as_teams.mention(microsoft.url, seat, text, group, tenant)
                    yield Request("POST", PATH, headers, json.dumps(said))

            yield (door := Door(bot.url, signed))
            answered = door.right
        assert posts() >= answered > 0, "not every answer arrived"


class _Bot(Behind):
    """All that is looked at. `url`: where it is asked."""

    platform = "teams"

    def __init__(self, data: Path, council: str, microsoft: Microsoft) -> None:
        super().__init__(data, council)
        self._microsoft = microsoft

    async def __aenter__(self) -> "_Bot":
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._after.aclose()

    async def _opened(self, memory: AsyncEngine) -> None:
        councils, around = {tenant_of(council): council for council in load.councils()}, self._microsoft.surroundings
        self.chat = Teams(
            App(id=as_teams.APP, tenant=TENANT, password=as_teams.PASSWORD),
            frozenset(councils),
            lambda _tenant: _SAID,
            SqlPlaces(memory, councils),
            opens,
            now,
            openid_url=around["TEAMS_OPENID_URL"],
            login_url=around["TEAMS_LOGIN_URL"],
            hosts=(around["TEAMS_ALLOWED_SERVICE_HOSTS"],),
            service_url=self._microsoft.url,
            paced=False,
        )
        self._after.push_async_callback(self.chat.close)
        await self.chat.open()

    async def _served(self, bot: Bot) -> None:
        self.url = await self._door(bot, PATH)
        await self._after.enter_async_context(self.chat.listening(self.ears(bot)))

    def _settings(self, council: str) -> Settings:
        made, tenant = made_up.settings_of(council), tenant_of(council)
        people = (replace(one, accounts=(f"teams:{tenant}:{as_teams.user(one.id, tenant)}",)) for one in made.people)
        return replace(made, people=tuple(people), workspaces={"teams": tenant})


# ---------------------------------------------------------------- the other process


@contextmanager
def _microsoft(folder: Path) -> Iterator[tuple[Microsoft, Callable[[], int]]]:
    """Where it is, and what ends it and tells how much was posted there. Meanwhile this process believes its login."""
    believed = os.environ.get(_BELIEVED)
    with held_to(cores().ours):
        line = [sys.executable, "-m", "tests.bench.on_teams", str(folder)]
        process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        told = msgspec.json.decode(process.stdout.readline(), type=Microsoft)
        os.environ[_BELIEVED] = told.surroundings[_BELIEVED]
        yield told, lambda: int(process.communicate(timeout=_PATIENCE)[0])
    finally:
        if believed is None:
            os.environ.pop(_BELIEVED, None)
        else:
            os.environ[_BELIEVED] = believed
        process.kill()
        process.wait()


async def _served(folder: Path) -> None:
    async with as_teams.teams(folder) as teams:
        told = Microsoft(teams.url, teams.surroundings, teams.authorization)
        print(msgspec.json.encode(told).decode(), flush=True)
        await asyncio.to_thread(sys.stdin.read)  # until whoever began it wants no more, or is gone
        print(teams.posts.total(), flush=True)


if __name__ == "__main__":
    asyncio.run(_served(Path(sys.argv[1])))
