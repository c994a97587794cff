"""The commands on what is kept: `keys`, `audit`, `held`, and what may be given with them.

In: the parser of the command line. Out: the same with these commands; the work is in `keeping` and `held`.
Never: loads the database's machinery before one of them is run: looking a clause up must not wait for it.
"""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from deploy import usual

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_KEYS = "protocol-bot.keys"
#: Why a concern may be erased before its time: a word, because the trail of who did what holds no content.
_WHY = ("asked-for", "mistake", "ordered", "test")


def add_to(commands: _Commands) -> None:
    """Every one of them."""
    _add_keys(_group(commands, "keys", "the keys that open what is private"))
    _add_audit(_group(commands, "audit", "the trail of who did and read what"))
    _add_held(_group(commands, "held", "what is held on somebody"))


def _group(commands: _Commands, name: str, help: str) -> _Commands:
    return commands.add_parser(name, help=help).add_subparsers(required=True, metavar="ACTION")


def _add_keys(actions: _Commands) -> None:
    new = actions.add_parser("new", help="make a key file")
    new.add_argument("--file", type=Path, default=Path(_KEYS), help=f"where to (default {_KEYS})")
    new.set_defaults(run=later("keeping", "new"))
    rotate = actions.add_parser("rotate", help="put a new key in use, and wrap everything with it")
    _add_data(rotate)
    rotate.set_defaults(run=later("keeping", "rotate"))


def _add_audit(actions: _Commands) -> None:
    verify = actions.add_parser("verify", help="find rows that were changed, added or cut")
    head = actions.add_parser("head", help="show where the trail ends, and keep that outside the database")
    for command, name in ((verify, "verify"), (head, "head")):
        _add_data(command)
        command.add_argument("--heads", type=Path, metavar="FILE", help="where the ends are kept, outside the database")
        command.set_defaults(run=later("keeping", name))


def _add_held(actions: _Commands) -> None:
    export = actions.add_parser("export", help="write all that is held on a person to a file")
    export.add_argument("--person", required=True, metavar="ID", help="their id in the settings")
    export.add_argument("--lead", required=True, metavar="ID", help="who hands it over: their id in the settings")
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="where to")
    hold = actions.add_parser("hold", help="keep a concern from being erased: a legal hold")
    hold.add_argument("--why", required=True, metavar="TEXT", help="kept sealed with the concern")
    let_go = actions.add_parser("let-go", help="let a concern go again that is under a legal hold")
    erase = actions.add_parser("erase", help="erase a concern, whole and for good")
    erase.add_argument("--why", required=True, choices=_WHY)
    for command in (hold, let_go, erase):
        command.add_argument("reference", metavar="REFERENCE")
        command.add_argument("--by", required=True, metavar="ID", help="who decided it: their id in the settings")
    for command, name in ((export, "export"), (hold, "hold"), (let_go, "let_go"), (erase, "erase")):
        _add_data(command)
        command.add_argument("--council", required=True, metavar="ID")
        command.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")
        command.set_defaults(run=later("held", name))


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, default=usual.data(), metavar="DIR", help="where everything is kept")
    command.add_argument("--file", type=Path, help="the key file, where it is not in that folder")


def later(module: str, name: str) -> Callable[[argparse.Namespace], int | None]:
    """The function of a module of `deploy` that does a command's work; the module is loaded when the command is run."""

    def run(options: argparse.Namespace) -> int | None:
        work: Callable[[argparse.Namespace], int | None] = getattr(import_module(f"deploy.{module}"), name)
        return work(options)

    return run
