"""What has to be kept: questions that go to the clerk and come back, concerns from the first word to the last.

In: the people of one council, a serial number, whoever says when the next step is due. Out: what was acknowledged, by
number. Never: a step that is not its person's; counts as acknowledged what nobody was told was done.

Every word that is to be kept has a number of its own in it, so that it can be counted in the database.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tests.bench.loading.people import One, OnTeams, after, carried, seen

#: Seconds in which somebody is shown what comes of what they did, and in which a notice has arrived.
SHOWN: Final = 15.0
ARRIVED: Final = 120.0
_TRIES: Final = 6  # times that somebody tries what did not work
_FORMS: Final = 8  # forms that follow one another
_BESIDE: Final = 0.5  # seconds in which a list comes after something else that was shown meanwhile

#: What somebody asks whom a platform amiss left without a button: the list in which it stands.
_LISTS: Final = {"concerns/follow": "concerns", "concerns/open": "waiting"}
#: Waits until a step is due, does it, and says what was wrong with it.
Step: TypeAlias = Callable[[str, One, Callable[[], Awaitable[str]]], Awaitable[str]]


@dataclass
class Ledger:
    """What was acknowledged by its number; what may have been kept though nobody was told so; what went wrong.

    `never`: numbers of what must not be kept. `withdrawn`: ids of concerns that their raisers withdrew. `concerns`:
    what leads back to each, so that a new one is known.
    """

    acknowledged: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    concerns: set[str] = field(default_factory=set)
    notices: int = 0
    undelivered: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    tried_again: int = 0


_numbers = itertools.count(1)


def number(letter: str) -> str:
    """A serial number: what kind of word it stands in, and which."""
    return f"{letter}{next(_numbers):06}"


class GivenUp(Exception):
    """A story that can't go on; its message is at which step."""


