"""A document that is handed over in the chat, or on the command line for the clerk to go through in the chat.

In: a file's name and what is in it; whose council's. Out: a pack, and what should be looked at in it.
Never: two documents read at a time; the same one twice in a row; a document read in this very process; a trace of it
left on the disk, or in memory for longer than a minute.
"""

import asyncio
from collections.abc import Callable
from hashlib import blake2s
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.edition import Brought
from bot.errors import ProtocolBotError
from bot.handbook import Handbook, Reads
from bot.pack import Pack
from content.reading.refusals import Unreadable, within_bounds
from deploy.documents.rephrasing import rephrased
from deploy.handbooks import matcher

#: What the extra `import` brings.
_NEEDED: Final = ("bs4", "charset_normalizer", "docx", "lxml", "markdown_it", "pdfminer")
#: How many documents may be in hand: the one that is being read, and those that wait for it.
IN_LINE: Final = 3
#: How many readings are remembered, and for how many seconds: platforms deliver again what is answered late.
_LAST: Final = 4
_MINUTE: Final = 60.0


def reader() -> Reads | None:
    """What reads documents for one bot: one after the other, so that what they take stays within bounds.

    None where what that takes is not installed.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        return None
    return Readings(_brought)


class Readings:
    """One reading for each document, however often it is handed over meanwhile and in the minute after.

    `read` is called in a thread of its own, with the file's name, what is in it and the wording to lay it beside.
    """

    def __init__(self, read: Callable[[str, bytes, Pack], Brought], remember: float = _MINUTE) -> None:
        self._read = read
        self._remember = remember
        self._one_at_a_time = asyncio.Lock()
        self._known: dict[str, asyncio.Task[Brought]] = {}

    async def __call__(self, name: str, data: bytes, book: Handbook) -> Brought:
        """What is in it, told in the council's words.

        Raises `ProtocolBotError` where it can't be read, or too many are being read.
        """
        key = _fingerprint(name, data, book)
        task = self._known.get(key)
        if task is None:
            task = self._begun(key, name, data, book)
        said = rephrased(book.words)
        try:
            found = await asyncio.shield(task)  # whoever stops waiting does not end it for the others
        except Unreadable as why:
            raise Unreadable(said(str(why))) from None
        notes = tuple(map(said, found.notes))
        return found if notes == found.notes else found._replace(notes=notes)

    def _begun(self, key: str, name: str, data: bytes, book: Handbook) -> asyncio.Task[Brought]:
        if sum(not task.done() for task in self._known.values()) >= IN_LINE:
            raise ProtocolBotError(book.words("setup-reading-another"))
        task = asyncio.create_task(self._in_turn(name, data, book.contents.pack))
        self._known[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    async def _in_turn(self, name: str, data: bytes, before: Pack) -> Brought:
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._read, name, data, before)

    def _ended(self, key: str, task: asyncio.Task[Brought]) -> None:
        """What came of it is known for a minute; what failed by accident may be tried anew at once."""
        if task.cancelled() or not isinstance(task.exception(), ProtocolBotError | None):
            self._known.pop(key, None)
            return
        asyncio.get_running_loop().call_later(self._remember, self._forget, key)
        over = [name for name, one in self._known.items() if one.done()][:-_LAST]
        for name in over:
            del self._known[name]

    def _forget(self, key: str) -> None:
        """A minute is over. Another reading of the same may be in hand by then, where this one was forgotten before."""
        if (known := self._known.get(key)) is not None and known.done():
            del self._known[key]


def _fingerprint(name: str, data: bytes, book: Handbook) -> str:
    """The same for the same file of the same council, laid beside the same wording."""
    whole = blake2s(f"{book.council}\0{book.edition}\0{name}\0".encode("utf-8", "replace"))
    whole.update(data)
    return whole.hexdigest()


def _brought(name: str, data: bytes, before: Pack) -> Brought:
    """Laid beside the wording in force, where there is one. Raises `Unreadable`."""
    # A council hands a document over every few years; a start does not wait for what that takes.
    from content.importing.imported import Known, imported
    from content.importing.packs import refuse_pack
    from content.reading.apart import read_apart
    from content.reading.structure import outline
    from deploy.documents import import_report

    refuse_pack(data)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"document{_ending(name)}"
        file.write_bytes(data)
        paper = read_apart(file)
    known = Known(council=before.council, name=before.name, nation=before.nation, title=paper.title)
    with within_bounds():
        made = imported(outline(paper), known, before if before.body else None, matcher())
        return Brought(made.pack, tuple(import_report.notes(made)))


def _ending(name: str) -> str:
    """Only what a plain ending has: the name is whatever somebody called their file."""
    ending = Path(name).suffix.casefold()
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) < 10 else ""
