"""A story told at a rig, by people who try again as people do; and what holds whatever happened to it.

In: a rig, the steps of a story, what goes wrong. Out: what came of it, and which of the bot's promises were broken.
Never: a platform's own words; a try without end.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from bot.errors import ProtocolBotError
from tests.contract.rig import Where
from tests.contract.test_talks import do
from tests.faults.story import BOT, CANARY, Outcome, Step, Trouble

#: How long a person tries, all in all, before the story is given up.
_TRIES: Final = 7
#: What the outbox waits before each try (`bot.outbox.PATIENCE`), with something over, in hours.
_HOURS: Final = (0.0, 0.02, 0.05, 0.1, 0.4, 2, 6, 15, 30)


class Teller:
    """Tells one story at one rig."""

    def __init__(self, here: Any, steps: Sequence[Step], trouble: Trouble) -> None:
        self._here = here
        self._steps = steps
        self._trouble = trouble
        self._tries: Counter[int] = Counter()
        self._who = ""
        self._where: Where = "private"
        self.outcome = Outcome(trouble.name)

    async def tell(self) -> Outcome:
        """All of it, and what is to be found out afterwards."""
        at = 0
        while at < len(self._steps):
            if self._tries[at] >= _TRIES:
                self.outcome.broken.append(f"never came about: {self._steps[at].name}")
                return self.outcome
            at = await self._next(at)
        return self.outcome

    async def _next(self, at: int) -> int:
        """One try of one step; which step comes then."""
        here, step = self._here, self._steps[at]
        if step.who != self._who:  # whoever comes finds nothing open
            await here.become(step.who)
        self._who, self._where = step.who, step.where
        await here.go(step.where)
        before, seen = await self._count(step.sees), await here.look()
        asked = here.deliveries
        stuck = await self._tried(at)
        if await self._happened(step, before):
            return at + 1
        after = await here.look()
        self.outcome.tried_again += 1
        if not stuck and here.deliveries > asked:
            self._told(step, seen, after)
        if step.kept and here.is_kept(after.removeprefix(seen)):
            return at + 1
        await asyncio.sleep(self._trouble.pause)
        if not step.awaits and (stuck or self._tries[at] > 1):
            return max(number for number in range(at + 1) if self._steps[number].begins or number == 0)
        return at

    async def _tried(self, at: int) -> bool:
        """Whether there was nothing to press or to fill in."""
        first, called = not self._tries[at], len(self._here.called())
        self._tries[at] += 1
        self._here.pause = self._trouble.pause
        if first:
            await self._trouble.begin(self._here, at)
        try:
            await self._done(self._steps[at])
        except AssertionError:
            return True
        finally:
            if first:
                calls = Counter(self._here.called()[called:])
                self.outcome.calls[at] = calls
                self.outcome.struck |= set(self._trouble.struck(at, calls))
                await self._trouble.end(self._here)
        return False

    async def _done(self, step: Step) -> None:
        if step.does.get("restart"):
            await self._restarted()
        elif step.does.get("home"):
            await self._here.home()
        elif step.does.get("greet"):
            await self._here.greet()
        elif step.does:
            await do(self._here, dict(step.does))
        else:
            await self._here.hop(0)

    async def _restarted(self) -> None:
        """As whatever looks after the process does: begun until it stands."""
        for _ in range(3):
            with suppress(ProtocolBotError):
                return await self._here.restart()
            await self._trouble.end(self._here)
        raise ProtocolBotError("It does not begin any more.")

    # ------------------------------------------------------------ what a person sees

    async def _count(self, words: str) -> int:
        """In the place where they are, and in their own chat: an answer that can't go there comes here."""
        here, found = self._here, 0
        for where in {self._where, "private"} if words else ():
            await here.go(where)
            posts = [post for post in await here.posts() if post.by == BOT]
            found += sum(words in "\n".join((post.text, *post.buttons)) for post in posts)
        await here.go(self._where)
        return found

    async def _happened(self, step: Step, before: int) -> bool:
        if step.awaits:
            return await self._arrived(step.awaits)
        if step.form:
            return step.form in (self._here.form() or "")
        if step.does.get("home"):
            return step.sees in await self._here.look()
        return not step.sees or await self._count(step.sees) > before

    async def _arrived(self, words: str) -> bool:
        """The platform may be left alone for some seconds that no clock of the tests' own can shorten."""
        for hours in _HOURS:
            await self._here.hop(hours)
            if await self._count(words):
                return True
            await asyncio.sleep(self._trouble.pause)
        self.outcome.broken += await owned_up(self._here, self._trouble)
        return bool(await self._count(words))

    def _told(self, step: Step, before: str, after: str) -> None:
        """Silence is the one answer nobody may get."""
        at_a_loss = self._trouble.mute and self._is_only_said(step)
        if before == after and not at_a_loss and not (step.aloud and self._trouble.twice):
            self.outcome.broken.append(f"silence: {step.name}")

    def _is_only_said(self, step: Step) -> bool:
        """To words nobody but the bot can answer; to a button, a form, a command the platform has an answer in hand."""
        commanded = self._here.answers_commands and str(step.does.get("type", "")).startswith("/")
        return not commanded and not {"press", "fill", "send"} & set(step.does)


