"""The commands on what is set: `init`, which asks and writes a settings file, and `settings`, which explains every one.

In: the parser of the command line. Out: the same with these commands; the work is in modules of their own.
Never: loads more than one of them needs before it is run.
"""

import argparse
from pathlib import Path

from content import load
from deploy.commands import Commands, command, later
from deploy.usual import SETTINGS

_PERSON = '"NAME, ACCOUNT, E-MAIL"'


def add_to(commands: Commands) -> None:
    """Both of them."""
    _add_init(
        command(
            commands,
            "init",
            "ask a few questions, and write protocol-bot.yaml from the answers",
            "protocol-bot init",
            "protocol-bot init --add",
            'protocol-bot init --council barrow --clerk "Ruth Ellison, clerk@example.org" --chair "Priya Nair"',
        )
    )
    made = command(
        commands,
        "settings",
        "print every setting: its default, what it means, an example",
        "protocol-bot settings",
        "protocol-bot settings --schema > settings.schema.json",
    )
    made.add_argument("--schema", action="store_true", help="a JSON Schema of the settings file instead, for editors")
    made.set_defaults(run=_settings)


def _add_init(made: argparse.ArgumentParser) -> None:
    made.add_argument("--council", metavar="ID", help=f"one of: {', '.join(load.councils())}, or an id of its own")
    made.add_argument("--name", help="the council's name in full, where its protocol does not come with the bot")
    made.add_argument("--nation", choices=("england", "wales"), help="where it is, then")
    made.add_argument("--pack", metavar="FILE", help="its own protocol, as protocol-bot import writes it")
    made.add_argument("--chat", choices=("slack", "teams", "none"), help="which chat it uses")
    made.add_argument("--workspace", metavar="ID", help="the id of the Slack workspace, or of the Microsoft tenant")
    for office in ("clerk", "chair", "vice-chair"):
        made.add_argument(f"--{office}", metavar=_PERSON, help="account and e-mail may be left out")
    made.add_argument("--councillor", metavar=_PERSON, action="append", help="a further one; once for each")
    made.add_argument("--officer", metavar=_PERSON, action="append", help="one besides the clerk; once for each")
    made.add_argument("--group", metavar='"NAME: PERSON, PERSON"', help="the delegated group and its members")
    made.add_argument("--data-lead", metavar="WHO", help="who answers for personal data: an office or a person")
    made.add_argument("--outside", metavar="TEXT", help="how the outside body is reached that deals with conduct")
    made.add_argument("--out", type=Path, default=SETTINGS, metavar="FILE", help=f"where to (default {SETTINGS})")
    made.add_argument("--add", action="store_true", help="one more council, in a file that is there")
    made.set_defaults(run=later("settings.init", "init"))


def _settings(options: argparse.Namespace) -> None:
    """Raises `UnsoundContent`."""
    if options.schema:
        from content import schemas, settings_schema  # looking a clause up must not wait for it

        print(schemas.printed(settings_schema.schema()), end="")
        return
    from deploy.settings.settings_page import page

    print(page(), end="")
