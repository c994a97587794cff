"""Every talk, and stories beside them, as acts: one thing that somebody does, or one moment at which something is due.

In: `tests/talks`, `tests/faults/stories`. Out: acts, in order; an act done at a rig. Never: two deliveries in an act.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import yaml

from adapters import PLATFORMS
from bot.conversation import Event
from bot.reach import Reach
from deploy.running.clockwork import Clockwork
from storage.store import SqlStore
from tests.contract.slack_rig import SlackRig
from tests.contract.test_talks import TALKS, do, on, see
from tests.faults.stages import STORIES, Rig

_BEFORE: Final = ("as", "in", "fill")
#: `leaves`: somebody is not on the platform any more; `looks`: what the bot does by itself besides what falls due.
_DOES: Final = ("leaves", "type", "press", "send", "again", "looks")
_SEEN: Final = frozenset({"wait", "restart", *_BEFORE, *_DOES})
_STORIES: Final = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(STORIES.glob("*.yaml"))
}


class Act(NamedTuple):
    """`step` is what is done, as the talks say it; `sees` what is then to be seen; `until`: what is due by then."""

    number: int
    step: dict[str, Any]
    sees: dict[str, Any]
    until: timedelta | None = None

    @property
    def name(self) -> str:
        """What is done, for people."""
        what = "wait" if self.until is not None else next((name for name in _DOES if name in self.step), "look")
        return f"step {self.number}, {what} {self.step.get(what, '')}".rstrip()


class Flow(NamedTuple):
    """One story on one platform."""

    name: str
    platform: str
    council: str
    steps: tuple[dict[str, Any], ...]

    def acts(self) -> Iterator[Act]:
        """In order. A bot is begun anew with each act, so that a `restart` is none."""
        for number, told in enumerate(self.steps, 1):
            step = on(self.platform, told)
            sees = {name: value for name, value in step.items() if name not in _SEEN}
            done = [name for name in (*_DOES, "wait") if name in step] or [""]
            for name in done:
                last = name == done[-1]
                doing = {one: step[one] for one in _BEFORE if one in step and (one != "fill" or name in ("send", ""))}
                if name == "wait":
                    yield Act(number, doing, sees if last else {}, timedelta(**step["wait"]))
                else:
                    doing |= {name: step[name]} if name else {}
                    yield Act(number, doing, sees if last else {})


def flows(platforms: tuple[str, ...] = tuple(sorted(PLATFORMS)), only: str = "") -> list[Flow]:
    """Every talk on every platform, and every story on its own; those with `only` in their name."""
    talks = [
        Flow(name, platform, told["council"], tuple(told["steps"]))
        for platform in platforms
        for name, told in TALKS.items()
    ]
    stories = [
        Flow(name, told.get("platform", "web"), told["council"], tuple(told["steps"]))
        for name, told in _STORIES.items()
    ]
    return [flow for flow in talks + stories if only in flow.name and flow.platform in platforms]


async def done(rig: Rig, act: Act, at: datetime | None = None) -> None:
    """Do it. `at` is the moment, for what falls due."""
    await do(rig, act.step)
    if at is not None:
        rig._now = at
        await rig.ticker.tick()
        await rig.outbox.deliver()
    if "leaves" in act.step:
        assert isinstance(rig, SlackRig)
        rig.space.users[rig.person(act.step["leaves"]).id].deleted = True
    if act.step.get("looks"):
        await _looked(rig)


async def _looked(rig: Rig) -> None:
    """The bot looks after things by itself, as it does every hour and once a day; what comes of it is delivered."""
    store, hear, clock = rig.ticker._store, rig.ticker._hear, rig._clock
    assert isinstance(store, SqlStore)
    platform, books = rig.place("private").platform, rig._books(store)
    reach = Reach(store, {platform: rig.chat}, books, hear, clock)
    work = Clockwork(_Ears(hear), store, rig.outbox, reach, (rig._council,), clock)
    for look in (work._reached, work._ask, work._tidy):
        await look()
    await rig.outbox.deliver()


class _Ears(NamedTuple):
    hear: Callable[[Event], Awaitable[Any]]


async def seen(rig: Rig, act: Act, name: str) -> None:
    """What a person is to see then."""
    if act.sees:
        await see(rig, act.sees, f"step {act.number} of {name}")
