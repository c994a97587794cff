"""What a desk is: a name, and a step for each command, button and form that bears it.

In: each desk's module fills one in. Out: `bot.bot` finds the step for an event; tests go through every one.
Never: decides anything.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from bot.conversation import Command, Due, Message, Press, Said, Submit
from bot.handbook import Handbook
from bot.ports import Records
from bot.records import Turn

Asking: TypeAlias = Command | Message
#: `text` is what follows the command's name.
Asked: TypeAlias = Callable[[Asking, str, Handbook, Records], Awaitable[Turn]]
#: `value` is the third part of the token.
Pressed: TypeAlias = Callable[[Press, str, Handbook, Records], Awaitable[Turn]]
Submitted: TypeAlias = Callable[[Submit, str, Handbook, Records], Awaitable[Turn]]
#: `id` is what follows the kind in the matter.
FellDue: TypeAlias = Callable[[Due, str, Handbook, Records], Awaitable[Turn]]


class Asker(NamedTuple):
    """What an answer depends on of whoever asks, and of where."""

    platform: str
    private: bool
    may_act: bool
    is_clerk: bool

    @classmethod
    def of(cls, event: Said, handbook: Handbook) -> "Asker":
        """Whoever asks this."""
        roster, where = handbook.roster, event.where
        offices = roster.offices(event.who)
        return cls(where.platform, where.private, roster.may_act(event.who), "clerk" in offices)


@dataclass(frozen=True)
class Desk:
    """`commands`, `buttons` and `forms` by name: `/protocol NAME`, and tokens `desk/NAME/value`.

    `opens` names the buttons that are answered with a form, where whoever presses them may: some platforms can show one
    only if they know of it before. `due` goes by the kind of matter, the part before its slash.

    `recognises` gives the command that plain words mean, if they mean one of this desk's.
    """

    name: str
    commands: Mapping[str, Asked] = field(default_factory=dict)
    buttons: Mapping[str, Pressed] = field(default_factory=dict)
    forms: Mapping[str, Submitted] = field(default_factory=dict)
    opens: frozenset[str] = frozenset()
    due: Mapping[str, FellDue] = field(default_factory=dict)
    recognises: Callable[[str, Handbook], str | None] = lambda _text, _handbook: None
