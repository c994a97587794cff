"""Commands that change something: what there is before each, what is typed, what its end leaves.

In: a folder of a home's own. Out: a deployment in it, what is kept there afterwards. Never: a command that asks.
"""

import asyncio
import io
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import update

from content.importing.written import written
from deploy.cli import main as protocol_bot
from deploy.kept import databases as chosen
from storage import aside, audit
from storage.database import EVERY, engine, within
from storage.migrate import needed
from storage.seal import read_keys
from storage.store import SqlStore
from storage.tables import outbox
from tests.backups.deployment import Deployment, asked, elsewhere, erased, filed, over, the_backup
from tests.backups.test_people import SETTINGS as PEOPLE
from tests.backups.test_people import by, keep_of_ivy
from tests.backups.test_restoring import everything
from tests.core.test_what_is_kept import CANARY
from tests.editions import world
from tests.faults.child import Failed
from tests.faults.stages import masked
from tests.storage.test_steps import to_step

_SETTINGS: Final = f"council: {world.ID}\nname: {world.NAME}\nnation: england\npeople: []\n"
_CONCERN: Final = "CN-D2-92QX"  # of those that are there before
#: Tables whose rows may be more after a command was typed twice: it is written down that it was.
_TRAIL: Final = ("audit", "heard")
_NO_ROWS: Final = tuple(f'INSERT INTO "{table}"' for table in (*_TRAIL, "sqlite_sequence"))
#: When something was done, and how often: that differs where it is done twice.
_MOMENTS: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|datetime\.datetime\(.*?\)\)?|'version': \d+")
#: Sealed, hashed or counted: what these columns hold is looked at by opening what they seal.
_OPAQUE: Final = frozenset({"order", "sealed", "wrapped", "tag", "at", "mac", "previous", "name", "who", "lease"})


class Job(NamedTuple):
    """A command: what there is before it, what is typed, and what its end leaves, wherever it was cut off before."""

    name: str
    before: Callable[[Path], None]
    words: Callable[[Path], Sequence[object]]
    left: Callable[[Path], Counter[str]]


# ---------------------------------------------------------------- what there is before


def one(home: Path) -> Deployment:
    """The deployment that a command is typed at."""
    return Deployment(home / "data")


def _set_up(home: Path) -> Deployment:
    (home / "protocol-bot.yaml").write_text(PEOPLE, encoding="utf-8")
    (home / "settings.yaml").write_text(_SETTINGS, encoding="utf-8")
    (home / "PACK.yaml").write_text(written(world.pack(*world.FIRST)), encoding="utf-8")
    return one(home).set_up()


def _filled(home: Path) -> None:
    made = _set_up(home)
    everything(made)
    made.keep(filed("d2"), over("d3"), filed("d4"), erased("d4"), asked("r2"))


def _of_somebody(home: Path) -> None:
    """Much of Ivy's: under her accounts, a concern of hers that is over, and one that is open."""
    made, hers = _set_up(home), by("ivy", "kim", "jo")
    keep_of_ivy(made)
    made.keep(filed("d2", parties=hers), over("d3", parties=hers), filed("d4"))


def _backed_up(home: Path) -> None:
    _filled(home)
    typed(home, "backup", "--to", home / "b")
    one(home).keep(filed("later"), erased("d2"))


def _beside(home: Path) -> None:
    _backed_up(home)
    elsewhere(home, one(home))


def _held(home: Path) -> None:
    _filled(home)
    typed(home, "concern", "hold", *_decided(home, "--why", "a court asks"))


def _given_up(home: Path) -> None:
    """Messages that could not be delivered; what `protocol-bot outbox` calls one is written down, to be typed twice."""
    _filled(home)

    async def given_up(store: SqlStore) -> str:
        async with within(store._engine, EVERY) as transaction:
            await transaction.execute(update(outbox).values(due=None, why="No such person.", tries=3))
            return (await aside.every(transaction))[0].name

    _named(home).write_text(one(home).at_work(given_up), encoding="ascii")


def _named(home: Path) -> Path:
    return home / "name"


def _old(home: Path) -> None:
    made = one(home).set_up()
    made.file.unlink()
    made.file.touch(mode=0o600)

    async def back() -> None:
        async with chosen.as_it_is(chosen.of(made.file)) as memory, memory.begin() as transaction:
            await transaction.run_sync(to_step, "0002")

    asyncio.run(back())


# ---------------------------------------------------------------- what is there in the end


def kept(data: Path) -> Counter[str]:
    """Every row that is no line of a trail, and every concern and request opened. Raises where something is amiss."""
    return asyncio.run(_kept(Deployment(data)))


async def _kept(of: Deployment) -> Counter[str]:
    rows = await asyncio.to_thread(of.rows)
    found = Counter[str]()
    keys, memory = read_keys(of.keys), engine(chosen.of(of.file))
    try:
        store = SqlStore(memory, keys)
        if wrong := await audit.verify(memory, keys):
            raise Failed(f"the trail: {wrong}")
        for row in rows["matters"]:
            kind, _, id = row["matter"].partition("/")
            whole = await (store.concern if kind == "concern" else store.request)(row["council"], id)
            found[msgspec.json.encode(whole).decode()] += 1
    finally:
        await memory.dispose()
    for table, lines in rows.items():
        for line in lines if table not in _TRAIL else ():
            told = {name: value for name, value in line.items() if name not in _OPAQUE and not isinstance(value, bytes)}
            found[masked(f"{table}: {told}")] += 1
    return found


