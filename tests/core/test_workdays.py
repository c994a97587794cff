"""Working days and quiet hours: nobody is disturbed at night, at a weekend, on a bank holiday; no day is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import workdays
from bot.workdays import LONDON, a_month_after, after, is_working, last_day, next_open, opening, said

NIGHT = ("18:00", "08:30")
LUNCH = ("12:00", "13:00")
NEVER = ("00:00", "00:00")


def here(*when: int) -> datetime:
    """A time on the council's own clock."""
    return datetime(*when, tzinfo=LONDON)


def told(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"


# ---------------------------------------------------------------- working days


def test_five_working_days_from_a_sunday_end_on_the_friday():
    assert told(after(here(2026, 11, 22, 12), 5, "england", NIGHT)) == "2026-11-27 12:00"
    assert said(last_day(here(2026, 11, 22, 12), 5, "england")) == "27 November 2026"


def test_a_weekend_does_not_count():
    assert told(after(here(2026, 11, 20, 10), 1, "england", NIGHT)) == "2026-11-23 10:00"


def test_christmas_and_the_day_in_place_of_boxing_day_do_not_count():
    assert not is_working(date(2026, 12, 28), "england")
    assert not is_working(date(2026, 12, 28), "wales")
    assert told(after(here(2026, 12, 24, 10), 1, "england", NIGHT)) == "2026-12-29 10:00"
    assert told(after(here(2027, 12, 24, 10), 1, "wales", NIGHT)) == "2027-12-29 10:00"


def test_the_second_of_january_is_a_holiday_in_scotland_only():
    assert is_working(date(2026, 1, 2), "england")
    assert is_working(date(2026, 1, 2), "wales")


def test_a_leap_day_counts_like_any_other():
    assert told(after(here(2028, 2, 28, 9), 1, "england", NIGHT)) == "2028-02-29 09:00"
    assert told(after(here(2028, 2, 29, 9), 1, "england", NIGHT)) == "2028-03-01 09:00"


@pytest.mark.parametrize(
    ("start", "end"), [((2026, 3, 27, 9), "2026-03-30 09:00"), ((2026, 10, 23, 9), "2026-10-26 09:00")]
)
def test_the_same_time_of_day_stays_so_when_the_clocks_change(start, end):
    assert told(after(here(*start), 1, "england", NIGHT)) == end


def test_what_is_said_in_the_evening_is_due_when_the_quiet_hours_are_over():
    assert told(after(here(2026, 11, 23, 22), 1, "england", NIGHT)) == "2026-11-24 08:30"
    assert told(after(here(2026, 11, 23, 12, 20), 1, "england", LUNCH)) == "2026-11-24 13:00"


def test_nought_working_days_is_the_next_moment_to_disturb_somebody():
    assert told(after(here(2026, 11, 23, 10), 0, "england", NIGHT)) == "2026-11-23 10:00"
    assert told(after(here(2026, 11, 27, 19), 0, "england", NIGHT)) == "2026-11-30 08:30"


def test_a_summer_evening_is_told_by_the_clock_on_the_wall():
    evening = datetime(2026, 7, 1, 17, 30, tzinfo=UTC)  # half past six in Barrow
    assert told(next_open(evening, "england", NIGHT)) == "2026-07-02 08:30"


# ---------------------------------------------------------------- quiet hours


@pytest.mark.parametrize(
    ("quiet", "moment", "opens"),
    [
        (NIGHT, (2026, 11, 23, 7), "2026-11-23 08:30"),
        (NIGHT, (2026, 11, 23, 8, 30), "2026-11-23 08:30"),
        (NIGHT, (2026, 11, 23, 17, 59), "2026-11-23 17:59"),
        (NIGHT, (2026, 11, 23, 18), "2026-11-24 08:30"),
        (NIGHT, (2026, 11, 21, 12), "2026-11-23 08:30"),
        (LUNCH, (2026, 11, 23, 12, 30), "2026-11-23 13:00"),
        (LUNCH, (2026, 11, 21, 12), "2026-11-23 00:00"),
        (("00:00", "07:00"), (2026, 11, 21, 12), "2026-11-23 07:00"),
        (("18:00", "00:00"), (2026, 11, 23, 19), "2026-11-24 00:00"),
        (NEVER, (2026, 11, 23, 3), "2026-11-23 03:00"),
    ],
)
def test_a_moment_in_quiet_hours_moves_to_their_end(quiet, moment, opens):
    assert told(next_open(here(*moment), "england", quiet)) == opens


def test_a_day_opens_when_its_quiet_hours_are_over():
    assert told(opening(date(2026, 11, 23), "england", NIGHT)) == "2026-11-23 08:30"
    assert told(opening(date(2026, 12, 25), "england", NIGHT)) == "2026-12-29 08:30"


# ---------------------------------------------------------------- a month


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2026-11-23", "2026-12-23"),
        ("2026-11-22", "2026-12-22"),
        ("2027-01-31", "2027-03-01"),  # the last of February is a Sunday
        ("2028-01-31", "2028-02-29"),
        ("2026-11-25", "2026-12-29"),  # Christmas, its weekend, and the day in place of Boxing Day
        ("2026-12-31", "2027-02-01"),  # the last of January is a Sunday
    ],
)
def test_a_month_ends_on_the_same_day_of_the_next_or_the_working_day_after(day, end):
    assert a_month_after(date.fromisoformat(day), "england") == date.fromisoformat(end)


