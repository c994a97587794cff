"""Who is reminded when: before the date, before the summons, when it is overdue; after downtime, snoozed, put off."""

from datetime import date, timedelta
from itertools import islice

import pytest
from msgspec.structs import replace

from bot import cycle, nudges
from bot.concern import Promise
from bot.workdays import LONDON, today
from tests.reviews.terms import at, outcome, review, terms

DUE = date(2027, 6, 23)  # a Wednesday; the last meeting before it is on 10 May
LONG_AGO = at(date(2026, 6, 1))
SET = review(due=DUE, following=DUE, changed=LONG_AGO, version=1)


def listed(kept, facts, after=LONG_AGO, number=12):
    """Day, rung and number of the steps to come."""
    return [(today(one.due), one.rung, one.number) for one in islice(nudges.steps(kept, facts, after), number)]


def days(kept, facts, rung, after=LONG_AGO, number=12):
    return [day for day, other, _ in listed(kept, facts, after, number) if other == rung]


# ---------------------------------------------------------------- before the date


def test_the_clerk_is_reminded_90_30_and_7_days_before_on_the_day_and_before_the_summons():
    assert listed(SET, terms(), number=5) == [
        (date(2027, 3, 25), "lead", 90),
        (date(2027, 4, 28), "agenda", 0),
        (date(2027, 5, 24), "lead", 30),
        (date(2027, 6, 16), "lead", 7),
        (date(2027, 6, 23), "lead", 0),
    ]


