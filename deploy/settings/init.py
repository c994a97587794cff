"""The command `init`: asks the few questions, shows the settings file that comes of them, and writes it.

In: options; answers, where there is a terminal. Out: `protocol-bot.yaml`, checked as it will be read, and the next
three steps. Never: a file that is there written over (one more council may be added to it); half of one, whenever it is
stopped; a question where nobody could answer.
"""

import argparse
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from bot.errors import ProtocolBotError, UnsoundContent
from bot.settings import Settings
from content import load
from content.own_packs import own_pack
from content.settings import every
from deploy.documents import checking
from deploy.settings import init_file, init_put
from deploy.settings.init_asking import CHATS, Question, Wrong, checked, council, id_of, nearly, own_council, questions
from deploy.settings.init_put import NOTHING

_WIDE: Final = 100  # signs in a line of what is explained
_OPENING: Final = """\
A few questions, and the answers become {out}. Nothing is written before the end, and Ctrl+C stops it at any time. \
Everything can be changed in the file afterwards."""
_BY_HAND: Final = """\
Not asked, and written into {out} by hand where you need it, by its notes: the days on which an office begins or ends \
(`starts`, `ends`), the council's meetings (`meetings`), how the county association and other outside bodies are \
reached (`bodies`)."""
_COUNCILS: Final = """
Which council? These come with the bot:
{ids}
Type one of these ids, or your council's name in full if it is none of them."""


def init(options: argparse.Namespace) -> int | None:
    """Ask, show, write. Raises `ProtocolBotError`. 1: it was stopped, and nothing was written."""
    others = _others(options)
    try:
        return _written(*_answered(options, others), others, options)
    except EOFError:
        print(f"\nThere was no answer. {NOTHING}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{NOTHING}", file=sys.stderr)
        raise


def _others(options: argparse.Namespace) -> list[Settings]:
    """The councils that are there already. Raises `ProtocolBotError`."""
    out: Path = options.out
    if options.add:
        return every(out)
    if out.exists() or out.is_symlink():
        raise ProtocolBotError(
            f"{out} is there already, and is not written over. To add one more council to it: --add. To write another "
            "file: --out FILE."
        )
    if not out.parent.is_dir():
        raise ProtocolBotError(f"There is no folder {out.parent}. Make it first, or name another file with --out FILE.")
    return []


def _terminal() -> bool:
    return sys.stdin.isatty()


# ---------------------------------------------------------------- asking


def _answered(options: argparse.Namespace, others: Sequence[Settings]) -> tuple[Settings, str]:
    """The settings, and the chat that was chosen."""
    if _terminal():
        _say(_OPENING.format(out=options.out))
    own = _which(options, others)
    chat = options.chat or (_chat() if _terminal() else "none")
    if options.workspace and chat == "none":
        raise ProtocolBotError(f"--workspace is of a chat: say which with --chat slack or --chat teams. {NOTHING}")
    for question in questions(own, chat):
        own = _one(question, own, options, others)
    return _with_the_usual(own), chat


def _say(text: str) -> None:
    """Explained, in lines that a terminal does not break in the middle of a word."""
    print("\n" + textwrap.fill(text, _WIDE))