# ---------------------------------------------------------------- whatever the moment

moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31), timezones=st.just(LONDON))  # noqa: DTZ001
times = st.times().map(lambda at: f"{at:%H:%M}")
quiets = st.tuples(times, times)
nations = st.sampled_from(["england", "wales"])


def disturbs(moment: datetime, nation: str, quiet: tuple[str, str]) -> bool:
    """Told anew, minute by minute, so that it can be wrong in other ways than the code."""
    on = moment.astimezone(LONDON)
    minute = on.hour * 60 + on.minute
    begins, ends = (int(t[:2]) * 60 + int(t[3:]) for t in quiet)
    inside = (minute - begins) % 1440 < (ends - begins) % 1440
    return inside or on.weekday() >= 5 or not is_working(on.date(), nation)


@given(moments, nations, quiets)
def test_next_open_disturbs_nobody_and_is_never_early(moment, nation, quiet):
    found = next_open(moment, nation, quiet)
    assert found >= moment
    assert not disturbs(found, nation, quiet)
    assert next_open(found, nation, quiet) == found


@given(moments, nations, quiets, st.floats(0, 1))
def test_next_open_is_the_first_such_moment(moment, nation, quiet, part):
    found = next_open(moment, nation, quiet)
    between = moment + (found - moment) * part
    assert between >= found or disturbs(between, nation, quiet)


@given(moments, st.integers(0, 60), nations, quiets)
def test_a_target_disturbs_nobody_and_falls_on_its_day(start, days, nation, quiet):
    due = after(start, days, nation, quiet)
    assert due.tzinfo is UTC
    assert not disturbs(due, nation, quiet)
    assert days == 0 or workdays.today(due) == last_day(start, days, nation)


@given(moments, st.integers(1, 40), nations)
def test_just_as_many_working_days_lie_behind_a_target_as_it_was_given(start, days, nation):
    first, last = workdays.today(start), last_day(start, days, nation)
    passed = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_working(day, nation) for day in passed) == days


@given(moments, st.integers(0, 40), nations, quiets)
def test_a_longer_target_is_never_due_sooner(start, days, nation, quiet):
    assert after(start, days, nation, quiet) <= after(start, days + 1, nation, quiet)


@given(moments, nations)
def test_a_month_is_never_shorter_than_its_days_nor_a_week_longer(moment, nation):
    day = workdays.today(moment)
    assert timedelta(days=28) <= a_month_after(day, nation) - day <= timedelta(days=31 + 5)
    assert is_working(a_month_after(day, nation), nation)
