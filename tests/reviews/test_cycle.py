"""When a document is to be reviewed and where that comes from; how a review moves on; the record of reviews."""

from datetime import date

import pytest
from msgspec.structs import replace

from bot import cycle, timeline
from bot.cycle import state
from bot.pack import Version
from bot.settings import Linked
from bot.workdays import months_after
from content import load
from deploy.handbooks import handbook
from tests.core.council import settings
from tests.reviews.terms import MEETINGS, at, outcome, review, terms

TODAY = date(2026, 11, 22)


def book(council, **reviews):
    own = settings(council)
    own = replace(own, reviews=replace(own.reviews, **reviews)) if reviews else own
    return handbook(load.council(council), settings=own)


def standing(council, **reviews):
    here = book(council, **reviews)
    found = cycle.fresh(here, "protocol", at(TODAY))
    return state(found, cycle.terms(here, "protocol"), TODAY)


# ---------------------------------------------------------------- where it stands


@pytest.mark.parametrize("council", ["barrow", "crickhowell", "leigh-on-sea", "southwell", "twywell"])
def test_a_council_that_set_no_cycle_is_told_no_date_that_its_protocol_does_not_state(council):
    found = standing(council)
    assert (found.state, found.due, found.source) == ("not-set", None, "")
    assert found.stated == ("blank" if council == "barrow" else "not stated")


def test_with_a_cycle_of_its_own_barrow_is_overdue_since_the_year_after_its_adoption():
    found = standing("barrow", cycle=12)
    assert (found.state, found.due, found.source) == ("overdue", date(2020, 7, 16), "cycle")
    assert (found.last, found.last_was, found.stated) == (date(2019, 7, 16), "adopted", "blank")


def test_crickhowells_first_version_is_of_an_unknown_day_yet_its_third_is_known_and_counts():
    found = standing("crickhowell", cycle=24)
    assert (found.state, found.due) == ("overdue", date(2025, 3, 21))
    assert (found.last, found.last_was) == (date(2023, 3, 21), "reviewed")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"adopted": "unknown", "cycle": 12}, "unknown"),
        ({"rows": ("unknown",), "cycle": 12}, "unknown"),
        ({"rows": ("unknown",)}, "unknown"),
        ({"stated": "unknown", "adopted": "2024-01-01"}, "unknown"),
        ({"adopted": "not stated", "cycle": 12}, "not-set"),
        ({"stated": "blank", "adopted": "2024-01-01"}, "not-set"),
        ({"rows": ("unknown", "2022-02-15")}, "not-set"),
        ({"rows": ("unknown", "2022-02-15"), "cycle": 120}, "set"),
        ({"stated": "2026-11-22"}, "set"),
        ({"stated": "2026-11-21"}, "overdue"),
    ],
)
def test_not_set_unknown_set_and_overdue_are_told_apart(facts, expected):
    assert state(review(), terms(**facts), TODAY).state == expected


def test_what_was_set_here_counts_before_what_the_document_states_and_that_before_the_cycle():
    facts = terms(adopted="2026-01-01", stated="2027-06-01", cycle=12)
    assert state(review(), facts, TODAY).due == date(2027, 6, 1)
    set_here = state(review(due=date(2027, 2, 1)), facts, TODAY)
    assert (set_here.due, set_here.source) == (date(2027, 2, 1), "chat")
    later = state(review(due=date(2027, 2, 1), put_off=date(2027, 3, 1)), facts, TODAY)
    assert (later.due, later.original, later.source) == (date(2027, 3, 1), date(2027, 2, 1), "chat")


def test_a_review_recorded_here_replaces_the_date_in_an_older_document_and_not_in_a_newer_one():
    held = review(outcomes=(outcome(date(2026, 5, 11)),))
    assert state(held, terms(adopted="2020-01-01", stated="2027-06-01"), TODAY).due is None
    assert state(held, terms(adopted="2020-01-01", stated="2026-05-01", cycle=12), TODAY).due == date(2027, 5, 11)
    newer = terms(rows=("2020-01-01", "2026-05-11"), stated="2028-06-01")
    assert state(held, newer, TODAY).due == date(2028, 6, 1)


def test_a_date_decided_at_the_last_review_is_called_that():
    decided = outcome(date(2026, 5, 11), next=date(2027, 5, 10))
    found = cycle.recorded(review(), decided)
    assert state(found, terms(), TODAY).source == "decided"
    assert state(cycle.dated(found, date(2027, 4, 1), at(TODAY)), terms(), TODAY).source == "chat"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2027, 5, 31), 1, date(2027, 6, 30)),
        (date(2026, 11, 22), 120, date(2036, 11, 22)),
    ],
)
def test_months_run_to_the_same_day_or_to_the_last_of_a_shorter_month(day, months, expected):
    assert months_after(day, months) == expected


