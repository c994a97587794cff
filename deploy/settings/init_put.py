"""Puts the file of `init` in its place: written beside it, read back as the bot reads it, then there at once.

In: the text, where it belongs. Out: the file, for everybody to read. Never: half of it; another file written over.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from msgspec.structs import replace

from bot.errors import ProtocolBotError, UnsoundContent
from bot.settings import Settings
from content.settings import every

#: What is said wherever it ends early.
NOTHING: Final = "Nothing was written."


@contextmanager
def beside(out: Path, text: str) -> Iterator[Path]:
    """The text in a file of its own in the same folder, which is gone afterwards. Raises `ProtocolBotError`."""
    try:
        handle, name = mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as why:
        raise ProtocolBotError(
            f"{out.parent} can't be written to ({why.strerror}). Name another place: --out."
        ) from None
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o644)
        yield new
    finally:
        new.unlink(missing_ok=True)


def is_read_back(new: Path, wanted: Sequence[Settings], out: Path) -> None:
    """What was meant, as the real reader reads it. Raises `ProtocolBotError` where it is anything else."""
    try:
        found = every(new)
    except UnsoundContent as why:
        raise ProtocolBotError(f"{str(why).replace(new.name, out.name)} {NOTHING}") from None
    if [replace(one, pack="") for one in found] != [replace(one, pack="") for one in wanted]:
        raise ProtocolBotError(
            f"{out} would be read back as something else. {NOTHING} Write a file of its own with --out, and put it "
            "into the other by hand."
        )


def put(new: Path, out: Path, add: bool) -> None:
    """In its place, at once and whole. Raises `ProtocolBotError` where somebody wrote one meanwhile."""
    try:
        if add:
            new.chmod(out.stat().st_mode & 0o777)
            new.replace(out.resolve())
        else:
            _linked(new, out)
    except FileExistsError:
        raise ProtocolBotError(f"{out} is there already, and is not written over. {NOTHING}") from None
    except OSError as why:
        raise ProtocolBotError(f"{out} can't be written ({why.strerror}). Name another place: --out.") from None


def _linked(new: Path, out: Path) -> None:
    """At once, where the disk can; it never takes the place of another file."""
    try:
        out.hardlink_to(new)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links, a memory stick for instance
        with out.open("xb") as file:
            file.write(new.read_bytes())
        out.chmod(0o644)


def seen_from(pack: str, folder: Path) -> str:
    """Its path from the folder of the settings."""
    return Path(os.path.relpath(pack, folder)).as_posix()
