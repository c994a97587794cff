"""A talk for each council and each pair, informally and formally: what is shown first, and who is told after.

What is expected stands in the files of this folder, by hand. From the bot's own sentences come only the labels of
buttons and fields, and how a sentence is put.
"""

import re
from collections.abc import AsyncIterator, Iterable
from itertools import product

import pytest
import pytest_asyncio

from adapters import PLATFORMS
from content import load
from tests.contract.conftest import RIGS
from tests.contract.rig import Rig, Seen
from tests.routes.written import COUNCILS, Cell, Council, Pair, Sight, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = load.words()
STORY = "The heron took the canary behind the bandstand."
REFERENCE = re.compile(r"CN-[A-Z0-9]{4}-[A-Z0-9]{4}")
STRENGTHS = ("must", "should", "may", "a statement", "an expectation")
RANK = {"must": 3, "should": 2, "may": 1, "none": 0, "a statement": 0, "an expectation": 0}
PLACES = {
    "barrow": "Barrow", "crickhowell": "Crickhowell", "leigh-on-sea": "Leigh-on-Sea", "southwell": "Southwell",
    "twywell": "Twywell",
}  # fmt: skip
NAMES = {
    "councillor": "Jo Hartley", "councillor-2": "Mark Ellwood", "clerk": "Ruth Ellison", "officer": "Tom Whitlock",
    "officer-2": "Mina Clarke", "chair": "Priya Nair", "vice-chair": "Owen Pritchard", "panel": "Sheila Dunmore",
    "panel-2": "Harriet Boyle", "panel-3": "Dev Anand", "visitor": "Alex Reed",
}  # fmt: skip
OFFICES = {
    "councillor-2": "a councillor", "clerk": "the clerk", "officer": "another officer", "officer-2": "another officer",
    "chair": "the chair", "vice-chair": "the vice-chair",
} | dict.fromkeys(("panel", "panel-2", "panel-3"), "Staffing Committee")  # fmt: skip
ROWS = [pair.name for pair in written("barrow").pairs]  # the same in every file: see test_written.py
BODIES = {"monitoring-officer": "onitoring officer", "ombudsman-wales": "Public Services Ombudsman for Wales"}


class Chats:
    """Everybody's private chat; `news` is what came since it was last asked for, in one sweep.

    `midway`: a talk broke off, and what came of it is not the next one's news.
    """

    midway = False

    def __init__(self, rig: Rig, council: Council) -> None:
        self.rig, self.council = rig, council
        self._known: set[str] = set()

    async def news(self) -> dict[str, list[Seen]]:
        """The new posts of each seat that has any."""
        await self.rig.go("private")
        self.midway = False
        found: dict[str, list[Seen]] = {}
        for seat in NAMES:
            await self.rig.become(seat)
            posts = [post for post in await self.rig.posts() if f"{seat} {post.id}" not in self._known]
            self._known |= {f"{seat} {post.id}" for post in posts}
            if posts:
                found[seat] = posts
        return found


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=list(product(sorted(PLATFORMS), COUNCILS)), ids="-".join
)
async def chats(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chats]:
    """One council's chat on one platform, for all its talks: a concern must not show in the next one either."""
    platform, council = request.param
    async with RIGS[platform](tmp_path_factory.mktemp(council), council) as rig:
        made = Chats(rig, written(council))
        await made.news()
        yield made


@pytest.mark.parametrize("row", range(14), ids=ROWS)
async def test_an_informal_concern_shows_its_rules_and_reaches_whom_they_name(chats, row):
    council, pair = chats.council, chats.council.pairs[row]
    shown = await begin(chats, council, pair, "raise-it")
    early, late = halves(shown)
    rests_on(early, council, pair, pair.seen.informal, "informal", "mediation")
    sees(early, pair.seen.informal)
    skips(early, pair.seen.informal)
    speaks(early, pair.seen.informal)
    formal(late, council, pair)
    never(shown, council)
    await send(chats, council, pair, pair.seen.informal)


