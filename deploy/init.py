"""The command `init`: asks the few questions, shows the settings file that comes of them, and writes it.

In: options; answers, where there is a terminal. Out: `protocol-bot.yaml`, checked as it will be read, and the next
three steps. Never: a file that is there written over (one more council may be added to it); half of one, whenever it is
stopped; a question where nobody could answer.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from msgspec.structs import replace

from bot.errors import ProtocolBotError, UnsoundContent
from bot.settings import Settings
from content import load
from content.own_packs import own_pack
from content.settings import every
from deploy import checking, init_file
from deploy.init_asking import Question, Wrong, checked, council, id_of, nearly, own_council, questions

_NOTHING: Final = "Nothing was written."
_OPENING: Final = """\
A few questions, and the answers become {out}. Nothing is written before the end, and Ctrl+C stops it at any time.
Everything can be changed in the file afterwards.
"""
_COUNCILS: Final = """\
Which council? These come with the bot:
{ids}
Type one of these ids, or your council's name in full if it is none of them."""


def init(options: argparse.Namespace) -> int | None:
    """Ask, show, write. Raises `ProtocolBotError`. 1: it was stopped, and nothing was written."""
    others = _others(options)
    try:
        return _written(_answered(options, others), others, options)
    except EOFError:
        print(f"\nThere was no answer. {_NOTHING}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{_NOTHING}", file=sys.stderr)
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


def _answered(options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    if _terminal():
        print(_OPENING.format(out=options.out))
    own = _which(options, others)
    chat = options.chat or (_chat() if _terminal() else "none")
    if options.workspace and chat == "none":
        raise ProtocolBotError(f"--workspace is of a chat: say which with --chat slack or --chat teams. {_NOTHING}")
    for question in questions(own, chat):
        own = _one(question, own, options, others)
    return _with_the_usual(own)


def _one(question: Question, own: Settings, options: argparse.Namespace, others: Sequence[Settings]) -> Settings:
    """The settings with the answer to one question: given as an option, or asked for, or the usual one."""
    given = getattr(options, question.option)
    if given is not None:
        for text in given if isinstance(given, list) else [given]:
            try:
                own = checked(question.takes(own, text), others)
            except Wrong as why:
                raise ProtocolBotError(f"--{question.option.replace('_', '-')}: {why} {_NOTHING}") from None
        return own
    if not _terminal():
        return checked(question.takes(own, question.usual), others) if question.usual else own
    print(f"\n{question.explains}")
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
    print("\nWhich chat does the council use? slack, teams, or Enter for: not yet.")
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
        raise ProtocolBotError(f"{why} {_NOTHING}") from None


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
        raise ProtocolBotError(f"{file} is the pack of {pack.council}, not of {options.council}. {_NOTHING}")
    try:
        return checked(Settings(council=pack.council, pack=file), others)
    except Wrong as why:
        raise ProtocolBotError(f"{why} {_NOTHING}") from None


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
    print(f"\nNo protocol of {name} comes with the bot: it begins with yours, or with none until yours was adopted.")
    print("Was it read with protocol-bot import? Then type that file's name. Enter: not yet.")
    while answer := input("Pack file: ").strip():
        try:
            return _of_pack(answer, options, others)
        except (ProtocolBotError, UnsoundContent) as why:
            print(why)
    print("\nengland or wales? Their law differs.")
    while (nation := input("Nation: ").strip().casefold()) not in ("england", "wales"):
        print("It is england or wales.")
    usual = id_of(name)
    print(f"\nA short id that stays the same for good. Enter: {usual}")
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


def _written(own: Settings, others: Sequence[Settings], options: argparse.Namespace) -> int | None:
    out: Path = options.out
    named = replace(own, pack=_seen_from(own.pack, out.parent)) if own.pack else own
    text = init_file.added(init_file.read(out), named) if options.add else init_file.text(named)
    with _beside(out, text) as new:
        _is_read_back(new, [*others, own], out)
        if _terminal():
            print(f"\n{text}")
            if input(f"Write {out}? [Y/n] ").strip().casefold() not in ("", "y", "yes"):
                print(_NOTHING)
                return 1
        _put(new, out, options.add)
    print(f"{out} is written: {'one more council' if options.add else 'one council'}, {own.council}.")
    if not _terminal() and (left := _left_out(options)):
        print(f"Left out, because nobody could be asked: {', '.join(left)}.")
    print("\n".join(checking.told([own], argparse.Namespace(settings=out, data=None))))
    print("\n".join(_next(own, options)))
    return None


@contextmanager
def _beside(out: Path, text: str) -> Iterator[Path]:
    """The text in a file of its own in the same folder, which is gone afterwards. Raises `ProtocolBotError`."""
    try:
        handle, name = mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as why:
        raise ProtocolBotError(
            f"{out.parent} can't be written to ({why.strerror}). Name another place: --out."
        ) from None
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o644)
        yield new
    finally:
        new.unlink(missing_ok=True)


def _is_read_back(new: Path, wanted: Sequence[Settings], out: Path) -> None:
    """By the real reader, to the letter. Raises `ProtocolBotError`."""
    try:
        found = every(new)
    except UnsoundContent as why:
        raise ProtocolBotError(f"{str(why).replace(new.name, out.name)} {_NOTHING}") from None
    if [replace(one, pack="") for one in found] != [replace(one, pack="") for one in wanted]:
        raise ProtocolBotError(
            f"{out} would be read back as something else. {_NOTHING} Write a file of its own with --out, and put it "
            "into the other by hand."
        )


def _put(new: Path, out: Path, add: bool) -> None:
    """In its place, at once and whole. Raises `ProtocolBotError` where somebody wrote one meanwhile."""
    try:
        if add:
            new.chmod(out.stat().st_mode & 0o777)
            new.replace(out.resolve())
        else:
            _linked(new, out)
    except FileExistsError:
        raise ProtocolBotError(f"{out} is there already, and is not written over. {_NOTHING}") from None
    except OSError as why:
        raise ProtocolBotError(f"{out} can't be written ({why.strerror}). Name another place: --out.") from None


def _linked(new: Path, out: Path) -> None:
    """At once, where the disk can; it never takes the place of another file."""
    try:
        out.hardlink_to(new)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links, a memory stick for instance
        with out.open("x", encoding="utf-8") as file:
            file.write(new.read_text(encoding="utf-8"))
        out.chmod(0o644)


def _seen_from(pack: str, folder: Path) -> str:
    """Its path from the folder of the settings."""
    return Path(os.path.relpath(pack, folder)).as_posix()


def _left_out(options: argparse.Namespace) -> list[str]:
    """What could have been given."""
    names = ("chat", "workspace", "clerk", "chair", "vice_chair", "councillor", "group", "outside")
    return [f"--{name.replace('_', '-')}" for name in names if getattr(options, name) is None]


def _next(own: Settings, options: argparse.Namespace) -> Iterator[str]:
    """The three steps that come now."""
    out, chat = options.out, next(iter(own.workspaces), "")
    yield "\nWhat comes next:"
    if own.council not in load.councils() and not own.pack:
        yield f"  1. Bring your protocol, by deploy/guide/import.md: protocol-bot import FILE --out {own.council}.yaml"
    else:
        yield f"  1. Put in {out} what is missing above, and try it: protocol-bot check --settings {out}"
    if own.workspaces:
        yield f"  2. Set the chat up, by deploy/guide/{chat}.md; protocol-bot accounts {chat} lists all accounts."
    else:
        yield "  2. Look at it with made-up people: protocol-bot try. The chats: deploy/guide/slack.md and teams.md."
    yield f"  3. Start it: protocol-bot run --settings {out}"
