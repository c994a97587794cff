"""The last record is corrected: by whoever may record, once, said in the record; the dates follow what is right."""

from datetime import date

import pytest

from tests.reviews.test_desk import GOOD, labels, outcomes, record
from tests.worlds import command, press, submit

BUTTON = "Correct the last record"
RIGHT = {"on": "2026-11-19", "minute": "45/28", "approved_by": "Full Council", "changes": "", "next": "2027-05-10"}


async def form_of(council, who: str = "bea"):
    return await council.opened(press((await labels(council, who))[BUTTON], who=who))


async def kept(council):
    return await council.store.review("barrow", "protocol")


async def test_the_form_comes_filled_in_and_what_is_right_takes_the_place_of_what_was_wrong(council):
    await record(council)
    form = await form_of(council, "dee")
    assert {field.name: field.value for field in form.fields} == {**GOOD, "changes": ""}
    said = await council.whispered(submit(form.id, RIGHT, who="dee"))
    assert "Corrected by Dee Frost on 22 November 2026" in said
    assert "The next review is on 10 May 2027." in said
    review = await kept(council)
    (held,) = review.outcomes
    assert (held.on, held.minute, held.by, held.corrected_by) == (date(2026, 11, 19), "45/28", "bea", "dee")
    assert (review.due, review.following) == (date(2027, 5, 10), date(2027, 5, 10))
    told = await council.whispered(command("history"))
    assert "19 November 2026" in told
    assert "20 November 2026" not in told
    assert "Corrected by Dee Frost" in told


async def test_with_a_summary_of_changes_it_was_an_amendment_and_without_none(council):
    await record(council)
    form = await form_of(council)
    await council.whispered(submit(form.id, {**RIGHT, "changes": "A comma."}, who="bea"))
    assert (await kept(council)).outcomes[0].kind == "amended"
    await council.whispered(submit((await form_of(council)).id, RIGHT, who="bea"))
    assert (await kept(council)).outcomes[0].kind == "no-change"


async def test_a_date_that_somebody_set_since_stays(council):
    await record(council)
    form = await council.opened(press((await labels(council, "bea"))["Set another date"], who="bea"))
    await council.whispered(submit(form.id, {"due": "2027-09-01"}, who="bea"))
    await council.whispered(submit((await form_of(council)).id, RIGHT, who="bea"))
    assert (await kept(council)).due == date(2027, 9, 1)


async def test_what_is_sent_twice_or_changes_nothing_is_told_so(council):
    await record(council)
    form = await form_of(council)
    assert "Nothing was changed" in await council.whispered(submit(form.id, {**GOOD, "changes": ""}, who="bea"))
    await council.whispered(submit(form.id, RIGHT, who="bea"))
    assert "Nothing was changed" in await council.whispered(submit(form.id, RIGHT, who="bea"))
    assert await outcomes(council) == 1


async def test_one_correction_is_not_put_over_anothers_unseen(council):
    await record(council)
    form = await form_of(council, "dee")
    await council.whispered(submit((await form_of(council)).id, RIGHT, who="bea"))
    wrong = await council.rejected(submit(form.id, {**RIGHT, "minute": "9"}, who="dee"))
    assert "The record changed since" in wrong["on"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "2026-12-24"}, "on"),
        ({"on": "2019-07-16"}, "on"),
        ({"on": ""}, "on"),
        ({"on": "2025-11-20"}, "on"),
        ({"on": "2024-11-20"}, "next"),
        ({"approved_by": ""}, "approved_by"),
        ({"next": "1066-10-14"}, "next"),
    ],
)
async def test_what_can_not_be_is_said_at_its_field_and_nothing_is_changed(council, changes, field):
    await record(council, on="2025-11-20")
    council.clock.pass_by(hours=1)
    await record(council)
    before = await kept(council)
    wrong = await council.rejected(submit((await form_of(council)).id, {**RIGHT, **changes}, who="bea"))
    assert list(wrong) == [field]
    assert await kept(council) == before


async def test_a_next_date_that_is_over_by_now_may_stay(council):
    await record(council, next="2026-12-20")
    council.clock.pass_by(days=60)
    said = await council.whispered(submit((await form_of(council)).id, {**RIGHT, "next": "2026-12-20"}, who="bea"))
    assert "45/28" in said


async def test_only_who_may_record_can_correct_and_only_what_is_there(council):
    assert BUTTON not in await labels(council, "bea")
    assert "Nothing is recorded yet" in await council.whispered(press("reviews/correct/0.protocol", who="bea"))
    await record(council)
    token, form = (await labels(council, "bea"))[BUTTON], await form_of(council)
    for who in ("ann", "cal", "eve"):
        assert BUTTON not in await labels(council, who)
        assert "Only the clerk and the chair" in await council.whispered(press(token, who=who))
        assert "Only the clerk and the chair" in (await council.rejected(submit(form.id, RIGHT, who=who)))[""]
