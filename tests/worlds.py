"""A small council to test against: real content, made-up people, a clock that stands still.

In: nothing. Out: seats, events, handbooks. Never: a double of anything but time.
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.conversation import Command, Greet, Message, Person, Place, Press, Submit, Visit
from bot.handbook import Seat
from bot.settings import Office, Settings, Someone
from content import load
from deploy.handbooks import Handbooks, kept_up
from deploy.kept.nothing import NothingKept

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_ids = itertools.count(1)

OFFICES: dict[str, tuple[str, Office]] = {
    "ann": ("Ann Lee", "councillor"),
    "bea": ("Bea Hall", "clerk"),
    "cal": ("Cal Moss", "officer"),
    "dee": ("Dee Frost", "chair"),
    "vic": ("Vic Stone", "guest"),
}


def person(id: str, council: str) -> Person:
    return Person("test", council, id)


def seats(council: str) -> list[Seat]:
    return [
        Seat(id=id, name=name, offices=frozenset({office}), accounts=(person(id, council),))
        for id, (name, office) in OFFICES.items()
    ]


def channel(council: str) -> Place:
    return Place("test", council, "channel")


def private(id: str, council: str) -> Place:
    return Place("test", council, id, private=True)


def _base(who: str, council: str, where: Place | None, id: str | None) -> dict[str, object]:
    return {
        "id": id or f"event-{next(_ids)}",
        "who": person(who, council),
        "where": where or private(who, council),
        "at": NOON,
    }


def command(text: str, who: str = "ann", council: str = "barrow", where: Place | None = None, id: str | None = None):
    return Command(text=text, **_base(who, council, where, id))


def message(text: str, who: str = "ann", council: str = "barrow", where: Place | None = None, id: str | None = None):
    return Message(text=text, **_base(who, council, where, id))


def press(token: str, who: str = "ann", council: str = "barrow", where: Place | None = None, id: str | None = None):
    return Press(token=token, **_base(who, council, where, id))


def submit(
    form: str,
    values: dict[str, str],
    who: str = "ann",
    council: str = "barrow",
    where: Place | None = None,
    id: str | None = None,
):
    return Submit(form=form, values=values, **_base(who, council, where, id))


def greet(who: str = "ann", council: str = "barrow"):
    return Greet(**_base(who, council, None, None))


def visit(who: str = "ann", council: str = "barrow", id: str | None = None):
    return Visit(**_base(who, council, None, id))


def handbooks(people: Mapping[str, Sequence[Seat]]) -> Handbooks:
    """A handbook for each council, with these people in it and no settings beside."""
    return kept_up((_settings(people.get(id, ()), id) for id in load.councils()), lambda: NOON, NothingKept())


def _settings(people: Sequence[Seat], council: str) -> Settings:
    listed = (
        Someone(
            id=seat.id,
            name=seat.name,
            offices=tuple(sorted(seat.offices)),
            accounts=tuple(f"{who.platform}:{who.tenant}:{who.id}" for who in seat.accounts),
        )
        for seat in people
    )
    return Settings(council=council, people=tuple(listed))


class StandingClock:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)
