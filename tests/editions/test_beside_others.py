"""`/protocol compare`: another council's wording in force, where it is served here; else as it came with the bot."""

import asyncio
import threading
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot import adopting
from bot.adopting import Wanted
from bot.conversation import Place
from bot.edition import Edition, Wording
from bot.handbook import Handbook
from bot.lists import compare
from bot.naming import by_the_clock
from bot.pack import Clause
from bot.records import Turn
from bot.review import PROTOCOL
from content import load
from deploy.handbooks import Handbooks, handbook, kept_up, shipped
from tests import worlds
from tests.core.council import Council, settings
from tests.editions.world import FIRST, ID, SECOND, pack
from tests.languages.marked import bare, spoken
from tests.worlds import NOON

pytestmark = pytest.mark.database

TODAY = NOON.date()


def at(council: str) -> Place:
    return by_the_clock(council)


def marked(council: str):
    """Its protocol, with a word of no council's before every line: as an edition that it adopted."""

    def worded(one):
        return replace(one, text=f"Zounds: {one.plain}", items=tuple(worded(item) for item in one.items))

    whole = load.council(council)
    return replace(whole, body=tuple(worded(node) if isinstance(node, Clause) else node for node in whole.body))


async def adopt(council: Council, books: Handbooks, id: str) -> None:
    book = await books(at(id))
    turn = adopting.adoption(Wanted(marked(id), TODAY, "2026/1"), book, None, council.clock())
    await council.store.keep(id, worlds.command("x", council=id), turn)


@pytest.fixture
def books(council) -> Handbooks:
    return kept_up([settings(council="barrow"), settings(council="twywell", people=())], council.clock, council.store)


async def shown(books: Handbooks, topic: str = "respect") -> str:
    return compare(await books(at("barrow")), topic).plain()


async def test_another_council_that_is_served_here_is_shown_in_its_wording_in_force(council, books):
    assert "Zounds" not in await shown(books)
    await adopt(council, books, "twywell")
    await books(at("twywell"))

    said = await shown(books)
    assert "Zounds" in said
    assert "Twywell: the wording that the council adopted, in force since 22 November 2026 (minute 2026/1)." in said


async def test_one_that_is_not_served_here_is_told_apart_from_what_was_adopted(council, books):
    await adopt(council, books, "twywell")
    await books(at("twywell"))

    said = await shown(books)
    assert "as it came with me; what was adopted there since is not known here." in said
    apart = next(line for line in said.splitlines() if "as it came with me" in line)
    assert "Southwell" in apart
    assert "Twywell" not in apart


async def test_another_council_is_cited_in_the_words_of_whoever_asks(council):
    """Whatever is spoken at that council, before it adopted anything and after."""
    own, other = settings(council="barrow"), settings(council="twywell", people=())
    sisters = [load.council(id) for id in load.councils()]
    barrow, twywell = (handbook(shipped(one), sisters=sisters, settings=one) for one in (own, other))
    here = Handbooks({"barrow": barrow, "twywell": spoken(twywell)}, council.clock, council.store)

    async def labels(of: str, beside: str) -> set[str]:
        found = next(one for one in (await here(at(of))).sisters if one.pack.council == beside)
        return {stand.label for stand in found.stands.values()}

    before = await labels("barrow", "twywell")
    await adopt(council, here, "twywell")
    await here(at("twywell"))
    assert "Zounds" in compare(await here(at("barrow")), "respect").plain()
    for found in (before, await labels("barrow", "twywell")):
        assert any("bullet" in label for label in found)
        assert [label for label in found if label != bare(label)] == []
    assert any(label != bare(label) for label in await labels("twywell", "barrow"))


async def test_what_stays_as_it_is_beside_another_council_is_not_made_anew(council):
    own = [settings(council="barrow"), settings(council="twywell", people=())]
    books = kept_up(own, council.clock, council.store)
    assert (await books(at("barrow"))).sisters is (await books(at("barrow"))).sisters


async def test_where_nobody_adopted_anything_nothing_is_told_apart(books):
    assert "as it came with me" not in await shown(books)


async def test_a_wording_that_comes_into_force_later_is_shown_from_its_day_on(council, books):
    day = TODAY + timedelta(days=3)
    ahead = Edition(council="twywell", number=1, pack=marked("twywell"), on=day, minute="1", at=council.clock())
    await council.store.keep("twywell", worlds.command("x", council="twywell"), Turn(keep=(ahead,)))
    await books(at("twywell"))
    assert "Zounds" not in await shown(books)

    council.clock.pass_by(days=3)
    assert "Zounds" in await shown(books)


async def test_nothing_is_read_of_the_other_councils_to_compare_them(council):
    asked = []

    class Counted:
        async def as_it_stands(self, id):
            asked.append(id)
            return await council.store.as_it_stands(id)

        async def editions(self, id):
            asked.append(id)
            return await council.store.editions(id)

    own = [settings(council="barrow"), settings(council="twywell", people=())]
    books = kept_up(own, council.clock, Counted())
    await adopt(council, books, "twywell")
    await books(at("twywell"))
    asked.clear()

    assert "Zounds" in await shown(books)
    assert asked == ["barrow"]


# ---------------------------------------------------------------- while a wording is made ready


async def test_the_wording_before_is_served_while_a_new_one_is_made_ready_and_it_is_made_once(mallow):
    """Whoever comes first waits for the new one; nobody else does."""
    await mallow.adopt(pack(*FIRST), date(2026, 5, 3))
    book = await mallow.book()
    begun, go_on, times = threading.Event(), threading.Event(), []

    class Slow(Handbook):
        def by(self, wording: Wording) -> Handbook:
            times.append(wording.number)
            begun.set()
            assert go_on.wait(20)
            return super().by(wording)

    books = mallow.books
    held = books._books[ID]
    held.latest = Slow(**{name: getattr(book, name) for name in Handbook.__dataclass_fields__})
    other = mallow.another()
    review = await mallow.store.review(ID, PROTOCOL)
    turn = adopting.adoption(Wanted(pack(*SECOND), TODAY, "2026/32"), await other(at(ID)), review, mallow.clock())
    await mallow.store.keep(ID, worlds.command("x", council=ID), turn)

    first = asyncio.create_task(books(at(ID)))
    await asyncio.to_thread(begun.wait, 20)
    meanwhile = [await books(at(ID)) for _ in range(3)]
    go_on.set()

    assert [one.edition for one in meanwhile] == [1, 1, 1]
    assert (await first).edition == 2
    assert (await books(at(ID))).edition == 2
    assert times == [2]
    assert (await books(at(ID))).contents.minute == "2026/32"
