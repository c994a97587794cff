"""Nobody reads a word that stands in code: in a made-up language everything that is said bears its mark.

One person at a council tries everything there is, while concerns, requests and reviews are under way: every command and
list, every button and every form of every desk. Whatever anybody is shown or told is drawn for every platform, and read.
"""

import itertools
import secrets as chances
from collections.abc import AsyncIterator

import pytest

from bot.conversation import Answer, Event, Form, Open, Submit, Whisper
from bot.handbook import Handbook
from content import load
from deploy import tryout
from tests.indistinct import seeds
from tests.indistinct.steps import Secrets
from tests.indistinct.test_subject_learns_nothing import asking, follow, trying
from tests.indistinct.world import SEATS, Chance, World, base
from tests.languages import eyes, marked

#: Who tries everything, at councils in England and in Wales.
RUNS = (("southwell", "clerk"), ("crickhowell", "councillor"))
_WEEKS = 13


class Watched(World):
    """A council that speaks the made-up language; what anybody reads there is kept, and what anybody wrote."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.read: dict[str, str] = {}
        self.written: set[str] = set()
        self._forms: dict[str, Form] = {}

    def book(self) -> Handbook:
        return marked.spoken(super().book())

    async def hear(self, event: Event) -> Answer | None:
        values = getattr(event, "values", {})
        self.written |= {getattr(event, "text", ""), getattr(event, "token", ""), *values.values()}
        answer = await super().hear(event)
        if isinstance(answer, Open):
            self._forms[answer.form.id] = answer.form
        form = self._forms.get(event.form) if isinstance(event, Submit) else None
        self._see(
            eyes.answered(answer, values, form),
            f"{type(event).__name__} {getattr(event, 'token', getattr(event, 'form', getattr(event, 'text', '')))}",
        )
        return answer

    def _see(self, texts, what: str) -> None:
        for text in texts:
            self.read.setdefault(text, what)

    async def hard_coded(self) -> dict[str, str]:
        """What somebody read that is in no language's words, and what they had done."""
        for who in SEATS:
            for post in await self.told(who):
                self._see(eyes.posted(post), f"a notice to {who}")
        packs = [load.council(id) for id in load.councils()]
        known = eyes.said_by(packs, self.book().settings, tryout.PEOPLE, sorted(self.written), SEATS)
        return {left: what for text, what in self.read.items() if (left := eyes.left_over(text, known))}


class Alone:
    """Somebody who tries everything."""

    wholly = True

    def __init__(self, world: Watched, subject: str) -> None:
        self.quiet, self.subject = world, subject
        self._ids = itertools.count(1)

    def base(self, *, private: bool = True) -> dict:
        return base(self.quiet, self.subject, f"t{next(self._ids)}", private=private)

    async def does(self, event: Event) -> Answer | None:
        return await self.quiet.hear(event)


@pytest.fixture
async def world(request, tmp_path, monkeypatch) -> AsyncIterator[tuple[Watched, Secrets]]:
    council, subject = request.param
    chance = Chance()
    monkeypatch.setattr(chances, "token_hex", chance.token_hex)
    async with Watched(tmp_path / "world", council, chance) as here:
        known = await seeds.ordinary(here, subject)
        found = await seeds.secret(here, subject)
        yield (
            here,
            Secrets(
                subject=subject,
                raiser=seeds.raiser(subject),
                ids=tuple(one.id for one in found),
                references=tuple(one.reference for one in found),
                **known,
            ),
        )


@pytest.mark.parametrize("world", RUNS, indirect=True, ids=[f"{council}: {subject}" for council, subject in RUNS])
async def test_whatever_anybody_reads_is_in_the_councils_language(world):
    here, secrets = world
    one = Alone(here, secrets.subject)
    found = [await here.hear(event) for event in (*asking(one, secrets), *trying(one, secrets))]
    await follow(one, [*found, *[Whisper(post) for post in await here.told(secrets.subject)]])
    for _ in range(_WEEKS):
        await here.passes(days=7)
    wrong = await here.hard_coded()
    import json
    import pathlib

    pathlib.Path("/tmp/h8_found.json").write_text(json.dumps(wrong, ensure_ascii=False, indent=0))
    assert wrong == {}
