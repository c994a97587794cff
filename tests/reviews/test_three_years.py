"""Three years of reviews through the real bot, store and clock: nothing doubled, nothing lost, nobody disturbed."""

import asyncio
from datetime import date, time, timedelta

import pytest

from bot import workdays
from bot.settings import Linked, Reviews
from tests.core.council import Council
from tests.reviews.years import Years, at
from tests.worlds import StandingClock, press

OPENS = time(8, 30)
EVERYBODY = ("bea", "dee", "fay", "gus")
#: A meeting each month, on the third Monday or so.
MEETINGS = tuple(date(2027, 1, 18) + timedelta(days=28 * number) for number in range(40))


@pytest.fixture(params=["one bot", "restarts at every step"])
def years(request, database, clock, tmp_path):
    """A council's years; in the second the process ends between what falls due and what is delivered."""

    def begin(**changes) -> Years:
        def anew() -> Council:
            return Council(database, clock, tmp_path, **changes)

        return Years(anew(), anew if request.param == "restarts at every step" else None)

    return begin


def days(*told: str) -> list[date]:
    return [date.fromisoformat(day) for day in told]


async def date_set(life: Years, day: str) -> None:
    await life.plan()
    await life.look()
    label = next(label for label in life.buttons("bea") if label.startswith("Set "))
    assert "is set for" in await life.fill(label, {"due": day})


async def test_nobody_does_anything_for_three_years(years):
    """Due on the leap day. Each step comes once, at half past eight by the clock on the wall, summer and winter."""
    life = years(meetings=())
    await date_set(life, "2028-02-29")
    await life.until(at("2029-11-22"))
    before = ["2027-12-01", "2028-01-28", "2028-02-22", "2028-02-29"]  # the 30th of January is a Sunday
    late = ["2028-03-07", "2028-03-14", "2028-03-28"]
    monthly = [workdays.working(date(2028, 3, 28) + timedelta(days=28 * n), "england") for n in range(1, 22)]
    expected = [*days(*before, *late), *(day for day in monthly if day <= date(2029, 11, 22))]
    assert [told.day for told in life.told] == expected
    assert {told.hour for told in life.told} == {OPENS}
    first = len(before)
    assert all(told.to == {"bea"} for told in life.told[: first + 1])
    assert life.told[first + 1].to == {"bea", "dee"}
    assert all(told.to == set(EVERYBODY) for told in life.told[first + 2 :])
    assert not any("comes late" in told.text for told in life.told)
    assert "is due for review on 29 February 2028." in life.told[3].text
    assert "was due for review on 29 February 2028. No review is recorded since." in life.told[4].text


async def test_a_review_goes_its_whole_way_three_times(years):
    """Set, put on an agenda, recorded, put off, put away for a week, recorded late; by the cycle across a leap day."""
    life = years(reviews=Reviews(cycle=12, lead=(90, 30, 7, 0)), meetings=MEETINGS)
    await date_set(life, "2027-05-10")
    await life.until(at("2027-02-10"))  # 90 days before
    assert [told.day for told in life.told] == days("2027-02-09")
    said = await life.fill("Put on the agenda", {"meeting": "other", "date": "10/05/2027"})
    assert "down for the meeting on 10 May 2027" in said
    assert "summons goes out by 5 May 2027 at the latest" in said  # Thursday, Friday and Saturday are clear
    await life.until(at("2027-05-12"))
    assert [told.day for told in life.told[1:]] == days("2027-05-11")
    assert "was on the agenda for the meeting on 10 May 2027. What came of it?" in life.told[-1].text
    said = await life.fill("Reviewed, no change", {"minute": "45/27", "next": "2028-02-29"})
    assert "The next review is on 29 February 2028." in said
    assert (await life.review()).outcomes[0].on == date(2027, 5, 10)  # the form knows the meeting

    life.told.clear()
    await life.until(at("2027-12-01", "13:00"))
    assert [told.day for told in life.told] == days("2027-12-01")
    await life.press("Remind me in a week")
    await life.until(at("2027-12-20"))
    assert [told.day for told in life.told[1:]] == days("2027-12-08")
    assert "You asked to be reminded of this again." in life.told[-1].text
    assert "put off to 26 March 2028" in await life.fill(
        "Put off to …", {"due": "2028-03-26"}
    )  # a Sunday, the clocks change

    life.told.clear()
    await life.until(at("2028-04-05"))
    assert life.told[-1].day == date(2028, 4, 3)  # seven days after, on a Sunday, so on the Monday
    assert "was due for review on 26 March 2028" in life.told[-1].text
    assert "put off from 29 February 2028" in await life.look()
    form = await life.council.opened(press_of(life, "Reviewed, amended"))
    changed = {"on": "2028-02-29", "changes": "A clause on e-mail.", "minute": "", "next": "2029-02-28"}
    assert {field.name: field.value for field in form.fields}["next"] == "2029-04-05"
    assert "The next review is on 28 February 2029." in await life.send(form, changed)

    life.told.clear()
    await life.until(at("2029-11-22"))
    assert life.told[0].day == date(2028, 11, 30)
    assert life.told[-1].to == set(EVERYBODY)
    assert len({told.day for told in life.told}) == len(life.told)
    assert {told.hour for told in life.told} == {OPENS}


def press_of(life: Years, label: str, who: str = "bea"):
    return press(life.buttons(who)[label], who=who)