@pytest.mark.parametrize("row", range(14), ids=ROWS)
async def test_a_formal_concern_shows_its_rules_and_reaches_whom_they_name(chats, row):
    council, pair = chats.council, chats.council.pairs[row]
    shown = await begin(chats, council, pair, "formal-now")
    assert not says(shown, "informal-first")
    formal(shown, council, pair)
    never(shown, council)
    await send(chats, council, pair, pair.seen.formal)
    await closes(chats.rig, pair.seen.formal)


# ---------------------------------------------------------------- doing


async def begin(chats: Chats, council: Council, pair: Pair, button: str) -> str:
    """From the command to the form that shows the way it goes; its words."""
    if chats.midway:
        await chats.news()
    chats.midway, rig = True, chats.rig
    await rig.become(pair.by)
    await rig.go("private")
    await rig.type("/protocol concern")
    await rig.press(WORDS(button))
    before_a_word_is_written(flat(rig.form() or ""), council, pair)
    await rig.fill(WORDS("about-label"), WORDS("name-office", name=NAMES[pair.of], office=OFFICES[pair.of]))
    await rig.send(WORDS("go-on"))
    assert not rig.problems()
    return flat(rig.form() or "")


async def send(chats: Chats, council: Council, pair: Pair, sight: Sight) -> None:
    """The story, the last look, Send; then exactly those who should know of it do."""
    rig = chats.rig
    await rig.fill(WORDS("story-label"), STORY)
    await rig.send(WORDS("look-over"))
    look = flat(rig.form() or "")
    assert f"{WORDS('sum-told')} {by_office(sight.told) or WORDS('you-speak')}" in look
    never(look, council)
    await rig.send(WORDS("send"))
    assert rig.form() is None
    news = await chats.news()
    assert set(news) == {pair.by, *sight.told}
    assert pair.of not in news
    reference = receipt(news[pair.by], council)
    for seat in sight.told:
        notice(news[seat], reference, council)


async def closes(rig: Rig, sight: Sight) -> None:
    """Who deals with it is shown that nobody closes it alone, where the protocol says so."""
    await rig.become(sight.told[0])
    await rig.go("private")
    await rig.press(WORDS("open-it"))
    shown = flat(rig.form() or "")
    assert STORY in shown
    assert bool(says(shown, "not-alone")) == sight.two


def receipt(posts: list[Seen], council: Council) -> str:
    """The reference on the receipt; what the person who raised it sees never holds the story."""
    texts = [flat(post.text) for post in posts]
    assert not any(STORY in text for text in texts)
    for text in texts:
        never(text, council)
    [reference] = set(REFERENCE.findall(texts[-1]))
    return reference


def notice(posts: list[Seen], reference: str, council: Council) -> None:
    """One notice: the reference and what to do, and nobody's name, no office, no clause, no story."""
    [post] = posts
    text = flat(post.text)
    assert reference in text
    assert STORY not in text
    assert not [name for name in NAMES.values() if name in text]
    assert not re.search(r"clerk|officer|councillor|chair|clause|grievance|conduct", text, re.IGNORECASE)
    never(text, council)


# ---------------------------------------------------------------- seeing


def before_a_word_is_written(shown: str, council: Council, pair: Pair) -> None:
    """The first screen: who would see it, by office, for each office it could be about."""
    informal, formal = (by_office(sight.told) for sight in (pair.seen.informal, pair.seen.formal))
    who = WORDS("sees", informal=informal or WORDS("you-speak"), formal=formal)
    assert flat(f"{WORDS(f'about-{pair.about}')} {who}") in flat(shown)
    never(shown, council)


def halves(shown: str) -> tuple[str, str]:
    """What is told of the informal step, and of the formal one after it."""
    assert says(shown, "informal-first")
    found = says(shown, "formal-instead")
    assert found, shown
    return shown[: found.start()], shown[found.end() :]


def formal(shown: str, council: Council, pair: Pair) -> None:
    """The formal stage: the outside body before the protocol's own step, then the rules, then who would see it."""
    sight = pair.seen.formal
    rests_on(shown, council, pair, sight, "formal", "hears", "not_alone")
    sees(shown, sight)
    skips(shown, sight)
    conduct(shown, council, pair)


