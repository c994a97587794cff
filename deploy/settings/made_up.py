"""The made-up council of the try-out: one set of people, on every protocol that comes with the project.

In: `try.yaml`. Out: its settings, as each council would have them. Never: a real person; a real address but an
ombudsman's.
"""

from functools import cache
from importlib.resources import files

from msgspec.structs import replace

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


def _bodies(nation: Nation) -> dict[str, Body]:
    bodies = dict(everywhere().bodies)
    if nation == "england":
        return bodies
    for english in (CONDUCT_BODY["england"], "county-association"):
        del bodies[english]
    return {CONDUCT_BODY[nation]: ombudsman()} | bodies


def ombudsman() -> Body:
    """The Public Services Ombudsman for Wales, as the flow has it."""
    thing = load.flow().thing("code", "wales")
    told = thing.help[0] if thing else None
    return Body(name=told.name, reach=told.how) if told else Body(name="Public Services Ombudsman for Wales", reach="")
