"""Nobody reads a word that stands in code: in a made-up language everything that is said bears its mark.

One person at a council tries everything there is, while concerns, requests and reviews are under way: every command
and list, every button and every form of every desk. Whatever anybody is shown or told is drawn for every platform.
"""

import itertools
import secrets as chances
from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.mail import render as mail
from adapters.slack.manifest import INSTALL, REDIRECT
from bot import exporting
from bot.conversation import Answer, Command, Event, Form, Open, Paragraph, Post, Press, Submit, Whisper
from bot.edition import Draft
from bot.handbook import Handbook
from bot.records import Turn
from bot.tokens import Token
from bot.words import Words
from content import load
from deploy.documents.rephrasing import OF_READING, rephrased
from deploy.platforms import mail as by_mail
from deploy.platforms import pages, slack_pages
from deploy.running import tryout
from tests.editions.world import FIRST, SECOND, pack
from tests.indistinct import seeds
from tests.indistinct.steps import Secrets
from tests.indistinct.test_subject_learns_nothing import asking, follow, trying
from tests.indistinct.world import MONDAY, SEATS, Chance, World, base
from tests.languages import eyes
from tests.languages.marked import WORDS, bare, marked, spoken

pytestmark = pytest.mark.sqlite_only("the world it happens in counts what is read by connection")

#: Who tries everything, at councils in England and in Wales.
RUNS = (("southwell", "clerk"), ("crickhowell", "councillor"))
_WEEKS = 13


class Watched(World):
    """A council that speaks the made-up language; what anybody reads there is kept, and what anybody wrote."""

    def __init__(self, *args: Any, words: Words = WORDS) -> None:
        super().__init__(*args)
        self._words = words
        self._read: dict[str, str] = {}
        self._drawn: set[bytes] = set()
        self.typed: set[str] = {self.council, *SEATS}
        self._forms: dict[str, Form] = {}

    def book(self) -> Handbook:
        return spoken(super().book(), self._words)

    async def hear(self, event: Event) -> Answer | None:
        answer = await super().hear(event)
        values = getattr(event, "values", {})
        done = getattr(event, "token", "") or getattr(event, "form", "") or getattr(event, "text", "")
        self.typed |= {done, Token.read(done).value, *values.values()}
        if isinstance(answer, Open):
            self._forms[answer.form.id] = answer.form
        form = self._forms.get(event.form) if isinstance(event, Submit) else None
        self._see(answer, f"{type(event).__name__} {done}", lambda: eyes.answered(answer, values, form))
        return answer

    def _see(self, shown: Any, at: str, drawn: Any) -> None:
        """Drawn once, however often it is shown."""
        if (key := msgspec.json.encode(shown)) not in self._drawn:
            self._drawn.add(key)
            for text in drawn():
                self._read.setdefault(text, at)

    def known(self) -> list[Any]:
        """What packs, settings and people say."""
        packs = [*(load.council(id) for id in load.councils()), pack(*FIRST, rule="2.1"), pack(*SECOND)]
        return [packs, self.book().settings, tryout.PEOPLE]

    async def hard_coded(self) -> dict[str, str]:
        """What somebody read that is in no language's words, and what had been done before."""
        for who in SEATS:
            for post in await self.told(who):
                self._see(post, f"a notice to {who}", lambda post=post: eyes.posted(post))
        known = eyes.said_by(*self.known(), typed=self.typed)
        return {left: at for text, at in self._read.items() if (left := eyes.left_over(text, known))}


class Alone:
    """Somebody who tries everything there is; wholly, with whatever it may carry too."""

    def __init__(self, world: Watched, subject: str, *, wholly: bool = False) -> None:
        self.quiet, self.subject, self.wholly = world, subject, wholly
        self._ids = itertools.count(1)

    def base(self, *, private: bool = True) -> dict[str, Any]:
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
    one = Alone(here, secrets.subject, wholly=secrets.subject == RUNS[0][1])
    found = [await here.hear(event) for event in (*asking(one, secrets), *trying(one, secrets))]
    await follow(one, [*found, *[Whisper(post) for post in await here.told(secrets.subject)]])
    for _ in range(_WEEKS):
        await here.passes(days=7)
    assert await here.hard_coded() == {}


async def test_so_it_is_when_a_document_is_brought_in_gone_through_and_put_in_force(tmp_path):
    """Two wordings, one after the other; in between and after that, what was and what changed."""
    async with Watched(tmp_path / "world", "twywell", Chance()) as here:
        clerk = Alone(here, "clerk")
        for number, (lines, rule) in enumerate(((FIRST, "2.1"), (SECOND, ""))):
            await _drafted(here, pack(*lines, rule=rule), f"draft-{number}")
            await follow(clerk, [await here.hear(_said(clerk, "setup"))])
            await _drafted(here, pack(*lines, rule=rule), f"again-{number}")
            await _adopted(here, clerk, date(2026, 11, 20 + number))
            await here.passes(minutes=5)
            asked = ("history", "about", "1.2", "1.2 was", "2.2 was", "was", "1.2 in 2019", "compare training", "gaps")
            await follow(clerk, [await here.hear(_said(clerk, text)) for text in asked])
        assert await here.hard_coded() == {}


def _said(who: Alone, text: str) -> Event:
    return Command(text=text, **who.base())


