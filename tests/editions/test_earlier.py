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
from tests.core.council import Council, tokens
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


@pytest.mark.parametrize(
    ("council_id", "asked", "says"),
    [
        ("barrow", "1990", "the earliest wording that is known is that of 16 July 2019."),
        ("crickhowell", "2022", "the earliest wording that is known is that of 21 March 2023."),
        ("twywell", "1990", "neither is since when the earliest wording that is known is in force."),
    ],
)
async def test_the_wording_that_came_with_the_bot_is_not_shown_for_a_time_before_it(
    database, clock, tmp_path, council_id, asked, says
):
    council = Council(database, clock, tmp_path, council=council_id)
    clause = next(one for one in load.council(council_id).body if isinstance(one, Clause))
    ref, place = (clause.ref or clause.id).rstrip(".)"), {"council": council_id}
    told = await council.whispered(command(f"{ref} in {asked}", **place))
    assert says in told
    assert clause.plain not in told
    assert clause.plain in await council.whispered(command(f"{ref} in 2026", **place)), "it is in force today"


async def test_a_wording_of_unknown_age_is_shown_for_the_year_in_which_another_took_its_place(
    database, clock, tmp_path
):
    council, plain = Council(database, clock, tmp_path, council="twywell"), load.council("twywell")
    clause = next(one for one in plain.body if isinstance(one, Clause) and one.ref)
    body = tuple(replace(one, plain=f"{one.plain} And more.") if one is clause else one for one in plain.body)
    edition = Edition(council="twywell", number=1, pack=replace(plain, body=body), on=MAY, minute="31", at=NOON)
    await council.store.keep("twywell", command("x", council="twywell"), Turn(keep=(edition,)))
    ref = clause.ref.rstrip(".)")
    told = await council.whispered(command(f"{ref} in 2026", council="twywell"))
    assert "Until 3 May 2026:" in told
    assert f"{clause.plain}\n" in told
    assert "is not known here" in await council.whispered(command(f"{ref} in 2025", council="twywell"))


async def test_a_clause_that_was_not_there_in_that_year_says_so(twice):
    told = await says(twice, "2.2 on 4 May 2026")
    assert "2.2 was not there on 4 May 2026: it is new since 22 November 2026." in told


async def test_a_wording_whose_day_a_slow_clock_has_not_reached_is_no_earlier_one_and_no_present_one(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.keep_for(pack(*SECOND), date(2027, 6, 1))
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


async def test_one_whose_day_a_slow_clock_has_not_reached_says_when_it_comes_into_force(twice):
    await twice.keep_for(pack(*FIRST), date(2027, 6, 1), minute="2027/1")
    told = await twice.whispered(press("earlier/changes/3", council=ID))
    assert "The wording that comes into force on 1 June 2027 (minute 2027/1)" in told


async def test_changes_without_end_are_shown_some_at_a_time(mallow):
    await mallow.adopt(pack("# One", *(f"1.{n} Clause number {n} says this." for n in range(1, 100))), MAY)
    await mallow.adopt(pack("# Two", *(f"2.{n} Quite another rule, of the order {n}." for n in range(1, 50))), TODAY)
    answer, told = await mallow.hear(press("earlier/changes/2", council=ID)), ""
    while more := [token for label, token in tokens(answer.post).items() if label.startswith("Further")]:
        told += answer.post.plain()
        answer = await mallow.hear(press(more[0], council=ID))
    told += answer.post.plain()
    assert all(f"Clause number {n} says this." in told for n in range(1, 100))
    assert all(f"of the order {n}." in told for n in range(1, 50))


@pytest.mark.parametrize("row", ["x", "9" * 5000, "-1", "4000"])
async def test_a_made_up_place_in_the_changes_begins_at_the_beginning(twice, row):
    told = await twice.whispered(press(f"earlier/changes/2-{row}", council=ID))
    assert "2.3: It was 2.2." in told


async def test_about_says_since_when_it_is_in_force(twice):
    assert "In force: since 22 November 2026 (minute 2026/99)" in await says(twice, "about")
