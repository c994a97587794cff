"""The database is away, hangs, may only be read, is locked by another program, or lets nobody more in.

In: a PostgreSQL of the campaign's own, SQLite's file. Out: a table: what people were told, what was kept, what
came back by itself. Never: a server of somebody else's.
"""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from deploy.doctor.findings import Finding
from tests import report
from tests.cluster import programs
from tests.faults.disk import command
from tests.faults.outcomes import Outcome, read, table, untried
from tests.faults.server import Server
from tests.faults.town import NeverReady, NotServed, Town, town
from tests.report import Table
from tests.slack.standin import Fault, Somebody

_WAITS: Final = 10.0  # seconds that a writer waits for one of another program (`storage.database`)
#: Seconds that the database is away; `python -m tests.faults.database 60` for a whole minute.
AWAY: Final = 15.0


# ---------------------------------------------------------------- one fault, and all that people do meanwhile

Change: TypeAlias = Callable[[], Awaitable[None]]


async def meanwhile(
    here: Town,
    fault: str,
    begins: Change,
    ends: Change,
    *,
    who: str,
    lasts: float,
    reads: bool = False,
    unready: bool = True,
) -> AsyncIterator[Outcome]:
    """People ask and send, a notice waits. `reads`: what changes nothing is answered. `unready`: /readyz says so."""
    waits = await _filed_and_waiting(here, who)
    form, before = await here.looks(OTHERS[who], "tom"), len(here.filed)
    notice = Outcome(fault, "a notice waits")
    began = asyncio.get_running_loop().time()
    await begins()
    here.slack.faults.clear()
    yield await _asked(here, fault, reads=reads)
    sent = Outcome(fault, "a concern is sent, and sent again afterwards")
    told = await here.sends(form, "tom")
    sent.saw(f"they read {read(told)}")
    sent.must(len(here.filed) == before and form.modal is not None, "nothing is acknowledged; the form stays open")
    yield await _looked_at(here, fault, unready=unready)
    await asyncio.sleep(max(0.0, lasts - (asyncio.get_running_loop().time() - began)))
    await ends()
    yield await _by_itself(here, fault)
    await here.sends(form, "tom")
    if len(here.filed) == before:  # what hung may have been kept meanwhile: then the same form brings its receipt
        await here.sends(form, "tom")
    sent.must(len(here.filed) == before + 1, "the same form is taken afterwards")
    sent.saw("then a receipt")
    yield sent
    took = await here.until(lambda: bool(here.told_of(waits)), 60)
    notice.saw(f"it arrives {took:.0f} s after all was well, {len(here.told_of(waits))} time(s)")
    notice.must(len(here.told_of(waits)) == 1, "it arrives, once")
    yield notice


#: Whoever raises one before it goes wrong, and who has a form open when it does.
OTHERS: Final = {"jo": "mark", "owen": "dev", "harriet": "sheila"}


async def _filed_and_waiting(here: Town, who: str) -> int:
    """The number of a concern that was acknowledged, and of which Slack did not yet take the notice."""
    form, calls = await here.looks(who, "tom"), len(here.slack.called("chat.postMessage"))
    here.slack.fail("chat.postMessage", Fault(status=503), times=30)
    await here.sends(form, "tom")
    await here.until(lambda: len(here.slack.called("chat.postMessage")) > calls + 1)
    await asyncio.sleep(0.5)
    here.slack.faults.clear()
    return len(here.filed) - 1


async def _asked(here: Town, fault: str, *, reads: bool) -> Outcome:
    one = Outcome(fault, "a question is asked")
    told = await here.asks("priya")
    one.saw(f"they read {read(told)}")
    one.must(told, "they are told something")
    if reads:
        one.must("expect" in told, "what changes nothing is answered")
    return one


async def _looked_at(here: Town, fault: str, *, unready: bool) -> Outcome:
    one = Outcome(fault, "whoever looks after it looks: /readyz, doctor")
    await here.until(lambda: False, 1.2)  # what was asked a second ago is not asked anew
    status, said = await here.ready()
    one.saw(f"/readyz {status} {said.get('database', '')}".rstrip())
    if unready:
        one.must(status == 503 and said.get("database"), "/readyz says that the database is amiss")
    doctor = await asyncio.to_thread(
        command, "doctor", "--offline", "--json", "--data", here.data, cwd=here.where, environ=here.given()
    )
    found = [msgspec.convert(one, Finding) for one in msgspec.json.decode(doctor.stdout)]
    about = [one.told for one in found if one.check in ("reached", "writable") and one.state in ("wrong", "look")]
    one.saw(f"doctor: {read(about[0]) if about else 'nothing of it'}")
    if unready:
        one.must(about, "doctor says that the database is amiss")
    return one


