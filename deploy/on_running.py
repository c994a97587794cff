"""The commands that go on until somebody stops them: `run` and `try`.

In: the parser of the command line. Out: the same with these commands; a bot that serves.
Never: loads the web server before one of them is run.
"""

import argparse
import asyncio
from pathlib import Path

from content import load
from content.wording import ENGLISH
from deploy import usual
from deploy.commands import Commands, command
from deploy.running import lasting


def add_to(commands: Commands) -> None:
    """Both of them."""
    _add_run(commands)
    _add_try(commands)


def _add_run(commands: Commands) -> None:
    made = command(
        commands,
        "run",
        "serve the council's own chat",
        "protocol-bot run --settings protocol-bot.yaml --data protocol-bot-data",
    )
    made.add_argument(
        "--settings", type=Path, action="append", default=[], metavar="FILE",
        help="settings of one council or of many; may be given several times (default protocol-bot.yaml)",
    )  # fmt: skip
    made.add_argument("--data", type=Path, default=usual.RUN_DATA, metavar="DIR", help="where everything is kept")
    made.add_argument("--host", default="127.0.0.1", help="where to listen: this computer alone, if nothing is said")
    made.add_argument("--port", type=_port, default=8080, help="where to listen (0 picks a free one; default 8080)")
    made.set_defaults(run=_run)


def _add_try(commands: Commands) -> None:
    made = command(
        commands,
        "try",
        "try it in the browser, on this computer only",
        "protocol-bot try --port 8100",
        "protocol-bot try --language en",
    )
    made.add_argument("--port", type=_port, default=8765, help="where to listen (0 picks a free one; default 8765)")
    made.add_argument("--data", default=str(usual.TRY_DATA), metavar="DIR", help="where conversations are kept")
    made.add_argument(
        "--language", default=ENGLISH, metavar="LANGUAGE", help="what it speaks, as `protocol-bot words` lists them"
    )
    made.add_argument("--no-browser", action="store_true", help="do not open the page by itself")
    made.set_defaults(run=_try)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


def _run(options: argparse.Namespace) -> None:
    with lasting.starting():
        from deploy.running.run import run  # the web server is not needed to look a clause up

        asyncio.run(run(options.settings, options.data, options.host, options.port))


def _try(options: argparse.Namespace) -> None:
    with lasting.starting():
        from deploy.running.tryout import try_out

        load.words(options.language)  # what is wrong with it is said before anything is made
        asyncio.run(try_out(options.port, Path(options.data), options.language, open_browser=not options.no_browser))
