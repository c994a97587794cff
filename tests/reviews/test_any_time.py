"""Whatever the dates and the settings, over three years: what a reminder never does, and that one always comes."""

from datetime import date, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cycle, nudges
from bot.cycle import Terms
from bot.review import Review
from bot.workdays import LONDON, is_working, months_after, next_open, today
from tests.reviews.terms import at, outcome, terms

#: The leap day of 2028 and both changes of the clocks in each year are in it.
DAYS = st.dates(date(2026, 11, 22), date(2029, 12, 31))
MOMENTS = st.builds(at, DAYS, st.integers(0, 23), st.integers(0, 59))
FACTS = st.builds(
    terms,
    adopted=st.sampled_from(["not stated", "unknown", "2019-07-16", "2028-02-29"]),
    stated=st.one_of(st.sampled_from(["not stated", "blank", "unknown"]), DAYS.map(date.isoformat)),
    meetings=st.lists(DAYS, max_size=12, unique=True).map(tuple),
    cycle=st.one_of(st.none(), st.integers(1, 60)),
    anchor=st.sampled_from(["last", "annual-meeting"]),
    lead=st.lists(st.integers(0, 120), min_size=1, max_size=5, unique=True).map(tuple),
    late=st.lists(st.integers(1, 90), min_size=1, max_size=4, unique=True).map(tuple),
    again=st.integers(7, 90),
    unset=st.integers(7, 365),
    agenda=st.integers(0, 30),
    nation=st.sampled_from(["england", "wales"]),
    quiet=st.sampled_from([("18:00", "08:30"), ("21:30", "01:30"), ("12:01", "12:00")]),
)


@st.composite
def reviews(draw: st.DrawFn, facts: Terms) -> tuple[Review, datetime]:
    """A review that the bot found and to which people then did this and that; and when they last did."""
    now = draw(MOMENTS)
    found = Review(council="barrow", begun=today(now), since=now)
    found = nudges.planned(found, facts, now)
    for act in draw(st.lists(st.sampled_from(["date", "later", "agenda", "snooze", "outcome"]), max_size=4)):
        now += timedelta(hours=draw(st.integers(1, 24 * 90)))
        day = today(now) + timedelta(days=draw(st.integers(1, 200)))
        match act:
            case "date":
                found = cycle.dated(found, day, now)
            case "later":
                found = cycle.put_off(found, day, now)
            case "agenda":
                found = cycle.put_on(found, day, now)
            case "snooze":
                found = cycle.snooze(found, now + timedelta(days=draw(st.integers(1, 31))))
            case "outcome":
                held = outcome(today(now), next=draw(st.sampled_from([None, day])))
                found = cycle.recorded(found, held)
        found = nudges.again(found, facts, now)
    return found, now


KEPT = FACTS.flatmap(lambda facts: st.tuples(st.just(facts), reviews(facts)))


@settings(max_examples=150, deadline=None)
@given(KEPT)
def test_every_reminder_comes_on_a_working_day_by_day_in_order_and_one_a_day(kept):
    facts, (review, now) = kept
    steps = list(islice(nudges.steps(review, facts, now), 20))
    assert len(steps) == 20, "each state has a next step"
    for step in steps:
        assert step.due > now
        assert is_working(today(step.due), facts.nation)
        assert next_open(step.due, facts.nation, facts.quiet) == step.due
        assert step.to
        assert step.summons is None or today(step.due) <= step.summons < step.meeting
    assert all(today(one.due) < today(two.due) for one, two in pairwise(steps))
    rungs = [(one.rung, one.number) for one in steps]
    assert len(rungs) == len(set(rungs)) or review.snoozed


@settings(max_examples=80, deadline=None)
@given(KEPT, st.lists(st.integers(0, 24 * 40), min_size=40, max_size=40))
def test_however_long_the_bot_is_away_nothing_is_said_twice_at_night_or_out_of_turn(kept, gaps):
    """The desk's own way through a promise: held at night, said, promised anew; with downtime between."""
    facts, (review, now) = kept
    end, said = now + timedelta(days=3 * 366), []
    for gap in gaps:
        promise = review.promised[0]
        now = max(now, promise.due) + timedelta(hours=gap)
        if now > end:
            break
        if next_open(now, facts.nation, facts.quiet) > now:
            review = nudges.held(review, facts, now)
            now = review.promised[0].due
        step = nudges.said_now(review, facts, review.promised[0], now)
        assert step is not None, "nothing moved, so something is to be said"
        assert step.late == (today(step.due) < today(now))
        said.append((step.rung, step.number, step.due))
        review = nudges.again(review, facts, now)
        assert review.promised[0].due > now
        assert len(review.promised) == 1
    assert len(said) == len(set(said))
    assert [due for *_, due in said] == sorted(due for *_, due in said)


@settings(max_examples=80, deadline=None)
@given(KEPT)
def test_a_day_planned_again_and_again_keeps_what_is_promised(kept):
    facts, (review, now) = kept
    first = nudges.planned(review, facts, now)
    assert first.promised
    assert nudges.planned(first, facts, now) is first
    later = now + (first.promised[0].due - now) / 2
    assert nudges.planned(first, facts, later) is first


@settings(max_examples=80, deadline=None)
@given(KEPT)
def test_the_whole_of_a_year_is_told_beforehand_as_it_then_comes(kept):
    """The dry run and the promises are one rule: step by step comes what was foretold."""
    facts, (review, now) = kept
    foretold = [(step.due, step.rung, step.number) for step in islice(nudges.steps(review, facts, now), 6)]
    came = []
    for _ in foretold:
        (promise,) = nudges.again(review, facts, now).promised
        came.append((promise.due, promise.rung, promise.step))
        review, now = nudges.again(review, facts, promise.due), promise.due
    assert came == foretold


@given(DAYS, st.integers(1, 120))
def test_a_cycle_never_takes_longer_than_it_says(day, months):
    later = months_after(day, months)
    assert later.month == (day.month - 1 + months) % 12 + 1
    assert later.day in (day.day, 28, 29, 30)
    assert later.day <= day.day


def test_both_changes_of_the_clocks_leave_the_hour_on_the_wall():
    facts = terms(meetings=(), lead=tuple(range(21)), quiet=("18:00", "08:30"))
    for due in (date(2027, 4, 2), date(2027, 11, 5), date(2028, 3, 31), date(2028, 11, 3), date(2029, 3, 29)):
        kept = Review(council="barrow", due=due, changed=at(date(2026, 11, 22)))
        steps = islice(nudges.steps(kept, facts, at(due - timedelta(days=21))), 12)
        assert {step.due.astimezone(LONDON).strftime("%H:%M") for step in steps} == {"08:30"}