async def _by_itself(here: Town, fault: str) -> Outcome:
    one = Outcome(fault, "and afterwards")
    for seconds in range(60):
        status, _ = await here.ready()
        if status == 200:
            one.saw(f"ready again after {seconds} s, without a restart")
            break
        await asyncio.sleep(1)
    else:
        one.must(False, "it is ready again by itself")
    one.must("expect" in await here.asks("priya"), "a question is answered again")
    return one


# ---------------------------------------------------------------- PostgreSQL


@asynccontextmanager
async def on_postgres(where: Path) -> AsyncIterator[tuple[Server, Town]]:
    """A server, and a town whose bot runs on it."""
    server = Server()
    try:
        await server.prepare()
        async with town(where, DATABASE_URL=server.url) as here, here.running():
            yield server, here
    finally:
        server.cluster.remove()


async def postgres(where: Path, away: float) -> AsyncIterator[Outcome]:
    async with on_postgres(where) as (server, here):
        tried = (
            (f"PostgreSQL away for {away:.0f} s", server.stopped, server.started, "jo", away, False),
            ("PostgreSQL may only be read (a hot standby)", server.only_read, server.written, "owen", 3.0, True),
            ("PostgreSQL lets nobody more in", server.full, server.free, "harriet", 3.0, False),
        )
        for fault, begins, ends, who, lasts, reads in tried:
            async for one in _each(fault, meanwhile(here, fault, begins, ends, who=who, lasts=lasts, reads=reads)):
                yield one
        async for one in _each("PostgreSQL hangs for 8 s", _hangs(server, here)):
            yield one
        yield await _held(here, "PostgreSQL, all of these")


async def _each(fault: str, outcomes: AsyncIterator[Outcome]) -> AsyncIterator[Outcome]:
    try:
        async for one in outcomes:
            yield one
    except NotServed as why:
        yield Outcome(fault, "and afterwards", wrong=[str(why)])


async def _hangs(server: Server, here: Town) -> AsyncIterator[Outcome]:
    """It takes what it is sent, and answers nothing: no connection fails."""
    one = Outcome("PostgreSQL hangs for 8 s", "a concern is sent, a question asked")
    form, before = await here.looks("mark", "ruth"), len(here.filed)
    await server.hung()
    told = await here.sends(form, "ruth")
    one.saw(f"they read {read(told)}")
    one.must(len(here.filed) == before, "nothing is acknowledged")
    one.saw(f"a question: {read(await here.asks('priya'))}")
    status, said = await here.ready()
    one.must(status == 503, "/readyz says that the database is amiss")
    one.saw(f"/readyz {status} {said.get('database', '')}")
    await asyncio.sleep(2)
    await server.awake()
    await asyncio.sleep(1)
    await here.sends(form, "ruth")
    one.must(len(here.filed) == before + 1, "the same form then brings a receipt, for one concern")
    await here.until(lambda: bool(here.told_of()))
    yield one


async def _held(here: Town, fault: str) -> Outcome:
    one = Outcome(fault, "one after the other, without a restart")
    await here.until(lambda: all(here.told_of(number) for number in range(len(here.filed))), 60)
    one.saw(f"{len(here.filed)} concerns acknowledged")
    one.holds(await here.broken())
    return one


# ---------------------------------------------------------------- SQLite


async def sqlite_locked(where: Path) -> AsyncIterator[Outcome]:
    """By another program: for less than a writer waits, and for longer."""
    async with town(where) as here, here.running():
        for who, lasts in (("jo", 5.0), ("owen", 13.0)):
            one = Outcome(
                f"SQLite's file locked for {lasts:.0f} s by another program", "a concern is sent, a question asked"
            )
            form, before = await here.looks(who, "tom"), len(here.filed)
            sending = await _sent_while_locked(here, form, one, lasts)
            one.saw(f"they read {read(await sending)}")
            if len(here.filed) == before:  # its turn was over before the lock was
                one.must(lasts > _WAITS, "whoever waits no longer than a writer does has a receipt")
                one.must(form.modal is not None, "the form stays open")
                await here.sends(form, "tom")
                one.saw("then a receipt")
            one.must(len(here.filed) == before + 1, "the same form brings a receipt, for one concern")
            yield one
        yield await _held(here, "SQLite's file locked")