def _one(question: Question, own: Settings, options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    """The settings with the answer to one question: given as an option, or asked for, or the usual one."""
    given = getattr(options, question.option)
    if given is not None:
        for text in given if isinstance(given, list) else [given]:
            try:
                own = checked(question.takes(own, text), others)
            except Wrong as why:
                raise ProtocolBotError(f"--{question.option.replace('_', '-')}: {why} {NOTHING}") from None
        return own
    if not _terminal():
        return checked(question.takes(own, question.usual), others) if question.usual else own
    _say(question.explains)
    while answer := input(f"{question.prompt}: ").strip() or question.usual:
        try:
            own = checked(question.takes(own, answer), others)
        except Wrong as why:
            print(why)
            continue
        if not question.more:
            break
    return own


def _agreed(question: str) -> bool:
    return input(question).strip().casefold() in ("y", "yes")


def _chat() -> str:
    _say("Which chat does the council use? slack, teams, or Enter for: not yet.")
    while (answer := input("Chat: ").strip().casefold()) not in ("slack", "teams", "none", ""):
        print("It is slack or teams. Enter, if it is not settled yet.")
    return answer or "none"


def _which(options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    """The council itself. Raises `ProtocolBotError` where too little is given and nobody can be asked."""
    if options.pack is not None:
        return _of_pack(options.pack, options, others)
    if options.council is None and options.name is None:
        if not _terminal():
            raise ProtocolBotError(
                f"Name the council with --council ID ({', '.join(load.councils())}); another one with --name and "
                "--nation, or with --pack FILE. There is no terminal to ask on."
            )
        return _asked_for(options, others)
    try:
        if options.name is None:
            return checked(_with_the_bot(options.council), others)
        return checked(own_council(options.council or id_of(options.name), options.name, options.nation or ""), others)
    except Wrong as why:
        raise ProtocolBotError(f"{why} {NOTHING}") from None


def _with_the_bot(text: str) -> Settings:
    """Raises `Wrong`."""
    if (found := council(text)) is None:
        meant = f" Did you mean {near}?" if (near := nearly(text)) else ""
        raise Wrong(f"No protocol of {text!r} comes with the bot: give --name and --nation too.{meant}")
    return found


def _of_pack(file: str, options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    """The pack says what the council is called. Its path is written as seen from the settings' folder."""
    pack = own_pack(Path(file))
    if options.council not in (None, pack.council):
        raise ProtocolBotError(f"{file} is the pack of {pack.council}, not of {options.council}. {NOTHING}")
    try:
        return checked(Settings(council=pack.council, pack=file), others)
    except Wrong as why:
        raise ProtocolBotError(f"{why} {NOTHING}") from None


def _asked_for(options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    print(_COUNCILS.format(ids="\n".join(f"  {id:14} {load.council(id).name}" for id in load.councils())))
    while True:
        answer = input("Council: ").strip()
        found = council(answer) if answer else None
        if answer and found is None and (near := nearly(answer)) and _agreed(f"Did you mean {near}? [y/N] "):
            found = Settings(council=near)
        try:
            if found is not None:
                return checked(found, others)
            if answer:
                return _asked_for_another(answer, options, others)
        except Wrong as why:
            print(why)


def _asked_for_another(name: str, options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    """A council whose protocol does not come with the bot."""
    _say(
        f"No protocol of {name} comes with the bot: it begins with yours, or with none until yours was adopted. Was "
        "it read with protocol-bot import? Then type that file's name. Enter: not yet."
    )
    while answer := input("Pack file: ").strip():
        try:
            return _of_pack(answer, options, others)
        except (ProtocolBotError, UnsoundContent) as why:
            print(why)
    _say("england or wales? Their law differs.")
    while (nation := input("Nation: ").strip().casefold()) not in ("england", "wales"):
        print("It is england or wales.")
    usual = id_of(name)
    _say(f"A short id that stays the same for good. Enter: {usual}")
    while True:
        try:
            return checked(own_council(input("Id: ").strip() or usual, name, nation), others)
        except Wrong as why:
            print(why)


def _with_the_usual(own: Settings) -> Settings:
    """What nobody need be asked: who stands in, and who is told when the bot can't work."""
    offices = {office for one in own.people for office in one.offices}
    group = ("group",) if own.group else ()
    stand_in = {
        "chair": (*(("vice-chair",) if "vice-chair" in offices else ()), *group),
        "clerk": tuple(office for office in ("chair", "vice-chair") if office in offices),
    }
    alternates = {office: who for office, who in stand_in.items() if who and office in offices}
    return replace(own, alternates=alternates, administrators=("clerk",) if "clerk" in offices else ())


# ---------------------------------------------------------------- writing


def _written(own: Settings, chat: str, others: Sequence[Settings], options: argparse.Namespace) -> int | None:
    out: Path = options.out
    named = replace(own, pack=init_put.seen_from(own.pack, out.parent)) if own.pack else own
    text = init_file.added(init_file.read(out), named) if options.add else init_file.text(named)
    with init_put.beside(out, text) as new:
        init_put.is_read_back(new, [*others, own], out)
        if _terminal():
            print(f"\n{init_file.council(named) if options.add else text}")
            if input(f"Write {out}? [Y/n] ").strip().casefold() not in ("", "y", "yes"):
                print(NOTHING)
                return 1
        init_put.put(new, out, options.add)
    print(f"{out} is written: {'one more council' if options.add else 'one council'}, {own.council}.")
    if not _terminal() and (left := _left_out(options)):
        print(f"Left out, because nobody could be asked: {', '.join(left)}.")
    print("\n".join(_missing(own, out)))
    print("\n".join(_next(own, chat, out)))
    _say(_BY_HAND.format(out=out))
    return None


def _left_out(options: argparse.Namespace) -> list[str]:
    """What could have been given."""
    names = ("chat", "workspace", "clerk", "chair", "vice_chair", "councillor", "officer", "group", "outside")
    return [f"--{name.replace('_', '-')}" for name in names if getattr(options, name) is None]


def _missing(own: Settings, out: Path) -> Iterator[str]:
    """What `check` finds. Where people have no account it would be about those mostly: they are named instead."""
    if without := [one.name for one in own.people if not one.accounts]:
        yield f"Nobody can be told anything without an account. These have none yet: {', '.join(without)}."
        yield f"Once they have: protocol-bot check --settings {out} says what else is missing."
    else:
        yield from checking.told([own], argparse.Namespace(settings=out, data=None))


def _next(own: Settings, chat: str, out: Path) -> Iterator[str]:
    """The three steps that come now."""
    yield "\nWhat comes next:"
    if own.council not in load.councils() and not own.pack:
        yield f"  1. Bring your protocol, by deploy/guide/import.md: protocol-bot import FILE --out {own.council}.yaml"
    else:
        yield f"  1. Put in {out} what is missing above, and try it: protocol-bot check --settings {out}"
    if chat in CHATS:
        yield f"  2. Set the chat up, by deploy/guide/{chat}.md; protocol-bot accounts {chat} lists all accounts."
    else:
        yield "  2. Look at it with made-up people: protocol-bot try. The chats: deploy/guide/slack.md and teams.md."
    yield f"  3. Start it: protocol-bot run --settings {out}"
