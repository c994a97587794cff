"""What a durable step costs beside the least that can be durable: `python -m tests.bench.durable`.

In: how many rounds (40). Out: for SQLite, and for PostgreSQL where that is here, a table of rates, and one of what a
step spends its time on. Never: a file or a server that stays; a database that does not wait for the disk.

A step is one form sent in by somebody, as `Bot.hear` takes it: the handbook as it stands, whether it was heard before,
the keys, the concern, the decision; its next version sealed, its promises, the trail, notices and answer committed.
Beside it the same engine commits one inserted row, in a transaction and a table of its own; on SQLite in the same queue
of writers, without which 16 at a time are far slower. They take turns in one run.
"""

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from cProfile import Profile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias

from msgspec.structs import replace
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bot import Bot
from bot.concern import Concern
from bot.conversation import Form
from bot.handbook import Handbook
from content import load
from deploy.handbooks import Handbooks, handbook
from deploy.settings import made_up
from storage.database import engine, writing
from storage.migrate import migrate
from storage.seal import new_keys, read_keys
from storage.store import SqlStore
from tests import report
from tests.bench import profiling
from tests.cluster import Cluster
from tests.concerns.world import MONDAY, World, filled, opened
from tests.report import Goal

_GOAL: Final = 0.5
_TITLE: Final = "A durable step on {}"
_PROMISED: Final = f"{{}}, {{}}: at least {_GOAL} of a row's rate"
_AT_ONCE: Final = 16
_STORY: Final = "He shouted at me in the office. " * 20
_ROW: Final = Table("bench", MetaData(), Column("id", Integer, primary_key=True), Column("body", LargeBinary))
_BODY: Final = bytes(256)
_BOT: Final = "bot"

Work: TypeAlias = Callable[[], Awaitable[object]]
Rates: TypeAlias = dict[str, list[tuple[float, float]]]


def main() -> None:
    sys.exit(report.tell(tables(*map(int, sys.argv[1:2]))))


def tables(rounds: int = 40) -> Iterator[report.Table]:
    """For each kind of database: how often a second each step is done, and one row is; what a step spends time on."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_measured("SQLite", f"sqlite+aiosqlite:///{folder}/bot.sqlite3", Path(folder), rounds))
    with ExitStack() as after:
        try:
            cluster = Cluster()
        except FileNotFoundError as missing:
            yield report.not_tried(_TITLE.format("PostgreSQL"), _PROMISED.format("PostgreSQL", "every step"), missing)
            return
        after.callback(cluster.remove)
        cluster.start()
        _role(cluster)
        folder = after.enter_context(tempfile.TemporaryDirectory())
        yield from asyncio.run(_measured("PostgreSQL", cluster.url(role=_BOT), Path(folder), rounds, cluster.url()))


def _role(cluster: Cluster) -> None:
    """Somebody who may do no more than the bot's role may."""
    import psycopg  # not needed for SQLite

    with closing(psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True)) as connection:
        connection.execute(f"CREATE ROLE {_BOT} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{cluster.password}'")


# ---------------------------------------------------------------- the ground


class Hall(World):
    """Sixteen councils with the same protocol, on a database that is kept for certain."""

    def __init__(self, folder: Path) -> None:
        self.packs = {
            f"c{number}": replace(load.council("southwell"), council=f"c{number}") for number in range(_AT_ONCE)
        }
        own = made_up.settings_of("southwell")
        super().__init__(folder, *(replace(own, council=council) for council in self.packs))

    async def opened(self, url: str, owner: str) -> "Hall":
        made = engine(owner)
        await migrate(made, role=_BOT if owner != url else None)
        async with made.begin() as transaction:
            await transaction.run_sync(_ROW.metadata.create_all)
            if owner != url:
                await transaction.exec_driver_sql(f'GRANT SELECT, INSERT ON "{_ROW.name}" TO {_BOT}')
                await transaction.exec_driver_sql(f"GRANT USAGE ON SEQUENCE {_ROW.name}_id_seq TO {_BOT}")
        await made.dispose()
        new_keys(self.folder / "keys")
        self.engine = engine(url)
        self.store = SqlStore(self.engine, read_keys(self.folder / "keys"))
        books = {council: handbook(pack, settings=self.settings[council]) for council, pack in self.packs.items()}
        self.books = Handbooks(books, lambda: MONDAY, self.store)
        self.bot = Bot(self.store, self.books)
        return self

    async def _handbook(self, where) -> Handbook | None:
        return await self.books(where)


