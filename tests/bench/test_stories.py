"""A story of the load goes on where a platform is amiss: whoever is shown something else asks again."""

import asyncio
import itertools

from tests.bench.loading.stories import Ledger, Story

_ID = "c0ffee"


class Raiser:
    """Somebody who is shown these, one for each thing that they do; each is what the buttons of a post carry."""

    platform, form = "slack", False

    def __init__(self, *shown: tuple[str, ...]) -> None:
        self._coming, self._seen, self.did = iter(shown), [("concerns/mine/",)], []
        self.mark = 0

    async def ask(self, text: str) -> str:
        return self._does(text)

    async def press(self, token: str) -> str:
        return self._does(token)

    def _does(self, what: str) -> str:
        self.did.append(what)
        self._seen.append(next(self._coming, ()))
        self.mark += 1
        return ""

    def buttons(self):
        return itertools.chain.from_iterable(reversed(self._seen))


async def _filed(raiser: Raiser) -> str:
    async def step(_kind, _one, do) -> str:
        return await do()

    known = Ledger(concerns={"concerns/follow/another"})
    return await Story({}, step, known, itertools.repeat(False))._filed(raiser)


async def test_whoever_is_shown_something_else_than_the_list_asks_for_it_once_more():
    raiser = Raiser((), ("concerns/follow/another",), ("concerns/follow/another", f"concerns/follow/{_ID}"))
    assert await _filed(raiser) == _ID
    assert raiser.did == ["concerns/mine/", "concerns", "concerns"]


async def test_a_list_that_comes_after_something_else_is_waited_for():
    raiser = Raiser(())
    asking = asyncio.create_task(_filed(raiser))
    await asyncio.sleep(0.2)
    raiser._seen.append((f"concerns/follow/{_ID}",))
    assert await asking == _ID
    assert raiser.did == ["concerns/mine/"]
