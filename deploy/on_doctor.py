"""The command `doctor`: tries everything that can be tried, and says what is wrong and the mend.

In: the parser of the command line. Out: the same with this command; lines, or JSON, and an exit status: 0 nothing is
wrong, 1 something is, 2 it could not be run. Never: loads the database's machinery before it is run.
"""

import argparse
import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Final

from bot.errors import ProtocolBotError
from deploy import usual
from deploy.commands import Commands, command
from deploy.platforms.addresses import server

_HERE: Final = "http://127.0.0.1:8080"


def add_to(commands: Commands) -> None:
    """The command."""
    doctor = command(
        commands,
        "doctor",
        "try everything that can be tried, and say what is wrong and the mend; nothing is changed or sent",
        "protocol-bot doctor",
        "protocol-bot doctor --settings barrow.yaml --settings leigh.yaml --council barrow",
        "protocol-bot doctor --backups /var/backups/protocol-bot",
        "protocol-bot doctor --offline --json",
    )
    doctor.add_argument(
        "--settings", type=Path, action="append", default=[], metavar="FILE",
        help=f"the councils' settings, as for run (default {usual.SETTINGS})",
    )  # fmt: skip
    doctor.add_argument("--data", type=Path, default=usual.RUN_DATA, metavar="DIR", help="where everything is kept")
    doctor.add_argument("--url", default=_HERE, help=f"where the bot runs that is asked how it is (default {_HERE})")
    doctor.add_argument(
        "--backups", type=Path, metavar="DIR", help="the folder that backups are made into, to look at how old they are"
    )
    doctor.add_argument("--council", metavar="ID", help="look at this council only")
    doctor.add_argument("--offline", action="store_true", help="ask nobody outside this computer, but the database")
    doctor.add_argument("--json", action="store_true", help="JSON for scripts")
    doctor.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    """Raises `ProtocolBotError` where it can't be run."""
    import os

    from deploy.doctor import findings  # looking a clause up must not wait for any of it
    from deploy.doctor.whole import Asked, looked

    logging.getLogger().addHandler(logging.NullHandler())  # what is found stands in the findings, once
    asked = Asked(options.settings, options.data, _url(options.url), options.council, options.offline, options.backups)
    found = asyncio.run(looked(asked, os.environ, _say))
    if options.json:
        print(json.dumps(findings.listed(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(findings.lines(found)))
    return int(findings.is_amiss(found))


def _url(text: str) -> str:
    """With a slash at its end. Raises `ProtocolBotError`."""
    read = server(text.strip())
    if read is None:
        raise ProtocolBotError(f"--url is no address of a running bot. Write it like {_HERE}.")
    return f"{read.geturl().rstrip('/')}/"


def _say(what: str) -> None:
    """How far it is, for somebody at a terminal."""
    if sys.stderr.isatty():
        print(f"Looked at: {what}", file=sys.stderr, flush=True)
