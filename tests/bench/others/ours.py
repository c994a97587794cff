"""Protocol Bot behind the same door: `python -m tests.bench.others.ours PORT FILE`.

In: a port, a file to stand beside. Out: all that `protocol-bot run` wires together, with a store in SQLite, its keys
and five people; each text is a command of a delivery of its own.
Never: a platform; a shortcut past the door that every platform knocks at.
"""

import asyncio
import itertools
import sys
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.conversation import Command, Person, Place, Post, Whisper
from bot.ports import Ears
from deploy.kept import folder
from deploy.running import lasting, serving
from deploy.running.figures import Figures
from deploy.settings import made_up
from tests.bench.others import door

_COUNCIL = "southwell"


#: What anybody may see is drawn once, as the adapters do it (`adapters.slack.render.known_messages`).
_drawn: Final = lru_cache(maxsize=256)(Post.plain)


class Adapter:
    """What an adapter is at its least: a text becomes a command, an answer becomes a text."""

    def __init__(self, bot: Ears) -> None:
        self._bot = bot
        self._jo = Person("web", _COUNCIL, "councillor")
        self._here = Place("web", _COUNCIL, "councillor", private=True)
        self._ids = itertools.count()

    async def answer(self, text: str) -> str:
        asked = text.removeprefix("/protocol").strip()
        id = f"d{next(self._ids)}"
        event = Command(id=id, who=self._jo, where=self._here, at=datetime.now(UTC), text=asked)
        match await self._bot.hear(event):
            case Whisper() as said:
                return _drawn(said.post)
            case other:
                raise AssertionError(other)


async def main(port: int, text: Path) -> None:
    file = folder.made(text.parent, folder.RUN)
    async with folder.opened(file) as memory:
        council = [made_up.settings_of(_COUNCIL)]
        work = await serving.wired(memory, folder.keys_beside(file), {}, council, Figures(crowd=False))
        adapter = Adapter(work.bot)
        lasting.begun()
        await door.opened(adapter.answer, port)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with lasting.starting():
        asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
