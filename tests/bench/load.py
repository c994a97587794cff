"""Mixed traffic for half an hour, and what is left of it: `python -m tests.bench.load [MINUTES] [postgres]`.

In: for how many minutes (30); on which database (SQLite). Out: how long people waited by kind and platform; what was
lost, kept twice or told to nobody; what the processes took of memory, threads, files and processor; in build/load.md.
Never: speaks to Slack or Microsoft; leaves a file or a process; waits for one answer before it asks the next.

The bot is `protocol-bot run` with ten councils in Slack and ten in Teams, over HTTP, and `protocol-bot try` with five
councils in the browser, which `run` never serves. What they take for Slack and for Teams is in this process; all three
share two cores. Of a hundred turns eighty look something up, ten press a button, and ten are steps of what has to be
kept, or come from somebody who must be refused. Of a hundred of the bot's own calls two meet a platform that is slow,
says that it is too much, breaks, or hangs up.
"""

import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from itertools import chain, groupby
from math import nan
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from sqlalchemy import make_url

from deploy.kept import folder
from tests import databases, peers, report
from tests.bench.ground import of_a_hundred, on_two_cores
from tests.bench.loading import councils, forging
from tests.bench.loading.kept import Kept, kept, sent
from tests.bench.loading.page import OnThePage
from tests.bench.loading.people import NOT_SHOWN, OnSlack, OnTeams
from tests.bench.loading.traffic import RATE, Asked, Traffic
from tests.bench.loading.watching import Look, child, slope, watched
from tests.bench.machine import head
from tests.ports import free_port
from tests.report import Goal, Table
from tests.slack.standin import Somebody as SlackSomebody
from tests.slack.standin import StandIn as SlackStandIn
from tests.teams.standin import Somebody as TeamsSomebody
from tests.teams.standin import StandIn as TeamsStandIn

#: Who looks things up and is told of nothing.
_BYSTANDERS: Final = ("councillor-2", "officer-2", "visitor")
_GROWTH: Final = 2.0  # MiB in ten minutes
_LONG_ENOUGH: Final = 10  # minutes from which on growth tells more than the beginning
_LAST: Final = 60.0  # seconds before the end in which a process was looked at once more
_TRIED: Final = "tried"
_FILE: Final = Path("build", "load.md")
_LINES: Final = 12  # kinds of lines of the log that are told
#: A line of the log that tells of something wrong; and an id in it.
_WRONG: Final = re.compile(r"(?<= )(?:warning|error|critical) \S+: .*")
_ID: Final = re.compile(r"\S*\d\S*")


class Outcome(NamedTuple):
    """What came of it, by process where there are two: `run` and `try`.

    `amiss`: how many of the bot's calls met a platform at which something was wrong, by platform.
    """

    traffic: Traffic
    looks: dict[str, list[Look]]
    kept: list[Kept]
    amiss: Counter[str]
    complaints: list[str]
    logged: Counter[str]


def main() -> int:
    on_two_cores()
    minutes = next((float(one) for one in sys.argv[1:] if one != "postgres"), 30.0)
    status = report.tell(chain([head()], tables(minutes, on_postgres="postgres" in sys.argv[1:])), _FILE)
    print(f"The report is in {_FILE}.", file=sys.stderr)
    return status


def tables(minutes: float = 30.0, *, on_postgres: bool = False) -> Iterator[Table]:
    """Waits, what was kept, and what it took."""
    if on_postgres:
        databases.use_postgres()
    try:
        with tempfile.TemporaryDirectory() as where:
            outcome = asyncio.run(_measured(Path(where), minutes * 60))
    finally:
        if on_postgres:
            databases.end()
    yield waits(outcome, minutes)
    yield _promises(outcome)
    yield from (process(name, looks, minutes) for name, looks in outcome.looks.items())


# ---------------------------------------------------------------- all of it, running


async def _measured(where: Path, seconds: float) -> Outcome:
    dice = random.Random(2026)  # noqa: S311  # the same traffic each time
    async with AsyncExitStack() as after:
        slack = await after.enter_async_context(SlackStandIn())
        teams = await after.enter_async_context(TeamsStandIn(where))
        ports, outlived = (free_port(), free_port()), ExitStack()
        councils.populate(slack, teams, f"http://127.0.0.1:{ports[0]}/")
        url = make_url(databases.url(where)) if databases.on_postgres() else None
        await councils.known(where / peers.DATA, teams, url)
        given = {"DATABASE_URL": url.render_as_string(hide_password=False)} if url else {}
        try:
            await asyncio.to_thread(_start, outlived, where, ports, {**councils.environment(slack, teams), **given})
            traffic, looks = await _driven(where, slack, teams, f"http://127.0.0.1:{ports[1]}/", dice, seconds)
            run, tried = _files(where).values()
            for file, which in ((run, url), (tried, None)):  # one after the other: Alembic knows one database at a time
                await sent(file, which)
        finally:
            await asyncio.to_thread(outlived.close)
        found = [await kept(run, url), await kept(tried)]
        both = {"slack": slack.faults, "teams": teams.faults}
        amiss = Counter({name: one.met for name, one in both.items() if isinstance(one, councils.NowAndThen)})
        logged = sum((_logged(peers.said(where, name)) for name in ("bot", "try")), Counter[str]())
        return Outcome(traffic, looks, found, amiss, [*slack.complaints, *teams.complaints], logged)


