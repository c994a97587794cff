"""The made-up council of the try-out: one set of people, on every protocol that comes with the project.

In: `try.yaml`. Out: its settings, as each council would have them. Never: a real person; a real address but an
ombudsman's.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

from msgspec.structs import replace

from bot.errors import UnsoundContent
from bot.pack import Nation
from bot.routing import CONDUCT_BODY
from bot.settings import Body, Settings
from content import load
from content.settings import settings


@cache
def everywhere() -> Settings:
    """The example as it stands."""
    return settings(files("deploy") / "try.yaml")


def settings_of(council: str) -> Settings:
    """The example as a council's own. In Wales the ombudsman stands where it names the monitoring officer."""
    nation = load.council(council).nation
    return replace(everywhere(), council=council, bodies=_bodies(nation))


def settings_for(council: str, file: Path | None) -> Settings:
    """A council's own settings from its file; the example where it has none. Raises `UnsoundContent`."""
    if file is None:
        return settings_of(council)
    read = settings(file)
    if read.council != council:
        raise UnsoundContent(f"{file.name} is for {read.council}, not for {council}. Name the one or the other.")
    return read


def _bodies(nation: Nation) -> dict[str, Body]:
    bodies = dict(everywhere().bodies)
    if nation == "england":
        return bodies
    for english in (CONDUCT_BODY["england"], "county-association"):
        del bodies[english]
    thing = load.flow().thing("code", nation)
    told = thing.help[0] if thing else None
    ombudsman = {CONDUCT_BODY[nation]: Body(name=told.name, reach=told.how)} if told else {}
    return ombudsman | bodies
