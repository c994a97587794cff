"""The command `person erase`: what is held on somebody goes, and what has to stay is said with the reason.

In: a person's id, their accounts, who decides it. Out: the plan; after a yes, what was erased.
Never: a word of whether anybody raised a concern about them, nor of what whoever decides is a party to; anything that
is under a legal hold or still wanted erased; a yes that nobody gave.
"""

import argparse
import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Final, NamedTuple

from bot import exporting, leads
from bot.concern import Concern, Request
from bot.errors import ProtocolBotError, Stale
from bot.handbook import Handbook
from bot.past import is_past
from bot.records import Trace, Turn
from deploy.asked import answer
from deploy.kept import at_council
from deploy.kept.at_council import happening
from deploy.kept.exporting import all_of, may_hand_over
from deploy.usual import SETTINGS
from storage import people
from storage.store import SqlStore

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    people.QUESTIONS: ("question passed to the clerk", "questions passed to the clerk"),
    people.WAITING: ("message that waits for them", "messages that wait for them"),
    people.CHATS: (
        "conversation with the bot in Teams, as an address",
        "conversations with the bot in Teams, as addresses",
    ),
    people.REACHED: ("note on whether they can be told anything", "notes on whether they can be told anything"),
    people.POSTS: ("message in the browser chat", "messages in the browser chat"),
}
#: Why a request and a concern stay.
_UNANSWERED: Final = "a request that is still open. It is answered first."
_THEIRS: Final = "they deal with it. They step out of it first, or it ends."


class Plan(NamedTuple):
    """What goes, and what stays, each with a sentence why."""

    who: tuple[str, ...]
    listed: bool
    goes: tuple[Concern | Request, ...]
    rows: Mapping[str, int]
    stays: tuple[str, ...]

    @property
    def kept_up(self) -> tuple[str, ...]:
        """Kinds of rows that stay while somebody is listed."""
        return people.KEPT_UP if self.listed else ()


def erase(options: argparse.Namespace) -> int:
    """Say what would go, ask, and erase it; 1 where the answer was no. Raises `ProtocolBotError`."""
    return asyncio.run(_erased(options))


async def _erased(options: argparse.Namespace) -> int:
    async with at_council.opened(options) as (store, book):
        may_hand_over(options.lead, book)
        plan = await _planned(options, store, book)
        print("\n".join(_told(options, plan)))
        if options.dry_run:
            return 0
        if not _is_meant(options):
            print("Nothing was erased.")
            return 1
        await _done(options, store, plan)
    print("It is erased. Backups of before still hold it until they are thrown away; a restore erases it again.")
    return 0


# ---------------------------------------------------------------- what goes


async def _planned(options: argparse.Namespace, store: SqlStore, book: Handbook) -> Plan:
    """Raises `ProtocolBotError` where nobody is called so and nothing is held under the name."""
    council, person, now = options.council, options.person, datetime.now(UTC)
    seat = book.roster.seats.get(person)
    accounts = [one.account for one in seat.accounts] if seat else []
    who = tuple(dict.fromkeys((person, *accounts, *options.account)))
    rows = await store.stands_under(council, who)
    asked = await leads.shown(
        [one for name in who for one in all_of(await store.asked(council, name))], options.lead, book, store
    )
    raised = exporting.may_be_seen(all_of(await store.concerns(council, person, "raiser")), options.lead)
    dealt = exporting.may_be_seen(all_of(await store.concerns(council, person, "waiting")), options.lead)
    open_ones = [one for one in dealt if person not in one.parties.subjects]
    if seat is None and not (any(rows.values()) or asked or raised or open_ones):
        raise ProtocolBotError(
            f"Nobody in the settings has the id {person!r}, and nothing is held under it. The accounts of somebody who "
            "is not in the settings any more are named with --account PLATFORM:WORKSPACE:ID."
        )
    ended = [one for one in raised if _may_go(one, now, options.ended)]
    answered = [one for one in asked if one.state == "done"]
    stays = [
        *(_why(one, options) for one in raised if one not in ended),
        *(f"{one.reference}: {_UNANSWERED}" for one in asked if one not in answered),
        *(f"{one.reference}: {_THEIRS}" for one in open_ones),
    ]
    return Plan(who, seat is not None, (*ended, *answered), rows, tuple(stays))