def rests_on(shown: str, council: Council, pair: Pair, sight: Sight, *stages: str) -> None:
    """Each clause with where it stands; the strongest strength, and no stronger; or that the protocol does not say."""
    for label in sight.clauses:
        place = PLACES[council.council]
        drawn = (f"{label} {place} ", f"Under: {label}", f"{place} › {label}")  # each platform in its own way
        assert any(words in shown for words in drawn), label
    assert bool(says(shown, "does-not-say", place=PLACES[council.council])) == sight.silent
    cells = cells_of(pair, *stages, *(("special",) if "formal" in stages else ()))
    strengths = [found.group(1) for found in re.finditer(rf"Strength: ({'|'.join(STRENGTHS)})\b", shown)]
    assert bool(strengths) == bool(cells)
    if cells:
        assert max(RANK[one] for one in strengths) == max(RANK[cell.strength] for cell in cells)
    assert bool(says(shown, "by-setting", who=by_office(sight.told))) == (sight.setting and bool(sight.told))
    if not sight.setting:
        assert not says(shown, "by-setting")


def sees(shown: str, sight: Sight) -> None:
    """Who will see it, by office."""
    told = WORDS("sees-this", who=by_office(sight.told) or WORDS("you-speak")).removesuffix(".")
    assert f"{told};" in shown or f"{told}." in shown


def skips(shown: str, sight: Sight) -> None:
    """An office that the protocol names and that is a party; the alternate, where the protocol names nobody else."""
    for office in sight.skips:
        assert f"The protocol names {OFFICES[office]}; {OFFICES[office]} is a party to this" in shown
        alternate = says(shown, "skipped-party", office=OFFICES[office], instead=by_office(sight.told))
        assert bool(alternate) == sight.setting
    assert ("is a party to this" in shown) == bool(sight.skips)
    assert ("council's alternate" in shown) == (bool(sight.skips) and sight.setting)
    assert not says(shown, "skipped-vacant")


def speaks(shown: str, sight: Sight) -> None:
    """Where the step is to speak with the person, nobody speaks for them."""
    assert bool(says(shown, "speak-yourself")) == (sight.speak and not sight.told)
    assert bool(says(shown, "speak-after")) == (sight.speak and bool(sight.told))


def conduct(shown: str, council: Council, pair: Pair) -> None:
    """A councillor's conduct: the nation's body comes before the first clause of the formal stage."""
    first, outside = says(shown, "conduct-first"), pair.seen.conduct
    assert bool(first) == (outside != "no")
    assert ("Ledbury" in shown) == (outside == "monitoring-officer")
    assert bool(says(shown, "kind-outside")) == (outside != "no")
    if first:
        rule = re.search("Strength: ", shown) or says(shown, "does-not-say", place=PLACES[council.council])
        assert rule is not None
        assert first.start() < shown.index(BODIES[outside], first.start()) < rule.start()


def never(shown: str, council: Council) -> None:
    assert not [words for words in council.never if words in shown]


def cells_of(pair: Pair, *stages: str) -> list[Cell]:
    found = (getattr(pair.cells, stage) for stage in stages)
    return [cell for cell in found if isinstance(cell, Cell)]


def by_office(seats: Iterable[str]) -> str:
    """Seats as they are shown, each office once: the chair (Priya Nair)."""
    held: dict[str, list[str]] = {}
    for seat in seats:
        held.setdefault(OFFICES[seat], []).append(NAMES[seat])
    return ", ".join(f"{office} ({', '.join(names)})" for office, names in held.items())


def says(shown: str, sentence: str, **facts: str) -> re.Match[str] | None:
    """Whether one of the bot's sentences is there; a gap that no fact fills may hold anything."""
    parts = re.split(r"\{(\w+)\}", flat(WORDS._sentences[sentence]))  # words, the name of a gap, words, …
    gaps = {part: re.escape(facts[part]) if part in facts else ".+?" for part in parts[1::2]}
    sought = "".join(gaps[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.search(sought.removeprefix(".+?"), shown)


def flat(text: str) -> str:
    return " ".join(text.split())
