"""Tells a pack file from a council's document, before it is read as one.

In: what is in a file. Out: `Unreadable` where that is a pack already. Never: reads the pack.
"""

import re
from pathlib import Path
from typing import Final

from content.reading.refusals import Unreadable
from content.reading.sniffed import LARGEST_FILE

#: What every pack has at the outermost level of its YAML, and no document has at the begin of two of its lines.
_OUTERMOST: Final = (
    re.compile(rb"^[\"']?council[\"']?\s*:", re.MULTILINE),
    re.compile(rb"^[\"']?body[\"']?\s*:", re.MULTILINE),
)
_A_PACK: Final = "That is a pack file already: `protocol-bot check` and `confirm` take it."


def refuse_pack(data: bytes) -> None:
    """Raises `Unreadable` where these are the bytes of a pack file, whatever the file is called."""
    text = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")
    if all(key.search(text) for key in _OUTERMOST):
        raise Unreadable(_A_PACK)


def refuse_pack_file(file: Path) -> None:
    """The same for a file. One that can't be opened, or is larger than any document, is for the reader to refuse."""
    try:
        if file.is_file() and file.stat().st_size <= LARGEST_FILE:
            refuse_pack(file.read_bytes())
    except OSError:
        return
