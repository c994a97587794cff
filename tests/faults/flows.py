"""Every talk, and stories beside them, as acts: one thing that somebody does, or one moment at which something is due.

In: `tests/talks`, `tests/faults/stories`. Out: acts, in order; an act done at a rig. Never: two deliveries in an act.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from adapters import PLATFORMS
from tests.contract.test_talks import TALKS, do, on, see
from tests.faults.stages import Rig

_BEFORE: Final = ("as", "in", "fill")
_DOES: Final = ("type", "press", "send", "again")
_SEEN: Final = frozenset({"wait", "restart", *_BEFORE, *_DOES})
STORIES: Final = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parent / "stories").glob("*.yaml"))
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
    """Every talk on every platform, and every story in the browser; those with `only` in their name."""
    talks = [
        Flow(name, platform, told["council"], tuple(told["steps"]))
        for platform in platforms
        for name, told in TALKS.items()
    ]
    stories = [Flow(name, "web", told["council"], tuple(told["steps"])) for name, told in STORIES.items()]
    return [flow for flow in talks + (stories if "web" in platforms else []) if only in flow.name]


async def done(rig: Rig, act: Act, at: datetime | None = None) -> None:
    """Do it. `at` is the moment, for what falls due."""
    if at is not None:
        await do(rig, act.step)
        rig._now = at
        await rig.ticker.tick()
        await rig.outbox.deliver()
        return
    await do(rig, act.step)


async def seen(rig: Rig, act: Act, name: str) -> None:
    """What a person is to see then."""
    if act.sees:
        await see(rig, act.sees, f"step {act.number} of {name}")