async def _drafted(here: Watched, read: Any, id: str) -> None:
    """As the command line brings a document in; its notes are in the council's words already."""
    before = await here.store.draft(here.council)
    notes = (WORDS("read-twice", numbers="1.2"),)
    draft = Draft(
        council=here.council, id=id, pack=read, notes=notes, by="clerk", at=here.now,
        version=before.version if before else 0,
    )  # fmt: skip
    event = Command(text="draft", **base(here, "clerk", f"keeps-{id}"))
    await here.store.keep(here.council, event, Turn(keep=(draft,)))


async def _adopted(here: Watched, clerk: Alone, on: date) -> None:
    form = (await here.hear(_pressed(clerk, f"setup/adopt/{await _stamp(here)}"))).form
    for values in ({"on": "2030-01-01", "minute": ""}, {"on": on.isoformat(), "minute": "2026/31", "next_review": ""}):
        await here.hear(Submit(form=form.id, values=values, **clerk.base()))


async def _stamp(here: Watched) -> str:
    draft = await here.store.draft(here.council)
    assert draft is not None
    return draft.id


def _pressed(who: Alone, token: str) -> Event:
    return Press(token=token, **who.base())


async def test_a_sentence_that_stands_in_code_is_found_and_named(tmp_path):
    """A canary: one sentence without its mark, as if somebody had written it into the code."""
    planted = Words({**WORDS.beginning(""), "help-private": "Is something wrong here?"}, "planted")
    async with Watched(tmp_path / "world", "barrow", Chance(), words=planted) as here:
        await here.hear(_said(Alone(here, "clerk"), "help"))
        found = await here.hard_coded()
    assert any("something wrong" in left for left in found)
    assert set(found.values()) == {"Command help"}


@pytest.mark.parametrize("said", ["Ｓｅｎｄ now", "Ｄｕｅ ｏｎ 27 November", "Somebody else", "Ｂａｒｒｏｗ, bullet 5"])
def test_what_bears_no_mark_is_left_over(said):
    assert eyes.left_over(said, eyes.said_by("Barrow"))


@pytest.mark.parametrize(
    "said", ["Ｓｅｎｄ", "27 Ｎｏｖｅｍｂｅｒ 2026, 14:05", "Barrow › 3.2 (a): Ｓｅｎｄ", "CN-ABCD-2345"]
)
def test_what_is_marked_or_the_councils_own_is_not(said):
    assert not eyes.left_over(said, eyes.said_by("Barrow"))


# ---------------------------------------------------------------- what is read elsewhere than in the chat


def left(texts: Iterable[str], *sources: Any, typed: Iterable[str] = ()) -> list[str]:
    """What of these is neither marked nor somebody's own."""
    known = eyes.said_by(*sources, typed=typed)
    return [found for text in texts if (found := eyes.left_over(text, known))]


@pytest.mark.parametrize("title", ["", "Notice"])
def test_a_message_by_mail_is_in_the_councils_language(title):
    post = Post((Paragraph(marked("Something waits")),), title=marked(title))
    letter = mail.message(post, "ann@example.org", "bot@example.org", "key", MONDAY, by_mail.sentences(WORDS))
    assert left([str(letter["Subject"]), letter.get_content()]) == []


@pytest.mark.parametrize("name", ["page-about", "page-privacy", "page-terms"])
def test_the_pages_about_the_app_are_in_the_councils_language(name):
    shown = pages.page(WORDS("teams-name"), WORDS(name), language=WORDS("language-tag"))
    assert left(eyes.html(shown), typed=["html"]) == []


@pytest.mark.parametrize("path", [INSTALL, REDIRECT])
async def test_the_pages_where_the_app_is_installed_say_nothing_of_their_own(path):
    """Where it begins, and what somebody reads who comes back from Slack too late."""
    shown = slack_pages.Pages(None, None, None, {}, "http://127.0.0.1", None, WORDS)  # type: ignore[arg-type]
    app = web.Application()
    app.add_routes(shown.routes())
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get(path)).text()
    assert left(eyes.html(page), typed=["html"]) == []


async def test_what_is_held_on_somebody_is_exported_in_the_councils_language(tmp_path, monkeypatch):
    chance = Chance()
    monkeypatch.setattr(chances, "token_hex", chance.token_hex)
    async with Watched(tmp_path / "world", "barrow", chance) as here:
        await seeds.ordinary(here, "clerk")
        await seeds.secret(here, "clerk")
        book, known = here.book(), here.known()
        requests = [one for seat in SEATS for one in await here.store.requests(here.council, seat)]
        for who in ("clerk", "councillor", "officer"):
            parts = [await here.store.concerns(here.council, who, part) for part in ("raiser", "subject", "handler")]
            paper = exporting.export(who, *parts, requests, book)
            assert left(paper.splitlines(), *known, typed=here.typed) == []


@pytest.mark.parametrize("name", sorted(load.words().beginning(OF_READING)))
def test_what_reading_says_of_a_document_is_said_in_the_councils_language(name):
    english = load.words()
    facts = dict.fromkeys(("other", "line", "page", "pages", "sign", "numbers", "labels", "rules"), "7")
    said = english(name, **facts, count=2, what=english("read-what-title"))
    assert left([rephrased(WORDS)(said)]) == []
    assert bare(rephrased(WORDS)(said)) == said == rephrased(english)(said)
