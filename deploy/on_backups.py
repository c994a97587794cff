"""The commands `backup` and `restore`.

In: the parser of the command line. Out: the same with these commands; the work is in `deploy.backups`.
Never: loads the database's machinery before one of them is run.
"""

import argparse
from pathlib import Path

from deploy import usual
from deploy.commands import Commands, command, later
from deploy.on_what_is_kept import add_data


def add_to(commands: Commands) -> None:
    """Both."""
    _add_backup(commands)
    _add_restore(commands)


def _add_backup(commands: Commands) -> None:
    backup = command(
        commands,
        "backup",
        "write everything that is kept into one sealed file; the bot may go on meanwhile",
        "protocol-bot backup --to /backups --keep 30",
        "protocol-bot backup --to /backups --erasures-only",
        "protocol-bot backup --verify /backups/protocol-bot-20261123T010000Z.backup",
    )
    what = backup.add_mutually_exclusive_group()
    what.add_argument("--verify", type=Path, metavar="FILE", help="open a backup and count what is in it, no more")
    what.add_argument("--to", type=Path, metavar="DIR|FILE", help="where to: a folder, or a file that ends in .backup")
    backup.add_argument(
        "--settings", type=Path, action="append", default=[], metavar="FILE",
        help="a file of settings to put in; once for each (default protocol-bot.yaml, where it is there)",
    )  # fmt: skip
    backup.add_argument(
        "--keep", type=_some, metavar="N", help="keep so many in that folder, and remove the older ones of this bot"
    )
    backup.add_argument(
        "--erasures-only",
        action="store_true",
        help="only write down what was erased, beside the backups: for each hour",
    )
    add_data(backup)
    backup.set_defaults(run=later("backups.making", "backup"))


def _add_restore(commands: Commands) -> None:
    restore = command(
        commands,
        "restore",
        "put a backup back, without anything that was erased since it was made",
        "protocol-bot restore /backups/protocol-bot-20261123T010000Z.backup --data protocol-bot-data",
        "protocol-bot restore FILE --data protocol-bot-data --replace",
        "protocol-bot restore FILE --data exercise --file /media/stick/protocol-bot.keys --settings-to exercise",
    )
    restore.add_argument("backup", type=Path, metavar="FILE", help="the backup")
    restore.add_argument(
        "--replace", action="store_true", help="where a database is there: keep it beside, and take its place"
    )
    restore.add_argument(
        "--erased", type=Path, action="append", default=[], metavar="FILE",
        help="a later ledger of erasures, or a later backup, that lies elsewhere; once for each",
    )  # fmt: skip
    restore.add_argument("--settings-to", type=Path, metavar="DIR", help="write the settings of the backup there")
    add_data(restore)
    restore.set_defaults(run=later("backups.restoring", "restore"), data=usual.RUN_DATA)


def _some(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of backups to keep: 1 or more")
    return int(text)
