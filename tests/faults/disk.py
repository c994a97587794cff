"""The disk is full: while concerns are sent, notices go out, a backup is made, the log and a key file are written.

In: root, or user namespaces, for a small file system of its own. Out: a table: what people were told, what was kept.
Never: fills a disk that anything else is on.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from storage.seal import UnusableKeys, new_keys, read_keys
from tests import report
from tests.faults.outcomes import Outcome, read, table, untried
from tests.faults.town import QUESTION, NeverReady, NotServed, Town, town
from tests.report import Table
from tests.slack.standin import Fault

_SIZE: Final = "24m"
#: A shell that mounts the small file system over a folder, seen by nobody else, and becomes the command.
_APART: Final = (
    *("unshare", "-rm", "sh", "-ec"),
    f'mount -t tmpfs -o size={_SIZE} small "$0"; exec "$@"',
)
_COMMAND: Final = (sys.executable, "-m", "deploy.cli")


class Disk:
    """The small one. `fill` leaves room for nothing, `empty` makes room again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, *also: Path) -> None:
        """`also`: files that are not to grow by a byte, where the others may within their last page."""
        for one in (self._ballast, *also):
            with one.open("ab", buffering=0) as file:
                for size in (1 << 20, 1 << 12, 1):
                    with suppress(OSError):
                        while file.write(b"." * size):
                            pass

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


# ---------------------------------------------------------------- a concern, a question


