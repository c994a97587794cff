"""The commands that look after what is kept: the keys that open it, and the trail of who did what.

In: a folder, a key file. Out: a new key, everything wrapped anew, what is wrong with the trail, its heads in a file.
Never: a key on the terminal; new heads over old ones that the trail no longer fits.
"""

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec

from bot.errors import ProtocolBotError
from deploy.backups import contents
from deploy.kept import databases, folder
from storage import audit, seal
from storage.store import SqlStore


def keys_of(options: argparse.Namespace) -> Path:
    """The key file that was meant. Raises `ProtocolBotError` where nothing is kept in the folder."""
    named: Path | None = options.file
    return named or folder.keys_meant(folder.found(options.data))


# ---------------------------------------------------------------- keys


def new(options: argparse.Namespace) -> None:
    """A key file."""
    seal.new_keys(options.file)
    print(f"{options.file} is made. Nobody but you can read it on this computer.")
    copy_it(options.file)


def copy_it(file: Path) -> None:
    """Says what to do with a key file that is new."""
    print(
        f"Keep a copy of {file}, and not where copies of the database are kept: who has both can read everything. "
        "Without it nobody can open what is private, and nobody can mend that."
    )


def rotate(options: argparse.Namespace) -> None:
    """A new key on top of the file, and everything wrapped with it. Raises `ProtocolBotError`."""
    asyncio.run(_rotated(folder.found(options.data), keys_of(options)))


async def _rotated(file: Path, keys: Path) -> None:
    async with folder.opened(file) as memory:
        if (why := await SqlStore(memory, seal.read_keys(keys)).unfit()) is not None:
            raise ProtocolBotError(f"{why} Nothing was changed.")
        seal.add_key(keys)
        opened = await seal.rotate(memory, seal.read_keys(keys))
    print("A new key is in use, and wraps all that is kept. Start the bot again with it.")
    if opened.damaged:
        print(damaged_keys(opened.damaged))
    print("The older keys below it in the file still open older copies of the database: keep them as long as those.")
    copy_it(keys)


def damaged_keys(many: int) -> str:
    """What to do about keys in the database that open with none of the right file."""
    return (
        f"{many} of the keys that stand in the database {'opens' if many == 1 else 'open'} with no key of the file: "
        "damaged, or sealed with a key that has left it. Nothing was changed there. `protocol-bot doctor` names what "
        "can't be read because of it. Bring back a copy from before, of the database or of the key file."
    )


def check(options: argparse.Namespace) -> int:
    """Whether the key file that is meant opens what is kept here, and a backup; 1 where not. Raises `ProtocolBotError`.

    With a backup and nothing kept here it is only the backup that is asked about.
    """
    file = keys_of(options) if options.backup is None or options.file is None else options.file
    keys, right = seal.read_keys(file), True
    if options.backup is None or folder.holds_something(options.data) or databases.elsewhere():
        right = asyncio.run(_opens(folder.found(options.data), keys, file))
    if options.backup is not None:
        found = contents.read(options.backup, keys)
        print(f"{file} opens {options.backup}: {found.whole:,} rows.")
    return 0 if right else 1


async def _opens(database: Path, keys: seal.Keys, file: Path) -> bool:
    async with folder.opened(database) as memory:
        why = await SqlStore(memory, keys).unfit()
        if why is None:
            opened = await seal.count(memory, keys)
    if why is not None:
        print(f"{file} does not open what is kept here. {why}")
        return False
    if opened.damaged:
        print(f"{file} is the right key file. {damaged_keys(opened.damaged)}")
        return False
    print(f"{file} opens everything that is sealed here. Keys in it: {len(keys.names)}.")
    meant = folder.keys_meant(database)
    if meant.exists() and meant != file and (now := seal.read_keys(meant).names[0]) not in keys.names:
        print(f"Yet the key in use, {now}, is not in it: what is sealed from now on would not open. Make a new copy.")
        return False
    return True


# ---------------------------------------------------------------- the trail


def verify(options: argparse.Namespace) -> int:
    """What is wrong with the trail; 1 where anything is. Raises `ProtocolBotError`."""
    problems = asyncio.run(_problems(options))
    if problems:
        print("\n".join(problems))
        return 1
    print("Nothing was changed, added or cut.")
    if options.heads is None:
        print("Rows cut from the very end are found only with --heads FILE, as `protocol-bot audit head` keeps it.")
    return 0


async def _problems(options: argparse.Namespace) -> list[str]:
    async with folder.opened(folder.found(options.data)) as memory:
        return await audit.verify(memory, seal.read_keys(keys_of(options)), _kept(options.heads))


def head(options: argparse.Namespace) -> int:
    """Where the trail ends, shown and kept; 1 where it does not fit what was kept. Raises `ProtocolBotError`."""
    return asyncio.run(_headed(options))


async def _headed(options: argparse.Namespace) -> int:
    """Shows the heads, and keeps them if nothing speaks against it."""
    async with folder.opened(folder.found(options.data)) as memory:
        heads = await audit.heads(memory)
        before = _kept(options.heads) if options.heads and options.heads.exists() else {}
        problems = await audit.verify(memory, seal.read_keys(keys_of(options)), before)
    if problems:
        print("\n".join((*problems, "The heads that were kept before were left as they are.")))
        return 1
    for council, head in heads.items():
        print(f"{council}: row {head.seq}, {head.mac}")
    if not heads:
        print("Nothing stands in the trail yet.")
    if options.heads is not None:
        _keep(options.heads, heads)
        print(f"Kept in {options.heads}. Take it where nobody who can change the database can change it too.")
    return 0


def _kept(file: Path | None) -> dict[str, audit.Head]:
    """The heads of a file. Raises `ProtocolBotError`."""
    if file is None:
        return {}
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, audit.Head])
    except (OSError, msgspec.DecodeError):
        raise ProtocolBotError(
            f"{file} can't be read as heads of the trail. Name the file that `protocol-bot audit head` wrote."
        ) from None


def _keep(file: Path, heads: Mapping[str, Any]) -> None:
    write_private(file, msgspec.json.format(msgspec.json.encode(heads), indent=2) + b"\n")


def write_private(file: Path, content: bytes) -> None:
    """Write a file that nobody else on this computer can read. Raises `ProtocolBotError`."""
    half = file.with_name(f"{file.name}.part-{token_hex(8)}")
    try:
        seal.write_new(half, content)  # never into a file that is there, nor through a link
        half.replace(file)  # at once: never half a file, never one that was readable before
    except OSError as refused:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise ProtocolBotError(f"{file} can't be written ({refused.strerror}). Name another file.") from None
