"""A document that is handed over in the chat, or on the command line for the clerk to go through in the chat.

In: a file's name and what is in it; whose council's. Out: a pack, and what should be looked at in it.
Never: two documents read at a time; a document read in this very process; a trace of it left on the disk.
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.edition import Brought
from bot.handbook import Handbook, Reads
from bot.pack import Pack
from content.importing.imported import Known, imported
from content.reading.apart import read_apart
from content.reading.structure import outline
from deploy import import_report
from deploy.handbooks import matcher

#: What the extra `import` brings.
_NEEDED: Final = ("bs4", "charset_normalizer", "docx", "lxml", "markdown_it", "pdfminer")


def reader() -> Reads | None:
    """What reads documents for one bot: one after the other, so that what they take stays within bounds.

    None where what that takes is not installed.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        return None
    one_at_a_time = asyncio.Lock()

    async def reads(name: str, data: bytes, book: Handbook) -> Brought:
        async with one_at_a_time:
            return await asyncio.to_thread(_brought, name, data, book.contents.pack)

    return reads


def _brought(name: str, data: bytes, before: Pack) -> Brought:
    """Laid beside the wording in force, where there is one. Raises `Unreadable`."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"document{_ending(name)}"
        file.write_bytes(data)
        paper = read_apart(file)
    known = Known(council=before.council, name=before.name, nation=before.nation, title=paper.title)
    made = imported(outline(paper), known, before if before.body else None, matcher())
    return Brought(made.pack, tuple(import_report.notes(made)))


def _ending(name: str) -> str:
    """Only what a plain ending has: the name is whatever somebody called their file."""
    ending = Path(name).suffix.casefold()
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) < 10 else ""
