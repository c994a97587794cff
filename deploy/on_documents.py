"""The commands on a council's own document: `import`, `confirm`, `draft`, `adopt`, `edition`, `schema`.

In: the parser of the command line. Out: the same with these commands; the work is in modules of their own.
Never: loads a reader of documents or the database before one of them is run.
"""

import argparse
from datetime import date
from pathlib import Path

from deploy.on_what_is_kept import later


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Every one of them."""
    _add_import(
        commands.add_parser("import", help="read a council's own document: Word, PDF, web page, Markdown, text")
    )
    _add_confirm(commands.add_parser("confirm", help="go through the rules about concerns that an import proposes"))
    _add_draft(commands.add_parser("draft", help="give a pack to the clerk, who goes through it in the chat"))
    _add_adopt(commands.add_parser("adopt", help="put a wording in force, after showing what changes"))
    _add_edition(commands.add_parser("edition", help="write a wording that was adopted to a pack file"))
    schema = commands.add_parser("schema", help="print the JSON Schema of a pack file, for editors")
    schema.set_defaults(run=later("importing", "schema"))


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--council", metavar="ID", help="the council's id, such as leigh-on-sea")
    command.add_argument("--name", help="the council's name in full")
    command.add_argument("--nation", choices=("england", "wales"))
    command.add_argument("--beside", type=Path, metavar="PACK.yaml", help="an earlier pack of the same council's")
    command.add_argument("--out", type=Path, metavar="PACK.yaml", help="where to write it")
    command.add_argument("--json", action="store_true", help="the report as JSON, for scripts")
    command.set_defaults(run=later("importing", "run"))


def _add_confirm(command: argparse.ArgumentParser) -> None:
    command.add_argument("pack", type=Path, metavar="PACK.yaml")
    for name, done in (("--accept", "put in force"), ("--refuse", "take away")):
        command.add_argument(
            name, action="append", default=[], metavar="ID,ID", help=f"{done} these without asking, for scripts"
        )
    command.set_defaults(run=later("confirming", "confirm"))


def _add_draft(command: argparse.ArgumentParser) -> None:
    command.add_argument("pack", type=Path, metavar="PACK.yaml")
    _add_where(command)
    command.add_argument("--replace", action="store_true", help="in the place of a draft that is there already")
    command.set_defaults(run=later("drafting", "draft"))


def _add_adopt(command: argparse.ArgumentParser) -> None:
    command.add_argument("pack", type=Path, metavar="PACK.yaml")
    command.add_argument("--on", type=_day, required=True, metavar="DATE", help="the day it was adopted on")
    command.add_argument("--minute", required=True, metavar="REF", help="the minute it was adopted under")
    command.add_argument("--next-review", type=_day, metavar="DATE", help="when it is reviewed next")
    _add_where(command)
    command.add_argument("--yes", action="store_true", help="do not ask before it is put in force")
    command.set_defaults(run=later("adopting", "adopt"))


def _add_edition(command: argparse.ArgumentParser) -> None:
    command.add_argument("--settings", type=Path, required=True, metavar="FILE", help="the council's own settings")
    command.add_argument("--data", type=Path, metavar="DIR", help="where everything is kept")
    command.add_argument("--number", type=int, metavar="N", help="which one (default: the one in force)")
    command.add_argument("--out", type=Path, required=True, metavar="PACK.yaml", help="where to write it")
    command.set_defaults(run=later("editions", "edition"))


def _add_where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")
    command.add_argument("--data", type=Path, metavar="DIR", help="where everything is kept")
    command.add_argument("--file", type=Path, help="the key file, where it is not in that folder")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day: write it as year-month-day, for example 2026-05-11"
        ) from None
