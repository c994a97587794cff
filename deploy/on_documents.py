"""The commands on a council's own document: `import`, `confirm`, `draft`, `adopt`, `edition`, `schema`.

In: the parser of the command line. Out: the same with these commands; the work is in modules of their own.
Never: loads a reader of documents or the database before one of them is run.
"""

import argparse
from datetime import date
from pathlib import Path

from deploy.commands import Commands, command, later


def add_to(commands: Commands) -> None:
    """Every one of them."""
    for add in (_add_import, _add_confirm, _add_draft, _add_adopt, _add_edition, _add_schema):
        add(commands)


def _add_import(commands: Commands) -> None:
    made = command(
        commands,
        "import",
        "read a council's own document: Word, PDF, web page, Markdown, text",
        "protocol-bot import ashcombe.docx --out ashcombe.yaml",
    )
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--council", metavar="ID", help="the council's id, such as leigh-on-sea")
    made.add_argument("--name", help="the council's name in full")
    made.add_argument("--nation", choices=("england", "wales"))
    made.add_argument("--beside", type=Path, metavar="PACK.yaml", help="an earlier pack of the same council's")
    made.add_argument("--out", type=Path, metavar="PACK.yaml", help="where to write it")
    made.add_argument("--json", action="store_true", help="the report as JSON, for scripts")
    made.set_defaults(run=later("documents.importing", "run"))


def _add_confirm(commands: Commands) -> None:
    made = command(
        commands,
        "confirm",
        "go through the rules about concerns that an import proposes",
        "protocol-bot confirm ashcombe.yaml",
    )
    made.add_argument("pack", type=Path, metavar="PACK.yaml")
    for name, done in (("--accept", "put in force"), ("--refuse", "take away")):
        made.add_argument(
            name, action="append", default=[], metavar="ID,ID", help=f"{done} these without asking, for scripts"
        )
    made.set_defaults(run=later("documents.confirming", "confirm"))


def _add_draft(commands: Commands) -> None:
    made = command(
        commands,
        "draft",
        "give a pack to the clerk, who goes through it in the chat",
        "protocol-bot draft ashcombe.yaml --settings protocol-bot.yaml --data protocol-bot-data",
    )
    made.add_argument("pack", type=Path, metavar="PACK.yaml")
    _add_where(made)
    made.add_argument("--replace", action="store_true", help="in the place of a draft that is there already")
    made.set_defaults(run=later("documents.drafting", "draft"))


def _add_adopt(commands: Commands) -> None:
    made = command(
        commands,
        "adopt",
        "put a wording in force, after showing what changes",
        'protocol-bot adopt ashcombe.yaml --on 2026-05-11 --minute "FC 26/41" --settings protocol-bot.yaml',
    )
    made.add_argument("pack", type=Path, metavar="PACK.yaml")
    made.add_argument("--on", type=_day, required=True, metavar="DATE", help="the day it was adopted on")
    made.add_argument("--minute", required=True, metavar="REF", help="the minute it was adopted under")
    made.add_argument("--next-review", type=_day, metavar="DATE", help="when it is reviewed next")
    _add_where(made)
    made.add_argument("--yes", action="store_true", help="do not ask before it is put in force")
    made.set_defaults(run=later("documents.adopting", "adopt"))


def _add_edition(commands: Commands) -> None:
    made = command(
        commands,
        "edition",
        "write a wording that was adopted to a pack file",
        "protocol-bot edition --settings protocol-bot.yaml --number 2 --out second.yaml",
    )
    made.add_argument("--settings", type=Path, required=True, metavar="FILE", help="the council's own settings")
    made.add_argument("--council", metavar="ID", help="which one, where the settings are of several councils")
    made.add_argument("--data", type=Path, metavar="DIR", help="where everything is kept")
    made.add_argument("--number", type=int, metavar="N", help="which one (default: the one in force)")
    made.add_argument("--out", type=Path, required=True, metavar="PACK.yaml", help="where to write it")
    made.set_defaults(run=later("documents.editions", "edition"))


def _add_schema(commands: Commands) -> None:
    made = command(
        commands,
        "schema",
        "print the JSON Schema of a pack file, for editors",
        "protocol-bot schema > pack.schema.json",
    )
    made.set_defaults(run=later("documents.importing", "schema"))


def _add_where(made: argparse.ArgumentParser) -> None:
    made.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")
    made.add_argument("--data", type=Path, metavar="DIR", help="where everything is kept")
    made.add_argument("--file", type=Path, help="the key file, where it is not in that folder")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day: write it as year-month-day, for example 2026-05-11"
        ) from None