# ---------------------------------------------------------------- what holds whatever happened


async def promises(
    here: Any, steps: Sequence[Step], trouble: Trouble, logged: str, data: Path, *, filed: bool = True
) -> list[str]:
    """Those that were broken. `filed`: there is a concern."""
    found = [*await _twice(here, steps, trouble), *await _heard_by_others(here, trouble)]
    found += [*await _unsent(here, trouble), *(await _kept(here) if filed else ())]
    found += await _left_open(here, trouble)
    if CANARY in logged or "Ruth Ellison" in logged:
        found.append("private words in the log")
    if trouble.logs not in logged:
        found.append("whoever looks after the bot was not told in its log")
    if "Traceback" in logged or "never retrieved" in logged:
        found.append("a traceback in the log")
    if await asyncio.to_thread(_stands_in_a_file, data):
        found.append("private words in a file, unsealed")
    return found


def _stands_in_a_file(data: Path) -> bool:
    return any(CANARY.encode() in file.read_bytes() for file in data.rglob("*") if file.is_file())


async def _twice(here: Any, steps: Sequence[Step], trouble: Trouble) -> Iterator[str]:
    found = []
    for step in steps:
        if step.awaits:
            await here.become(step.who)
            await here.go(step.where)
            came = sum(step.awaits in post.text for post in await here.posts())
            if came > 1 and not trouble.twice:
                found.append(f"came {came} times: {step.awaits}")
    return iter(found)


async def _heard_by_others(here: Any, trouble: Trouble) -> Iterator[str]:
    """Where the chair could not be told at all, the panel is next in line."""
    found = []
    if CANARY in here.said():
        found.append("private words in a message")
    for seat in ("clerk", "deputy-clerk", *(() if trouble.shut else ("panel",))):
        words = await here.seen_by(seat)
        if "CN-" in words or CANARY in words:
            found.append(f"{seat} hears of a concern")
    return iter(found)


async def _left_open(here: Any, trouble: Trouble) -> list[str]:
    """What was answered can't be answered once more: the clerk's notice of it has no button any more."""
    await here.become("clerk")
    await here.go("private")
    asked = [post for post in await here.posts() if "asked, and did not find the answer" in post.text]
    still = any("Answer" in post.buttons for post in asked)
    return (
        ["the notice of a question that was answered asks on"] if still and not (trouble.twice or trouble.fixed) else []
    )


async def _kept(here: Any) -> Iterator[str]:
    """What is kept, as the chair reads it: once."""
    await here.become("chair")
    await here.go("private")
    form = ""
    for _ in range(3):
        await here.type("/protocol waiting")
        labels = [label for post in (await here.posts())[-1:] for label in post.buttons if label.startswith("Open CN-")]
        if len(labels) == 1:
            await here.press(labels[0])
            form = here.form() or ""
        if form:
            break
    else:
        return iter([f"{len(labels)} concerns are kept"])
    often = {word: form.count(f"{CANARY}-{word}") for word in ("story", "ask", "answer")}
    return iter([f"{word} is kept {times} times" for word, times in often.items() if times != 1])


async def _unsent(here: Any, trouble: Trouble) -> Iterator[str]:
    """Whatever waits has had its last try by now."""
    for hours in _HOURS:
        await here.hop(hours)
    waiting, _ = await here.unsent()
    found = [f"{waiting} notices were never delivered"] if waiting else []
    return iter([*found, *await owned_up(here, trouble)])


async def owned_up(here: Any, trouble: Trouble) -> list[str]:
    """What was set aside is told to the administrators, who have it sent again; but where it need not have been.

    Of what is about a concern somebody else was told instead: that it was set aside is nobody's to hear.
    """
    _, aside = await here.unsent()
    if not aside:
        return []
    counted, told = await here.looked_after()
    broken = [] if trouble.shut else [f"{aside} notices were set aside"]
    return broken if not counted or f"given up: {counted}" in told else [*broken, "set aside, and nobody was told"]
