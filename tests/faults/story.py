"""One whole story, told while a platform misbehaves: questions, a concern, its answer, notices to those it is with.

In: a platform's rig, what goes wrong at each step. Out: what came of it, and which of the bot's promises were broken.
Never: a platform's own words; a step that a sensible person would not take.

Whoever is told that something went wrong tries again; whoever finds nothing to press begins anew where a person would.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from tests.contract.rig import Rig, Where

COUNCIL: Final = "southwell"
#: Stands in everything private that somebody writes, with a word after it that tells which.
CANARY: Final = "zebra-canary"
BOT: Final = "Protocol Bot"


class Step(NamedTuple):
    """What one person does (`tests.talks`), and the words that tell them that it came about.

    `sees` are new words of the bot's, `form` stands in the form that is open, `awaits` in a notice that comes by
    itself. `begins`: who is stuck later on begins here again. `kept`: where it is told that it was taken but can't be
    shown, nobody does it again. `aloud`: it is answered before everybody, where nothing that may have arrived is said
    twice or owned up to.
    """

    who: str
    where: Where
    does: Mapping[str, Any]
    sees: str = ""
    form: str = ""
    awaits: str = ""
    begins: bool = False
    kept: bool = False
    aloud: bool = False

    @property
    def name(self) -> str:
        """For a report."""
        what = next(iter(self.does.items()), ("awaits", self.awaits))
        return f"{self.who}: {what[0]} {what[1]}"


def _raised() -> Iterator[Step]:
    """A concern about the clerk, who is never to hear of it."""
    yield Step("councillor", "private", {"type": "/protocol concern"}, sees="Raise a concern", begins=True)
    yield Step("councillor", "private", {"press": "Raise a concern"}, form="Who is it about?")
    about = {"Who is it about?": "Ruth Ellison, the clerk"}
    yield Step("councillor", "private", {"fill": about, "send": "Go on"}, form="What happened?")
    what = {"What happened?": f"Papers come the night before, {CANARY}-story."}
    yield Step("councillor", "private", {"fill": what, "send": "Look it over"}, form=f"{CANARY}-story")
    yield Step("councillor", "private", {"send": "Send"}, sees="Your receipt", kept=True)


def _opened(by: str) -> Iterator[Step]:
    begins = {"chair": "/protocol waiting", "councillor": "/protocol concerns"}[by]
    yield Step(by, "private", {"type": begins}, sees="CN-", begins=True)
    yield Step(by, "private", {"press": "Open CN-…"}, form="What would you like to do?")


def _does(by: str, what: str, words: str = "", sees: str = "") -> Iterator[Step]:
    yield from _opened(by)
    fill = {"What would you like to do?": what} | ({"In your words": words} if words else {})
    yield Step(by, "private", {"fill": fill, "send": "Do it"}, sees=sees, kept=True)


def _dealt_with() -> Iterator[Step]:
    """Acknowledged, asked, answered, closed."""
    yield Step("chair", "private", {}, awaits="please open this and acknowledge it")
    yield from _does("chair", "Acknowledge it", sees="done")
    yield Step("councillor", "private", {}, awaits="it has been acknowledged")
    yield from _does("chair", "Write to the person who raised it", f"How many days before? {CANARY}-ask", "done")
    yield Step("councillor", "private", {}, awaits="there is something for you to read")
    told = "Whoever deals with it is told"
    yield from _does("councillor", "Answer what I was asked", f"Three clear days. {CANARY}-answer", told)
    yield Step("chair", "private", {}, awaits="there is something new")


def _asked(*, mention: str, home: str = "", aloud: bool = False) -> Iterator[Step]:
    """Questions in the channel and in private, one of which goes to the clerk."""
    question = "can I have a go at the clerk on Facebook?"
    yield Step("councillor", "private", {"greet": True})
    yield Step("councillor", "channel", {"type": f"/protocol {question}"}, sees="social media", begins=True)
    yield Step("councillor", "channel", {"press": "Share in this channel"}, sees="I am posting it")
    yield Step("councillor", "channel", {}, awaits="Jo Hartley shared this")
    yield Step(
        "councillor", "channel", {"type": f"{mention} {question}"}, sees="social media", begins=True, aloud=aloud
    )
    if home:
        yield Step("councillor", "private", {"home": True}, sees=home, begins=True)
    yield Step("councillor", "private", {"type": "who keeps the key to the parish notice board"}, sees="does not say",
               begins=True)  # fmt: skip
    yield Step("councillor", "private", {"press": "Ask the clerk"}, form="Pass your question to the clerk")
    asked = {"Your question": "Who keeps the key to the parish notice board?"}
    yield Step("councillor", "private", {"fill": asked, "send": "Send to the clerk"},
               sees="Your question is with the clerk", kept=True)  # fmt: skip
    yield Step("clerk", "private", {}, awaits="asked, and did not find the answer", begins=True)
    yield Step("clerk", "private", {"press": "Answer"}, form="Answer a question about the protocol")
    yield Step("clerk", "private", {"fill": {"Your answer": "I do. Ask me at the office."}, "send": "Send the answer"},
               sees="Sent to the person who asked", kept=True)  # fmt: skip
    yield Step("councillor", "private", {}, awaits="The clerk has answered your question")


def questions(**asks: Any) -> tuple[Step, ...]:
    """Its beginning."""
    return tuple(_asked(**asks))


def story(**asks: Any) -> tuple[Step, ...]:
    """All of it. `mention`: how the bot is named in a channel; `aloud`: it answers that before everybody; `home`: what
    stands on the app's own page, if there is one.
    """
    restarts = Step("councillor", "private", {"restart": True})
    return (*_asked(**asks), restarts, *_raised(), *_dealt_with())


# ---------------------------------------------------------------- what goes wrong, and where


class Place(NamedTuple):
    """The call of this name that comes so often in a step, from 1."""

    step: int
    call: str
    nth: int


class Here(Rig, Protocol):
    """A rig at which things can go wrong."""

    #: Whether a command is answered by the very answer to its request, and not by a call.
    answers_commands: bool
    deliveries: int
    pause: float

    def called(self) -> list[str]:
        """The name of each call to the platform so far."""
        ...

    async def home(self) -> None:
        """Open the app's own page."""
        ...

    async def look(self) -> str:
        """Every word before this person, wherever it stands; and what the platform says by itself."""
        ...

    async def seen_by(self, seat: str) -> str:
        """Every word that this person can see anywhere, forms and dialogs too."""
        ...

    def said(self) -> str:
        """Every word of every message that was ever said, changed ones as they were too."""
        ...

    async def hop(self, hours: float) -> None:
        """So much later; what is due is heard and delivered once."""
        ...

    async def unsent(self) -> tuple[int, int]:
        """How many notices wait to be delivered; how many were set aside, whoever may be told of them."""
        ...

    async def looked_after(self) -> tuple[int, str]:
        """How many were set aside that an administrator may be told of, and what the bot's daily look then tells them.

        Afterwards whoever looks after the computer sends all that was set aside once more.
        """
        ...

    def is_kept(self, told: str) -> bool:
        """Whether these words say that it was taken, though it can't be shown."""
        ...


