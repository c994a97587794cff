"""The command line, `protocol-bot`: each command with an example in its help, the larger ones in modules of their own.

In: arguments. Out: lines on the terminal, and an exit status: 0 done, 1 done and something is wrong with the trail,
2 can't be done (the reason is on stderr).
Never: a stack trace for something a person can mend.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.errors import ProtocolBotError
from bot.handbook import Handbook
from bot.pack import PAIRS
from bot.proposing import as_proposed
from bot.settings import Settings
from bot.workdays import LONDON
from content import load
from content.tree import why_unread
from content.wording import ENGLISH
from deploy import (
    on_backups,
    on_doctor,
    on_documents,
    on_platforms,
    on_reviews,
    on_settings,
    on_the_database,
    on_the_outbox,
    on_what_is_kept,
    on_words,
    usual,
)
from deploy.commands import Commands, command
from deploy.documents import asking, checking, routes
from deploy.handbooks import handbook, in_english, seats, shipped
from deploy.running import lasting
from deploy.settings import made_up
from deploy.settings.councils import of, read


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except ProtocolBotError as wrong:
        print(f"protocol-bot: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, `head` perhaps, has had enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Every command there is."""
    made = argparse.ArgumentParser(
        prog="protocol-bot",
        description="Your council's councillor/officer protocol, answered clause by clause.",
        epilog="Example: protocol-bot try. Each COMMAND has one of its own: protocol-bot COMMAND --help",
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    ask = command(
        commands,
        "ask",
        "answer a question, or a file of questions",
        'protocol-bot ask "who mediates?" --council leigh-on-sea',
        "protocol-bot ask --batch questions.jsonl --pack ashcombe.yaml",
    )
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--batch", metavar="FILE.jsonl", help="questions as JSON lines (- reads standard input)")
    _add_protocol(ask)
    ask.set_defaults(run=_ask, parser=ask)
    clauses = command(
        commands, "clauses", "list every clause of a protocol", "protocol-bot clauses --council barrow --json"
    )
    _add_protocol(clauses)
    clauses.set_defaults(run=_clauses)
    audited = command(
        commands,
        "routes",
        "show who may raise what about whom, and what happens then",
        "protocol-bot routes --council southwell --from councillor --about clerk",
        "protocol-bot routes --settings protocol-bot.yaml",
    )
    _add_protocol(audited)
    sides = sorted({side for pair in PAIRS for side in pair})
    audited.add_argument("--from", dest="raiser", choices=sides, help="only what these raise")
    audited.add_argument("--about", choices=sides, help="only what is raised about these")
    audited.add_argument("--settings", type=Path, metavar="FILE", help="the council's own settings")
    audited.add_argument(
        "--proposed", action="store_true", help="as it would be if all that is proposed were confirmed"
    )
    audited.set_defaults(run=_routes)
    check = command(
        commands,
        "check",
        "check that every content file is sound, and that nobody is left out",
        "protocol-bot check --settings protocol-bot.yaml",
        "protocol-bot check --settings protocol-bot.yaml --data protocol-bot-data",
    )
    check.add_argument("files", nargs="*", metavar="PACK.yaml", help="other pack files to check")
    check.add_argument("--settings", type=Path, metavar="FILE", help="a council's own settings to check")
    check.add_argument(
        "--data", type=Path, metavar="DIR", help="where everything is kept: by the wording in force there"
    )
    check.set_defaults(run=_check)
    on_settings.add_to(commands)
    on_documents.add_to(commands)
    on_what_is_kept.add_to(commands)
    on_words.add_to(commands)
    on_backups.add_to(commands)
    on_the_database.add_to(commands)
    on_the_outbox.add_to(commands)
    on_reviews.add_to(commands)
    on_platforms.add_to(commands)
    on_doctor.add_to(commands)
    _add_what_goes_on(commands)
    return made


def _add_what_goes_on(commands: Commands) -> None:
    """What goes on until somebody stops it."""
    run = command(
        commands,
        "run",
        "serve the council's own chat",
        "protocol-bot run --settings protocol-bot.yaml --data protocol-bot-data",
    )
    run.add_argument(
        "--settings", type=Path, action="append", default=[], metavar="FILE",
        help="settings of one council or of many; may be given several times (default protocol-bot.yaml)",
    )  # fmt: skip
    run.add_argument("--data", type=Path, default=usual.RUN_DATA, metavar="DIR", help="where everything is kept")
    run.add_argument("--host", default="127.0.0.1", help="where to listen: this computer alone, if nothing is said")
    run.add_argument("--port", type=_port, default=8080, help="where to listen (0 picks a free one; default 8080)")
    run.set_defaults(run=_run)
    try_out = command(
        commands,
        "try",
        "try it in the browser, on this computer only",
        "protocol-bot try --port 8100",
        "protocol-bot try --language en",
    )
    try_out.add_argument("--port", type=_port, default=8765, help="where to listen (0 picks a free one; default 8765)")
    try_out.add_argument("--data", default=str(usual.TRY_DATA), metavar="DIR", help="where conversations are kept")
    try_out.add_argument(
        "--language", default=ENGLISH, metavar="LANGUAGE", help="what it speaks, as `protocol-bot words` lists them"
    )
    try_out.add_argument("--no-browser", action="store_true", help="do not open the page by itself")
    try_out.set_defaults(run=_try)


def _add_protocol(command: argparse.ArgumentParser) -> None:
    which = command.add_mutually_exclusive_group()
    which.add_argument("--council", metavar="ID", help=f"one of: {', '.join(load.councils())}")
    which.add_argument("--pack", metavar="FILE", help="a council's own pack file")
    command.add_argument("--json", action="store_true", help="JSON for scripts")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


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


def _run(options: argparse.Namespace) -> None:
    with lasting.starting():
        from deploy.running.run import run  # the web server is not needed to look a clause up

        asyncio.run(run(options.settings, options.data, options.host, options.port))


def _try(options: argparse.Namespace) -> None:
    with lasting.starting():
        from deploy.running.tryout import try_out

        load.words(options.language)  # what is wrong with it is said before anything is made
        asyncio.run(try_out(options.port, Path(options.data), options.language, open_browser=not options.no_browser))


if __name__ == "__main__":
    sys.exit(main())
