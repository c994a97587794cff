"""The commands on what is kept: `keys`, `audit`, `concern`, `person`, `purge`, and what may be given with them.

In: the parser of the command line. Out: the same with these commands; the work is in `deploy/kept/`.
Never: loads the database's machinery before one of them is run: looking a clause up must not wait for it.
"""

import argparse
from pathlib import Path

from deploy import usual
from deploy.commands import Commands, command, group, later

_KEYS = "protocol-bot.keys"
#: Why a concern may be erased before its time: a word, because the trail of who did what holds no content.
_WHY = ("asked-for", "mistake", "ordered", "test")
_OURS = "--council barrow --settings protocol-bot.yaml"


def add_to(commands: Commands) -> None:
    """Every one of them."""
    _add_keys(group(commands, "keys", "the keys that open what is private"))
    _add_audit(group(commands, "audit", "the trail of who did and read what"))
    _add_concern(group(commands, "concern", "keep a concern from being erased, or erase it"))
    _add_person(group(commands, "person", "what is held on somebody: hand it out, or erase it"))
    purge = command(
        commands,
        "purge",
        "erase what is past its time now, as the bot does by itself",
        "protocol-bot purge --dry-run",
        "protocol-bot purge",
    )
    purge.add_argument("--dry-run", action="store_true", help="only count")
    add_data(purge)
    purge.set_defaults(run=later("kept.purging", "purge"))


def _add_keys(actions: Commands) -> None:
    new = command(actions, "new", "make a key file", "protocol-bot keys new --file protocol-bot.keys")
    new.add_argument("--file", type=Path, default=Path(_KEYS), help=f"where to (default {_KEYS})")
    new.set_defaults(run=later("kept.keeping", "new"))
    rotate = command(
        actions,
        "rotate",
        "put a new key in use, and wrap everything with it",
        "protocol-bot keys rotate --data protocol-bot-data",
    )
    add_data(rotate)
    rotate.set_defaults(run=later("kept.keeping", "rotate"))
    check = command(
        actions,
        "check",
        "say whether a key file, or a copy of it, opens what is kept",
        "protocol-bot keys check",
        "protocol-bot keys check --file /media/stick/protocol-bot.keys",
        "protocol-bot keys check --file COPY --backup /backups/protocol-bot-20261123T010000Z.backup",
    )
    add_data(check)
    check.add_argument("--backup", type=Path, metavar="FILE", help="a backup that it should open too")
    check.set_defaults(run=later("kept.keeping", "check"))
    _add_lost(actions)


def _add_lost(actions: Commands) -> None:
    gone = command(
        actions,
        "lost",
        "begin again where the key file and every copy of it are lost",
        "protocol-bot keys lost --data protocol-bot-data",
    )
    add_data(gone)
    gone.add_argument("--copied", action="store_true", help="on PostgreSQL: yes, a copy of the database was made")
    gone.add_argument("--yes", action="store_true", help="yes, begin again: do not ask")
    gone.set_defaults(run=later("kept.lost", "lost"))


def _add_audit(actions: Commands) -> None:
    verify = command(
        actions, "verify", "find rows that were changed, added or cut", "protocol-bot audit verify --heads heads.json"
    )
    head = command(
        actions,
        "head",
        "show where the trail ends, and keep that outside the database",
        "protocol-bot audit head --heads /media/stick/heads.json",
    )
    for one, name in ((verify, "verify"), (head, "head")):
        add_data(one)
        one.add_argument("--heads", type=Path, metavar="FILE", help="where the ends are kept, outside the database")
        one.set_defaults(run=later("kept.keeping", name))


def _add_concern(actions: Commands) -> None:
    hold = command(
        actions,
        "hold",
        "keep a concern from being erased: a legal hold",
        f"protocol-bot concern hold CN-7F3K-92QX {_OURS} --by clerk --why 'a court asks for it'",
    )
    hold.add_argument("--why", required=True, metavar="TEXT", help="kept sealed with the concern")
    let_go = command(
        actions,
        "let-go",
        "let a concern go again that is under a legal hold",
        f"protocol-bot concern let-go CN-7F3K-92QX {_OURS} --by clerk",
    )
    erase = command(
        actions,
        "erase",
        "erase a concern, whole and for good",
        f"protocol-bot concern erase CN-7F3K-92QX {_OURS} --by clerk --why ordered",
    )
    erase.add_argument("--why", required=True, choices=_WHY)
    for one, name in ((hold, "hold"), (let_go, "let_go"), (erase, "erase")):
        one.add_argument("reference", metavar="REFERENCE")
        one.add_argument("--by", required=True, metavar="ID", help="who decided it: their id in the settings")
        _add_council(one)
        one.set_defaults(run=later("kept.concerns", name))


def _add_person(actions: Commands) -> None:
    _add_export(actions)
    erase = command(
        actions,
        "erase",
        "erase what is held on a person, and say what has to stay",
        f"protocol-bot person erase {_OURS} --person councillor --by clerk --dry-run",
        f"protocol-bot person erase {_OURS} --person councillor --by clerk",
    )
    _add_who(erase)
    erase.add_argument(
        "--account", action="append", default=[], metavar="PLATFORM:WORKSPACE:ID",
        help="an account of theirs that is not in the settings any more; once for each",
    )  # fmt: skip
    erase.add_argument("--ended", action="store_true", help="concerns they raised that ended, too, before their time")
    erase.add_argument("--dry-run", action="store_true", help="only say what would go and what stays")
    erase.add_argument("--yes", action="store_true", help="yes, erase it: do not ask")
    _add_council(erase)
    erase.set_defaults(run=later("kept.people", "erase"))


def _add_export(actions: Commands) -> None:
    export = command(
        actions,
        "export",
        "write all that is held on a person to a file",
        f"protocol-bot person export {_OURS} --person councillor --by clerk --out held.md",
    )
    _add_who(export)
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="where to")
    _add_council(export)
    export.set_defaults(run=later("kept.exporting", "export"))


def _add_who(one: argparse.ArgumentParser) -> None:
    one.add_argument("--person", required=True, metavar="ID", help="their id in the settings")
    one.add_argument(
        "--by", "--lead", dest="lead", required=True, metavar="ID",
        help="who answers for it: the id of somebody who deals with personal data (--lead is the same)",
    )  # fmt: skip


def _add_council(one: argparse.ArgumentParser) -> None:
    add_data(one)
    one.add_argument("--council", required=True, metavar="ID")
    one.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")


def add_data(one: argparse.ArgumentParser) -> None:
    """Where everything is, and the key file."""
    one.add_argument("--data", type=Path, default=usual.data(), metavar="DIR", help="where everything is kept")
    one.add_argument(
        "--file", type=Path, metavar="KEYS",
        help="the key file, where it is neither in that folder nor what PROTOCOL_BOT_KEYS_FILE names",
    )  # fmt: skip
