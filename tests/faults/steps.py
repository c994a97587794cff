"""Which steps of the desks the flows take, and which none does.

In: what a bot hears. Out: the steps of it by name; those of all desks that are not among them. Never: a word changed of
what is heard; a step left out without a reason.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from bot.bot import COMMANDS, DESKS, Bot
from bot.conversation import Answer, Command, Due, Event, Message, Press, Submit
from bot.desk import Desk
from bot.handbook import Handbook
from bot.tokens import Token
from tests.report import Goal, Table

#: Steps that no flow takes, each with why it need not.
LEFT_OUT: Final[Mapping[str, str]] = {}
#: What is done for good and is no step of a desk, so that no flow has it; and what tries it instead.
BESIDE: Final = (
    "Installing the app in a Slack workspace and renewing its token go past the bot, so that no flow has them. They "
    "are killed at each of their points in the part “installs”."
)


class Overheard(Bot):
    """The bot itself, and somebody who writes down which step is asked for with each event."""

    def __init__(self, took: Callable[[str], object], book: Handbook, *given: Any) -> None:
        super().__init__(*given)
        self._took, self._book = took, book

    async def hear(self, event: Event) -> Answer | None:
        for step in asked_for(event, self._book):
            self._took(step)
        return await super().hear(event)


def asked_for(event: Event, book: Handbook) -> Iterator[str]:
    """The step that an event names, or means in plain words; none, where it is looked up or greeted."""
    match event:
        case Command() | Message():
            yield from _typed(event.text, book)
        case Press():
            yield _named("button", *Token.read(event.token)[:2])
        case Submit():
            yield _named("form", *Token.read(event.form)[:2])
        case Due():
            kind = event.matter.partition("/")[0]
            yield from (_named("due", desk.name, kind) for desk in DESKS if kind in desk.due)


def _typed(text: str, book: Handbook) -> Iterator[str]:
    name = text.strip().casefold()
    for desk in DESKS:
        meant = name if name in COMMANDS else desk.recognises(text, book)
        if meant in desk.commands:
            yield _named("command", desk.name, meant)
            return


def untaken(took: Collection[str], desks: Sequence[Desk] = DESKS, left_out: Mapping[str, str] = LEFT_OUT) -> list[str]:
    """Every step of every desk that is not among these, nor left out for a reason."""
    return sorted(set(every(desks)) - set(took) - set(left_out))


def every(desks: Sequence[Desk] = DESKS) -> Iterator[str]:
    """Each step by its name."""
    for desk in desks:
        kinds = {"command": desk.commands, "button": desk.buttons, "form": desk.forms, "due": desk.due}
        yield from (_named(kind, desk.name, step) for kind, steps in kinds.items() for step in steps)


def _named(kind: str, desk: str, step: str) -> str:
    return f"{desk}/{step} ({kind})"


def held(table: Table, took: Collection[str]) -> Table:
    """The table of all flows on all platforms, held to having every step; with what it does not hold."""
    left = untaken(took)
    told = f"every step of every desk is in a flow, or left out for a reason {', '.join(left)}".rstrip()
    why = (f"{step} is in no flow: {reason}." for step, reason in LEFT_OUT.items())
    return table._replace(goals=(*table.goals, Goal(told, not left)), notes=(*table.notes, BESIDE, *why))
