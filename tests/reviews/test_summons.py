"""The last day for a summons, counted backwards over every day that does not count; and the annual meeting in May."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetings import annual_meeting, counts, last_summons

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
NATIONS = st.sampled_from(["england", "wales"])


def between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(1, (last - first).days)]


@pytest.mark.parametrize(
    ("meeting", "summons"),
    [
        (date(2026, 11, 19), date(2026, 11, 14)),  # Thursday: Wednesday, Tuesday, Monday; out by Saturday
        (date(2026, 11, 20), date(2026, 11, 16)),  # Friday: out by Monday
        (date(2026, 11, 17), date(2026, 11, 12)),  # Tuesday: Monday, Saturday, Friday; out by Thursday
        (date(2026, 11, 16), date(2026, 11, 11)),  # Monday: Saturday, Friday, Thursday; out by Wednesday
        (date(2027, 5, 10), date(2027, 5, 5)),  # after the break of the early May bank holiday, 1 to 4 May
        (date(2027, 5, 6), date(2027, 4, 28)),  # over it: only Wednesday of that week counts
        (date(2027, 4, 2), date(2027, 3, 23)),  # Easter Day is 28 March 2027: 25 to 30 March do not count
        (date(2027, 3, 31), date(2027, 3, 20)),  # the day after the Easter break
        (date(2027, 1, 6), date(2026, 12, 23)),  # over the New Year, 31 December to 3 January, and Christmas
        (date(2026, 12, 30), date(2026, 12, 19)),  # over Christmas 2026: 24 to 29 December and a Sunday
        (date(2028, 1, 5), date(2027, 12, 22)),  # only 30, 31 and 23 December count
        (date(2028, 3, 1), date(2028, 2, 25)),  # over the leap day, which counts
    ],
)
def test_a_summons_goes_out_three_clear_days_before(meeting, summons):
    assert last_summons(meeting, 3, "england") == summons


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 12, 24), date(2026, 12, 29)),  # Christmas Day is a Friday, 28 December a bank holiday
        (date(2027, 12, 24), date(2027, 12, 29)),  # a Saturday: bank holidays on 27 and 28
        (date(2028, 12, 23), date(2028, 12, 27)),  # a Monday: the last week day before is Saturday
        (date(2027, 3, 25), date(2027, 3, 30)),  # Easter: Thursday to Tuesday
        (date(2027, 8, 28), date(2027, 8, 31)),  # the summer bank holiday: Saturday to Tuesday
    ],
)
def test_the_breaks_are_those_of_section_270(first, last):
    days = [first, *between(first, last), last]
    assert not any(counts(day, "england") for day in days)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    assert counts(before, "england") or before.weekday() == 6
    assert counts(after, "england") or after.weekday() == 6


def test_saturdays_count_and_sundays_do_not():
    assert counts(date(2026, 11, 21), "wales")
    assert not counts(date(2026, 11, 22), "wales")


@given(DAYS, st.integers(3, 30), NATIONS)
def test_there_are_always_so_many_clear_days_between_and_a_day_later_there_are_not(meeting, clear_days, nation):
    summons = last_summons(meeting, clear_days, nation)
    assert counts(summons, nation)
    assert sum(counts(day, nation) for day in between(summons, meeting)) == clear_days
    later = next(day for day in [*between(summons, meeting), meeting] if counts(day, nation) or day == meeting)
    assert sum(counts(day, nation) for day in between(later, meeting)) < clear_days


@given(st.lists(DAYS, max_size=20), st.integers(2024, 2040))
def test_the_annual_meeting_is_the_first_of_the_list_in_may_or_assumed_for_the_end_of_may(meetings, year):
    day, assumed = annual_meeting(meetings, year)
    assert (day.year, day.month) == (year, 5)
    assert assumed == (day not in meetings)
    assert not assumed or day == date(year, 5, 31)
    assert all(day <= other for other in meetings if (other.year, other.month) == (year, 5))
