"""What comes between a reminder and its time: somebody acts while it is held, the settings move, a date is gone."""

from datetime import date, timedelta

import pytest

from bot import cycle, nudges
from bot.settings import Linked, Reviews
from tests.core.council import Council
from tests.reviews.terms import at as moment
from tests.reviews.terms import outcome, review, terms
from tests.reviews.years import Years, at
from tests.worlds import press

DUE = "2027-11-19"
HELD = at("2027-10-22", "08:30")


@pytest.fixture
def life(council_of) -> Years:
    return Years(council_of())


@pytest.fixture
def council_of(made):
    return lambda **changes: made(**({"meetings": ()} | changes))


async def recorded(life: Years, following: str) -> None:
    """A review of 20 November 2026 that decided the next."""
    await life.plan()
    await life.look()
    await life.fill("Reviewed, no change", {"on": "2026-11-20", "minute": "1", "next": following})


async def held_at_eight(life: Years) -> None:
    """The bot was down when the reminder of 20 October was to be said, and is back before anybody may be disturbed."""
    await recorded(life, DUE)
    await life.until(at("2027-10-19"))
    life.told.clear()
    life.clock.now = at("2027-10-22", "08:00")
    await life.bring_up()
    assert (await life.review()).promised[0].due == HELD
    await life.look()


# ---------------------------------------------------------------- held, and then somebody acts


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("Correct the last record", {"minute": "2"}),
        ("Reviewed, no change", {"on": "2025-11-20", "next": ""}),
    ],
)
async def test_a_reminder_that_is_held_is_still_said_after_the_record_is_mended(life, label, values):
    await held_at_eight(life)
    await life.fill(label, values)
    assert (await life.review()).promised[0].due == HELD
    await life.until(at("2027-10-31"))
    (told,) = life.told
    assert told.day == date(2027, 10, 22)
    assert "should have come on 20 October 2027" in told.text


async def test_a_reminder_that_is_due_is_still_said_where_somebody_acts_before_the_tick(life):
    await recorded(life, DUE)
    await life.until(at("2027-10-19"))
    life.told.clear()
    life.clock.now = at("2027-10-20", "09:00")
    await life.look()
    await life.fill("Correct the last record", {"minute": "2"})
    await life.until(at("2027-10-31"))
    assert [told.day for told in life.told] == [date(2027, 10, 20)]


@pytest.mark.parametrize(
    ("label", "values", "then"),
    [
        ("Put off to …", {"due": "2028-03-01"}, "2027-12-02"),
        ("Put on the agenda", {"date": "2027-11-01"}, "2027-11-02"),
        ("Correct the last record", {"next": "2027-12-31"}, "2027-12-01"),
    ],
)
async def test_what_is_held_is_not_said_once_the_date_moved_or_a_meeting_sees_to_it(life, label, values, then):
    await held_at_eight(life)
    await life.fill(label, values)
    await life.until(at(then, "17:00"))
    assert [told.day.isoformat() for told in life.told] == [then]


async def test_what_is_held_can_be_put_away_for_a_week(life):
    await held_at_eight(life)
    said = await life.council.whispered(press("reviews/snooze/1.protocol", who="bea"))
    assert "I'll remind you on 29 October 2027" in said
    await life.until(at("2027-10-31"))
    assert [told.day for told in life.told] == [date(2027, 10, 29)]


def test_what_is_held_stays_where_a_meeting_is_put_on_the_list():
    known = nudges.again(review(due=date(2027, 6, 23), version=1), terms(meetings=()), moment(date(2027, 5, 1)))
    now = moment(date(2027, 5, 26), 8)
    held = nudges.held(known, terms(meetings=()), now)
    assert nudges.planned(held, terms(), now).promised == held.promised


# ---------------------------------------------------------------- the settings moved since the plan


