"""What comes before anything informal, and what the law adds: data with dates, per nation.

In: `content` reads `flows/concern.yaml`. Out: `bot.intakes` goes by it, `bot.screens` and `bot.telling` show it.
Never: a clause of a protocol; a decision.
"""

from typing import Literal, TypeAlias

from bot.pack import Nation, Value

#: What a first thing changes: `formal` skips the informal step; `conduct` is a written Code of Conduct complaint.
Leads: TypeAlias = Literal["formal", "conduct"]


class Help(Value, frozen=True):
    """Who can help: `how` is a number or an address. `checked` is the month somebody looked (2026-11)."""

    name: str
    how: str
    source: str
    checked: str
    nations: tuple[Nation, ...] = ("england", "wales")


class FirstThing(Value, frozen=True):
    """Something that must not wait for an informal step. `says` is told with it; the formal step is always next."""

    id: str
    label: str
    says: str
    leads: Leads = "formal"
    help: tuple[Help, ...] = ()
    nations: tuple[Nation, ...] = ("england", "wales")


class LegalNote(Value, frozen=True):
    """What the law adds to the protocol, never mixed into a clause.

    `when`: `conduct` is for a formal concern about a councillor, `written` for a grievance of an employee's in writing,
    `whistle` for wrongdoing in the public interest.
    """

    id: str
    when: Literal["conduct", "written", "whistle"]
    says: str
    source: str
    checked: str
    nations: tuple[Nation, ...] = ("england", "wales")


class Flow(Value, frozen=True):
    """All of it, in the order it is offered."""

    first: tuple[FirstThing, ...]
    law: tuple[LegalNote, ...]

    def thing(self, id: str, nation: Nation) -> FirstThing | None:
        """The first thing of this id, where this nation has it."""
        return next((one for one in self.first if one.id == id and nation in one.nations), None)

    def notes(self, when: str, nation: Nation) -> tuple[LegalNote, ...]:
        """The legal notes for an occasion."""
        return tuple(note for note in self.law if note.when == when and nation in note.nations)
