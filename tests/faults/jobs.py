"""Commands that change something: what there is before each, what is typed, what its end leaves.

In: a folder of a home's own. Out: a deployment in it, what is kept there afterwards. Never: a command that asks.
"""

import asyncio
import io
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from content.importing.written import written
from deploy.cli import main as protocol_bot
from deploy.kept import databases as chosen
from storage import audit
from storage.database import engine
from storage.migrate import needed
from storage.seal import read_keys
from storage.store import SqlStore
from tests.backups.deployment import Deployment, asked, elsewhere, erased, filed, over, the_backup
from tests.backups.test_people import SETTINGS as PEOPLE
from tests.backups.test_restoring import everything
from tests.core.test_what_is_kept import CANARY
from tests.editions import world
from tests.faults.child import Failed
from tests.faults.stages import masked
from tests.storage.test_steps import to_step

_SETTINGS: Final = f"council: {world.ID}\nname: {world.NAME}\nnation: england\npeople: []\n"
#: Tables whose rows may be more after a command was typed twice: it is written down that it was.
_TRAIL: Final = "audit"
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


def _filled(home: Path) -> None:
    (home / "protocol-bot.yaml").write_text(PEOPLE, encoding="utf-8")
    (home / "settings.yaml").write_text(_SETTINGS, encoding="utf-8")
    (home / "PACK.yaml").write_text(written(world.pack(*world.FIRST)), encoding="utf-8")
    made = one(home).set_up()
    everything(made)
    made.keep(filed("d2"), over("d3"), filed("d4"), erased("d4"), asked("r2"))


def _backed_up(home: Path) -> None:
    _filled(home)
    typed(home, "backup", "--to", home / "b")
    one(home).keep(filed("later"), erased("d2"))


def _beside(home: Path) -> None:
    _backed_up(home)
    elsewhere(home, one(home))


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
    """Every row that is no line of the trail, and every concern and request opened. Raises where something is amiss."""
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
        for line in lines if table != _TRAIL else ():
            told = {name: value for name, value in line.items() if name not in _OPAQUE and not isinstance(value, bytes)}
            found[masked(f"{table}: {told}")] += 1
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


def _council(home: Path, *more: object) -> tuple[object, ...]:
    return "--council", "barrow", "--settings", home / "protocol-bot.yaml", *more


def _pack(home: Path, *more: object) -> tuple[object, ...]:
    return home / "PACK.yaml", "--settings", home / "settings.yaml", *more


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
        _filled,
        lambda home: ("person", "erase", *_council(home, "--person", "ivy", "--by", "jo", "--yes")),
        _here,
    ),
    Job(
        "person export",
        _filled,
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
    Job("outbox again", _filled, lambda _: ("outbox", "again", "--all"), _here),
)


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
