"""A campaign against one platform: every fault at every call of its good runs, and how the report tells of it.

In: what is told, the faults, what came of each story. Out: what to tell; a table. Never: a platform's own words.

Each fault meets one call at the first try of every step of a story: the first of each step in one story, the second in
the next. That takes some stories another way, so that a later call does not come: each such call is then met by itself,
in a story that is good until then. So every fault meets every call, in as few stories as there are calls in a step.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from msgspec import Struct

from tests.faults import playing
from tests.faults.story import Outcome, Place, Trouble
from tests.report import Goal, Table


class Met(Struct, frozen=True):
    """What a call meets: the stand-in's `Fault`. `calls`: which; all where it is empty.

    `twice`: nobody can tell whether it arrived, so a notice may come again. `shut`: a notice may be set aside for it.
    `fixed`: what stands there can't be changed. `pause`: seconds before a person tries again.
    """

    fault: Any
    calls: tuple[str, ...] = ()
    twice: bool = False
    shut: bool = False
    fixed: bool = False
    pause: float = 0.0


class Told(Struct, frozen=True):
    """One story: which tale, what goes wrong, and at which calls: one in a step at most."""

    tale: str = ""
    kind: str = ""
    name: str = ""
    at: tuple[Place, ...] = ()


class AtCalls(Trouble):
    """The same fault at each of these calls, at the first try of its step. `platform`: the stand-in, of a rig."""

    def __init__(self, which: Told, met: Met, platform: Callable[[Any], Any]) -> None:
        self.name, self.twice, self.shut, self.fixed = which.name, met.twice, met.shut, met.fixed
        self.pause = met.pause
        self._met, self._at, self._platform = met, {place.step: place for place in which.at}, platform

    async def begin(self, here: Any, step: int) -> None:
        if (place := self._at.get(step)) is not None:
            self._platform(here).fail(place.call, None, place.nth - 1)
            self._platform(here).fail(place.call, self._met.fault)

    async def end(self, here: Any) -> None:
        self._platform(here).faults.clear()

    def struck(self, step: int, calls: Counter[str]) -> Iterator[Place]:
        if (place := self._at.get(step)) is not None and calls[place.call] >= place.nth:
            yield place


class Campaign(NamedTuple):
    """`tales`: by name, that of the whole story is empty. `others`: what goes wrong elsewhere than at a call.

    `calls`: every call that the platform has; `uncalled`: those that no story makes, and why.
    """

    title: str
    tales: Sequence[str]
    faults: Mapping[str, Met]
    others: Sequence[Told]
    calls: Iterable[str]
    uncalled: Mapping[str, str]
    tell: "playing.Tell[Told]"

    def table(self) -> Table:
        """All of it, told."""
        good = dict(zip(self.tales, playing.told([Told(tale) for tale in self.tales], self.tell), strict=True))
        plan = [*self._planned(good), *self.others]
        outcomes = playing.told(plan, self.tell)
        more = list(self._missed(good, plan, outcomes))
        plan += more
        outcomes += playing.told(more, self.tell)
        return self._table(good, list(zip(plan, outcomes, strict=True)))

    # ------------------------------------------------------------ what to tell

    def _planned(self, good: Mapping[str, Outcome]) -> Iterator[Told]:
        for tale in good:
            for name, met in self.faults.items():
                places = [place for place in _places(good, tale) if _meets(met, place.call)]
                yield from (Told(tale, "call", name, row) for row in _one_in_a_step(places))

    def _missed(self, good: Mapping[str, Outcome], plan: Sequence[Told], outcomes: Sequence[Outcome]) -> Iterator[Told]:
        struck: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for told, outcome in zip(plan, outcomes, strict=True):
            struck[told.tale, told.name] |= outcome.struck
        for tale in good:
            for name, met in self.faults.items():
                for at in _places(good, tale):
                    if _meets(met, at.call) and at not in struck[tale, name]:
                        yield Told(tale, "call", name, (at,))

    # ------------------------------------------------------------ what came of it

    def _table(self, good: Mapping[str, Outcome], came: Sequence[tuple[Told, Outcome]]) -> Table:
        names = dict.fromkeys(told.name for told, _ in came)
        broken = [f"{told.tale} {told.name}{_where(told)}: {what}"
                  for told, one in came for what in one.broken]  # fmt: skip
        amiss = [f"a good run: {what}" for one in good.values() for what in (*one.broken, *["again"] * one.tried_again)]
        left = list(self._missed(good, *zip(*came, strict=True)))
        called = {place.call for one in good.values() for place in one.counted()}
        uncalled = sorted(set(self.calls) - called - set(self.uncalled))
        struck = sum(len(one.struck) for _, one in came)
        return Table(
            self.title,
            ("fault", "calls struck", "stories", "tries again by people", "broken promises"),
            [_row(name, [one for told, one in came if told.name == name]) for name in names],
            notes=[*(f"{call} is not called: {why}." for call, why in self.uncalled.items()), *amiss, *broken[:60]],
            goals=[
                Goal("a good run needs no second try", not amiss),
                Goal(f"{len(came)} stories, and no promise broken", not broken),
                Goal(f"every fault at every call of a good run: {struck}, {len(left)} left out", not left),
                Goal(f"every call is in a good run, or left out for a reason {uncalled or ''}".rstrip(), not uncalled),
            ],
        )  # fmt: skip


def _places(good: Mapping[str, Outcome], tale: str) -> list[Place]:
    """Where something is to go wrong; in the other tales at what the first one does not call."""
    usual = {place.call for place in good[""].counted()} if tale else set()
    return [place for place in good[tale].counted() if place.call not in usual]


def _one_in_a_step(places: Iterable[Place]) -> Iterator[tuple[Place, ...]]:
    by_step: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_step[place.step].append(place)
    for row in zip_longest(*by_step.values()):
        yield tuple(place for place in row if place is not None)


def _where(told: Told) -> str:
    calls = ", ".join(sorted({f"{place.call} {place.nth}" for place in told.at}))
    return f" at {calls}" if calls else ""


def _meets(met: Met, call: str) -> bool:
    return not met.calls or call in met.calls


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    struck, broken = sum(len(one.struck) for one in outcomes), sum(len(one.broken) for one in outcomes)
    tried = sum(one.tried_again for one in outcomes)
    return name, str(struck or "–"), str(len(outcomes)), str(tried), str(broken or "none")
