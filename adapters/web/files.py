"""What people hand over on the page, until the form that it belongs to is sent in.

In: a file, piece by piece. Out: its fingerprint, and for that the file. Never: writes it down; keeps more than one of
anybody's, more than a few in all, or any for longer than a few minutes; gives anybody somebody else's.
"""

import asyncio
from collections.abc import AsyncIterable, Iterable
from hashlib import blake2s
from typing import Final, NamedTuple, TypeAlias

from adapters.web.parse import Unreadable
from bot.conversation import Attached

_MB: Final = 1024 * 1024
#: What one file may weigh, in bytes.
FILE_LIMIT: Final = 20 * _MB
#: What may be kept in all: so many files, and so many bytes.
FILES: Final = 8
WHOLE_LIMIT: Final = 100 * _MB
#: How many may be on their way at a time.
ON_THEIR_WAY: Final = 3
_NAME_LIMIT = 200
#: The council and the seat of whoever hands it over.
Whose: TypeAlias = tuple[str, str]


class _Kept(NamedTuple):
    print_: str
    file: Attached
    ends: asyncio.TimerHandle


class Files:
    """The file that each person handed over last: until its form was heard, or for `kept` seconds at most.

    `receiving` is how many seconds one may take to arrive. What is kept is never pushed out by somebody else's: where
    there is no more room, a file is refused.
    """

    def __init__(self, receiving: float = 60.0, kept: float = 300.0) -> None:
        self._receiving = receiving
        self._for = kept
        self._kept: dict[Whose, _Kept] = {}
        self._on_their_way: set[Whose] = set()

    async def keep(self, whose: Whose, name: str, pieces: AsyncIterable[bytes]) -> str:
        """Its fingerprint, the same for the same file again. Raises `Unreadable` for one that can't be taken."""
        if whose in self._on_their_way:
            raise Unreadable("web-file-on-its-way")
        if len(self._on_their_way) >= ON_THEIR_WAY:
            raise Unreadable("web-files-full")
        self._on_their_way.add(whose)
        try:
            async with asyncio.timeout(self._receiving):
                data = await _whole(pieces)
        except TimeoutError:
            raise Unreadable("web-file-late") from None
        finally:
            self._on_their_way.discard(whose)
        return self._put(whose, Attached(name[-_NAME_LIMIT:], data))

    def _put(self, whose: Whose, file: Attached) -> str:
        """In the place of whatever the same person handed over before."""
        self._forget(whose)
        others = sum(len(one.file.data) for one in self._kept.values())
        if len(self._kept) >= FILES or others + len(file.data) > WHOLE_LIMIT:
            raise Unreadable("web-files-full")
        print_ = blake2s(file.name.encode("utf-8", "replace") + b"\0" + file.data).hexdigest()
        ends = asyncio.get_running_loop().call_later(self._for, self._forget, whose)
        self._kept[whose] = _Kept(print_, file, ends)
        return print_

    def found(self, whose: Whose, prints: dict[str, str]) -> dict[str, Attached]:
        """The files of a form, by field. Raises `Unreadable` for one that is not here any more."""
        mine = self._kept.get(whose)
        if mine is None or any(print_ != mine.print_ for print_ in prints.values()):
            raise Unreadable("web-file-gone")
        return dict.fromkeys(prints, mine.file)

    def heard(self, whose: Whose, prints: Iterable[str]) -> None:
        """The form was heard: its file is not needed any more. One that was handed over since stays."""
        mine = self._kept.get(whose)
        if mine is not None and mine.print_ in prints:
            self._forget(whose)

    def _forget(self, whose: Whose) -> None:
        if (gone := self._kept.pop(whose, None)) is not None:
            gone.ends.cancel()


async def _whole(pieces: AsyncIterable[bytes]) -> bytes:
    """Raises `Unreadable` for one that is too large."""
    data = bytearray()
    async for piece in pieces:
        data += piece
        if len(data) > FILE_LIMIT:
            raise Unreadable("web-file-large", limit=str(FILE_LIMIT // _MB))
    return bytes(data)
