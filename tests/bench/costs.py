"""What a lookup over Slack, and one over Teams, spends its time on: `python -m tests.bench.costs`.

In: seconds of each measurement (3). Out: tables of shares, the largest first.
Never: a rate, for looking slows it down.

The real adapter, bot and store in this process, asked by another: signed requests, sixteen connections. What the
answers over Teams are posted to is in another process too (`on_teams`).
"""

import asyncio
import itertools
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from cProfile import Profile
from pathlib import Path
from typing import Final, TypeAlias

from adapters.slack.manifest import PATH
from tests import report
from tests.bench import as_slack, asking, on_teams, profiling, wrk
from tests.bench.beside import absent
from tests.bench.ground import cores, held_to
from tests.bench.wrk import Door, Request
from tests.contract.slack_rig import SlackRig, user

_TITLE: Final = "What a lookup over {} spends its time on"
_COUNCIL: Final = "barrow"  # whose answers are one message each
_MOST: Final = 4000  # requests for each second: looking slows it down
_KINDS: Final = ("a list (`expectations`)", "plain questions that nobody asked before")
_Opened: TypeAlias = Callable[[Path, str], AbstractAsyncContextManager[Door]]


def tables(seconds: int = 3) -> Iterator[report.Table]:
    for platform, opened in _DOORS.items():
        title = _TITLE.format(platform)
        if (missing := absent(title, f"the largest costs over {platform} are named")) is not None:
            yield missing
            continue
        with tempfile.TemporaryDirectory() as folder, held_to(cores().theirs):
            yield _told(title, asyncio.run(_measured(opened, Path(folder), seconds)))


async def _measured(opened: _Opened, folder: Path, seconds: int) -> list[profiling.Shares]:
    texts = (itertools.repeat("expectations"), asking.never_asked(asking.questions()))
    async with opened(folder, _COUNCIL) as door:
        return [await _profiled(door, kind, seconds) for kind in texts]


async def _profiled(door: Door, texts: Iterator[str], seconds: int) -> profiling.Shares:
    first, requests = (list(door.requests(itertools.islice(texts, _MOST * span))) for span in (1, seconds))
    await _asked(door, first, 1)  # the first of everything reads files, once
    with Profile() as profile:
        await _asked(door, requests, seconds)
    return profiling.shares(profile)


async def _asked(door: Door, requests: Sequence[Request], seconds: int) -> None:
    rate = await asyncio.to_thread(wrk.hit, door.url, requests, seconds, core=cores().ours, says=door.says, once=True)
    assert not rate.wrong, rate
    door.right += rate.right


@asynccontextmanager
async def _on_slack(folder: Path, council: str) -> AsyncIterator[Door]:
    async with SlackRig(folder, council) as rig:

        def signed(texts: Iterator[str]) -> Iterator[Request]:
            who = itertools.cycle(user(seat) for seat in asking.COUNCILLORS)
            for text in texts:
                body = as_slack.command(next(who), text, secrets.token_hex(8), rig.slack.hooks, rig.space.team)
                yield Request("POST", PATH, as_slack.signed(body, rig.space.secret), body)

        yield Door(rig.space.url, signed, '"blocks"')


_DOORS: Final[Mapping[str, _Opened]] = {"Slack": _on_slack, "Teams": on_teams.opened}


def _told(title: str, found: Sequence[profiling.Shares]) -> report.Table:
    rows = [(what, *(f"{one.get(what, 0.0):.0%}" for one in found)) for what in found[0]]
    return report.Table(title, ("cost", *_KINDS), rows, (profiling.BY,))


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