# ---------------------------------------------------------------- the annual meeting


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        (date(2026, 5, 11), 12, date(2027, 5, 10)),  # a year less a day: it is the next one all the same
        (date(2026, 4, 1), 12, date(2026, 5, 31)),
        (date(2026, 11, 16), 12, date(2027, 5, 10)),
        (date(2025, 5, 12), 24, date(2027, 5, 10)),
        (date(2026, 5, 11), 6, date(2027, 5, 10)),  # there is none sooner
    ],
)
def test_a_review_at_the_annual_meeting_is_at_the_last_one_within_the_cycle(last, months, due):
    found = state(review(), terms(rows=("2020-01-01", last.isoformat()), anchor="annual-meeting", cycle=months), TODAY)
    assert (found.due, found.source) == (due, "annual-meeting")
    assert found.assumed == (due not in MEETINGS)


def test_where_no_review_is_known_it_is_the_first_annual_meeting_since_the_bot_began_to_look():
    facts, begun = terms(anchor="annual-meeting"), review(begun=TODAY)
    assert state(begun, facts, TODAY).due == date(2027, 5, 10)
    assert state(begun, facts, date(2027, 8, 1)).state == "overdue", "it does not move on by itself"


# ---------------------------------------------------------------- linked documents


def test_linked_documents_have_dates_and_cycles_of_their_own():
    linked = (
        Linked(id="code", name="Code of Conduct", next=date(2027, 5, 10)),
        Linked(id="dignity", name="Dignity at Work", last=date(2025, 5, 12), cycle=24),
        Linked(id="press", name="Press policy"),
    )
    here = book("barrow", documents=linked, cycle=12)
    assert cycle.documents(here) == ("protocol", "code", "dignity", "press")
    found = [state(cycle.fresh(here, id, at(TODAY)), cycle.terms(here, id), TODAY) for id in cycle.documents(here)[1:]]
    assert [(one.state, one.due, one.source) for one in found] == [
        ("set", date(2027, 5, 10), "settings"),
        ("set", date(2027, 5, 12), "cycle"),
        ("not-set", None, ""),
    ]
    assert cycle.terms(here, "gone") is None
    assert cycle.fresh(here, "gone", at(TODAY)) is None


def test_a_linked_documents_date_is_done_with_once_a_review_is_recorded():
    facts = terms(stated="2027-05-10", rows=("not stated", "2025-05-12"), states="settings")
    done = cycle.recorded(review(document="code"), outcome(date(2027, 5, 10)))
    assert state(done, facts, date(2027, 5, 11)).due is None


# ---------------------------------------------------------------- how it moves on


def test_every_change_of_a_date_moves_the_sequence_on_and_a_snooze_does_not():
    now = at(TODAY)
    one = cycle.dated(review(since=now), date(2027, 5, 10), now)
    two = cycle.put_on(one, date(2027, 3, 15), now)
    three = cycle.put_off(two, date(2027, 7, 12), now)
    four = cycle.recorded(three, outcome(date(2027, 7, 12), next=date(2028, 7, 10)))
    assert [one.sequence, two.sequence, three.sequence, four.sequence] == [1, 2, 3, 4]
    assert cycle.snooze(one, at(date(2026, 12, 1))).sequence == 1
    assert (one.since, one.changed) == (None, now)


def test_putting_it_off_takes_it_off_the_agenda_and_a_review_settles_all_of_it():
    now = at(TODAY)
    put_on = cycle.put_on(review(due=date(2027, 5, 10), snoozed=now), date(2027, 3, 15), now)
    assert (put_on.agenda, put_on.snoozed) == (date(2027, 3, 15), None)
    off = cycle.put_off(put_on, date(2027, 7, 12), now)
    assert (off.agenda, off.put_off, off.due) == (None, date(2027, 7, 12), date(2027, 5, 10))
    done = cycle.recorded(off, outcome(date(2027, 7, 12)))
    assert (done.due, done.put_off, done.agenda, done.changed) == (None, None, None, at(date(2027, 7, 12), 20))