def _logged(said: str) -> Counter[str]:
    """What a process said was wrong, without the ids in it, and how often."""
    wrong = (found for line in said.splitlines() if (found := _WRONG.search(line)))
    return Counter(_ID.sub("…", one[0]) for one in wrong)


def _start(outlived: ExitStack, where: Path, ports: tuple[int, int], environ: dict[str, str]) -> None:
    outlived.enter_context(peers.bot(where, ports[0], councils.settings(where), environ))
    line = [sys.executable, "-m", "deploy.cli", "try", "--port", str(ports[1]), "--data", str(where / _TRIED)]
    outlived.enter_context(peers.process(where, "try", [*line, "--no-browser"], {}, "Open http"))


async def _driven(
    where: Path, slack: SlackStandIn, teams: TeamsStandIn, page: str, dice: random.Random, seconds: float
) -> tuple[Traffic, dict[str, list[Look]]]:
    looks = {name: list[Look]() for name in _files(where)}
    async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=20)) as session:
        everybody = [_people(slack, teams, session, page, *one) for one in councils.every_workspace()]
        traffic = Traffic(everybody, [one[seat] for one in everybody for seat in _BYSTANDERS], dice)
        whose = everybody[0]["councillor"], everybody[councils.EACH]["councillor"]
        doors = forging.Doors(session, *whose, page)
        traffic.knocks = forging.knocks(doors, traffic.ledger)
        await traffic.warm()
        await forging.let_in(doors, traffic.ledger)
        slack.faults, teams.faults = councils.slack_amiss(dice), councils.teams_amiss(dice)
        begun = time.perf_counter()
        meanwhile = [asyncio.create_task(_emptied(slack, teams))]
        for name, file in _files(where).items():
            watching = watched(child(f"deploy.cli {name}"), file, begun, looks[name])
            meanwhile.append(asyncio.create_task(watching))
        await traffic.run(seconds)
        for task in meanwhile:
            task.cancel()
        pages = [one for some in everybody for one in some.values() if isinstance(one, OnThePage)]
        await asyncio.gather(*meanwhile, *(one.close() for one in pages), return_exceptions=True)
    return traffic, looks


def _files(where: Path) -> dict[str, Path]:
    """The two processes, each with its database's file."""
    return {
        "run": folder.file_of(where / peers.DATA, folder.RUN),
        "try": folder.file_of(where / _TRIED, folder.TRY),
    }


def _people(
    slack: SlackStandIn, teams: TeamsStandIn, session: ClientSession, page: str, platform: str, workspace: str
) -> dict[str, Any]:
    """Everybody of one council, by seat."""

    def one(seat: str) -> OnSlack | OnTeams | OnThePage:
        if platform == "slack":
            space = slack.spaces[workspace]
            return OnSlack(SlackSomebody(slack, space, space.users[councils.slack_user(seat)]), seat)
        if platform == "teams":
            tenant = teams.tenants[workspace]
            return OnTeams(TeamsSomebody(teams, tenant, tenant.people[councils.teams_account(seat)]), seat)
        return OnThePage(session, page, workspace, seat)

    return {str(told["id"]): one(str(told["id"])) for told in councils.seats()}


async def _emptied(slack: SlackStandIn, teams: TeamsStandIn) -> None:
    """The stand-ins write down all that they are sent; of that nothing is needed here."""
    while True:
        for written in (slack.calls, slack.sent, slack.troubles, teams.calls, teams.sent, teams.troubles):
            written.clear()
        await asyncio.sleep(1)


# ---------------------------------------------------------------- what came of it


