"""How much is answered a second over Teams, beside botbuilder by itself: `python -m tests.bench.teams_rates`.

In: seconds of each measurement (4). Out: a table; status 1 where a goal is missed. Never: speaks to Microsoft; leaves
a file or a process; an answer counted that did not arrive at the connector service, or in the response.

Ours is `protocol-bot run` on SQLite. Both are held to one core, whoever asks, and what is asked of Microsoft, to the
other; sixteen connections, signed requests. Ours says no more than Microsoft allows (`adapters.teams.pace`: 50 posts a
second in a tenant), so that it is asked by many councils, as an association would host them, in many of their groups.
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from adapters.teams import PATH
from tests import report
from tests.bench import as_teams, asking, wrk
from tests.bench.as_teams import Activity, Teams
from tests.bench.asking import COUNCILLORS
from tests.bench.bare_botbuilder import DEPRECATED
from tests.bench.beside import COLUMNS, ROUNDS, Beside, absent, bare
from tests.bench.ground import Cores, cores, held_to, running
from tests.bench.wrk import Rate, Request
from tests.peers import bot
from tests.ports import free_port
from tests.report import Goal, Table
from tests.teams.peer.tenant import TENANT

_TITLE: Final = "A lookup over Teams, beside botbuilder by itself"
_TENANTS: Final = [TENANT, *(str(uuid.uuid5(uuid.UUID(TENANT), f"council {number}")) for number in range(49))]
_GROUPS: Final = 40  # in each tenant
_LEAST: Final = 2000  # requests that are made ready for each second: what came once is not answered again
_ROOM: Final = 2  # times as many as it answered in each of its first seconds, where that is more
_TIMES: Final = 5.0
_QUIET: Final = 0.5  # seconds without a post, after which none is on its way any more
_FIRST: Final = 5  # seconds in which all groups are heard of
_LIST: Final = "a list (`expectations`)"
_QUESTIONS: Final = "plain questions, asked again and again"
#: What is held to the goal: what both answer with a post, and botbuilder as it is meant to be used today.
_HELD: Final = (_LIST, _QUESTIONS)
_DIALOG: Final = '"continue"'
_NOTE: Final = (
    f"{len(_TENANTS)} councils in one process, each in a tenant of its own. botbuilder says back what it is told, by "
    "its `CloudAdapter`; in the second row by `BotFrameworkAdapter`, which that one replaced."
)


class Kind(NamedTuple):
    """One kind of request, and where botbuilder is asked. `posts`: whether it is answered by a post; else in the
    response, where ours `says` that.
    """

    name: str
    asked: Callable[[str, str, str, int], Activity]
    path: str = PATH
    posts: bool = True
    says: str = ""


class Found(NamedTuple):
    """`unseen`: answers that were to arrive at the connector service, and did not."""

    beside: Beside
    unseen: int


def tables(seconds: int = 4) -> Iterator[Table]:
    if (missing := absent(_TITLE, f"at least {_TIMES:.0f} times botbuilder by itself")) is not None:
        yield missing
        return
    here = cores()
    with tempfile.TemporaryDirectory() as folder, held_to(here.ours):
        yield _told(asyncio.run(_measured(Path(folder), here, seconds)))


# ---------------------------------------------------------------- asking


async def _measured(folder: Path, here: Cores, seconds: int) -> list[Found]:
    async with as_teams.teams(folder) as teams:
        ports, settings = (free_port(), free_port()), as_teams.hosted(folder, _TENANTS)
        ours, theirs = (_Door(f"http://127.0.0.1:{port}", teams, here.ours) for port in ports)
        both = (
            bot(folder, ports[0], settings, teams.surroundings),
            bare(folder, "botbuilder", ports[1], teams.surroundings),
        )
        async with running(*both, core=here.theirs):
            return [await asyncio.to_thread(_in_turn, kind, ours, theirs, seconds) for kind in _kinds()]


class _Door:
    """Where one of them is asked."""

    def __init__(self, url: str, teams: Teams, core: int | None) -> None:
        self._url = url
        self._teams = teams
        self._core = core
        self.unseen = 0

    def requests(self, kind: Kind, most: int) -> list[Request]:
        """So many: in one council after the other, in one of its groups after the other."""
        headers = {"Authorization": self._teams.authorization, "Content-Type": "application/json"}
        made = []
        for number in range(most):
            group, council = divmod(number, len(_TENANTS))
            seat = COUNCILLORS[group % len(COUNCILLORS)]
            activity = kind.asked(self._teams.url, seat, _TENANTS[council], group % _GROUPS)
            made.append(Request("POST", PATH, headers, json.dumps(activity)))
        return made

    def hit(self, kind: Kind, asked: Sequence[Request], seconds: int, says: str, *, once: bool = True) -> Rate:
        before = self.posted()
        rate = wrk.hit(self._url, asked, seconds, core=self._core, says=says, once=once)
        if kind.posts:
            self.unseen += max(0, rate.right - (self.posted() - before))
        return rate

    def posted(self) -> int:
        """How many posts have arrived, once nothing is on its way any more."""
        many, last = -1, time.monotonic()
        while time.monotonic() - last < _QUIET:
            if (now := self._teams.posts.total() + self._teams.others.total()) != many:
                many, last = now, time.monotonic()
            time.sleep(0.05)
        return self._teams.posts.total()


def _in_turn(kind: Kind, ours: _Door, theirs: _Door, seconds: int) -> Found:
    print(f"Teams: {kind.name} …", file=sys.stderr)
    # Every conversation is written down once.
    first = ours.hit(kind, ours.requests(kind, len(_TENANTS) * _GROUPS), _FIRST, kind.says, once=False)
    most = max(_LEAST, round(_ROOM * first.per_second)) * seconds
    ours.unseen = theirs.unseen = 0
    rates: list[tuple[Rate, Rate]] = []
    for _ in range(ROUNDS):
        asked = ours.requests(kind, most)
        same = [one._replace(path=kind.path) for one in asked]
        rates.append((ours.hit(kind, asked, seconds, kind.says), theirs.hit(kind, same, seconds, "")))
    return Found(Beside(kind.name, *zip(*rates, strict=True)), ours.unseen + theirs.unseen)


def _kinds() -> Iterator[Kind]:
    questions = itertools.cycle(asking.questions())
    yield Kind(_LIST, _listed)
    yield Kind(f"{_LIST}, beside the adapter that keeps its client", _listed, DEPRECATED)
    yield Kind(_QUESTIONS, lambda *where: _mention(next(questions), *where))
    yield Kind("a button in a dialog (beside it: answered with a word)", _pressed, posts=False, says=_DIALOG)


def _listed(url: str, seat: str, tenant: str, group: int) -> Activity:
    return _mention("expectations", url, seat, tenant, group)


def _mention(text: str, url: str, seat: str, tenant: str, group: int) -> Activity:
    return as_teams.mention(url, seat, text, f"19:{tenant}-{group}@thread.v2", tenant)


def _pressed(url: str, seat: str, tenant: str, _group: int) -> Activity:
    return as_teams.pressed(url, seat, "expectations", tenant)


# ---------------------------------------------------------------- what came of it


def _told(found: Sequence[Found]) -> Table:
    wrong, unseen = sum(one.beside.wrong for one in found), sum(one.unseen for one in found)
    held = [one.beside for one in found if one.beside.kind in _HELD]
    return Table(
        _TITLE,
        COLUMNS,
        [one.beside.row() for one in found],
        [_NOTE],
        [
            *(Goal(f"{one.kind}: at least {_TIMES:.0f} times botbuilder by itself: {one.ratio:.1f}",
                   one.ratio >= _TIMES) for one in held),
            Goal(f"every answer is one: {wrong} are not; arrived where it is read: all but {unseen}",
                 not wrong and not unseen),
        ],
    )  # fmt: skip


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
