"""Who is in the council's Microsoft Teams, by the teams and chats that the bot was added to.

In: the environment, the council's settings, the folder of a bot that has run. Out: its people, to be written into the
settings. Never: a person added without anybody's say.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.teams import PLATFORM
from bot.bot import opens
from bot.errors import ProtocolBotError
from bot.settings import Settings
from deploy.kept import folder
from deploy.platforms import teams, teams_given
from deploy.platforms.listed import Listed
from deploy.running import serving
from deploy.running.chats import line
from deploy.settings.councils import read

if TYPE_CHECKING:
    from adapters.teams.app import Teams
    from adapters.teams.members import Members

#: Seconds that somebody at a terminal waits for Microsoft, where it is away.
_PATIENCE: Final = 30.0
#: What is said where somebody may be missing.
FEW: Final = (
    "Not every team and chat that the app is in could be read: add whoever is missing by hand, or run this again."
)


async def listed(environ: Mapping[str, str], file: Path, data: Path) -> list[Listed]:
    """The people of each tenant of the councils'. Raises `ProtocolBotError` with the mend."""
    given = teams_given.given(environ, serving.now, serving.HERE)
    if given is None:
        raise ProtocolBotError(f"{teams_given.APP} is not set. It is at {teams_given.WHERE_APP}.")
    teams.installed()
    councils = read([file])
    tenants = teams.tenants(councils, strict=bool(given.app))
    if not tenants:
        mend = line(PLATFORM, given.tenant or teams_given.LIKE)
        raise ProtocolBotError(f"{file} names no tenant of {PLATFORM}. Add:  {mend}")
    async with _opened(given, councils, data) as chat:
        return [_of(await chat.members(tenant), council) for tenant, council in tenants.items()]


@asynccontextmanager
async def _opened(given: teams_given.Given, councils: Sequence[Settings], data: Path) -> "AsyncIterator[Teams]":
    async with folder.opened(folder.found(data)) as memory:
        chat = teams.carrier(given, councils, memory, serving.now, opens)
        try:
            await chat.open(_PATIENCE)
            yield chat
        finally:
            await chat.close()


def _of(found: "Members", council: str) -> Listed:
    """Raises `ProtocolBotError` where the bot knows of no team there yet."""
    if not found.places:
        raise ProtocolBotError(
            f"The bot knows no team in the tenant {found.tenant} yet. Start it, add the app to the council's team, and "
            "write @Protocol Bot in one of its channels; then run this again."
        )
    return Listed(
        platform=PLATFORM,
        workspace=found.tenant,
        title=f"{found.tenant}, as far as Microsoft Teams tells the bot who is in its teams and chats",
        guest="a guest there",
        people=found.members,
        missing="" if found.whole else FEW,
        council=council,
    )