async def test_a_date_that_moved_since_the_plan_is_taken_up_before_anything_is_said(council_of):
    def linked(following: date) -> Council:
        code = Linked(id="code", name="Code of Conduct", next=following)
        return council_of(reviews=Reviews(documents=(code,)))

    life = Years(linked(date(2027, 12, 1)))
    await life.until(at("2027-09-01", "20:00"))
    life.told.clear()
    life.council = linked(date(2027, 9, 20))
    life.clock.now = at("2027-09-02", "08:30")
    await life.bring_up()
    assert (await life.review("code")).following == date(2027, 9, 20)
    await life.until(at("2027-09-20", "17:00"))
    told = [one for one in life.told if "Code of Conduct" in one.text]
    assert [one.day for one in told] == [date(2027, 9, day) for day in (2, 13, 20)]
    assert all("is due for review on 20 September 2027." in one.text for one in told)
    assert not any("should have come" in one.text for one in told)


# ---------------------------------------------------------------- nothing to put off, and put off before


async def test_where_there_is_no_date_any_more_an_old_button_to_put_it_off_sets_one_and_says_so(life):
    await recorded(life, "2027-06-19")
    await life.until(at("2027-06-10"))
    later = life.buttons("bea")["Put off to …"]
    await life.look()
    await life.fill("Correct the last record", {"next": ""})
    form = await life.council.opened(press(later, who="bea"))
    assert form.title == "The protocol: set a review date"
    assert "the review is set for 1 September 2028" in await life.send(form, {"due": "2028-09-01"})
    assert (await life.review()).due == date(2028, 9, 1)


async def test_a_form_to_put_off_a_date_that_the_settings_took_away_meanwhile_sets_one_and_says_so(council_of):
    dated = Reviews(documents=(Linked(id="code", name="Code of Conduct", next=date(2027, 5, 10)),))
    life = Years(council_of(reviews=dated))
    form = await life.council.opened(press("reviews/later/0.code", who="bea"))
    life.council = council_of(reviews=Reviews(documents=(Linked(id="code", name="Code of Conduct"),)))
    assert "the review is set for 1 September 2027" in await life.send(form, {"due": "2027-09-01"})
    assert (await life.review("code")).due == date(2027, 9, 1)


async def test_a_day_it_was_put_off_to_before_the_date_was_taken_away_can_be_set(council_of):
    dated = Reviews(documents=(Linked(id="code", name="Code of Conduct", next=date(2027, 5, 10)),))
    life = Years(council_of(reviews=dated))
    form = await life.council.opened(press("reviews/later/0.code", who="bea"))
    await life.send(form, {"due": "2027-09-01"})
    life.council = council_of(reviews=Reviews(documents=(Linked(id="code", name="Code of Conduct"),)))
    form = await life.council.opened(press("reviews/date/0.code", who="bea"))
    assert "the review is set for 1 September 2027" in await life.send(form, {"due": "2027-09-01"})


@pytest.mark.parametrize(
    ("right", "stays"),
    [(date(2027, 6, 20), True), (date(2027, 9, 1), False), (date(2027, 10, 1), False), (None, False)],
)
def test_a_corrected_date_leaves_what_it_was_put_off_to_where_that_is_later(right, stays):
    wrong = outcome(date(2026, 11, 20), next=date(2027, 6, 19))
    off = cycle.put_off(cycle.recorded(review(), wrong), date(2027, 9, 1), moment(date(2026, 12, 1)))
    now = moment(date(2026, 12, 2))
    after = cycle.corrected(off, wrong, outcome(date(2026, 11, 20), next=right), now)
    assert (after.due, after.put_off) == (right, date(2027, 9, 1) if stays else None)


# ---------------------------------------------------------------- delivered later than it was written


async def test_what_a_reminder_says_holds_when_it_is_delivered_days_later(life):
    await recorded(life, DUE)
    await life.until(at(DUE) + timedelta(days=40))
    assert len(life.told) > 4
    for told in life.told:
        assert "review on 19 November 2027" in told.text
        assert not any(word in told.text for word in ("today", "tomorrow", "yesterday", "days ago", " in 7 days"))
