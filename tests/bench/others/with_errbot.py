"""One command for errbot, behind the same door: `python with_errbot.py [--alone] PORT FILE`.

In: a port, the text to answer with. Out: a bot that answers `/protocol expectations`: in one of errbot's ten threads,
as it comes; or, with `--alone`, at once in the loop's own thread and with nothing else of what it comes with.
Never: another service; those of errbot's own plugins that listen, or look on the network for newer ones.
"""

import asyncio
import logging
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import door
from errbot import BotPlugin, botcmd, core
from errbot.backends import base
from errbot.bootstrap import setup_bot

_ME = "DOOR"


class Somebody(base.Person):
    """A person by one name for everything that errbot wants to know of them."""

    def __init__(self, name: str) -> None:
        self._name = name

    person = client = nick = fullname = aclattr = email = property(lambda self: self._name)

    def __str__(self) -> str:
        return self._name


class Door(core.ErrBot):
    """What is said to the bot comes in at the door; what it says back is the answer to that."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.bot_identifier = self.build_identifier("protocol")
        self._ann = self.build_identifier("ann")

    async def answer(self, text: str) -> str:
        said = asyncio.get_running_loop().create_future()
        self.callback_message(base.Message(text, frm=self._ann, to=self.bot_identifier, extras={"said": said}))
        return str(await said)

    def send_message(self, msg: base.Message) -> None:
        super().send_message(msg)
        said = msg.parent.extras["said"]
        if self.bot_config.BOT_ASYNC:
            said.get_loop().call_soon_threadsafe(said.set_result, msg.body)
        else:
            said.set_result(msg.body)

    def build_identifier(self, text_representation: str) -> Somebody:
        return Somebody(text_representation)

    def build_reply(self, msg: base.Message, text: str | None = None, *_how: bool, **_more: bool) -> base.Message:
        return base.Message(text, frm=self.bot_identifier, to=msg.frm, parent=msg)

    def prefix_groupchat_reply(self, message: base.Message, identifier: base.Identifier) -> None:
        """There are no groups."""

    def change_presence(self, status: str = base.ONLINE, message: str = "") -> None:
        """Nobody looks."""

    def query_room(self, room: str) -> None:
        """There are none."""

    def rooms(self) -> list[base.Room]:
        return []

    @property
    def mode(self) -> str:
        return "door"


class Protocol(BotPlugin):
    """The protocol."""

    @botcmd
    def protocol_expectations(self, _message: base.Message, _args: str) -> str:
        """What councillors and officers can expect of one another."""
        return str(self.bot_config.TEXT)


def _plug(folder: Path, name: str) -> str:
    """errbot finds what it loads by such files; each names this module, which holds one class of each kind."""
    (folder / name).mkdir()
    told = f"[Core]\nName = {name}\nModule = {Path(__file__).with_suffix('')}\n[Python]\nVersion = 3\n"
    (folder / name / f"{name}.plug").write_text(told, encoding="utf-8")
    return str(folder / name)


def _settings(folder: Path, text: str, *, alone: bool) -> SimpleNamespace:
    more = (
        () if alone else ("ACLs", "Backup", "ChatRoom", "CommandNotFoundFilter", "Flows", "Health", "Plugins", "Utils")
    )
    return SimpleNamespace(
        BOT_ADMINS=("bea",), BOT_PREFIX="/", BOT_ASYNC=not alone, BOT_LOG_LEVEL=logging.WARNING, STORAGE="Memory",
        BOT_DATA_DIR=str(folder), BOT_EXTRA_BACKEND_DIR=_plug(folder, _ME), BOT_PLUGIN_INDEXES=(),
        BOT_EXTRA_PLUGIN_DIR=_plug(folder, "Protocol"), CORE_PLUGINS=("Help", *more), AUTOINSTALL_DEPS=False, TEXT=text,
    )  # fmt: skip


def main() -> None:
    *how, port, text = sys.argv[1:]
    file = Path(text)
    settings = _settings(file.parent, file.read_text(encoding="utf-8"), alone=how == ["--alone"])
    bot = setup_bot(_ME, logging.getLogger(""), settings)
    bot.connect_callback()
    asyncio.run(_served(bot, int(port)))


async def _served(bot: Door, port: int) -> None:
    await door.opened(bot.answer, port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()