def stands(home: Path) -> Counter[str]:
    """Every file, and every row that is no line of a trail: by which it is told that a command does something."""
    found = Counter[str]()
    for file in home.rglob("*"):
        if file.suffix == ".sqlite3":
            with closing(sqlite3.connect(file)) as database:
                found.update(row for row in database.iterdump() if not row.startswith(_NO_ROWS))
        elif file.is_file() and not file.name.endswith(("-wal", "-shm")):
            found[f"{file.relative_to(home)} {sha256(file.read_bytes()).hexdigest()}"] += 1
    return found


def _backups(home: Path) -> Counter[str]:
    """What the newest backup brings back; every other one there is whole, too."""
    for file in (home / "b").glob("*.backup"):
        typed(home, "backup", "--verify", file)
    new = elsewhere(home, one(home), f"again-{time.monotonic_ns()}")
    with_it = ("restore", the_backup(home / "b"), "--data", new.data)
    _said(protocol_bot, [str(word) for word in with_it])
    return kept(new.data)


def _exported(home: Path) -> Counter[str]:
    return kept(home / "data") + Counter({masked((home / "held.md").read_text(encoding="utf-8")): 1})


def _migrated(home: Path) -> Counter[str]:
    async def lacks() -> list[str]:
        async with chosen.as_it_is(chosen.of(one(home).file)) as memory:
            return await needed(memory)

    return Counter(asyncio.run(lacks()))


def _here(home: Path) -> Counter[str]:
    return kept(home / "data")


def _timeless(home: Path) -> Counter[str]:
    found = Counter[str]()
    for told, times in _here(home).items():
        found[_MOMENTS.sub("…", told)] += times
    return found


def _council(home: Path, *more: object) -> tuple[object, ...]:
    return "--council", "barrow", "--settings", home / "protocol-bot.yaml", *more


def _pack(home: Path, *more: object) -> tuple[object, ...]:
    return home / "PACK.yaml", "--settings", home / "settings.yaml", *more


def _decided(home: Path, *more: object) -> tuple[object, ...]:
    return _CONCERN, *_council(home, "--by", "jo", *more)


JOBS: Final = (
    Job("backup", _filled, lambda home: ("backup", "--to", home / "b", "--keep", 3), _backups),
    Job("backup --erasures-only", _backed_up, lambda home: ("backup", "--to", home / "b", "--erasures-only"), _here),
    Job(
        "restore",
        _beside,
        lambda home: ("restore", the_backup(home / "b"), "--data", home / "new"),
        lambda home: kept(home / "new"),
    ),
    Job("restore --replace", _backed_up, lambda home: ("restore", the_backup(home / "b"), "--replace"), _here),
    Job("keys rotate", _filled, lambda _: ("keys", "rotate"), _here),
    Job("migrate", _old, lambda _: ("migrate",), _migrated),
    Job("purge", _filled, lambda _: ("purge",), _here),
    Job(
        "person erase",
        _of_somebody,
        lambda home: ("person", "erase", *_council(home, "--person", "ivy", "--by", "jo", "--yes")),
        _here,
    ),
    Job(
        "person export",
        _of_somebody,
        lambda home: ("person", "export", *_council(home, "--person", "ivy", "--by", "jo", "--out", home / "held.md")),
        _exported,
    ),
    Job("draft", _filled, lambda home: ("draft", *_pack(home)), _here),
    Job(
        "adopt",
        _filled,
        lambda home: ("adopt", *_pack(home, "--on", "2020-05-03", "--minute", "2026/31", "--yes")),
        _here,
    ),
    Job("concern erase", _filled, lambda home: ("concern", "erase", *_decided(home, "--why", "ordered")), _here),
    Job("concern hold", _filled, lambda home: ("concern", "hold", *_decided(home, "--why", "a court asks")), _timeless),
    Job("concern let-go", _held, lambda home: ("concern", "let-go", *_decided(home)), _timeless),
    Job("outbox again", _given_up, lambda _: ("outbox", "again", "--all"), _timeless),
    Job("outbox drop", _given_up, lambda home: ("outbox", "drop", _named(home).read_text("ascii"), "--yes"), _here),
)
_READ: Final = (
    *("accounts slack", "accounts teams", "ask", "audit verify", "check", "clauses", "doctor", "keys check", "outbox"),
    *("reminders", "routes", "schema", "settings", "words"),
)
#: Commands that are not killed, each with why they need not be.
LEFT_OUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(_READ, "nothing is otherwise after them"),
    **dict.fromkeys(
        ("audit head", "confirm", "edition", "import", "init"), "a whole file takes the place of another at once"
    ),
    **dict.fromkeys(("calendar", "manifest slack", "manifest teams"), "what they write can be had again"),
    "keys lost": "it says itself what to do with a key file that stands in its way since it was cut short",
    "keys new": "`keys rotate` makes a key file as it does",
    **dict.fromkeys(("run", "try"), "what they do is in the flows"),
}


# ---------------------------------------------------------------- typing


def typed(home: Path, *words: object) -> str:
    """A command with this home's data, unless it names others. Raises `Failed` with what was said, where it refused."""
    more = () if "--data" in words else ("--data", home / "data")
    return _said(protocol_bot, [str(word) for word in (*words, *more)])


def _said(run: Callable[[list[str]], int], words: list[str]) -> str:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        try:
            status = run(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
    if CANARY in out.getvalue():
        raise Failed("a private word was told on the terminal")
    if status:
        raise Failed(f"{' '.join(words[:2])} ended with {status}: {out.getvalue()}")
    return out.getvalue()