class Trouble:
    """What goes wrong at the first try of every step; nothing, if nobody says what.

    `twice`: a notice may come again, for nobody can tell whether it arrived. `mute`: the platform lets the bot say
    nothing at all, but in the answer to a request. `shut`: it refuses a place for good, so that a notice may be set
    aside, and is owned up to. `fixed`: what stands there can't be changed. `logs`: what whoever looks after the bot
    finds in its log. `pause`: seconds before a person tries again.
    """

    name = "nothing"
    twice = False
    mute = False
    shut = False
    fixed = False
    logs = ""
    pause = 0.0

    async def begin(self, _here: Any, _step: int) -> None:
        """Something is wrong from now on."""

    async def end(self, _here: Any) -> None:
        """All is well again."""

    def struck(self, _step: int, _calls: Counter[str]) -> Iterator[Place]:
        """Where it made itself felt among these calls of one step."""
        return iter(())


@dataclass
class Outcome:
    """What came of one story. `calls` are those of each step at its first try; `tried_again` how often people did."""

    trouble: str
    calls: dict[int, Counter[str]] = field(default_factory=dict)
    struck: set[Place] = field(default_factory=set)
    tried_again: int = 0
    broken: list[str] = field(default_factory=list)

    def counted(self) -> Iterator[Place]:
        """Every call."""
        for step, calls in self.calls.items():
            for call, often in calls.items():
                yield from (Place(step, call, nth) for nth in range(1, often + 1))