@pytest.mark.parametrize(
    ("due", "before"),
    [
        (date(2027, 6, 26), date(2027, 6, 25)),  # a Saturday
        (date(2027, 6, 27), date(2027, 6, 25)),  # a Sunday
        (date(2027, 5, 31), date(2027, 5, 28)),  # a bank holiday
        (date(2027, 3, 29), date(2027, 3, 25)),  # Easter Monday: Good Friday is none either
        (date(2026, 12, 28), date(2026, 12, 24)),
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_reminder_before_a_date_that_falls_on_a_day_of_rest_comes_on_the_working_day_before(due, before):
    kept = review(due=due, changed=LONG_AGO)
    assert days(kept, terms(meetings=(), lead=(0,)), "lead") == [before]


def test_two_reminders_that_fall_on_one_day_are_one():
    kept = review(due=date(2027, 6, 27), changed=LONG_AGO)  # Sunday, Saturday and Friday
    assert listed(kept, terms(meetings=(), lead=(0, 1, 2)), number=2)[0] == (date(2027, 6, 25), "lead", 0)
    both = terms(meetings=(date(2027, 5, 10),), lead=(56,))  # 28 April is 56 days before, and seven before the summons
    assert listed(SET, both, number=1) == [(date(2027, 4, 28), "agenda", 0)]


def test_reminders_come_when_quiet_hours_end_by_the_clock_on_the_wall_in_winter_and_in_summer():
    kept = review(due=date(2027, 4, 12), changed=LONG_AGO)
    hours = [one.due.astimezone(LONDON) for one in islice(nudges.steps(kept, terms(meetings=()), LONG_AGO), 4)]
    assert {(hour.hour, hour.minute) for hour in hours} == {(8, 30)}
    assert {hour.utcoffset() for hour in hours} == {timedelta(0), timedelta(hours=1)}


def test_a_meeting_it_is_too_late_for_is_not_nudged_about_and_one_long_past_is_none():
    settled = review(due=DUE, changed=at(date(2027, 5, 5), 10))  # the last day for the summons, after its hour
    assert days(settled, terms(), "agenda", at(date(2027, 5, 5), 10)) == []
    just = review(due=DUE, changed=at(date(2027, 5, 4), 10))
    assert days(just, terms(), "agenda", at(date(2027, 5, 4), 10)) == [date(2027, 5, 5)], "still in time for it"
    assert days(SET, terms(meetings=(date(2026, 6, 30),)), "agenda") == []


def test_a_step_names_the_last_meeting_in_time_or_the_next_one():
    first = next(nudges.steps(SET, terms(), LONG_AGO))
    assert (first.meeting, first.summons) == (date(2027, 5, 10), date(2027, 5, 5))
    overdue = next(one for one in nudges.steps(SET, terms(), at(DUE)) if one.rung == "late")
    assert (overdue.days, overdue.meeting, overdue.summons) == (-7, date(2027, 7, 12), date(2027, 7, 7))


# ---------------------------------------------------------------- on the agenda


def test_on_an_agenda_nobody_is_reminded_until_the_day_after_and_then_asked_what_came_of_it():
    put_on = cycle.put_on(SET, date(2027, 5, 10), at(date(2027, 3, 25), 9))
    steps = listed(put_on, terms(), at(date(2027, 3, 25), 9), 3)
    assert steps == [(date(2027, 5, 11), "outcome", 0), (date(2027, 5, 24), "lead", 30), (date(2027, 6, 16), "lead", 7)]


def test_on_an_agenda_after_it_was_due_the_ladder_waits_and_goes_on_where_it_would_be():
    put_on = cycle.put_on(SET, date(2027, 7, 12), at(DUE))
    assert listed(put_on, terms(), at(DUE), 2) == [(date(2027, 7, 13), "outcome", 0), (date(2027, 7, 21), "late", 3)]


# ---------------------------------------------------------------- overdue


def test_when_it_is_overdue_the_clerk_the_chair_and_the_group_are_told_in_turn_and_then_every_28_days():
    steps = list(islice(nudges.steps(SET, terms(), at(DUE)), 5))
    assert [((today(one.due) - DUE).days, one.to) for one in steps] == [
        (7, ("clerk",)),
        (14, ("clerk", "chair")),
        (28, ("clerk", "chair", "group")),
        (56, ("clerk", "chair", "group")),
        (84, ("clerk", "chair", "group")),
    ]


def test_a_longer_ladder_is_climbed_in_the_steps_that_come_after():
    facts = terms(late=(7,), ladder=("clerk", "chair", "vice-chair"))
    steps = list(islice(nudges.steps(SET, facts, at(DUE)), 3))
    assert [((today(one.due) - DUE).days, len(one.to)) for one in steps] == [(7, 1), (35, 2), (63, 3)]


def test_what_was_overdue_for_years_when_the_bot_came_starts_with_the_clerk_alone():
    found = at(date(2026, 11, 22), 20)  # a Sunday evening
    kept = review(begun=today(found), since=found, following=date(2020, 7, 16))
    facts = terms(adopted="2019-07-16", cycle=12, meetings=())
    steps = list(islice(nudges.steps(kept, facts, found), 5))
    assert [(today(one.due), one.to) for one in steps] == [
        (date(2026, 11, 23), ("clerk",)),
        (date(2026, 11, 30), ("clerk",)),  # the 29th is a Sunday
        (date(2026, 12, 7), ("clerk", "chair")),
        (date(2026, 12, 21), ("clerk", "chair", "group")),
        (date(2027, 1, 18), ("clerk", "chair", "group")),
    ]
    assert steps[0].days == (date(2020, 7, 16) - date(2026, 11, 23)).days


def test_what_the_bot_finds_too_late_for_the_first_reminders_is_told_at_once():
    found = at(date(2027, 6, 1), 7)
    kept = review(begun=today(found), since=found, following=DUE)
    facts = terms(stated=DUE.isoformat())
    assert listed(kept, facts, found - timedelta(seconds=1), 3) == [
        (date(2027, 6, 1), "lead", 22),
        (date(2027, 6, 16), "lead", 7),
        (date(2027, 6, 23), "lead", 0),
    ]


# ---------------------------------------------------------------- not set


def test_where_no_date_is_set_the_clerk_is_asked_at_once_and_then_every_quarter():
    found = at(date(2026, 11, 22), 20)
    kept = review(begun=today(found), since=found)
    assert listed(kept, terms(), found, 3) == [
        (date(2026, 11, 23), "unset", 0),
        (date(2027, 2, 22), "unset", 1),
        (date(2027, 5, 21), "unset", 2),
    ]


def test_after_a_review_without_a_next_date_nobody_is_asked_at_once():
    done = cycle.recorded(SET, outcome(date(2027, 5, 10)))
    assert listed(done, terms(), done.changed, 1) == [(date(2027, 8, 9), "unset", 1)]


# ---------------------------------------------------------------- snoozed and put off


def test_of_what_slept_and_what_comes_on_the_day_of_waking_only_the_latter_is_said():
    facts, found = terms(meetings=(), unset=7), at(date(2026, 11, 22))
    snoozed = replace(review(since=found, begun=date(2026, 11, 22)), snoozed=at(date(2026, 12, 7), 9))
    woken = [day for day, *_ in listed(snoozed, facts, found, 3)]
    assert woken == [date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21)]


def test_snoozed_comes_again_when_that_is_over_and_says_so():
    pressed = at(date(2027, 3, 25), 9)
    snoozed = cycle.snooze(SET, pressed + timedelta(days=10))  # a Sunday
    first, second = islice(nudges.steps(snoozed, terms(), pressed), 2)
    assert (today(first.due), first.rung, first.number, first.woken) == (date(2027, 4, 5), "lead", 90, True)
    assert (second.rung, second.woken) == ("agenda", False)
    assert first.days == (DUE - date(2027, 4, 5)).days


def test_what_comes_while_it_is_snoozed_is_said_once_when_that_is_over():
    pressed = at(date(2027, 6, 16), 9)
    snoozed = cycle.snooze(SET, pressed + timedelta(days=8))
    steps = list(islice(nudges.steps(snoozed, terms(), pressed), 2))
    assert [(today(one.due), one.rung, one.number) for one in steps] == [
        (date(2027, 6, 24), "lead", 0),
        (date(2027, 6, 30), "late", 1),
    ]


def test_a_snooze_does_not_keep_it_from_the_chair():
    pressed = at(date(2027, 6, 30), 9)
    snoozed = cycle.snooze(SET, pressed + timedelta(days=21))
    assert days(snoozed, terms(), "late", pressed, 2) == [date(2027, 7, 7), date(2027, 7, 21)]


def test_put_off_it_is_reminded_of_before_the_later_day():
    off = cycle.put_off(SET, date(2027, 9, 20), at(date(2027, 6, 16), 9))
    steps = listed(off, terms(), at(date(2027, 6, 16), 9), 3)
    assert steps == [
        (date(2027, 6, 22), "lead", 90),
        (date(2027, 8, 20), "lead", 30),
        (date(2027, 9, 1), "agenda", 0),
    ]


# ---------------------------------------------------------------- planned, said, missed


def test_the_daily_plan_promises_the_next_step_and_then_changes_nothing():
    kept = nudges.planned(replace(SET, promised=()), terms(), at(date(2027, 1, 4)))
    assert [one.rung for one in kept.promised] == ["lead"]
    for day in range(60):
        now = at(date(2027, 1, 5) + timedelta(days=day))
        assert nudges.planned(kept, terms(), now) is kept


def test_the_daily_plan_takes_up_a_date_that_the_settings_changed_and_calendars_learn_of_it():
    kept = nudges.again(review(due=None, begun=date(2026, 11, 22), version=1), terms(), at(date(2026, 11, 22)))
    now = at(date(2027, 1, 4))
    moved = nudges.planned(kept, terms(stated="2027-06-23"), now)
    assert (moved.following, moved.since, moved.sequence) == (DUE, now, kept.sequence + 1)
    assert moved.promised == (Promise("lead", at(date(2027, 3, 25), 8, 30), 90),)


def test_a_meeting_put_on_the_list_is_nudged_about_in_time():
    kept = nudges.again(SET, terms(meetings=()), at(date(2027, 4, 1)))
    assert kept.promised[0].rung == "lead"
    assert nudges.planned(kept, terms(), at(date(2027, 4, 2))).promised[0].rung == "agenda"


def test_what_is_due_already_stays_promised_when_the_day_is_planned():
    kept = nudges.again(SET, terms(), at(date(2027, 3, 1)))
    late = at(date(2027, 4, 20), 7)
    assert nudges.planned(kept, terms(), late) is kept


def said(kept, now, facts=None):
    return nudges.said_now(kept, facts or terms(), kept.promised[0], now)


def test_a_reminder_said_on_its_own_day_is_not_late_even_after_a_restart():
    kept = nudges.again(SET, terms(), LONG_AGO)
    found = said(kept, at(date(2027, 3, 25), 16))
    assert (found.rung, found.number, found.late) == ("lead", 90, False)


def test_after_weeks_of_downtime_only_the_latest_is_said_and_that_it_is_late():
    kept = nudges.again(SET, terms(), LONG_AGO)
    found = said(kept, at(date(2027, 6, 18)))
    assert (found.rung, found.number, found.late, found.days) == ("lead", 7, True, 5)
    after = nudges.again(kept, terms(), at(date(2027, 6, 18)))
    assert after.promised == (Promise("lead", at(date(2027, 6, 23), 8, 30), 0),)


def test_a_nudge_for_a_meeting_that_comes_too_late_for_its_summons_is_an_ordinary_reminder():
    kept = nudges.again(SET, terms(), at(date(2027, 4, 1)))
    found = said(kept, at(date(2027, 5, 6), 9))
    assert (found.rung, found.late, found.meeting) == ("lead", True, date(2027, 7, 12))
    in_time = said(kept, at(date(2027, 5, 4), 9))
    assert (in_time.rung, in_time.late, in_time.summons) == ("agenda", True, date(2027, 5, 5))


def test_what_falls_due_at_night_is_held_until_morning_and_not_lost():
    kept = nudges.again(SET, terms(), LONG_AGO)
    night = at(date(2027, 3, 25), 22)
    held = nudges.held(kept, terms(), night)
    assert held.promised[0].due == at(date(2027, 3, 30), 8, 30), "Good Friday and Easter Monday are days of rest"
    assert (
        nudges.planned(replace(held, meeting=date(2027, 5, 10)), terms(), at(date(2027, 3, 26))).promised
        == held.promised
    )
    assert said(held, at(date(2027, 3, 30), 8, 30)).number == 90


def test_what_was_moved_meanwhile_is_not_said():
    kept = nudges.again(SET, terms(), LONG_AGO)
    moved = cycle.dated(kept, date(2027, 12, 1), at(date(2027, 3, 24)))
    assert said(moved, at(date(2027, 3, 25), 9)) is None
    assert nudges.again(moved, terms(), at(date(2027, 3, 25), 9)).promised[0].due == at(date(2027, 9, 1), 8, 30)


def test_nothing_said_before_is_said_again():
    kept, now, heard = nudges.again(SET, terms(), LONG_AGO), LONG_AGO, []
    while now < at(date(2028, 6, 1)):
        now = max(now, kept.promised[0].due)
        found = said(kept, now)
        heard.append((found.rung, found.number))
        kept = nudges.again(kept, terms(), now)
    assert len(heard) == len(set(heard))


# ---------------------------------------------------------------- clocks that differ


def test_what_a_fast_clock_has_said_is_not_promised_again_by_a_right_one():
    first = at(date(2027, 3, 25), 8, 30)
    told = replace(nudges.again(SET, terms(), first), said=first)
    here = first - timedelta(minutes=10)
    for after in (nudges.again(told, terms(), here), nudges.planned(told, terms(), here)):
        assert [today(one.due) for one in after.promised] == [date(2027, 4, 28)]
    assert listed(told, terms(), here, 1) == [(date(2027, 4, 28), "agenda", 0)], "nor is it foretold"


def test_what_a_clock_said_that_was_wrong_by_months_keeps_nothing_from_being_said():
    told = replace(nudges.again(SET, terms(), at(DUE)), said=at(DUE))
    assert nudges.planned(told, terms(), at(date(2027, 3, 1))).promised[0].due == at(date(2027, 3, 25), 8, 30)
