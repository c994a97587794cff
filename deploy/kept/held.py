"""The commands for what is held on somebody: hand it out as a file, keep a concern from being erased, erase it.

In: a folder, a person's id or a reference. Out: a file for the data lead, or nothing left of a concern.
Never: anything of it on the terminal; the file where somebody else can read it; what is under a legal hold erased; a
concern decided on by a party to it.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import token_hex
from shlex import quote
from typing import TypeAlias, TypeVar

from bot import course, held, leads
from bot.concern import Concern, Listed, Part
from bot.conversation import Due
from bot.errors import ProtocolBotError, Stale
from bot.handbook import Handbook
from bot.naming import by_the_clock
from bot.proposals import named_in
from bot.records import Followed, Trace, Turn
from deploy.handbooks import kept_up
from deploy.kept import folder
from deploy.kept.keeping import keys_of, write_private
from deploy.settings.councils import of
from storage import people
from storage.seal import read_keys
from storage.store import SqlStore

#: What comes of a decision on a concern.
_Decide: TypeAlias = Callable[[Concern, argparse.Namespace, datetime, Handbook], Turn]
_TRIES = 3
T = TypeVar("T")

# ---------------------------------------------------------------- export


def export(options: argparse.Namespace) -> None:
    """All that is held on a person, as a file. Raises `ProtocolBotError`."""
    text = asyncio.run(_exported(options))
    write_private(options.out, text.encode("utf-8"))
    print(
        f"{options.out} is written. It is for whoever looks after personal data, who decides what can be handed over."
    )


async def _exported(options: argparse.Namespace) -> str:
    council, person, lead = options.council, options.person, options.lead
    parts: tuple[Part, ...] = ("raiser", "subject", "handler")
    async with opened(options) as (store, book):
        may_hand_over(lead, book)
        concerns = [all_of(await store.concerns(council, person, part)) for part in parts]
        every = all_of(await store.asked(council, person))
        asked = await leads.shown(every, lead, book, store)
        hidden = [one.reference for of_part in concerns for one in of_part if lead in one.parties.barred]
        hidden += [one.reference for one in every if one not in asked]
        raised, about, handled = [held.may_be_seen(of_part, lead) for of_part in concerns]
        beside = await _beside(store, book, person, hidden)
        there = raised or about or handled or asked or any(beside)
        if person not in book.roster.seats and not there:  # who left is not among the seats
            raise ProtocolBotError(f"Nobody in the settings has the id {person!r}. The ids: {_ids(book)}.")
        read: list[Followed] = [*raised, *about, *handled, *asked]
        if read:
            traces = tuple(Trace(matter, lead, "exported") for matter in dict.fromkeys(one.matter for one in read))
            await store.keep(council, event(council, "", "export"), Turn(traces=traces))
        return held.export(person, raised, about, handled, asked, book, beside)


def all_of(listed: Listed[T]) -> Listed[T]:
    """All that is held: raises `ProtocolBotError` where some of it does not open, for then nobody could say so."""
    if listed.shut:
        raise ProtocolBotError(
            "Something that is held on them does not open, so that it is not known what all of it is. `protocol-bot "
            "doctor` says what; bring it back from a backup of before (protocol-bot restore), and try again."
        )
    return listed


async def _beside(store: SqlStore, book: Handbook, person: str, hidden: Sequence[str]) -> held.Beside:
    """What is not about a concern or a request; without a question that names one which its reader may not see."""
    council, seat = book.council, book.roster.seats.get(person)
    accounts = [people.called(one) for one in seat.accounts] if seat else [person]
    questions = await store.asked_by(council, accounts)
    talks = await store.talks_with(council, accounts)
    changes = [one for one in await store.changes(council) if person in (one.by, one.second, *named_in(one))]
    reached = [one for one in await store.reach(council) if people.called(one.who) in accounts]
    known = [name.casefold() for name in hidden]
    shown = [one for one in questions if not any(name in f"{one.words} {one.reply}".casefold() for name in known)]
    return held.Beside(tuple(shown), tuple(changes), tuple(reached), people.CHATS in talks, people.POSTS in talks)


def may_hand_over(lead: str, book: Handbook) -> None:
    """Raises `ProtocolBotError` where somebody has nothing to do with such requests."""
    able = [seat.id for seat in leads.everyone(book)]
    if lead not in able:
        raise ProtocolBotError(
            f"{lead!r} does not deal with requests about personal data here. Who may: {', '.join(able) or 'nobody'}."
        )


# ---------------------------------------------------------------- hold, let go, erase


def hold(options: argparse.Namespace) -> None:
    """A concern is not erased until it is let go. Raises `ProtocolBotError`."""
    if not options.why.strip():
        raise ProtocolBotError("Say why it must be kept, with --why TEXT.")
    asyncio.run(_decided(options, _held))
    print(f"It is kept from now on. To let it go again: {_letting_go(options)}")


def let_go(options: argparse.Namespace) -> None:
    """A legal hold ends. Raises `ProtocolBotError`."""
    asyncio.run(_decided(options, _let_go))
    print("It is let go, and erased when its time comes.")


def erase(options: argparse.Namespace) -> None:
    """A concern, whole and for good. Raises `ProtocolBotError`."""
    asyncio.run(_decided(options, _erased))
    print("It is erased. What stays is who did what when, without names. Older copies of the database still hold it.")


def _held(concern: Concern, options: argparse.Namespace, now: datetime, book: Handbook) -> Turn:
    if concern.hold is not None:
        raise ProtocolBotError(f"{options.reference} is under a legal hold already.")
    kept = course.held(concern, options.by, options.why.strip(), now, book.contents.pack.nation)
    return Turn(keep=(kept,), traces=(Trace(concern.matter, options.by, "held"),))


def _let_go(concern: Concern, options: argparse.Namespace, now: datetime, book: Handbook) -> Turn:
    if concern.hold is None:
        raise ProtocolBotError(f"{options.reference} is under no legal hold.")
    kept = course.held(concern, options.by, "", now, book.contents.pack.nation)
    return Turn(keep=(kept,), traces=(Trace(concern.matter, options.by, "let-go"),))


def _erased(concern: Concern, options: argparse.Namespace, _now: datetime, _book: Handbook) -> Turn:
    if concern.hold is not None:
        raise ProtocolBotError(f"{options.reference} is under a legal hold. To let it go: {_letting_go(options)}")
    trace = Trace(concern.matter, options.by, f"erased-{options.why}")
    return Turn(keep=(concern,), erase=(concern.matter,), traces=(trace,))  # kept too: a hold put meanwhile is `Stale`


async def _decided(options: argparse.Namespace, decide: _Decide) -> None:
    """What somebody decided of a concern; decided again where it was changed meanwhile."""
    async with opened(options) as (store, book):
        if options.by not in book.roster.seats:
            raise ProtocolBotError(f"Nobody in the settings has the id {options.by!r}. The ids: {_ids(book)}.")
        for _ in range(_TRIES):
            concern = await store.called(options.council, options.reference)
            if concern is None or options.by in concern.parties.barred:  # the same words: nothing is told by them
                raise ProtocolBotError(
                    f"There is no concern {options.reference} at {options.council} on which {options.by} can decide."
                )
            heard = event(options.council, concern.matter, "decide")
            turn = decide(concern, options, heard.at, book)
            try:
                await store.keep(options.council, heard, turn)
            except Stale:
                continue
            if turn.erase:
                await store.tidy(heard.at)  # out of the file too
            return
    raise ProtocolBotError(f"{options.reference} is being changed by somebody just now. Nothing was done; try again.")


def _letting_go(options: argparse.Namespace) -> str:
    settings = f" --settings {quote(str(options.settings))}" if options.settings else ""
    keys = f" --file {quote(str(options.file))}" if options.file else ""
    where = f"--data {quote(str(options.data))}{keys} --council {options.council}{settings}"
    return f"protocol-bot held let-go {quote(options.reference)} {where} --by ID"


# ---------------------------------------------------------------- both


@asynccontextmanager
async def opened(options: argparse.Namespace) -> AsyncIterator[tuple[SqlStore, Handbook]]:
    """The store, and the council's handbook. Raises `ProtocolBotError`."""
    settings = of(options.council, options.settings)
    file = folder.found(options.data)
    folder.made_up_will_not_do(file, options.settings)
    keys = read_keys(keys_of(options))
    async with folder.opened(file) as memory:
        store = SqlStore(memory, keys)
        if (why := await store.unfit()) is not None:
            raise ProtocolBotError(why)
        books = kept_up([settings], lambda: datetime.now(UTC), store)
        book = await books(by_the_clock(options.council))
        assert book is not None  # noqa: S101  # it was just made for this council
        yield store, book


def event(council: str, matter: str, rung: str) -> Due:
    """One of its own each time: the same may be decided twice."""
    now = datetime.now(UTC)
    where = by_the_clock(council)
    return Due(id=f"{rung}/{token_hex(12)}", where=where, at=now, matter=matter, rung=rung, due=now)


def _ids(book: Handbook) -> str:
    return ", ".join(book.roster.seats)