async def test_a_week_of_nobody_there_and_what_was_missed_comes_once_and_says_that_it_is_late(years):
    life = years(meetings=())
    await date_set(life, "2028-02-29")
    await life.until(at("2028-02-18"))
    life.told.clear()
    await life.away_until(at("2028-03-01", "11:00"))  # the 22nd and the 29th of February went by
    assert [(told.day, told.to) for told in life.told] == [(date(2028, 3, 1), {"bea"})]
    assert "was due for review on 29 February 2028." in life.told[0].text
    assert "should have come on 29 February 2028 and comes late" in life.told[0].text
    await life.until(at("2028-03-10"))
    assert [told.day for told in life.told] == days("2028-03-01", "2028-03-07")
    assert "late" not in life.told[-1].text.replace("at the latest", "")


async def test_whoever_is_back_at_night_tells_nobody_before_the_morning(years):
    life = years(meetings=())
    await date_set(life, "2028-02-29")
    await life.until(at("2028-03-13"))
    life.told.clear()
    await life.away_until(at("2028-03-18", "03:00"))  # a Saturday
    assert life.told == []
    await life.until(at("2028-03-21"))
    assert [(told.day, told.hour, told.to) for told in life.told] == [(date(2028, 3, 20), OPENS, {"bea", "dee"})]
    assert "should have come on 14 March 2028 and comes late" in life.told[0].text


async def test_on_an_agenda_nobody_is_reminded_until_the_day_after_even_of_what_is_overdue(years):
    life = years(meetings=())
    await date_set(life, "2028-02-29")
    await life.until(at("2028-02-29"))
    await life.fill("Put on the agenda", {"date": "2028-03-20"})
    life.told.clear()
    await life.until(at("2028-03-29"))
    assert [told.day for told in life.told] == days("2028-03-21", "2028-03-28")
    assert "What came of it?" in life.told[0].text
    assert life.told[1].to == set(EVERYBODY)


async def test_a_linked_document_has_dates_of_its_own(years):
    code = Linked(id="code", name="Code of Conduct", next=date(2027, 3, 29))  # a bank holiday
    life = years(meetings=(), reviews=Reviews(lead=(30,), documents=(code,), unset=365))
    await life.until(at("2027-04-10"))
    told = [one for one in life.told if "Code of Conduct" in one.text]
    assert [one.day for one in told] == days("2027-02-26", "2027-04-05")  # the 27th is a Saturday
    assert [one.day for one in life.told if one not in told] == days("2026-11-23")


async def test_a_document_taken_out_of_the_settings_is_not_spoken_of_any_more(database, clock, tmp_path):
    code = Linked(id="code", name="Code of Conduct", next=date(2027, 3, 29))
    life = Years(Council(database, clock, tmp_path, reviews=Reviews(documents=(code,))))
    await life.until(at("2026-12-01"))
    after = Years(Council(database, clock, tmp_path))
    await after.until(at("2027-06-01"))
    assert not any("Code of Conduct" in told.text for told in after.told)


async def test_two_bots_on_one_database_say_everything_once(database, clock, tmp_path):
    one, other = (Council(database, clock, tmp_path, meetings=()) for _ in range(2))
    life, beside = Years(one), Years(other)
    await date_set(life, "2028-02-29")
    while (due := await life.next()) is not None and due <= at("2029-02-28"):
        clock.now = max(due, clock())
        await asyncio.gather(life.plan(), beside.plan())
        await asyncio.gather(one.ticker.tick(), other.ticker.tick())
        await life.bring_up()
    assert len(life.told) == len({told.day for told in life.told}) == 19


@pytest.mark.parametrize("then", ["the day is planned", "a meeting is put on the list"])
async def test_what_a_replica_with_a_fast_clock_said_is_not_said_again_at_its_time(database, clock, tmp_path, then):
    life = Years(Council(database, clock, tmp_path, meetings=()))
    await date_set(life, "2028-02-29")
    due = await life.next()
    fast = StandingClock()
    fast.now, clock.now = due, due - timedelta(minutes=10)
    ahead = Years(Council(database, fast, tmp_path, meetings=()))
    await ahead.bring_up()
    assert [told.day for told in ahead.told] == days("2027-12-01")
    meetings = (date(2028, 2, 21),) if then == "a meeting is put on the list" else ()
    after = Years(Council(database, clock, tmp_path, meetings=meetings))
    await after.until(at("2027-12-20", "20:00"))
    assert after.told == []


async def test_other_lead_times_hold_from_the_next_day_on(database, clock, tmp_path):
    life = Years(Council(database, clock, tmp_path, meetings=()))
    await date_set(life, "2028-02-29")
    await life.until(at("2027-06-01"))
    after = Years(Council(database, clock, tmp_path, meetings=(), reviews=Reviews(lead=(60, 10))))
    await after.until(at("2028-02-29", "17:00"))
    assert [told.day for told in after.told] == days("2027-12-31", "2028-02-18")  # the 19th is a Saturday


async def test_a_plan_that_changes_nothing_keeps_nothing(database, clock, tmp_path):
    life = Years(Council(database, clock, tmp_path))
    await life.plan()
    before = await life.review()
    for _ in range(20):
        clock.pass_by(days=1)
        await life.plan()
    assert await life.review() == before


async def test_only_the_clerk_can_put_a_reminder_away_and_the_others_are_told_all_the_same(years):
    life = years(meetings=())
    await date_set(life, "2028-02-29")
    await life.until(at("2028-03-14"))
    assert "Remind me in a week" not in life.buttons("dee")
    said = await life.council.whispered(press(life.buttons("bea")["Remind me in a week"], who="bea"))
    assert "I'll remind you on 21 March 2028" in said
    life.told.clear()
    await life.until(at("2028-03-28", "17:00"))
    assert [(told.day, told.to) for told in life.told] == [
        (date(2028, 3, 21), {"bea"}),
        (date(2028, 3, 28), set(EVERYBODY)),
    ]
