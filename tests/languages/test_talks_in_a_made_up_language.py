"""Whole conversations over the browser chat's own wire, and its page, in a language in which every letter is marked.

What people do there is what they do in `tests/talks`; what they read, put back into English, is what those expect.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from adapters.web import pages
from bot.handbook import Handbook
from bot.words import Words
from content import load
from deploy.handbooks import Handbooks, handbook
from deploy.running import tryout
from deploy.settings import made_up
from storage.store import SqlStore
from tests.contract.test_talks import TALKS, do, on, see
from tests.contract.web_rig import WebRig
from tests.languages import eyes
from tests.languages.marked import WORDS, bare, spoken

#: Of every kind: looked up, shared, passed on, put off, raised, dealt with, reviewed.
TOLD = (
    "dealing-with-a-concern",
    "every-list",
    "plain-words-for-a-concern",
    "reviews-the-record-of-crickhowell",
    "sharing-an-answer",
    "the-clerk-answers",
)
PAGE = Path(pages.__file__).parent / "page"
#: Words of the page's script that read like a sentence and are for a machine.
FOR_MACHINES = {"ArrowDown", "ArrowUp", "Content-Type", "Enter", "Escape", ".field input, .field select"}


#: The commands that the page offers: they are the same in every language.
OFFERED = tuple(re.findall(r"<b>(/protocol[^<]*)</b>", pages.page(WORDS)))


class MarkedRig(WebRig):
    """The same person at a page in the made-up language, who reads English in it; all they saw is kept as it stood."""

    words = WORDS

    def __init__(self, data: Path, council: str) -> None:
        super().__init__(data, council)
        self._read: dict[str, None] = {}
        self._typed: set[str] = {council, *load.councils(), *OFFERED, "html"}
        self._typed |= {text for seat in tryout.PEOPLE for text in (seat.id, seat.role, _initials(seat.name))}

    def _books(self, store: SqlStore) -> Handbooks:
        return Handbooks(_spoken(), self._clock, store)

    async def _deliver(self, body: dict[str, Any]) -> None:
        self._typed |= {body.get("text", ""), *body.get("values", {}).values()}
        await super()._deliver(body)

    def _seen(self, html: str) -> BeautifulSoup:
        self.read(html)
        return BeautifulSoup(bare(html), "html.parser")

    def _told(self, problem: str) -> str:
        self._read[problem] = None
        return bare(problem)

    def read(self, html: str) -> None:
        self._read |= dict.fromkeys(eyes.html(html))

    def hard_coded(self) -> list[str]:
        """What was read and is neither marked nor anybody's own."""
        packs = [load.council(id) for id in load.councils()]
        known = eyes.said_by(packs, made_up.settings_of(self._council), tryout.PEOPLE, typed=self._typed)
        return [left for text in self._read if (left := eyes.left_over(text, known))]


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2])


@cache
def _spoken() -> dict[str, Handbook]:
    packs = [load.council(id) for id in load.councils()]
    books = [handbook(pack, sisters=packs, settings=made_up.settings_of(pack.council)) for pack in packs]
    return {book.settings.council: spoken(book) for book in books}


@pytest.mark.parametrize("name", TOLD)
async def test_a_talk_goes_as_in_english_and_every_word_of_it_is_marked(tmp_path, name):
    async with MarkedRig(tmp_path, TALKS[name]["council"]) as here:
        for number, told in enumerate(TALKS[name]["steps"], 1):
            step = on("web", told)
            await do(here, step)
            await see(here, step, f"step {number} of {name}")
        assert here.hard_coded() == []


# ---------------------------------------------------------------- what the page itself says


def test_every_word_of_the_page_is_marked():
    known = eyes.said_by(typed=(*OFFERED, "html"))
    said = [*eyes.html(pages.page(WORDS)), *_described(pages.page(WORDS))]
    assert len(said) > 50
    assert [left for text in said if (left := eyes.left_over(text, known))] == []


def _described(page: str) -> list[str]:
    return [str(tag["content"]) for tag in BeautifulSoup(page, "html.parser").select("meta[name=description]")]


def test_the_page_hands_its_script_every_sentence_of_its_own_and_nothing_can_end_them():
    mean = Words({**WORDS.beginning(""), "web-lost": "</script><script>alert(1)</script>{x}&"}, "mean")
    page = BeautifulSoup(pages.page(mean), "html.parser")
    assert json.loads(page.select_one("script#sentences").text) == mean.beginning("web-")
    assert [script.get("type") for script in page.select("script")] == ["application/json", "module"]


def test_a_sentence_in_the_page_is_never_taken_for_markup():
    mean = Words({**WORDS.beginning(""), "web-skip": "<b>x</b>", "web-side": '" onclick="x'}, "mean")
    page = BeautifulSoup(pages.page(mean), "html.parser")
    assert (page.select_one(".skip").string, page.aside["aria-label"]) == ("<b>x</b>", '" onclick="x')


@pytest.mark.parametrize("script", sorted(PAGE.glob("*.js")), ids=lambda file: file.stem)
def test_no_sentence_stands_in_the_script(script):
    assert _sentences(script.read_text(encoding="utf-8")) == []


def test_a_sentence_in_a_script_would_be_found():
    assert _sentences('say("Not sent"); tell(`${count} of them are left`); ask("nothing here")') == [
        "Not sent",
        "nothing here",
        " of them are left",
    ]


def _sentences(script: str) -> list[str]:
    """What begins with a capital, or has two words side by side, in quotation marks."""
    code = _code(script)
    quoted = re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)
    quoted += [part for one in re.findall(r"`((?:[^`\\]|\\.)*)`", code) for part in re.split(r"\$\{[^{}]*\}", one)]
    found = [one for one in quoted if re.search(r"^[A-Z][a-z]|[A-Za-z]{2,} [A-Za-z]{2,}", one)]
    return [one for one in found if one not in FOR_MACHINES]


def _code(script: str) -> str:
    """Without comments."""
    return re.sub(r"(?m)(^|\s)//.*$", "", re.sub(r"/\*.*?\*/", "", script, flags=re.DOTALL))


@pytest.mark.parametrize("script", sorted(PAGE.glob("*.js")), ids=lambda file: file.stem)
def test_every_sentence_that_the_script_asks_for_is_there_and_gets_what_its_gaps_need(script):
    text = script.read_text(encoding="utf-8")
    for asked in re.finditer(r'"(web(?:-[a-z]+)+)"([^;]*);', text):
        gaps = re.findall(r"\{(\w+)\}", load.words().beginning("")[asked[1]])
        assert set(gaps) <= set(re.findall(r"\w+", asked[2])), asked[1]
