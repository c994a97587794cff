"""A council's own pack file, read once for as long as it stays the same.

In: a file that the settings name. Out: `Pack`. Never: one that was changed meanwhile, as it was before.
"""

from functools import lru_cache
from pathlib import Path

from bot.errors import UnsoundContent
from bot.pack import Pack
from content import load
from content.tree import why_unread


def own_pack(file: Path) -> Pack:
    """The protocol in that file. Raises `UnsoundContent`."""
    if "\0" in str(file):  # no disk has such a name, and Python tells that by another error than of a file not there
        raise UnsoundContent("Its name has a sign in it that no file's name can have. Write the name anew.")
    try:
        there = file.stat()
    except OSError as broken:
        raise UnsoundContent(f"{file}: can't be read: {why_unread(file, broken)}") from None
    return _read(file, there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=512)  # a county's councils, with room
def _read(file: Path, _changed: int, _size: int) -> Pack:
    return load.pack(file)
