"""What a clause said before: through every wording that was in force, the latest first."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot import earlier
from bot.conversation import Whisper
from bot.edition import Edition
from bot.pack import Clause
from bot.records import Turn
from content import load
from deploy.handbooks import handbook
from tests.core.council import tokens
from tests.editions.world import FIRST, ID, SECOND, Mallow, pack
from tests.worlds import NOON, command, message, press

pytestmark = pytest.mark.database

MAY, TODAY = date(2026, 5, 3), NOON.date()
LETTERS = "Letters are answered within ten working days."


@pytest.fixture
async def twice(mallow) -> Mallow:
    """Two wordings, the second in force today."""
    await mallow.adopt(pack(*FIRST), MAY, minute="2026/31")
    await mallow.adopt(pack(*SECOND), TODAY, minute="2026/99")
    return mallow


async def says(mallow: Mallow, text: str) -> str:
    return await mallow.whispered(command(text, council=ID))


@pytest.mark.parametrize(
    "asked",
    [
        "1.2 was",
        "1.2 before",
        "clause 1.2 previously",
        "what was 1.2?",
        "What did 1.2 say before?",
        "how did 1.2 read before",
        "what 1.2 said before",
        "earlier wordings of 1.2",
        "the previous version of clause 1.2",
        "1.2 in 2026",
        "1.2 on 4 May 2026",
        "what did 1.2 say on 2026-05-04?",
        "what did 1.2 say in 2026",
    ],
)
async def test_it_is_asked_for_in_many_ways(twice, asked):
    assert LETTERS in await says(twice, asked)
    answer = await twice.hear(message(asked, council=ID))
    assert isinstance(answer, Whisper)
    assert LETTERS in answer.post.plain()


async def test_it_tells_from_when_until_when_it_read_so_and_which_words_changed(twice):
    told = await says(twice, "1.2 was")
    assert "1.2 reads as it does since 22 November 2026 (minute 2026/99)." in told
    assert "From 3 May 2026 (minute 2026/31) until 22 November 2026:" in told
    assert "Taken out: “ten”. Put in: “fifteen”, “, in writing”." in told


async def test_the_latest_comes_first(twice):
    third = [line.replace("fifteen", "twenty") for line in SECOND]
    twice.clock.pass_by(days=30)
    await twice.adopt(pack(*third), TODAY + timedelta(days=20), minute="2026/120")
    told = await says(twice, "1.2 was")
    assert told.index("fifteen working days") < told.index("ten working days")


async def test_a_clause_is_followed_to_the_number_it_had(twice):
    told = await says(twice, "2.3 was")
    assert "until 22 November 2026, as 2.2:" in told
    assert "2.3, bullet 2: Taken out: “pay”. Put in: “health”." in told


async def test_a_clause_that_is_new_says_so_and_what_bore_its_number_before(twice):
    told = await says(twice, "2.2 was")
    assert "2.2 is new in the wording in force since 22 November 2026 (minute 2026/99)" in told
    assert "Until 22 November 2026, 2.2 was the number of what is 2.3 now:" in told
    told = await says(twice, "2.1 was")
    assert "Until 22 November 2026, 2.1 was the number of a clause that is gone:" in told
    assert "speaks to the chair first" in told


async def test_a_clause_that_never_changed_says_so(twice):
    assert "1.1 says what it said before, in every wording that is known here." in await says(twice, "1.1 was")


async def test_where_there_was_but_one_wording_it_says_so(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    assert "No earlier wording of 1.2 is known here" in await says(mallow, "1.2 was")


async def test_a_number_that_no_clause_has_any_more_is_found_in_the_wording_that_had_it(mallow):
    await mallow.adopt(pack(*FIRST, "2.9 Hats are taken off indoors."), MAY)
    await mallow.adopt(pack(*SECOND), TODAY)
    told = await says(mallow, "2.9 was")
    assert "2.9 is not in the wording in force since 22 November 2026" in told
    assert "From 3 May 2026 (minute 2026/31) until 22 November 2026:" in told
    assert "Hats are taken off indoors." in told


async def test_a_heading_stands_for_the_clauses_under_it(twice):
    told = await says(twice, "the earlier wording of General")
    assert "1.1 says what it said before" in told
    assert LETTERS in told


async def test_a_year_shows_what_it_said_in_that_year(twice):
    twice.clock.pass_by(days=300)
    told = await says(twice, "1.2 in 2027")
    assert "Since 22 November 2026 (minute 2026/99), and now:" in told
    assert LETTERS not in told
    told = await says(twice, "1.2 in 2025")
    assert "What 1.2 said in 2025 is not known here: the earliest wording that is known is that of 3 May 2026." in told


async def test_a_clause_that_was_not_there_in_that_year_says_so(twice):
    told = await says(twice, "2.2 on 4 May 2026")
    assert "2.2 was not there on 4 May 2026: it is new since 22 November 2026." in told


async def test_a_wording_for_a_day_to_come_is_no_earlier_one_and_no_present_one(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.adopt(pack(*SECOND), date(2027, 6, 1))
    assert "No earlier wording of 1.2 is known here" in await says(mallow, "1.2 was")


async def test_without_a_clause_it_is_asked_which(twice):
    told = await says(twice, "was")
    assert "Which clause do you mean?" in told
    assert "/protocol" in told


async def test_it_may_be_said_before_everybody(twice):
    answer = await twice.hear(command("1.2 was", council=ID))
    assert answer.aloud == answer.post


async def test_plain_words_that_came_with_the_bot_are_an_earlier_wording_too(council):
    plain = load.council("barrow")
    body = tuple(replace(one, text="Adopted words.") if isinstance(one, Clause) else one for one in plain.body)
    first = next(one for one in plain.body if isinstance(one, Clause))
    edition = Edition(council="barrow", number=1, pack=replace(plain, body=body), on=MAY, minute="31", at=NOON)
    await council.store.keep("barrow", command("x"), Turn(keep=(edition,)))
    told = await council.whispered(command(f"{first.id} was"))
    assert "reads as it does since 3 May 2026 (minute 31)." in told
    assert "Until 3 May 2026:" in told
    assert " ".join(first.plain.split()) in " ".join(told.split())
    assert "In plain words. The adopted document is what counts." in told
    assert "Known in plain words before; now in the adopted words." in told


@pytest.mark.parametrize(
    "text",
    [
        "what was said about the clerk",
        "she was rude to me before",
        "what did the chair say before the meeting",
        "the chairman was shouting",
        "what happened in 2024",
        "in 2024",
        "before",
        "what was the outcome",
    ],
)
@pytest.mark.parametrize("council_id", load.councils())
def test_ordinary_words_are_none_of_it(council_id, text):
    assert earlier.DESK.recognises(text, handbook(load.council(council_id))) is None


# ---------------------------------------------------------------- the record of versions


async def test_every_edition_in_the_record_can_be_opened_the_latest_first(twice):
    answer = await twice.hear(command("history", council=ID))
    opened = {label: token for label, token in tokens(answer.post).items() if label.startswith("What changed")}
    assert list(opened) == ["What changed on 22 November 2026", "What changed on 3 May 2026"]
    told = await twice.whispered(press(opened["What changed on 22 November 2026"], council=ID))
    assert "1.2: Taken out: “ten”. Put in: “fifteen”, “, in writing”." in told
    assert "2.2: New: Notes of such talks are kept by the clerk for a year." in told
    assert "2.1: Taken out: A member who is troubled" in told
    assert "2.3: It was 2.2." in told
    told = await twice.whispered(press(opened["What changed on 3 May 2026"], council=ID))
    assert "It is the first wording that was put in force here." in told


@pytest.mark.parametrize("value", ["", "0", "9", "x", "1.1"])
async def test_a_button_for_no_edition_says_so(twice, value):
    told = await twice.whispered(press(f"earlier/changes/{value}", council=ID))
    assert "not known here any more" in told


async def test_one_for_a_day_to_come_says_when_it_comes_into_force(twice):
    await twice.adopt(pack(*FIRST), date(2027, 6, 1), minute="2027/1")
    told = await twice.whispered(press("earlier/changes/3", council=ID))
    assert "The wording that comes into force on 1 June 2027 (minute 2027/1)" in told


async def test_about_says_since_when_it_is_in_force(twice):
    assert "In force: since 22 November 2026 (minute 2026/99)" in await says(twice, "about")
