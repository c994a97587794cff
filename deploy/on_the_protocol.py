"""The commands on a protocol itself: `ask`, `clauses`, `routes`, `check`.

In: the parser of the command line. Out: the same with these commands; answers, clauses and routes on the terminal.
Never: keeps anything; takes a concern.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.handbook import Handbook
from bot.pack import PAIRS
from bot.proposing import as_proposed
from bot.settings import Settings
from bot.workdays import LONDON
from content import load
from content.tree import why_unread
from deploy.commands import Commands, command
from deploy.documents import asking, checking, routes
from deploy.handbooks import handbook, in_english, seats, shipped
from deploy.settings import made_up
from deploy.settings.councils import of, read


def add_to(commands: Commands) -> None:
    """Every one of them."""
    _add_ask(commands)
    _add_clauses(commands)
    _add_routes(commands)
    _add_check(commands)


def _add_ask(commands: Commands) -> None:
    made = command(
        commands,
        "ask",
        "answer a question, or a file of questions",
        'protocol-bot ask "who mediates?" --council leigh-on-sea',
        "protocol-bot ask --batch questions.jsonl --pack ashcombe.yaml",
    )
    made.add_argument("question", nargs="?", metavar="QUESTION")
    made.add_argument("--batch", metavar="FILE.jsonl", help="questions as JSON lines (- reads standard input)")
    _add_protocol(made)
    made.set_defaults(run=_ask, parser=made)


def _add_clauses(commands: Commands) -> None:
    made = command(
        commands, "clauses", "list every clause of a protocol", "protocol-bot clauses --council barrow --json"
    )
    _add_protocol(made)
    made.set_defaults(run=_clauses)


def _add_routes(commands: Commands) -> None:
    made = command(
        commands,
        "routes",
        "show who may raise what about whom, and what happens then",
        "protocol-bot routes --council southwell --from councillor --about clerk",
        "protocol-bot routes --settings protocol-bot.yaml",
    )
    _add_protocol(made)
    sides = sorted({side for pair in PAIRS for side in pair})
    made.add_argument("--from", dest="raiser", choices=sides, help="only what these raise")
    made.add_argument("--about", choices=sides, help="only what is raised about these")
    made.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")
    made.add_argument("--proposed", action="store_true", help="as it would be if all that is proposed were confirmed")
    made.set_defaults(run=_routes)


def _add_check(commands: Commands) -> None:
    made = command(
        commands,
        "check",
        "check that every content file is sound, and that nobody is left out",
        "protocol-bot check --settings protocol-bot.yaml",
        "protocol-bot check --settings protocol-bot.yaml --data protocol-bot-data",
    )
    made.add_argument("files", nargs="*", metavar="PACK.yaml", help="other pack files to check")
    made.add_argument("--settings", type=Path, metavar="FILE", help="a council's own settings to check")
    made.add_argument(
        "--data", type=Path, metavar="DIR", help="where everything is kept: by the wording in force there"
    )
    made.set_defaults(run=_check)


def _add_protocol(command: argparse.ArgumentParser) -> None:
    which = command.add_mutually_exclusive_group()
    which.add_argument("--council", metavar="ID", help=f"one of: {', '.join(load.councils())}")
    which.add_argument("--pack", metavar="FILE", help="a council's own pack file")
    command.add_argument("--json", action="store_true", help="JSON for scripts")


# ---------------------------------------------------------------- ask, clauses


def _ask(options: argparse.Namespace) -> None:
    if (options.question is None) == (options.batch is None):
        options.parser.error("give one question in quotation marks, or --batch FILE.jsonl")
    if options.batch is not None:
        for line in asking.batch(_lines(options.batch), options.pack):
            print(line)
        return
    book = asking.of(options.council, options.pack)
    if options.json:
        print(json.dumps(asking.told(options.question, book), ensure_ascii=False, indent=2))
    else:
        print(asking.ask(options.question, book))


def _lines(file: str) -> list[str]:
    try:
        read = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return read.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as broken:
        raise asking.WrongLine(f"{file}: can't be read: {why_unread(Path(file), broken)}") from None


def _clauses(options: argparse.Namespace) -> None:
    book = asking.of(options.council, options.pack)
    if options.json:
        print(json.dumps(asking.every_clause(book), ensure_ascii=False, indent=2))
        return
    for stand in book.contents.stands.values():
        print(f"{stand.label}: {stand.wording}")


def _routes(options: argparse.Namespace) -> None:
    own = _named(options) if options.settings else None
    book = in_english(_audited(own, options))
    waiting = None
    if options.proposed:
        waiting = [one.rule.id for one in book.contents.pack.proposed]
        seated = tuple(book.roster.seats.values())
        book = in_english(handbook(as_proposed(book.contents.pack), seated, settings=book.settings))
    pairs = routes.chosen(book, options.raiser, options.about)
    if options.json:
        print(json.dumps([routes.record(pair, book, waiting) for pair in pairs], ensure_ascii=False, indent=2))
        return
    print("\n".join((*routes.told(pairs, book, waiting or ()), *routes.waiting(book))))


def _named(options: argparse.Namespace) -> Settings:
    """Of the settings that are named, those of the council that is, or that the pack is of."""
    return of(options.council or (options.pack and load.pack(Path(options.pack)).council), options.settings)


def _audited(own: Settings | None, options: argparse.Namespace) -> Handbook:
    """The handbook of the pack or the council that is named, or that the settings are of."""
    if own is None or options.pack is not None:
        return asking.of(options.council, options.pack, own)
    return handbook(shipped(own), seats(own, datetime.now(LONDON).date()), settings=own)


def _check(options: argparse.Namespace) -> None:
    all_settings = read([options.settings]) if options.settings else [made_up.settings_of(id) for id in load.councils()]
    file = options.settings or "deploy/try.yaml"
    for name, there in (
        *_content(options.files),
        (file, _people(all_settings if options.settings else all_settings[:1])),
    ):
        print(f"{name}: sound ({there})")
    print("\n".join(checking.told(all_settings, options)))


def _people(councils: Sequence[Settings]) -> str:
    """How many there are in a file of settings."""
    count = sum(len(own.people) for own in councils)
    people = "one person" if count == 1 else f"{count} people"
    return people if len(councils) == 1 else f"{len(councils)} councils, {people}"


def _content(files: Sequence[str]) -> list[tuple[str, str]]:
    """Every content file read, with what is in it. Raises `UnsoundContent` at the first that is not sound."""
    topics = load.topics()
    rows = [("topics.yaml", f"{len(topics)} topics, {sum(len(topic.asks) for topic in topics)} ways of asking")]
    for language in load.languages():
        load.words(language)
        rows.append((f"words/{language}", "the bot's own sentences"))
    rows.append(("concern.yaml", f"{len(load.care_words().grave)} words of concern"))
    for language in load.languages():
        flow = load.flow(language)
        rows.append((f"flows/concern.yaml, {language}", f"{len(flow.first)} first things, {len(flow.law)} legal notes"))
    packs = [(f"councils/{id}.yaml", load.council(id)) for id in load.councils()]
    packs += [(file, load.pack(Path(file))) for file in files]
    rows += [
        (
            name,
            f"{pack.name}, {len(pack.body)} headings and clauses, {len(pack.gaps)} gaps{checking.waiting(name, pack)}",
        )
        for name, pack in packs
    ]
    return rows