def test_an_older_review_recorded_later_only_joins_the_record():
    new = cycle.recorded(review(), outcome(date(2026, 5, 11), next=date(2027, 5, 10)))
    both = cycle.recorded(new, outcome(date(2025, 5, 12), next=date(2026, 5, 11)))
    assert [one.on.year for one in both.outcomes] == [2025, 2026]
    assert (both.due, both.sequence) == (new.due, new.sequence)


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        ({}, date(2027, 5, 10), date(2028, 5, 10)),
        ({"cycle": 24}, date(2027, 5, 10), date(2029, 5, 10)),
        ({"anchor": "annual-meeting"}, date(2026, 5, 11), date(2027, 5, 10)),
        ({"stated": "2027-06-01", "adopted": "2020-01-01"}, date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_next_date_is_proposed_by_the_cycle_or_a_year_later(facts, on, expected):
    assert cycle.suggested(review(due=date(2026, 1, 1)), terms(**facts), on) == expected


# ---------------------------------------------------------------- the record of reviews


def test_a_review_adds_a_row_in_the_shape_of_crickhowells_own_table():
    own = load.council("crickhowell").document
    held = cycle.recorded(review(), outcome(date(2027, 3, 15), changes="None made"))
    rows = timeline.history(held, own)
    assert [(row.version, row.on, row.approved_by, row.changes) for row in rows] == [
        ("1", "unknown", "Crickhowell Town Council", "unknown"),
        ("2", "2022-02-15", "Crickhowell Town Council", "None made"),
        ("3", "2023-03-21", "Crickhowell Town Council", "No amendments made"),
        ("4", "2027-03-15", "Council", "None made"),
    ]
    assert [row.recorded for row in rows] == [False, False, False, True]


def crickhowells(*further):
    own = load.council("crickhowell").document
    return replace(own, versions=(*own.versions, *further))


def recorded_rows(held, own):
    return [(row.version, row.on, row.recorded) for row in timeline.history(held, own)]


LISTED = Version(version="4", date="2027-03-15", approved_by="Crickhowell Town Council", changes="None made")


def test_a_review_that_the_document_itself_lists_by_now_in_the_same_words_stands_there_once():
    same = outcome(date(2027, 3, 15), approved_by="Crickhowell Town Council")
    rows = timeline.history(cycle.recorded(review(), same), crickhowells(LISTED))
    assert len(rows) == 4
    assert (rows[3].minute, rows[3].recorded, rows[3].approved_by) == ("27/45", False, "Crickhowell Town Council")


@pytest.mark.parametrize(
    "changes", [{"approved_by": "Full Council"}, {"kind": "amended", "changes": "A clause on e-mail."}]
)
def test_what_was_recorded_in_other_words_than_the_documents_is_shown_beside_them(changes):
    held = cycle.recorded(review(), outcome(date(2027, 3, 15), **{"approved_by": "Crickhowell Town Council"} | changes))
    held = cycle.recorded(held, outcome(date(2028, 3, 20)))
    rows = timeline.history(held, crickhowells(LISTED))
    assert recorded_rows(held, crickhowells(LISTED))[3:] == [
        ("4", "2027-03-15", False),
        ("", "2027-03-15", True),
        ("5", "2028-03-20", True),
    ]
    assert (rows[4].approved_by, rows[4].changes) == (held.outcomes[0].approved_by, held.outcomes[0].changes)


def test_the_adoption_stays_in_the_record_whatever_was_recorded_of_its_day():
    held = cycle.recorded(review(), outcome(date(2019, 7, 16)))
    rows = timeline.history(held, load.council("barrow").document)
    assert [(row.version, row.kind, row.recorded) for row in rows] == [("1", "adopted", False), ("", "no-change", True)]


def test_the_record_is_in_the_order_of_days_and_only_what_follows_the_last_version_has_a_number():
    held = review()
    for day in (date(2027, 3, 15), date(2022, 6, 1), date(2026, 3, 16)):
        held = cycle.recorded(held, outcome(day))
    assert recorded_rows(held, crickhowells()) == [
        ("1", "unknown", False),
        ("2", "2022-02-15", False),
        ("", "2022-06-01", True),
        ("3", "2023-03-21", False),
        ("4", "2026-03-16", True),
        ("5", "2027-03-15", True),
    ]


def test_a_review_before_one_that_the_document_lists_moves_no_date():
    facts, decided = terms(rows=("unknown", "2023-03-21")), date(2027, 5, 10)
    before = cycle.dated(review(), decided, at(TODAY))
    for next in (None, date(2023, 6, 1)):
        after = cycle.recorded(before, outcome(date(2022, 6, 1), next=next), facts)
        assert (after.due, after.sequence, len(after.outcomes)) == (decided, before.sequence, 1)


def test_a_document_without_a_table_begins_with_its_adoption_or_with_nothing():
    held = cycle.recorded(review(), outcome(date(2027, 3, 15)))
    barrow = timeline.history(held, load.council("barrow").document)
    assert [(row.version, row.on, row.kind) for row in barrow] == [
        ("1", "2019-07-16", "adopted"),
        ("2", "2027-03-15", "no-change"),
    ]
    assert [row.version for row in timeline.history(held, load.council("leigh-on-sea").document)] == ["1"]
    assert timeline.history(review()) == ()
