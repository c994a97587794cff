"""What people hand over on the page, until the form that it belongs to is sent in.

In: a file, piece by piece. Out: its fingerprint, and for that the file. Never: writes it down; keeps more than a few.
"""

from collections.abc import AsyncIterable
from hashlib import blake2s
from typing import Final

from adapters.web.parse import Unreadable
from bot.conversation import Attached
from bot.remembered import Remembered

#: What one file may weigh, in bytes.
FILE_LIMIT: Final = 20 * 1024 * 1024
_NAME_LIMIT = 200
_AT_ONCE = 3


class Files:
    """The last few files handed over, each for the person who did."""

    def __init__(self) -> None:
        self._kept: Remembered[Attached] = Remembered(_AT_ONCE)

    async def keep(self, whose: tuple[str, str], name: str, pieces: AsyncIterable[bytes]) -> str:
        """Its fingerprint, the same for the same file again. Raises `Unreadable` for one that is too large."""
        data = bytearray()
        async for piece in pieces:
            data += piece
            if len(data) > FILE_LIMIT:
                raise Unreadable(
                    f"That file is larger than {FILE_LIMIT // (1024 * 1024)} MB. Save it again without its pictures, "
                    "and choose that one."
                )
        attached = Attached(name[-_NAME_LIMIT:], bytes(data))
        print_ = blake2s(attached.name.encode("utf-8", "replace") + b"\0" + attached.data).hexdigest()
        self._kept.put(_key(whose, print_), attached)
        return print_

    def found(self, whose: tuple[str, str], prints: dict[str, str]) -> dict[str, Attached]:
        """The files of a form, by field. Raises `Unreadable` for one that is not here any more."""
        found = {field: self._kept.get(_key(whose, print_)) for field, print_ in prints.items()}
        if None in found.values():
            raise Unreadable("The file is not here any more. Choose it once more and send it again.")
        return {field: one for field, one in found.items() if one is not None}


def _key(whose: tuple[str, str], print_: str) -> str:
    return "/".join((*whose, print_))