@dataclass
class Story:
    """One story at one council. `again`: how often, of its steps, what was sent arrives a second time."""

    people: Mapping[str, One]
    step: Step
    ledger: Ledger
    again: Iterator[bool]

    # ------------------------------------------------------------ a question

    async def question(self) -> None:
        """Asked, passed on, answered, and the answer read."""
        asker, clerk = self.people["councillor"], self.people["clerk"]
        asked, replied = number("q"), number("r")
        text = f"Where is the key to noticeboard {asked}?"
        await self._shown("question", asker, lambda: asker.ask(text))
        await self._opens(asker, f"questions/pass/{text}", lost=text)
        await self._sent(asker, asked, {"question": text})
        await self._arrives(clerk, asked, "to the clerk")
        token = self._beside(clerk, asked, "questions/answer/")
        await self._opens(clerk, token)
        await self._sent(clerk, replied, {"reply": f"It hangs in the office, on hook {replied}."})
        await self._arrives(asker, replied, "to the asker")
        self.ledger.stories["questions"] += 1

    # ------------------------------------------------------------ a concern

    async def concern(self) -> None:
        """Raised, acknowledged, asked about, answered, withdrawn."""
        raiser, story = self.people["councillor"], number("s")
        await self._opens(raiser, "concerns/start/", first="concern")
        told = {"about": "officer", "story": f"He shouted at me in the office, as in {story}.", "step": "declined"}
        await self._sent(raiser, story, told)
        id = await self._filed(raiser)
        handler = await self._handler(id)
        for letter, act, one, other in (
            ("", "acknowledge", handler, raiser),
            ("w", "write", handler, raiser),
            ("a", "answer", raiser, handler),
        ):
            words, step = letter and number(letter), "open" if one is handler else "follow"
            said = {"text": f"That was on the day of {words}."} if words else {}
            known = self._notices(other, id)
            await self._opens(one, f"concerns/{step}/{id}")
            await self._sent(one, words, {"act": act, **said})
            await self._until(lambda other=other, known=known: self._notices(other, id) > known, f"of {act}")
        await self._opens(raiser, f"concerns/follow/{id}")
        await self._sent(raiser, "", {"act": "withdraw"})
        self.ledger.withdrawn.add(id)
        self.ledger.stories["concerns"] += 1

    async def _filed(self, raiser: One) -> str:
        """Its id, from the list that the receipt leads to.

        Where the receipt or the list meets a platform amiss they are told only that it could not be shown, and what
        came of an earlier step may arrive just then: neither is the list, so they ask for it once more.
        """

        def fresh() -> list[str]:
            found = (one for one in raiser.buttons() if one.startswith("concerns/follow/"))
            return [one for one in found if one not in self.ledger.concerns]

        for number in range(_TRIES):
            if number == 0 and carried(raiser, "concerns/mine/"):
                await self._shown("button", raiser, lambda: raiser.press("concerns/mine/"))
            else:
                await self._shown("question", raiser, lambda: raiser.ask("concerns"))
            if await seen(lambda: bool(fresh()), _BESIDE):
                found = fresh()
                self.ledger.concerns.update(found)
                return found[0].rpartition("/")[2]
            self.ledger.tried_again += 1
        raise GivenUp("it is not in the list")

    async def _handler(self, id: str) -> One:
        """Whoever was told of it."""
        begins = f"concerns/open/{id}"

        def told() -> One | None:
            return next((one for one in self.people.values() if carried(one, begins)), None)

        await self._until(lambda: told() is not None, "to whoever deals with it")
        found = told()
        assert found is not None
        return found

    def _notices(self, one: One, id: str) -> int:
        return sum(token.endswith(id) for token in one.buttons())

    # ------------------------------------------------------------ one step

    async def _shown(self, kind: str, one: One, do: Callable[[], Awaitable[str]]) -> None:
        """Something is done until something is shown for it, as somebody would."""
        for _ in range(_TRIES):
            if not await self.step(kind, one, lambda: after(do(), one, SHOWN)):
                return
            self.ledger.tried_again += 1
        raise GivenUp(kind)

    async def _opens(self, one: One, token: str, first: str = "", lost: str = "") -> None:
        """A button is pressed until its form is open. `lost` is asked where a platform amiss has not shown it."""
        for _ in range(_TRIES):
            if first:
                await self._shown("question", one, lambda: one.ask(first))
            if not carried(one, token) and (again := lost or _LISTS.get(token.rpartition("/")[0])):
                await self._shown("question", one, lambda: one.ask(again))
            wrong = await self.step("form opened", one, lambda: one.press(token))
            if not wrong and isinstance(one, OnTeams) and not await seen(lambda: one.form, 0.2):
                wrong = await self.step("form opened", one, one.offered)
            if not wrong and await seen(lambda: one.form, SHOWN):
                return
            self.ledger.tried_again += 1
        raise GivenUp(f"opening {token.rpartition('/')[0]}")

    async def _sent(self, one: One, words: str, values: Mapping[str, str]) -> None:
        """A form, and those that follow it, until what came of it is shown. Sent in again where nothing is."""
        for _ in range(_FORMS + _TRIES):
            if words:
                self.ledger.unsure.add(words)
            wrong = await self.step("form sent", one, lambda: after(one.send(values), one, SHOWN))
            if not wrong and next(self.again):
                wrong = await self.step("redelivery", one, one.again)
            if not wrong and not one.form:
                if words:
                    self.ledger.acknowledged.add(words)
                return
            self.ledger.tried_again += bool(wrong)
        raise GivenUp("sending a form")

    async def _arrives(self, one: One, words: str, whom: str) -> None:
        await self._until(lambda: one.told(words), whom)

    async def _until(self, true: Callable[[], bool], whom: str) -> None:
        """A notice was promised; it arrives."""
        self.ledger.notices += 1
        if not await seen(true, ARRIVED):
            self.ledger.undelivered[whom] += 1
            raise GivenUp(f"a notice {whom}")

    def _beside(self, one: One, words: str, begins: str) -> str:
        """What the button of that very notice carries: nobody else asked meanwhile at this council."""
        found = carried(one, begins)
        if found is None:
            raise GivenUp(f"no button beside {words[:1]}")
        return found


async def told(story: Awaitable[None], ledger: Ledger) -> None:
    """One story to its end, or to where it can't go on."""
    try:
        await story
    except GivenUp as why:
        ledger.given_up[str(why)] += 1
    except asyncio.CancelledError:
        ledger.given_up["the end came first"] += 1
        raise
