"""The command `migrate`: brings the database to today's tables.

In: the parser of the command line. Out: the same with this command; what it did, in a sentence.
Never: loads the database's machinery before it is run.
"""

import argparse
import asyncio
from pathlib import Path

from deploy import usual
from deploy.commands import Commands, command


def add_to(commands: Commands) -> None:
    """The command."""
    migrate = command(
        commands,
        "migrate",
        "bring the database to today's tables",
        "protocol-bot migrate --check",
        "protocol-bot migrate",
    )
    migrate.add_argument("--data", type=Path, default=usual.data(), metavar="DIR", help="where everything is kept")
    migrate.add_argument("--check", action="store_true", help="only say whether it is needed: exit status 1 if so")
    migrate.set_defaults(run=_migrate)


def _migrate(options: argparse.Namespace) -> int:
    """Raises `ProtocolBotError`."""
    from deploy.kept import databases, folder  # looking a clause up must not wait for it

    file = folder.found(options.data)
    if options.check:
        lacking = asyncio.run(databases.lacking(file))
        print(f"It is needed: {_steps(lacking)}." if lacking else "It is not needed: the tables are today's.")
        return 1 if lacking else 0
    done = asyncio.run(databases.brought(file))
    print(f"Done: {_steps(done)}. The tables are today's." if done else "Nothing was to do: the tables are today's.")
    return 0


def _steps(names: list[str]) -> str:
    return f"step {names[0]}" if len(names) == 1 else f"steps {', '.join(names[:-1])} and {names[-1]}"
