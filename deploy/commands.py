"""How a command is put on the command line, with an example of it in its help.

In: the commands there are, a name, a line of help, examples, where its work is. Out: the parser of one more.
Never: a command without an example; loads what does the work before it is run.
"""

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command(commands: Commands, name: str, help: str, example: str, *more: str) -> argparse.ArgumentParser:
    """One more command. An example is a whole line, as somebody would type it."""
    shown = "\n".join(f"  {line}" for line in (example, *more))
    return commands.add_parser(
        name,
        help=help,
        description=f"{help[:1].upper()}{help[1:]}.",
        epilog=f"{'Examples' if more else 'Example'}:\n{shown}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def group(commands: Commands, name: str, help: str, metavar: str = "ACTION") -> Commands:
    """A command that is made of others: `keys new`. Each of them has an example in a help of its own."""
    made = commands.add_parser(
        name,
        help=help,
        description=f"{help[:1].upper()}{help[1:]}.",
        epilog=f"Each {metavar} has an example in its own help: protocol-bot {name} {metavar} --help",
    )
    return made.add_subparsers(required=True, metavar=metavar)


def later(module: str, name: str) -> Callable[[argparse.Namespace], int | None]:
    """The function of a module of `deploy` that does a command's work; the module is loaded when the command is run."""

    def run(options: argparse.Namespace) -> int | None:
        work: Callable[[argparse.Namespace], int | None] = getattr(import_module(f"deploy.{module}"), name)
        return work(options)

    return run
