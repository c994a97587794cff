"""Putting a wording in force: what is refused, what is said first, and what the record of reviews then holds."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot import adopting
from bot.conversation import Due
from bot.errors import Stale
from bot.naming import by_the_clock
from bot.pack import PAIRS, Proposal, Rule, Version
from bot.records import Turn
from bot.review import PROTOCOL
from content import load
from deploy.handbooks import handbook
from tests.core.council import without
from tests.editions.world import FIRST, ID, NAME, SECOND, Mallow, pack, wanted
from tests.worlds import NOON, command

pytestmark = pytest.mark.database

MAY, TODAY = date(2026, 5, 3), NOON.date()
BARROW = load.council("barrow")


async def wrong(mallow: Mallow, given: adopting.Wanted) -> dict[str, str]:
    return adopting.problems(given, await mallow.book(), TODAY)


# ---------------------------------------------------------------- what is refused


async def test_another_councils_wording_is_refused_by_its_name(mallow):
    assert "This is the protocol of Barrow" in (await wrong(mallow, wanted(BARROW, MAY)))["pack"]


async def test_a_day_before_the_wording_in_force_is_refused_and_that_day_itself_is_not(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    told = await wrong(mallow, wanted(pack(*SECOND), date(2026, 5, 2)))
    assert told["on"].startswith("2 May 2026 is before 3 May 2026, from which the present wording is in force.")
    assert await wrong(mallow, wanted(pack(*SECOND), MAY)) == {}


@pytest.mark.parametrize("on", [date(1894, 12, 3), date(206, 5, 3), date(2027, 11, 23)], ids=str)
async def test_a_day_that_can_not_be_is_refused(mallow, on):
    assert set(await wrong(mallow, wanted(pack(*FIRST), on))) == {"on"}


@pytest.mark.parametrize("next_review", [MAY, date(2025, 1, 1), date(2036, 5, 4)], ids=str)
async def test_a_next_review_that_does_not_come_after_it_within_ten_years_is_refused(mallow, next_review):
    assert set(await wrong(mallow, wanted(pack(*FIRST), MAY, next_review=next_review))) == {"next_review"}


@pytest.mark.parametrize("minute", ["", "  ", "x" * 201], ids=["none", "spaces", "a story"])
async def test_a_minute_has_to_be_given_and_is_a_line(mallow, minute):
    assert set(await wrong(mallow, wanted(pack(*FIRST), MAY, minute=minute))) == {"minute"}


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (pack(), "there is no clause in it"),
        (pack("# A", "1 One.", "1 Two."), "the id 1 stands twice"),
        (pack(*FIRST, rule="9.9"), "the rule speak-first names a clause that is not there"),
        (replace(pack(*FIRST), routes=replace(pack(*FIRST).routes, pairs=())), "is not complete"),
    ],
    ids=["empty", "an id twice", "a rule without its clause", "no pairs"],
)
async def test_a_wording_that_does_not_fit_together_is_refused(mallow, broken, why):
    assert why in (await wrong(mallow, wanted(broken, MAY)))["pack"]


async def test_what_is_wrong_is_never_kept(mallow):
    with pytest.raises(ValueError, match="minute"):
        adopting.adoption(wanted(pack(*FIRST), MAY, minute=""), await mallow.book(), None, NOON)


# ---------------------------------------------------------------- what is said first


async def test_rules_that_wait_to_be_confirmed_are_told_of_and_keep_nothing_back(mallow):
    rule = Rule(id="r", clause="2-1", stage="formal", who=("chair",), strength="must", plain="")
    waiting = Proposal(rule=rule, family="formal", sentence="", pairs=PAIRS[:1])
    given = wanted(pack(*FIRST, rule="2.1", proposed=(waiting, waiting)), MAY)
    told = " ".join(adopting.warnings(given, await mallow.book()))
    assert told.startswith("2 of the rules about concerns that were read out of it wait")
    assert await wrong(mallow, given) == {}


async def test_a_wording_without_rules_is_told_of(mallow):
    assert any(
        "No rule about concerns" in line for line in adopting.warnings(wanted(pack(*FIRST), MAY), await mallow.book())
    )


async def test_where_nobody_could_be_told_of_a_concern_it_is_said_for_whom(database, clock, tmp_path):
    few = Mallow(database, clock, tmp_path, people=without("dee", "eve", "fay", "gus"), group=None, alternates={})
    told = adopting.warnings(wanted(pack(*FIRST, rule="2.1"), MAY), await few.book())
    assert told
    assert all("nobody" in line.casefold() for line in told), told
    whole = adopting.warnings(wanted(pack(*FIRST, rule="2.1"), MAY), await Mallow(database, clock, tmp_path).book())
    assert whole == ()


# ---------------------------------------------------------------- what is kept


async def test_it_stands_in_the_record_of_reviews_with_minute_changes_and_next_review(mallow):
    await mallow.adopt(pack(*FIRST), MAY, minute="2026/31")
    await mallow.adopt(pack(*SECOND), TODAY, minute="2026/99", next_review=date(2027, 11, 1))
    told = await mallow.whispered(command("history", council=ID))
    assert "Version 1, 3 May 2026" in told
    assert "The first wording that was put in force here." in told
    assert "Version 2, 22 November 2026" in told
    assert "New: 2.1; 2.2. Taken out: 2.1. Changed: 1.2; 2.3, bullet 2. Renumbered: 2.3." in told
    assert "Minute reference: 2026/99" in told
    told = await mallow.whispered(command("review", council=ID))
    assert "Next review: 1 November 2027" in told


async def test_reminders_go_by_the_new_date(mallow):
    await mallow.adopt(pack(*FIRST), MAY, next_review=date(2027, 5, 3))
    kept = await mallow.store.review(ID, PROTOCOL)
    assert kept.due == kept.following == date(2027, 5, 3)
    assert [(one.rung, one.due.date()) for one in kept.promised] == [("agenda", date(2027, 1, 6))]


async def test_where_no_next_review_is_given_the_documents_own_counts(mallow):
    document = replace(pack(*FIRST).document, next_review="2028-05-01")
    await mallow.adopt(pack(*FIRST, document=document), MAY)
    assert (await mallow.store.review(ID, PROTOCOL)).due == date(2028, 5, 1)


async def test_a_review_recorded_for_that_very_day_is_put_right_and_not_told_twice(mallow):
    await mallow.adopt(pack(*FIRST), MAY, minute="2026/31")
    await mallow.adopt(pack(*SECOND), MAY, minute="2026/31a", next_review=date(2027, 5, 3))
    kept = await mallow.store.review(ID, PROTOCOL)
    assert [(one.on, one.minute) for one in kept.outcomes] == [(MAY, "2026/31a")]
    assert kept.due == date(2027, 5, 3)


async def test_the_documents_own_words_stand_in_the_record_once_where_it_lists_that_day(mallow):
    rows = (Version(version="2", date=MAY.isoformat(), approved_by="Full Council", changes="Letters: ten days."),)
    document = replace(pack(*FIRST).document, versions=rows)
    await mallow.adopt(pack(*FIRST, document=document), MAY, minute="2026/31")
    told = await mallow.whispered(command("history", council=ID))
    assert told.count("3 May 2026") == 1
    assert "Letters: ten days." in told
    assert "Full Council" in told
    assert "2026/31" in told


async def test_the_same_wording_from_the_same_day_again_keeps_nothing_and_says_so(mallow):
    await mallow.adopt(pack(*FIRST), MAY, minute="2026/31")
    book = await mallow.book()
    given = wanted(pack(*FIRST), MAY, minute=" 2026/31 ")
    assert adopting.adoption(given, book, None, NOON) == Turn()
    known = adopting.again(given, book)
    assert adopting.said_again(known, book.words).startswith("This very wording is in force from 3 May 2026 already")


async def test_a_wording_that_another_of_that_day_took_the_place_of_can_be_put_in_force_again(mallow):
    for one in (FIRST, SECOND, FIRST):
        await mallow.adopt(pack(*one), MAY)
    assert (await mallow.book()).edition == 3
    assert (await mallow.book()).contents.get("2-3") is None


async def test_the_same_wording_on_another_day_is_a_review_without_change(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    await mallow.adopt(pack(*FIRST), TODAY)
    kept = await mallow.store.review(ID, PROTOCOL)
    assert [one.kind for one in kept.outcomes] == ["amended", "no-change"]


async def test_of_two_who_adopt_at_one_moment_the_second_keeps_nothing(mallow):
    book, where = await mallow.book(), by_the_clock(ID)
    turns = [adopting.adoption(wanted(pack(*one), MAY), book, None, NOON) for one in (FIRST, SECOND)]
    events = [
        Due(id=f"adopt/{number}", where=where, at=NOON, matter="edition", rung="adopt", due=NOON) for number in (1, 2)
    ]
    await mallow.store.keep(ID, events[0], turns[0])
    with pytest.raises(Stale):
        await mallow.store.keep(ID, events[1], turns[1])
    assert [one.pack for one in await mallow.store.editions(ID)] == [pack(*FIRST)]
    assert len((await mallow.store.review(ID, PROTOCOL)).outcomes) == 1


async def test_every_edition_is_kept_and_comes_back_to_the_letter(mallow):
    await mallow.adopt(pack(*FIRST, rule="2.1"), MAY, next_review=date(2027, 5, 3))
    await mallow.adopt(pack(*SECOND), TODAY)
    one, two = await mallow.store.editions(ID)
    assert (one.pack, two.pack) == (pack(*FIRST, rule="2.1"), pack(*SECOND))
    assert one == await mallow.store.edition(ID, 1)
    assert (one.on, one.next_review, one.version) == (MAY, date(2027, 5, 3), 1)


def test_adopted_words_for_a_shipped_protocol_are_no_amendment():
    adopted = replace(BARROW, body=tuple(_adopted(node) for node in BARROW.body))
    book = handbook(BARROW)
    turn = adopting.adoption(wanted(adopted, MAY), book, None, NOON + timedelta(days=1))
    found = adopting.changes(wanted(adopted, MAY), book)
    assert {one.what for one in found} == {("worded",)}
    assert turn.keep[1].outcomes[-1].kind == "no-change"


def _adopted(node):
    return replace(node, text=f"Adopted: {node.plain[::-1]}") if hasattr(node, "plain") else node


async def test_what_is_in_force_is_named_in_a_list_and_when_comparing_nothing_breaks(mallow):
    await mallow.adopt(pack(*FIRST), MAY)
    mallow.clock.now = datetime(2026, 12, 1, 12, tzinfo=NOON.tzinfo)
    assert NAME in await mallow.whispered(command("about", council=ID))
    assert await mallow.whispered(command("compare mediation", council=ID))


async def test_rules_that_begin_and_end_are_named_though_no_word_of_the_document_changed(mallow):
    await mallow.adopt(pack(*FIRST, rule="2.1"), date(2026, 11, 2))
    book = await mallow.book()
    with_the_clerk = wanted(pack(*FIRST, rule="2.1", by="clerk"), date(2026, 11, 10), "2026/40")

    told = " ".join(adopting.warnings(with_the_clerk, book))
    assert "that begin with it" in told
    assert "that end with it" in told
    same = wanted(pack(*FIRST, rule="2.1"), date(2026, 11, 10), "2026/40")
    assert "with it" not in " ".join(adopting.warnings(same, book))

    await mallow.adopt(with_the_clerk.pack, with_the_clerk.on, with_the_clerk.minute)
    outcome = (await mallow.store.review(ID, PROTOCOL)).outcomes[-1]
    changes = "Rules about concerns that begin with it: 1; that end with it: 1."
    assert (outcome.kind, outcome.changes) == ("amended", changes)


async def test_a_wrong_minute_is_put_right_by_adopting_the_same_wording_once_more(mallow):
    await mallow.adopt(pack(*FIRST), date(2026, 11, 2), "2026/13")
    await mallow.adopt(pack(*FIRST), date(2026, 11, 2), "2026/31")

    assert "2026/31" in (await mallow.book()).contents.minute
    assert [one.minute for one in (await mallow.store.review(ID, PROTOCOL)).outcomes] == ["2026/31"]
