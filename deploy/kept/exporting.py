"""The command `person export`: all that is held on somebody, as a file for whoever looks after personal data.

In: a person's id, who answers for it, the name of a file. Out: the file, for its owner's eyes only.
Never: anything of it on the terminal; what whoever hands it over may not see; a part of it passed off as the whole.
"""

import argparse
import asyncio
from collections.abc import Sequence
from typing import TypeVar

from bot import exporting, leads
from bot.concern import Listed, Part
from bot.errors import ProtocolBotError
from bot.handbook import Handbook
from bot.proposals import named_in
from bot.records import Followed, Trace, Turn
from deploy.kept import at_council
from deploy.kept.at_council import happening
from deploy.kept.keeping import write_private
from storage import people
from storage.store import SqlStore

T = TypeVar("T")


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
    async with at_council.opened(options) as (store, book):
        may_hand_over(lead, book)
        concerns = [all_of(await store.concerns(council, person, part)) for part in parts]
        every = all_of(await store.asked(council, person))
        asked = await leads.shown(every, lead, book, store)
        hidden = [one.reference for of_part in concerns for one in of_part if lead in one.parties.barred]
        hidden += [one.reference for one in every if one not in asked]
        raised, about, handled = [exporting.may_be_seen(of_part, lead) for of_part in concerns]
        beside = await _beside(store, book, person, hidden)
        there = raised or about or handled or asked or any(beside)
        if person not in book.roster.seats and not there:  # who left is not among the seats
            raise at_council.nobody(person, book)
        read: list[Followed] = [*raised, *about, *handled, *asked]
        if read:
            traces = tuple(Trace(matter, lead, "exported") for matter in dict.fromkeys(one.matter for one in read))
            await store.keep(council, happening(council, "export"), Turn(traces=traces))
        return exporting.export(person, raised, about, handled, asked, book, beside)


def all_of(listed: Listed[T]) -> Listed[T]:
    """All that is held: raises `ProtocolBotError` where some of it does not open, for then nobody could say so."""
    if listed.shut:
        raise ProtocolBotError(
            "Something that is held on them does not open, so that it is not known what all of it is. `protocol-bot "
            "doctor` says what; bring it back from a backup of before (protocol-bot restore), and try again."
        )
    return listed


async def _beside(store: SqlStore, book: Handbook, person: str, hidden: Sequence[str]) -> exporting.Beside:
    """What is not about a concern or a request; without a question that names one which its reader may not see."""
    council, seat = book.council, book.roster.seats.get(person)
    accounts = [one.account for one in seat.accounts] if seat else [person]
    questions = await store.questions_of(council, accounts)
    talks = await store.talks_with(council, accounts)
    changes = [one for one in await store.changes(council) if person in (one.by, one.second, *named_in(one))]
    reached = [one for one in await store.reach(council) if one.who.account in accounts]
    known = [name.casefold() for name in hidden]
    shown = [one for one in questions if not any(name in f"{one.words} {one.reply}".casefold() for name in known)]
    return exporting.Beside(tuple(shown), tuple(changes), tuple(reached), people.CHATS in talks, people.POSTS in talks)


def may_hand_over(lead: str, book: Handbook) -> None:
    """Raises `ProtocolBotError` where somebody has nothing to do with such requests."""
    able = [seat.id for seat in leads.everyone(book)]
    if lead not in able:
        raise ProtocolBotError(
            f"{lead!r} does not deal with requests about personal data here. Who may: {', '.join(able) or 'nobody'}."
        )
