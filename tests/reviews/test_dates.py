"""What people write into the forms of a review: days as they write them; what is wrong is answered at the field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import PROBLEMS, date_problem, outcome_problems
from bot.days import read_day
from tests.reviews.terms import outcome, review, terms

TODAY = date(2027, 5, 12)
GOOD = {"on": "2027-05-10", "next": ""}


@pytest.mark.parametrize(
    "text",
    [
        "2027-05-06",
        "6/5/2027",
        "06/05/2027",
        "6.5.2027",
        "6-5-2027",
        "6 May 2027",
        "6th May 2027",
        "  6   may  2027 ",
        "Thursday 6 May 2027",
        "Thursday, 6 May, 2027",
        "6th of May 2027",
    ],
)
def test_a_day_may_be_written_as_people_here_write_it(text):
    assert read_day(text) == date(2027, 5, 6)


@pytest.mark.parametrize("text", ["1 Sept 2027", "1 Sep. 2027", "1 September 2027"])
def test_a_month_may_be_shortened(text):
    assert read_day(text) == date(2027, 9, 1)


@pytest.mark.parametrize(
    "text",
    ["31 Feb", "31 Feb 2027", "2027-02-31", "29/2/2027", "30.2.2028", "13/13/2027", "0/1/2027", "soon", "6 May", "May",
     "", "6 Octember 2027", "2027", "٦/٥/٢٠٢٧x", "6 May 20277", "1e3"],
)  # fmt: skip
def test_what_is_no_day_of_any_calendar_is_none(text):
    assert read_day(text) is None


@given(st.dates(date(1000, 1, 1)))
def test_every_day_is_read_as_it_is_written(day):
    assert read_day(day.isoformat()) == read_day(f"{day.day} {day:%B} {day.year}") == day


@given(st.text(max_size=30))
def test_nothing_that_somebody_writes_breaks_it(text):
    assert read_day(text) is None or isinstance(read_day(text), date)


def problems(changes, held=None, **facts):
    held = held or review()
    return outcome_problems(held, terms(adopted="2019-07-16", **facts), TODAY, **(GOOD | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"on": "31 Feb"}, {"on": "day"}),
        ({"on": "1066-10-14"}, {"on": "ancient"}),
        ({"on": "1 June 2027"}, {"on": "future"}),
        ({"on": "2019-07-15"}, {"on": "adoption"}),
        ({"on": "2027-05-12"}, {}),
        ({"next": "2028-05-08"}, {}),
        ({"next": "31 Feb"}, {"next": "day"}),
        ({"next": "2027-05-10"}, {"next": "order"}),
        ({"next": "2026-05-10"}, {"next": "order"}),
        ({"next": "1066-10-14"}, {"next": "ancient"}),
        ({"next": "2027-05-11"}, {"next": "past"}),
        ({"next": "2027-05-12"}, {"next": "past"}),
        ({"next": "2037-05-13"}, {"next": "far"}),
        ({"next": "9999-12-31"}, {"next": "far"}),
        ({"on": "2019-07-16"}, {"on": "listed"}),
        ({"on": "31 Feb", "next": "1066-01-01"}, {"on": "day", "next": "ancient"}),
    ],
)
def test_a_review_that_can_t_be_is_answered_at_the_field(changes, expected):
    assert problems(changes) == expected


def test_a_review_of_the_same_day_is_not_recorded_twice():
    held = review(outcomes=(outcome(date(2027, 5, 10)),))
    assert problems({}, held) == {"on": "twice"}
    assert problems({"on": "2026-05-11"}, held) == {}, "an older one joins the record"


@pytest.mark.parametrize(
    ("wish", "text", "expected"),
    [
        ("due", "2027-05-13", ""),
        ("due", "2027-05-12", "past"),
        ("due", "", "day"),
        ("due", "31 Feb", "day"),
        ("due", "1066-10-14", "ancient"),
        ("due", "2040-01-01", "far"),
        ("put-off", "2027-07-01", "later"),
        ("put-off", "2027-07-02", ""),
        ("put-off", "2028-05-12", ""),
        ("put-off", "2028-05-13", "long"),
        ("agenda", "2027-05-12", ""),
        ("agenda", "2027-05-11", "past"),
        ("agenda", "2027-11-12", ""),
        ("agenda", "2027-11-13", "meeting"),
    ],
)
def test_a_day_somebody_wants_is_taken_or_answered(wish, text, expected):
    assert date_problem(review(due=date(2027, 7, 1)), terms(), TODAY, text, wish) == expected


def test_a_date_is_not_set_before_the_last_review_nor_a_meeting_refused_before_the_review_is_due():
    facts = terms(rows=("2019-07-16", "2028-01-01"))  # a pack with a date ahead of today
    assert date_problem(review(), facts, TODAY, "2027-12-31", "due") == "order"
    assert date_problem(review(due=date(2028, 5, 8)), terms(), TODAY, "2028-03-13", "agenda") == ""


def test_a_review_before_another_that_is_known_decides_no_next_date():
    held, older = review(outcomes=(outcome(date(2027, 5, 10)),)), {"on": "2026-05-11", "next": "2028-05-08"}
    assert problems(older, held) == {"next": "older"}
    assert problems(older, rows=("2019-07-16", "2027-03-15")) == {"next": "older"}, "the document lists a later one"
    assert problems(older | {"next": ""}, held) == {}
    assert problems(older) == {}


def test_a_day_that_the_document_itself_lists_is_not_recorded_beside_it_and_one_from_the_settings_is():
    facts = {"rows": ("2019-07-16", "2027-03-15")}
    assert problems({"on": "2027-03-15"}, **facts) == {"on": "listed"}
    assert problems({"on": "2027-03-15"}, states="settings", **facts) == {}


def test_every_problem_has_a_sentence():
    from content import load

    assert all(load.words().has(f"review-bad-{name}") for name in PROBLEMS)