async def concern_sent(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """What was typed stays in its form, and the very same form is taken once there is room."""
    one = Outcome("disk full", "a concern is sent, and sent again when there is room")
    form, before = await here.looks("jo", "tom"), len(here.filed)
    disk.fill()
    told = await here.sends(form, "tom")
    one.saw(f"they read {read(told)}")
    one.must(len(here.filed) == before, "nothing is acknowledged that is not kept")
    one.must(form.modal is not None, "the form stays open with what they wrote")
    yield await _asked(here)
    disk.empty()
    await here.sends(form, "tom")
    one.must(len(here.filed) == before + 1, "the same form is taken once there is room, without a restart")
    await here.until(lambda: bool(here.told_of()))
    one.saw(f"sent again: a receipt, and {here.told_of()[0]} is told")
    yield one


async def _asked(here: Town) -> Outcome:
    one = Outcome("disk full", "a question is asked")
    told = await here.asks("mark", QUESTION)
    one.saw(f"they read {read(told)}")
    one.must("expect" in told, "what changes nothing is answered all the same")
    return one


async def log_written(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """Its standard error is a file on the disk that is full: not a byte of it can be written."""
    one = Outcome("disk full", "the log can't be written, and a concern is sent")
    form, before = await here.looks("mark", "tom"), len(here.filed)
    disk.fill(here.log)
    written = here.log.stat().st_size
    told = await here.sends(form, "tom")
    one.saw(f"they read {read(told)}")
    one.must(form.modal is not None and len(here.filed) == before, "they are told, whatever becomes of the log")
    one.must("expect" in await here.asks("mark"), "a question is answered")
    one.must(here.log.stat().st_size == written, "nothing could be written")
    disk.empty()
    await here.sends(form, "tom")
    one.must(len(here.filed) == before + 1, "it is taken once there is room, without a restart")
    await here.until(lambda: len(here.filed) > before and bool(here.told_of()))
    one.saw("taken once there is room")
    yield one


# ---------------------------------------------------------------- notices


async def notice_waits(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """Put off by the platform, and when its turn comes there is no room to take it in hand."""
    one = Outcome("disk full", "a notice waits for its next try")
    form, before = await here.looks("owen", "tom"), len(here.slack.called("chat.postMessage"))
    here.slack.fail("chat.postMessage", Fault(status=503), times=30)
    await here.sends(form, "tom")
    await here.until(lambda: len(here.slack.called("chat.postMessage")) > before + 1)
    await asyncio.sleep(1)
    disk.fill(here.log)
    here.slack.faults.clear()
    await asyncio.sleep(7)
    one.saw(f"while full told {len(here.told_of())} times")
    one.must(not here.told_of(), "what can't be taken in hand is not sent: nobody could write down that it was")
    disk.empty()
    waited = await here.until(lambda: bool(here.told_of()), 60)
    one.saw(f"{waited:.0f} s after there is room {len(here.told_of())}")
    one.must(len(here.told_of()) == 1, "it arrives, once, without a restart")
    yield one


async def notice_sent(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """The platform has it, and there is no room to write that down; then there is."""
    one = Outcome("disk full", "a notice arrives, and for 4 s that can't be written down")
    form = await here.looks("dev", "tom")
    here.slack.fail("chat.postMessage", Fault(delay=1.5, takes=True), times=2)
    await here.sends(form, "tom")
    await here.until(lambda: bool(here.told_of()))
    disk.fill(here.log)
    await asyncio.sleep(4)
    one.must(_waiting(here), "the disk was full before that was written down")
    disk.empty()
    await asyncio.sleep(6)
    one.saw(f"told {len(here.told_of())} times")
    one.must(len(here.told_of()) == 1, "it arrives, once")
    yield one


def _waiting(here: Town) -> int:
    """How many notices its database says are still to be sent."""
    with closing(sqlite3.connect(f"{here.file.as_uri()}?mode=ro", uri=True)) as looked:
        return int(looked.execute("SELECT count(*) FROM outbox").fetchone()[0])


# ---------------------------------------------------------------- backups, keys, a first start


async def backup_made(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """It says so, and leaves nothing half done; the one before it is whole."""
    one, to = Outcome("disk full", "a backup is made"), disk.folder / "backups"
    making = ("backup", "--to", to, "--data", here.data)
    one.must(command(*making).returncode == 0, "one is made while there is room")
    before = sorted(file.name for file in to.iterdir())
    disk.fill()
    refused = command(*making)
    one.saw(f"exit {refused.returncode}: {_without(disk, refused.stderr)}")
    one.must(refused.returncode != 0, "it is not said to be made")
    one.must("Traceback" not in refused.stderr, "it says so in a sentence")
    one.must(sorted(file.name for file in to.iterdir()) == before, "nothing half done is left")
    disk.empty()
    whole = command("backup", "--verify", next(to.glob("*.backup")), "--data", here.data)
    one.must(whole.returncode == 0, "the one before it is whole")
    one.must(command(*making).returncode == 0, "the next one is made")
    yield one


async def keys_rotated(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """The file is the old one or the new one."""
    one, before = Outcome("disk full", "the keys are rotated"), here.keys.read_bytes()
    disk.fill()
    refused = command("keys", "rotate", "--data", here.data)
    one.saw(f"exit {refused.returncode}: {_without(disk, refused.stderr)}")
    one.must(refused.returncode != 0 and "Traceback" not in refused.stderr, "it says so in a sentence")
    one.must(here.keys.read_bytes() == before, "the key file is as it was")
    one.must(len(list(here.data.glob("*.keys*"))) == 1, "nothing half done is left")
    disk.empty()
    one.must(command("keys", "rotate", "--data", here.data).returncode == 0, "they are rotated once there is room")
    yield one


def key_file(disk: Disk) -> Iterator[Outcome]:
    """Half a file would be taken for one: the next try would find it in the way."""
    one, file = Outcome("disk full", "a key file is made"), disk.folder / "new.keys"
    disk.fill()
    try:
        new_keys(file)
        one.must(False, "it is not said to be made")
    except UnusableKeys as why:
        one.saw(_without(disk, str(why)))
    one.must(not file.exists(), "nothing half done is left")
    disk.empty()
    with suppress(UnusableKeys):
        new_keys(file)
        read_keys(file)
    one.must(file.exists() and file.stat().st_size, "it is made once there is room")
    yield one


async def first_start(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    """Whatever it left behind must not keep the next start from beginning well."""
    one = Outcome("disk full", "the bot is started for the first time")
    disk.fill()
    refused = command("run", "--port", "0", "--data", here.data, cwd=here.where, environ=here.given())
    one.saw(f"exit {refused.returncode}: {_without(disk, refused.stderr)}")
    one.must(refused.returncode != 0 and "Traceback" not in refused.stderr, "it says so in a sentence, and ends")
    disk.empty()
    try:
        async with here.running():
            await here.raises("jo", "tom")
            await here.until(lambda: bool(here.filed and here.told_of()))
            one.must(here.filed, "the next start begins well")
    except NeverReady as why:
        one.must(False, f"the next start begins well: {_without(disk, str(why))}")
    else:
        one.holds(await here.broken())
    yield one


def _without(disk: Disk, said: str) -> str:
    return read(said.replace(str(disk.folder), "…"))


def command(
    *words: object, cwd: Path | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One of the bot's own, ended within a minute."""
    line, env = [*_COMMAND, *map(str, words)], {**os.environ, **(environ or {})}
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, cwd=cwd, env=env)


# ---------------------------------------------------------------- all of it

Tried: TypeAlias = Callable[[Disk, Town], AsyncIterator[Outcome]]
#: What is tried at one bot, one after the other, without a restart; the last one leaves it without its keys.
_RUNNING: Final[Sequence[Tried]] = (concern_sent, log_written, notice_waits, notice_sent, backup_made, keys_rotated)
RUNNING, START, KEYS = "running", "start", "keys"


async def inside(folder: Path, which: Sequence[str]) -> list[Outcome]:
    """These, on the small disk that the folder is."""
    disk, found = Disk(folder), list[Outcome]()
    if KEYS in which:
        found += key_file(disk)
    for name in {RUNNING, START} & set(which):
        (where := folder / name).mkdir()
        async with town(where) as here:
            found += [one async for one in (_at_one(disk, here) if name == RUNNING else first_start(disk, here))]
    return found


async def _at_one(disk: Disk, here: Town) -> AsyncIterator[Outcome]:
    here.log = here.where / "log"
    async with here.running():
        for tried in _RUNNING:
            try:
                async for one in tried(disk, here):
                    yield one
            except NotServed as why:
                yield Outcome("disk full", tried.__name__.replace("_", " "), wrong=[str(why)])
                disk.empty()
    last = Outcome("disk full", "all of these, one after the other", times=len(_RUNNING))
    last.saw(f"{len(here.filed)} concerns acknowledged")
    last.holds(await here.broken())
    yield last


def tables(which: Sequence[str] = (KEYS, RUNNING, START)) -> Iterator[Table]:
    """One, of everything that was tried on a disk that is full. Raises where trying it broke."""
    title = "The disk is full"
    if not mountable():
        yield table(title, [untried("disk full", "no file system of its own can be mounted here (unshare, as root)")])
        return
    with tempfile.TemporaryDirectory() as folder:
        line = [*_APART, folder, sys.executable, "-m", "tests.faults.disk", "--inside", folder, *which]
        done = subprocess.run(line, stdout=subprocess.PIPE, timeout=300, check=True, text=True)
    yield table(title, msgspec.json.decode(done.stdout, type=list[Outcome]))


def mountable() -> bool:
    """Whether a small file system can be had here. That alone excuses nothing tried: whatever fails on it raises."""
    with tempfile.TemporaryDirectory() as folder, suppress(FileNotFoundError):
        return subprocess.run([*_APART, folder, "true"], capture_output=True, check=False).returncode == 0
    return False


def main() -> None:
    if sys.argv[1:2] == ["--inside"]:
        found = asyncio.run(inside(Path(sys.argv[2]), sys.argv[3:]))
        sys.stdout.buffer.write(msgspec.json.encode(found))
        return
    sys.exit(report.tell(tables(sys.argv[1:] or (KEYS, RUNNING, START))))


if __name__ == "__main__":
    main()
