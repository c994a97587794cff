"""A campaign against one platform: every fault at every call of its good runs, and how the report tells of it.

In: what is told, the faults, what came of each story. Out: what to tell; a table. Never: a platform's own words.

First each fault meets the call of one name at the first try of all steps of one story. That takes some stories another
way, so that a later call does not come: each such call is then met by itself, in a story that is good until then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from tests.faults import playing
from tests.faults.story import Outcome, Place
from tests.report import Goal, Table


class Met(Struct, frozen=True):
    """What a call meets: the stand-in's `Fault`. `calls`: which; all where it is empty.

    `twice`: nobody can tell whether it arrived, so a notice may come again. `shut`: a notice may be set aside for it.
    `pause`: seconds before a person tries again.
    """

    fault: Any
    calls: tuple[str, ...] = ()
    twice: bool = False
    shut: bool = False
    pause: float = 0.0


class Told(Struct, frozen=True):
    """One story: which tale, what goes wrong, at which call of a step, and whether at one step alone."""

    tale: str = ""
    kind: str = ""
    name: str = ""
    call: str = ""
    nth: int = 0
    only: int | None = None


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
            calls = sorted({(place.call, place.nth) for place in _places(good, tale)})
            for name, met in self.faults.items():
                yield from (Told(tale, "call", name, *call) for call in calls if _meets(met, call[0]))

    def _missed(self, good: Mapping[str, Outcome], plan: Sequence[Told], outcomes: Sequence[Outcome]) -> Iterator[Told]:
        struck: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for told, outcome in zip(plan, outcomes, strict=True):
            struck[told.tale, told.name] |= outcome.struck
        for tale in good:
            for name, met in self.faults.items():
                for at in _places(good, tale):
                    if _meets(met, at.call) and at not in struck[tale, name]:
                        yield Told(tale, "call", name, at.call, at.nth, at.step)

    # ------------------------------------------------------------ what came of it

    def _table(self, good: Mapping[str, Outcome], came: Sequence[tuple[Told, Outcome]]) -> Table:
        names = dict.fromkeys(told.name for told, _ in came)
        broken = [f"{told.tale} {told.name} at {told.call or told.kind} {told.nth or ''}: {what}"
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


def _meets(met: Met, call: str) -> bool:
    return not met.calls or call in met.calls


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    struck, broken = sum(len(one.struck) for one in outcomes), sum(len(one.broken) for one in outcomes)
    tried = sum(one.tried_again for one in outcomes)
    return name, str(struck or "–"), str(len(outcomes)), str(tried), str(broken or "none")
