"""The hosted app in Slack, killed at every point while it is installed, and while its token is renewed.

In: the stand-in with a workspace that may install it. Out: a table of points by kind, and what came of being killed
there. Never: a real Slack; an install that is needed anew, where Slack's answer was kept.

Each is done once and its points are written down: every statement and commit, every call to Slack. Then a process is
killed at each of them (SIGKILL), and another begins on what it left: the database, and what Slack remembers. A refresh
token that Slack took, and whose answer died with the process, can't be had back: then whoever looks after the bot is
told so, and installing it anew mends it. Everything else goes on by itself.
"""

import pickle
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import text

from bot.conversation import Paragraph, Person, Post, Send
from bot.errors import NotDelivered
from tests import databases
from tests.faults.child import Failed, Killed, copied, run_in_child
from tests.faults.kills import MEMORY
from tests.faults.points import KINDS, Point, Points
from tests.faults.stands import listening
from tests.hosting.conftest import HERE, Deployment, Deployments
from tests.report import Goal, Table, tell
from tests.slack.conftest import account, populated
from tests.slack.standin import StandIn

_ACTS: Final = ("install", "renewal")
_HELLO: Final = Post((Paragraph("Something waits for you."),))
_TOLD: Final = "can’t be renewed"


class Cut(NamedTuple):
    """Killed there; `anew`: it had to be installed anew; what was broken."""

    act: str
    point: Point
    anew: bool
    broken: list[str]


class Here(NamedTuple):
    """One process, begun on what is in a folder: the database, and Slack's memory."""

    slack: StandIn
    deployments: Deployments

    async def start(self) -> Deployment:
        """As `protocol-bot run` does."""
        return await self.deployments.start()

    async def arrives(self, bot: Deployment, key: str) -> bool:
        """Whether a notice does."""
        said = len(self.slack.spaces[HERE].said)
        try:
            await bot.chat.deliver(Send(to=Person("slack", HERE, account("ann")), post=_HELLO), key)
        except NotDelivered:
            return False
        return len(self.slack.spaces[HERE].said) == said + 1

    async def kept(self) -> str:
        """What is kept: nothing, an install, or one whose refresh token Slack has taken already, which is `lost`."""
        kept = await self.deployments.installs().of(HERE)
        if kept is None:
            return ""
        return "lost" if kept.bot.bot_refresh_token in self.slack.hosted.spent else "kept"

    def keep(self, folder: Path) -> None:
        """What Slack remembers, for the next process."""
        (folder / "slack").write_bytes(pickle.dumps((self.slack.hosted, self.slack.spaces)))


@asynccontextmanager
async def _here(folder: Path, points: Points) -> AsyncIterator[Here]:
    slack = StandIn()
    slack._server.app.middlewares.append(points.at_platform)
    async with slack, AsyncExitStack() as after:
        if (folder / "slack").exists():
            slack.hosted, slack.spaces = pickle.loads((folder / "slack").read_bytes())  # noqa: S301  # our own child's
        else:
            populated(slack.taking(HERE))
            slack.hosted.chooses = HERE
        yield Here(slack, Deployments(slack, folder, after))


# ---------------------------------------------------------------- in a process of its own


async def _before(folder: Path, act: str) -> None:
    """For a renewal it is installed, and its token is over."""
    async with _here(folder, Points()) as here:
        if act == "renewal":
            await (await here.start()).install()
            space = here.slack.spaces[HERE]
            space.grants = dict.fromkeys(space.grants, 0.0)
            async with databases.whole(here.deployments.memory()) as connection:
                await connection.execute(
                    text("UPDATE slack_installs SET bot_token_expires_at = '2020-01-01 00:00:00.000000'")
                )
        here.keep(folder)


async def _done(folder: Path, act: str, kill: Point | None) -> list[Point]:
    """The act, as far as the point."""
    points = Points(kill)
    points.watch_databases()
    async with _here(folder, points) as here:
        points.dying = lambda: here.keep(folder)
        bot = await here.start()
        points.on = True
        if act == "install":
            await bot.install()
        else:
            await here.arrives(bot, "k1")
        points.on = False
        here.keep(folder)
    return points.seen


async def _goes_on(folder: Path, act: str) -> tuple[bool, list[str]]:
    """Whether it had to be installed anew; what was broken."""
    heard = listening()
    async with _here(folder, Points()) as here:
        kept, bot = await here.kept(), await here.start()
        anew = not await here.arrives(bot, "k2")
        mended = not anew or ((await bot.install())[0] == 200 and await here.arrives(bot, "k3"))
        told, raw = any(_TOLD in line for line in heard.lines), databases.raw(folder)
        secret = [*here.slack.hosted.spent, *here.slack.spaces[HERE].grants]
        wrong = {
            "the install that there was is gone": act == "renewal" and not kept,
            "it had to be installed anew, though what Slack gave was kept": anew and kept == "kept",
            "nobody is told that the token is lost": kept == "lost" and not told,
            "installing it anew does not mend it": not mended,
            "a token stands in the log": any(one in line for one in secret for line in heard.lines),
            "a token stands in the database's file": any(one.encode() in raw for one in secret),
        }
        return anew, [what for what, is_so in wrong.items() if is_so]


# ---------------------------------------------------------------- every point


def cuts(act: str, home: Path) -> tuple[list[Point], list[Cut]]:
    """Killed at each in turn; a point that it did not come by again has no cut."""
    first = home / act
    first.mkdir(parents=True)
    databases.url(first)
    run_in_child(_before, first, act)
    points, found = run_in_child(_done, copied(first), act, None), []
    for point in points:
        here = copied(first)
        if isinstance(run_in_child(_done, here, act, point), Killed):
            found.append(Cut(act, point, *_went_on(here, act)))
        shutil.rmtree(here)
    return points, found


def _went_on(folder: Path, act: str) -> tuple[bool, list[str]]:
    try:
        anew, broken = run_in_child(_goes_on, folder, act)
    except (Failed, TimeoutError) as why:
        return False, [f"the bot did not go on: {why}"]
    return anew, broken


def table(points: Sequence[Point], found: Sequence[Cut]) -> Table:
    """By act and kind of point."""
    broken, missed = [cut for cut in found if cut.broken], len(points) - len(found)
    told = "installed anew only where Slack's answer was not kept; a token lost with it is told"
    return Table(
        "The app in Slack, killed at every point while it is installed and while its token is renewed",
        ("what", "killed", "points", "installed anew", "broken"),
        [_row(act, kind, found) for act, kind in dict.fromkeys((cut.act, cut.point.kind) for cut in found)],
        [f"{cut.act}, {cut.point}: {'; '.join(cut.broken)}" for cut in broken],
        (
            Goal(f"every point was visited ({missed} were not)", not missed and bool(found)),
            Goal(f"{told} ({len(broken)} times it was otherwise)", not broken and bool(found)),
        ),
    )


def _row(act: str, kind: str, found: Sequence[Cut]) -> list[str]:
    its = [cut for cut in found if (cut.act, cut.point.kind) == (act, kind)]
    anew, broken = sum(cut.anew for cut in its), sum(bool(cut.broken) for cut in its)
    return [act, KINDS[kind], str(len(its)), str(anew), str(broken)]


def tables() -> Iterator[Table]:
    """One."""
    with tempfile.TemporaryDirectory(prefix="installs-", dir=MEMORY) as home:
        each = [cuts(act, Path(home)) for act in _ACTS]
    yield table([point for points, _ in each for point in points], [cut for _, found in each for cut in found])
    databases.end()


if __name__ == "__main__":
    sys.exit(tell(tables()))
