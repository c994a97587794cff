"""One command for opsdroid, behind the same door: `python with_opsdroid.py PORT FILE`.

In: a port, the text to answer with. Out: a bot that answers `/protocol expectations`.
Never: another service; a database.

opsdroid takes this file for its connector and for its skill, by the name it has on the path.
"""

import asyncio
import gettext
import logging
import sys
from pathlib import Path

import door
from opsdroid.connector import Connector, register_event
from opsdroid.core import OpsDroid
from opsdroid.events import Message
from opsdroid.matchers import match_regex

gettext.install("opsdroid")  # its log says everything with `_`


class Door(Connector):
    """What is said to the bot comes in at the door; what it says back is the answer to that."""

    async def connect(self) -> None:
        await door.opened(self._answer, self.config["port"])

    async def listen(self) -> None:
        await asyncio.Event().wait()

    async def _answer(self, text: str) -> str:
        said = []
        await self.opsdroid.parse(Message(text, user="ann", target="general", connector=self, raw_event=said))
        return said[0]

    @register_event(Message)
    async def _said(self, message: Message) -> None:
        message.linked_event.raw_event.append(message.text)


@match_regex(r"/protocol expectations$")
async def expectations(opsdroid: OpsDroid, config: dict, message: Message) -> None:
    await message.respond(config["text"])


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    me, (port, text) = Path(__file__).stem, sys.argv[1:]
    told = Path(text).read_text(encoding="utf-8")
    settings = {
        "connectors": [{"name": "door", "module": me, "port": int(port)}],
        "skills": [{"name": "expectations", "module": me, "text": told}],
        "web": {"host": "127.0.0.1", "port": 0},  # its own server, which it does not do without: nobody asks there
        "module-path": str(Path(text).parent),
    }
    with OpsDroid(config=settings) as bot:
        bot.run()


if __name__ == "__main__":
    main()
