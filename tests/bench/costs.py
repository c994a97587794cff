"""What a command over Slack spends its time on: `python -m tests.bench.costs`.

In: seconds of each measurement (3). Out: a table of shares, the largest first.
Never: a rate, for looking slows it down.

The real adapter, bot and store in this process, asked by another: signed requests, sixteen connections.
"""

import asyncio
import itertools
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from cProfile import Profile
from pathlib import Path
from typing import Final

from adapters.slack.manifest import PATH
from tests import report
from tests.bench import as_slack, asking, profiling, wrk
from tests.bench.beside import absent
from tests.bench.ground import cores, held_to
from tests.bench.wrk import Request
from tests.contract.slack_rig import SlackRig, user

_TITLE: Final = "What a command over Slack spends its time on"
_COUNCIL: Final = "barrow"  # whose answers are one message each
_MOST: Final = 4000  # requests for each second: looking slows it down
_KINDS: Final = ("a list (`expectations`)", "plain questions that nobody asked before")


def tables(seconds: int = 3) -> Iterator[report.Table]:
    if (missing := absent(_TITLE)) is not None:
        yield missing
        return
    with tempfile.TemporaryDirectory() as folder, held_to(cores().theirs):
        yield _told(asyncio.run(_measured(Path(folder), seconds)))


async def _measured(folder: Path, seconds: int) -> list[profiling.Shares]:
    texts = (itertools.repeat("expectations"), asking.never_asked(asking.questions()))
    async with SlackRig(folder, _COUNCIL) as rig:
        return [await _profiled(rig, kind, seconds) for kind in texts]


async def _profiled(rig: SlackRig, texts: Iterator[str], seconds: int) -> profiling.Shares:
    first, requests = (list(_signed(rig, itertools.islice(texts, _MOST * span))) for span in (1, seconds))
    await _asked(rig, first, 1)  # the first of everything reads files, once
    with Profile() as profile:
        await _asked(rig, requests, seconds)
    return profiling.shares(profile)


async def _asked(rig: SlackRig, requests: Sequence[Request], seconds: int) -> None:
    rate = await asyncio.to_thread(wrk.hit, rig.space.url, requests, seconds, core=cores().ours, says='"blocks"')
    assert not rate.wrong, rate


def _signed(rig: SlackRig, texts: Iterator[str]) -> Iterator[Request]:
    who = itertools.cycle(user(seat) for seat in asking.COUNCILLORS)
    for text in texts:
        body = as_slack.command(next(who), text, secrets.token_hex(8), rig.slack.hooks, rig.space.team)
        yield Request("POST", PATH, as_slack.signed(body, rig.space.secret), body)


def _told(found: Sequence[profiling.Shares]) -> report.Table:
    rows = [(what, *(f"{one.get(what, 0.0):.0%}" for one in found)) for what in found[0]]
    return report.Table(_TITLE, ("cost", *_KINDS), rows, (profiling.BY,))


def main() -> int:
    return report.tell(tables(*map(int, sys.argv[1:2])))


if __name__ == "__main__":
    sys.exit(main())