@dataclass
class Life:
    """One concern, from the last look to the withdrawal."""

    hall: Hall
    council: str
    concern: Concern | None = None

    async def _raised(self) -> Form:
        form = opened(await self.hall.presses("councillor", "concerns/start/", council=self.council))
        given = {"about": "clerk", "story": _STORY, "step": "declined"}
        for _ in range(2):
            form = opened(await self._send("councillor", form, **given))
        return form

    async def _send(self, who: str, form: Form, **values: str):
        return await self.hall.hear(self.hall.submit(who, form.id, filled(form, **values), council=self.council))

    async def _form(self, who: str, step: str) -> Form:
        assert self.concern is not None
        token = f"concerns/{step}/{self.concern.id}"
        return opened(await self.hall.presses(who, token, council=self.council))

    async def before(self, kind: str) -> Work:
        """What leads up to a step, which counts for nothing; the step itself is what is given back."""
        if kind == "file":
            form = await self._raised()
            return lambda: self._send("councillor", form)
        if self.concern is None:
            filed = await self.hall.store.concerns(self.council, "councillor", "raiser")
            self.concern = next(one for one in reversed(filed) if one.state != "closed" and one.id not in _TAKEN)
            _TAKEN.add(self.concern.id)
        who, step, values = _STEPS[kind]
        form = await self._form(who, step)
        return lambda: self._send(who, form, **values)


_TAKEN = set[str]()
_STEPS: Final = {
    "acknowledge": ("chair", "open", {"act": "acknowledge"}),
    "write": ("chair", "open", {"act": "write", "text": "May we meet?"}),
    "answer": ("councillor", "follow", {"act": "answer", "text": "Yes."}),
    "withdraw": ("councillor", "follow", {"act": "withdraw"}),
}
_KINDS: Final = ("file", *_STEPS)


# ---------------------------------------------------------------- what is measured


async def _measured(name: str, url: str, folder: Path, rounds: int, owner: str = "") -> list[report.Table]:
    hall = await Hall(folder).opened(url, owner or url)
    try:
        found = {}
        for how, councils in _HOW.items():
            await _lives(hall, councils, 2)  # the first of everything reads libraries and calendars, once
            found[how] = await _lives(hall, councils, rounds if len(councils) == 1 else max(4, rounds // 4))
        spent = await _profiled(hall, max(4, rounds // 4))
    finally:
        await hall.engine.dispose()
    return [_table(name, found), _spent(name, spent)]


_HOW: Final = {
    "one after the other": ["c0"],
    "16 at a time, of one council": ["c0"] * _AT_ONCE,
    "16 at a time, each of another": [f"c{number}" for number in range(_AT_ONCE)],
}


async def _lives(hall: Hall, councils: Sequence[str], rounds: int) -> Rates:
    """A second: steps, and rows by the same engine, taken in turn."""
    rates: Rates = defaultdict(list)
    for _ in range(rounds):
        lives = [Life(hall, council) for council in councils]
        for kind in _KINDS:
            steps = [await life.before(kind) for life in lives]
            step = await _rate(steps)
            row = await _rate([lambda: _row(hall.engine)] * len(lives))
            rates[kind].append((step, row))
    return rates


async def _rate(work: Sequence[Work]) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(one() for one in work))
    return len(work) / (time.perf_counter() - start)


async def _row(database: AsyncEngine) -> None:
    async with writing(database) as transaction:
        await transaction.execute(insert(_ROW).values(body=_BODY))


def _table(name: str, found: dict[str, Rates]) -> report.Table:
    rows, goals = [], []
    for how, rates in found.items():
        for kind, measured in rates.items():
            step, row = (median(one[which] for one in measured) for which in (0, 1))
            rows.append((how, kind, f"{step:.0f}", f"{row:.0f}", f"{step / row:.2f}"))
            goals.append(Goal(_PROMISED.format(name, f"{how}, {kind}"), step / row >= _GOAL))
    return report.Table(_TITLE.format(name), ("how", "step", "steps/s", "rows/s", "ratio"), rows, (), goals)


# ---------------------------------------------------------------- what a step spends its time on


async def _profiled(hall: Hall, rounds: int) -> profiling.Shares:
    """One step after the other; what leads up to each is not looked at."""
    profile = Profile()
    for _ in range(rounds):
        life = Life(hall, "c0")
        for kind in _KINDS:
            step = await life.before(kind)
            profile.enable()
            await step()
            profile.disable()
    return profiling.shares(profile)


def _spent(name: str, spent: profiling.Shares) -> report.Table:
    rows = [(what, f"{share:.0%}") for what, share in spent.items()]
    return report.Table(f"What a durable step on {name} spends its time on", ("cost", "share"), rows, (profiling.BY,))


if __name__ == "__main__":
    main()