def _may_go(concern: Concern, now: datetime, ended: bool) -> bool:
    """It ended, nobody holds it, and its time is over, or somebody decided that it may go before."""
    return concern.state == "closed" and concern.hold is None and (ended or is_past(concern, now))


def _why(concern: Concern, options: argparse.Namespace) -> str:
    if concern.hold is not None:
        return f"{concern.reference}: they raised it; it is under a legal hold."
    if concern.state != "closed":
        return f"{concern.reference}: they raised it, and it is open. They withdraw it first, or it ends."
    one = (
        f"protocol-bot concern erase {concern.reference} --council {quote(options.council)} --by {quote(options.lead)}"
    )
    return f"{concern.reference}: they raised it; its time is not over. By itself: {one} --why asked-for. All: --ended."


async def _done(options: argparse.Namespace, store: SqlStore, plan: Plan) -> None:
    """Raises `ProtocolBotError` where somebody changed one of them meanwhile; nothing was erased then."""
    heard = happening(options.council, "erase-person")
    traces = tuple(Trace(one.matter, options.lead, "erased-asked-for") for one in plan.goes)
    turn = Turn(keep=plan.goes, erase=tuple(one.matter for one in plan.goes), traces=traces)
    if plan.goes:
        try:
            await store.keep(options.council, heard, turn)  # kept too: a hold put meanwhile is `Stale`
        except Stale:
            raise ProtocolBotError("Something of it was changed just now. Nothing was erased; try again.") from None
    await store.forget(options.council, plan.who, plan.kept_up, options.lead, heard.at)
    await store.tidy(heard.at)


# ---------------------------------------------------------------- told, and asked


def _told(options: argparse.Namespace, plan: Plan) -> Iterator[str]:
    """The same whether or not anybody raised a concern about them."""
    yield "What goes:"
    yield from (f"  {one}" for one in _going(plan))
    yield "What stays:"
    yield from (f"  {one}" for one in (*plan.stays, *_always(options, plan)))


def _going(plan: Plan) -> Iterable[str]:
    references = [f"{one.reference}: {'a concern they raised' if isinstance(one, Concern) else 'a request of theirs'}"
                  for one in plan.goes]  # fmt: skip
    rows = [_counted(kind, count) for kind, count in plan.rows.items() if count and kind not in plan.kept_up]
    return [*references, *rows] or ["nothing"]


def _counted(kind: str, count: int) -> str:
    one, more = _KINDS[kind]
    return f"{count} {one if count == 1 else more}"


def _always(options: argparse.Namespace, plan: Plan) -> Iterator[str]:
    """What stays of anybody."""
    if plan.listed:
        yield f"{_lines(options)} Take them out by hand; then the bot forgets within the hour whether they can be told."
    yield (
        f"Whatever others raised, and whatever {options.lead} is a party to or kept out of: nothing is said here of "
        "whether there is any."
    )
    yield "Who proposed, recorded, pinned or adopted what for the council, by its id: the council's own record."
    yield "Answers to what was sent to the bot in the last 30 days: sealed, under no name, and gone after that."
    yield "The audit trail: who did what when, in which nobody is named."


def _lines(options: argparse.Namespace) -> str:
    """Where they stand in the settings."""
    file: Path = options.settings or SETTINGS
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return "They are in the council's settings."
    name = re.compile(rf"(?<![\w-]){re.escape(options.person)}(?![\w-])")
    found = [str(number) for number, line in enumerate(lines, 1) if name.search(line.partition(" #")[0])]
    return f"Their lines in {file} ({', '.join(found)})." if found else f"They are in {file}."


def _is_meant(options: argparse.Namespace) -> bool:
    """Raises `ProtocolBotError` where nobody can be asked."""
    question = f"Nothing brings it back. To erase it, type {options.person}: "
    return bool(options.yes or answer(question, "Nothing was erased") == options.person)
