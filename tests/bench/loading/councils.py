"""The councils of the load: ten in Slack, ten in Teams, and those of the try-out in the browser.

In: a folder, stand-ins of Slack and of Teams. Out: settings and packs, workspaces with their people, an environment.
Never: a real person; a workspace or a tenant of anybody's.
"""

import random
import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy import URL

from content import load
from deploy.kept import folder
from deploy.platforms import slack as slack_given
from deploy.platforms import teams_given
from storage.teams_places import SqlPlaces
from tests.amiss import Amiss, Faults
from tests.slack.standin import StandIn as SlackStandIn
from tests.slack.standin import faults as slack_faults
from tests.teams.standin import StandIn as TeamsStandIn
from tests.teams.standin import faults as teams_faults
from tests.teams.standin.server import APP_ID, PASSWORD

#: How many councils each of the two has.
EACH: Final = 10
#: The tenant of whoever hosts the bot, which is no council's.
_HOME: Final = "0b0a0a0a-0000-4000-8000-00000000000a"
#: Bodies that any council may name; others belong to one nation.
_ANYWHERE: Final = ("slcc", "independent-adviser")
#: Of a hundred calls of the bot's, how many meet something that is wrong at the platform.
_AMISS: Final = 2


def teams() -> list[str]:
    """The ids of Slack's workspaces."""
    return [f"TLOAD{number:03}" for number in range(EACH)]


def tenants() -> list[str]:
    """The ids of Teams' tenants."""
    return [f"0b0a0a0a-0000-4000-8000-{number:012}" for number in range(1, EACH + 1)]


def council_of(workspace: str) -> str:
    """The id of its council."""
    return f"council-{workspace.lower()}"


def seats() -> list[dict[str, Any]]:
    """The made-up people, who sit on every council."""
    return list(_example()["people"])


def slack_user(seat: str) -> str:
    """Somebody's id in any of Slack's workspaces."""
    return "U" + seat.upper().replace("-", "")


def teams_account(seat: str) -> str:
    """Somebody's object id in any of Teams' tenants."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{seat}.council.example"))


# ---------------------------------------------------------------- what the bot is given


def settings(where: Path) -> str:
    """One file for all of them. Each has a pack of its own: one of those that come with the bot, by another name."""
    shipped = [(files("content") / "councils" / f"{id}.yaml").read_text("utf-8") for id in load.councils()]
    every = [("slack", one) for one in teams()] + [("teams", one) for one in tenants()]
    for number, (_, workspace) in enumerate(every):
        pack = shipped[number % len(shipped)]
        mine = re.sub(r"(?m)^council: .*$", f"council: {council_of(workspace)}", pack, count=1)
        (where / f"{council_of(workspace)}.yaml").write_text(mine, encoding="utf-8")
    return yaml.safe_dump({"councils": [_settings(platform, one) for platform, one in every]}, sort_keys=False)


def _settings(platform: str, workspace: str) -> dict[str, Any]:
    example, named = _example(), slack_user if platform == "slack" else teams_account
    people = [{**one, "accounts": [f"{platform}:{named(one['id'])}"]} for one in example["people"]]
    bodies = {name: example["bodies"][name] for name in _ANYWHERE}
    own = {"council": council_of(workspace), "pack": f"{council_of(workspace)}.yaml"}
    return {**example, **own, "workspaces": {platform: workspace}, "people": people, "bodies": bodies}


def _example() -> dict[str, Any]:
    """`try.yaml` to the letter: no `yes` becomes true, no day a date."""
    told: dict[str, Any] = yaml.load((files("deploy") / "try.yaml").read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    return told


def environment(slack: SlackStandIn, teams: TeamsStandIn) -> Mapping[str, str]:
    """What the bot is told of both."""
    spaces = slack.spaces.values()
    return {
        slack_given.BOT: ",".join(one.token for one in spaces),
        slack_given.SECRET: ",".join(one.secret for one in spaces),
        slack_given.API: slack.api_url,
        teams_given.APP: APP_ID,
        teams_given.TENANT: _HOME,
        teams_given.PASSWORD: PASSWORD,
        teams_given.LOGIN: teams.login.url,
        teams_given.OPENID: teams.keys.openid_url,
        teams_given.HOSTS: teams.host,
    }


# ---------------------------------------------------------------- the platforms


def populate(slack: SlackStandIn, teams_: TeamsStandIn, url: str) -> None:
    """Everybody is there, and everything is delivered to the bot at `url`."""
    for team in teams():
        space = slack.workspace(team)
        space.url = f"{url}slack/events"
        for one in seats():
            space.add_user(slack_user(one["id"]), one["name"])
    for id in tenants():
        here = teams_.tenant(id)
        here.url = f"{url}api/messages"
        for one in seats():
            here.add_person(teams_account(one["id"]), one["name"])
    teams_.login.register(APP_ID, _HOME, PASSWORD)


async def known(data: Path, teams_: TeamsStandIn, url: URL | None) -> None:
    """The bot knows everybody's own chat in Teams, as once they have the app: it may remind them as soon as it runs.

    Else it would speak to those who said nothing yet where Microsoft is, and not where the stand-in is.
    """
    held = {id: council_of(id) for id in tenants()}
    async with folder.opened(folder.made(data, folder.RUN), url) as memory:
        places = SqlPlaces(memory, held)
        for tenant in (teams_.tenants[id] for id in held):
            for who in (teams_account(one["id"]) for one in seats()):
                where = {"service_url": tenant.service_url, "who": who, "at": datetime.now(UTC)}
                await places.keep(tenant.id, tenant.chat(who).id, **where)


class NowAndThen(Faults[Any]):
    """A platform at which now and then something is wrong, as the dice have it. `met`: how often so far.

    It is slow, says that it is too much, breaks, hangs up before it was done, or after it.
    """

    def __init__(self, dice: random.Random, fault: type[Amiss], limited: Mapping[str, str], broken: Mapping[str, str]):
        super().__init__()
        self._dice, self.met = dice, 0
        self._kinds = [
            fault(delay=1.0, takes=True),
            fault(status=429, after="1", **limited),
            fault(status=500, **broken),
            fault(drops=True),
            fault(drops=True, takes=True),
        ]

    def take(self, call: str) -> Any:  # noqa: ARG002  # whatever is called
        """What this call meets."""
        if self._dice.randrange(100) >= _AMISS:
            return None
        self.met += 1
        return self._dice.choice(self._kinds)


def slack_amiss(dice: random.Random) -> NowAndThen:
    """Slack, as it is now and then."""
    return NowAndThen(dice, slack_faults.Fault, {"error": "ratelimited"}, {"error": "internal_error"})


def teams_amiss(dice: random.Random) -> NowAndThen:
    """Teams, as it is now and then."""
    return NowAndThen(dice, teams_faults.Fault, {"code": "TooManyRequests"}, {"code": "ServiceError"})


def every_workspace() -> Iterator[tuple[str, str]]:
    """Each platform with each of its workspaces."""
    yield from (("slack", one) for one in teams())
    yield from (("teams", one) for one in tenants())
    yield from (("browser", one) for one in load.councils())