def waits(outcome: Outcome, minutes: float) -> Table:
    """By kind and platform, from when each was due.

    That nothing was shown is excused as often as something was wrong at that platform; at the page nothing ever is.
    """
    asked = sorted(outcome.traffic.asked, key=lambda one: (one.kind, one.platform))
    rows = [_wait(*key, list(some)) for key, some in groupby(asked, key=lambda one: (one.kind, one.platform))]
    rows.append(_wait("all", "all", asked))
    wrong = Counter(f"{one.kind}, {one.platform}: {one.wrong}" for one in asked if one.wrong) + outcome.traffic.broke
    unshown = Counter(one.platform for one in asked if one.wrong == NOT_SHOWN)
    lost, amiss = wrong.total() - unshown.total(), outcome.amiss
    told = ", ".join(f"{number} × {what}" for what, number in wrong.most_common()) or "nothing"
    return Table(
        f"{RATE} turns a second for {minutes:g} minutes: how long people waited, in milliseconds",
        ("what", "where", "how many", "p50", "p95", "p99", "longest", "wrong"),
        rows,
        notes=(f"What went wrong, of which a person would see that it did, and try again: {told}.",),
        goals=(
            Goal(f"none lost: {lost}", lost == 0),
            Goal(
                f"every request of a stranger refused: {sum('refused' in one for one in wrong)} taken",
                not any(one.startswith("refused") for one in wrong),
            ),
            Goal(
                f"nothing shown no more often than a platform was amiss: {_listed(unshown)}, of {_listed(amiss)}",
                unshown <= amiss,
            ),
        ),
    )


def _wait(kind: str, platform: str, asked: list[Asked]) -> tuple[str, ...]:
    taken = sorted(one.seconds * 1000 for one in asked)
    at = [of_a_hundred(taken, number) for number in (50, 95, 99)]
    wrong = sum(bool(one.wrong) for one in asked)
    return (kind, platform, str(len(taken)), *(f"{one:.1f}" for one in (*at, taken[-1])), str(wrong))


def _promises(outcome: Outcome) -> Table:
    """What was acknowledged, beside what is in the databases."""
    ledger = outcome.traffic.ledger
    numbers = sum((one.numbers for one in outcome.kept), Counter[str]())
    withdrawn = frozenset[str]().union(*(one.withdrawn for one in outcome.kept))
    missing = ledger.acknowledged - set(numbers)
    twice = [one for one, number in numbers.items() if number > 1]
    forged = ledger.never & set(numbers)
    not_withdrawn = ledger.withdrawn - withdrawn
    waiting = sum(one.waiting for one in outcome.kept)
    undelivered = ledger.undelivered.total() + waiting
    rows = [
        ("words that were acknowledged", str(len(ledger.acknowledged))),
        ("stories to their end", _listed(ledger.stories)),
        ("stories not to their end", _listed(ledger.given_up)),
        ("notices waited for", str(ledger.notices)),
        ("notices that wait or were given up, at the end", str(waiting)),
        ("of the bot's calls, that met a platform amiss", _listed(outcome.amiss)),
        ("steps that somebody did again, because nothing was shown", str(ledger.tried_again)),
        ("words kept of which nobody was told", str(len(set(numbers) - ledger.acknowledged))),
    ]
    return Table(
        "What was promised",
        ("what", "how many"),
        rows,
        notes=(
            *sorted(set(outcome.complaints))[:5],
            *(f"In the log {number} ×: {line}." for line, number in outcome.logged.most_common(_LINES)),
        ),
        goals=(
            Goal(f"nothing acknowledged and not kept: {len(missing)}", not missing),
            Goal(f"nothing kept twice: {len(twice)}", not twice),
            Goal(f"nothing kept for a stranger: {len(forged)}", not forged),
            Goal(f"nothing withdrawn that still stands: {len(not_withdrawn)}", not not_withdrawn),
            Goal(f"no notice promised and not delivered: {undelivered}", undelivered == 0),
            Goal(f"every story told to its end: {ledger.given_up.total()} not", not ledger.given_up),
            Goal(f"nothing sent that a platform would refuse: {len(outcome.complaints)}", not outcome.complaints),
        ),
    )


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(counted.items())) or "0"


def process(name: str, looks: list[Look], minutes: float) -> Table:
    """Minute by minute. What ended before its time grew by nobody knows how much."""
    rows, goals = [], list[Goal]()
    if minutes >= _LONG_ENOUGH:
        growth = slope(looks) if looks[-1].at >= minutes * 60 - _LAST else nan
        what = f"in the second half memory grows by less than {_GROWTH:.0f} MiB in ten minutes: {growth:+.1f}"
        goals.append(Goal(what, growth < _GROWTH))
    for minute in range(int(looks[-1].at // 60) + 1):
        one = min(looks, key=lambda look: abs(look.at - minute * 60))
        before = min(looks, key=lambda look: abs(look.at - minute * 60 + 60))
        share = (one.spent - before.spent) / max(one.at - before.at, 1e-9)
        sizes = (f"{size:.1f}" for size in (one.stored, one.log))
        rows.append(
            (str(minute), f"{one.rss:.1f}", str(one.threads), str(one.files), f"{share:.0%}" if minute else "", *sizes)
        )
    return Table(
        f"`protocol-bot {name}` by the minute",
        ("minute", "memory, MiB", "threads", "open files", "of one core", "database, MiB", "its log, MiB"),
        rows,
        goals=goals,
    )


if __name__ == "__main__":
    sys.exit(main())