async def _sent_while_locked(here: Town, form: Somebody, one: Outcome, lasts: float) -> asyncio.Task[str]:
    """What is sent just after the lock is taken, and may still be in hand when it is gone."""
    before = len(here.filed)
    with closing(sqlite3.connect(here.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sending = asyncio.create_task(here.sends(form, "tom"))
        until = asyncio.get_running_loop().time() + lasts
        one.must("expect" in await here.asks("priya"), "what changes nothing is answered meanwhile")
        await asyncio.sleep(until - asyncio.get_running_loop().time())
        one.must(len(here.filed) == before, "nothing is acknowledged while it is locked")
    return sending


async def sqlite_only_read(where: Path) -> AsyncIterator[Outcome]:
    """As when a file system is mounted read-only after an error of the disk: not even root can write."""
    fault = "SQLite's file can't be written"
    async with town(where) as here:
        async with here.running():
            await here.raises("jo", "tom")
            await here.until(lambda: bool(here.told_of()))
            files = [file for file in here.data.glob("protocol-bot.sqlite3*") if not file.name.endswith("-shm")]
            if not _fixed("+i", *files):
                yield untried(fault, "chattr +i can't be had here (as root, on a file system that knows it)")
                return
            try:
                async for one in _each(fault, _only_read(here, fault, files)):
                    yield one
            finally:
                _fixed("-i", *files)
        yield await _started_only_read(here, files)
        yield await _held(here, fault)


async def _only_read(here: Town, fault: str, files: Sequence[Path]) -> AsyncIterator[Outcome]:
    _fixed("-i", *files)

    async def begins() -> None:
        _fixed("+i", *files)

    async def ends() -> None:
        _fixed("-i", *files)

    async for one in meanwhile(here, fault, begins, ends, who="owen", lasts=3.0, reads=True):
        yield one


async def _started_only_read(here: Town, files: Sequence[Path]) -> Outcome:
    one = Outcome("SQLite's file can't be written", "the bot is started")
    there = [file for file in files if file.exists()]
    _fixed("+i", *there)
    try:
        async with here.running():
            await asyncio.sleep(1.5)
            status, said = await here.ready()
            one.saw(f"it starts; /readyz {status} {said.get('database', '')}")
            one.must(status == 503, "/readyz says that the database is amiss")
    except NeverReady:
        one.saw(f"exit {here.status}: {read(here.complaints.splitlines()[-1])}")
        one.must("Traceback" not in here.complaints, "it says so in a sentence, and ends")
    finally:
        _fixed("-i", *there)
    async with here.running():
        one.must("expect" in await here.asks("priya"), "started again once it can be written, all is well")
    return one


def _fixed(how: str, *files: Path) -> bool:
    try:
        return subprocess.run(["chattr", how, *files], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


# ---------------------------------------------------------------- all of it


Tried: TypeAlias = Callable[[Path], AsyncIterator[Outcome]]


async def every(*all_tried: Tried) -> list[Outcome]:
    found = list[Outcome]()
    with tempfile.TemporaryDirectory() as folder:
        for number, tried in enumerate(all_tried):
            (where := Path(folder) / str(number)).mkdir()
            found += [one async for one in tried(where)]
    return found


def tables(away: float = AWAY) -> Iterator[Table]:
    """Two, of everything that a database can do to a bot. What was found on SQLite is told before PostgreSQL begins."""
    yield table("The database: SQLite", asyncio.run(every(sqlite_locked, sqlite_only_read)))
    title = "The database: PostgreSQL"
    try:
        programs()
    except FileNotFoundError as missing:
        yield table(title, [untried("PostgreSQL away", f"{missing}; on Debian: sudo apt install postgresql")])
        return
    yield table(title, asyncio.run(every(partial(postgres, away=away))))


if __name__ == "__main__":
    sys.exit(report.tell(tables(*map(float, sys.argv[1:2]))))
