"""The file for a clerk's calendar: read back by a reader of our own, line by line, as RFC 5545 has it."""

import re
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot import cycle, nudges
from bot.ics import calendar
from bot.settings import Linked
from content import load
from deploy.handbooks import handbook, seats
from tests.core.council import PEOPLE, settings
from tests.reviews.terms import MEETINGS, at, outcome

NOW = at(date(2026, 11, 22))
DUE = date(2027, 6, 23)


def book(council="barrow", **reviews):
    own = settings(council, meetings=MEETINGS)
    own = replace(own, reviews=replace(own.reviews, **reviews))
    return handbook(load.council(council), seats(own, date(2026, 11, 22)), settings=own)


def kept(here, document="protocol", due=DUE):
    found = cycle.dated(cycle.fresh(here, document, NOW), due, NOW)
    return nudges.again(found, cycle.terms(here, document), NOW)


def entries(file: bytes) -> dict[str, dict[str, list[str]]]:
    """Each entry by its UID; its properties by their names without parameters, alarms as `VALARM`: their triggers."""
    lines = re.sub(r"\r\n ", "", file.decode()).split("\r\n")
    found: list[dict[str, list[str]]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name.startswith("TRIGGER"):
            found[-1].setdefault("VALARM", []).append(value)
        elif found:
            found[-1].setdefault(name, []).append(re.sub(r"\\([,;\\])", r"\1", value))
    return {one["UID"][0]: one for one in found}


REVIEW, SUMMONS = "review.barrow.protocol@protocol-bot", "summons.barrow.protocol@protocol-bot"


def test_the_review_and_the_last_day_for_the_summons_are_whole_days():
    here = book()
    found = entries(calendar(here, [kept(here)]))
    assert set(found) == {REVIEW, SUMMONS}
    assert found[REVIEW]["DTSTART;VALUE=DATE"] == ["20270623"]
    assert found[REVIEW]["DTEND;VALUE=DATE"] == ["20270624"]
    assert found[SUMMONS]["DTSTART;VALUE=DATE"] == ["20270505"]
    assert "10 May 2027" in found[SUMMONS]["DESCRIPTION"][0]
    assert "paragraph 10(2)(b)" in found[SUMMONS]["DESCRIPTION"][0]


def test_in_wales_the_summons_is_of_another_paragraph():
    here = book("crickhowell")
    found = entries(calendar(here, [kept(here)]))
    assert "paragraph 26(2)(b)" in found["summons.crickhowell.protocol@protocol-bot"]["DESCRIPTION"][0]


def test_alarms_ring_when_the_clerk_is_reminded_here_too():
    here = book()
    found = entries(calendar(here, [kept(here)]))[REVIEW]
    assert found["VALARM"] == ["-P89DT15H30M", "-P29DT15H30M", "-P6DT15H30M", "PT8H30M"], "30 days before: 24 May"
    assert at(DUE - timedelta(days=30), 8, 30) == at(date(2027, 5, 24), 8, 30)


def test_an_alarm_before_a_day_of_rest_rings_on_the_working_day_before():
    here = book(lead=(0,))
    found = entries(calendar(here, [kept(here, due=date(2027, 6, 27))]))[REVIEW]  # a Sunday
    assert found["VALARM"] == ["-P1DT15H30M"]


def test_the_file_has_the_line_ends_and_folds_of_the_standard():
    here = book(documents=(Linked(id="long", name="Überlange Richtlinie; mit, Zeichen \\ und\nZeile " * 5, next=DUE),))
    file = calendar(here, [kept(here), cycle.fresh(here, "long", NOW)])
    lines = file.split(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert {b"VERSION:2.0", b"METHOD:PUBLISH", b"PRODID:-//Protocol Bot//Reviews//EN"} <= set(lines)
    for line in lines:
        line.decode()  # no letter is torn in two by a fold
    unfolded = file.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Review due: Überlange Richtlinie\\; mit\\, Zeichen \\\\ und\\nZeile" in unfolded


def test_the_same_gives_the_same_bytes_and_the_order_of_the_reviews_does_not_matter():
    here = book(documents=(Linked(id="code", name="Code of Conduct", next=DUE),))
    one, two = kept(here), cycle.fresh(here, "code", NOW)
    assert calendar(here, [one, two]) == calendar(here, [two, one]) == calendar(book_again(), [one, two])
    later = cycle.fresh(here, "code", NOW + timedelta(days=9))
    assert calendar(here, [one, later]) == calendar(here, [one, two])


def book_again():
    return book(documents=(Linked(id="code", name="Code of Conduct", next=DUE),))


def test_an_entry_keeps_its_uid_and_moves_its_sequence_on_with_every_date():
    here = book()
    facts, seen = cycle.terms(here, "protocol"), []
    review = kept(here)
    for move in (
        lambda before: cycle.put_on(before, date(2027, 5, 10), before.changed + timedelta(days=1)),
        lambda before: cycle.put_off(before, date(2027, 7, 12), before.changed + timedelta(days=1)),
        lambda before: cycle.recorded(before, outcome(date(2027, 7, 12), next=date(2028, 7, 10))),
    ):
        moved = move(review)
        review = nudges.again(moved, facts, moved.changed)
        found = entries(calendar(here, [review]))[REVIEW]
        seen.append((int(found["SEQUENCE"][0]), found["DTSTAMP"][0], found["DTSTART;VALUE=DATE"][0]))
    assert [day for _, _, day in seen] == ["20270623", "20270712", "20280710"]
    assert seen == sorted(set(seen))
    assert len({sequence for sequence, _, _ in seen}) == 3


def test_what_is_put_on_an_agenda_has_the_summons_of_that_meeting():
    here = book()
    review = cycle.put_on(kept(here), date(2027, 3, 15), NOW)
    found = entries(calendar(here, [review]))[SUMMONS]
    assert found["DTSTART;VALUE=DATE"] == ["20270310"]
    assert "is down for the meeting on 15 March 2027" in found["DESCRIPTION"][0]


def test_what_has_no_date_any_more_is_taken_out_of_the_calendar():
    here = book()
    done = cycle.recorded(kept(here), outcome(DUE))
    found = entries(calendar(here, [done]))
    assert [one["STATUS"] for one in found.values()] == [["CANCELLED"], ["CANCELLED"]]


def test_where_nothing_was_ever_set_there_is_no_file_for_one_without_an_entry_is_none():
    here = book()
    assert calendar(here, [cycle.fresh(here, "protocol", NOW)]) == b""


def test_a_summons_that_holds_no_longer_is_taken_out_whoever_moved_the_date():
    here = book()
    put_on = cycle.put_on(kept(here), date(2027, 3, 15), NOW)
    assert entries(calendar(here, [put_on]))[SUMMONS]["DTSTART;VALUE=DATE"] == ["20270310"]
    moved = cycle.dated(put_on, date(2028, 6, 23), NOW)  # no meeting of the list is near it
    assert entries(calendar(here, [moved]))[SUMMONS]["STATUS"] == ["CANCELLED"]


def test_what_was_put_off_says_from_when_and_an_assumed_meeting_that_it_is():
    here = book()
    off = cycle.put_off(kept(here), date(2027, 7, 12), NOW)
    assert "It was put off from 23 June 2027" in entries(calendar(here, [off]))[REVIEW]["DESCRIPTION"][0]
    annual = book(anchor="annual-meeting")
    annual = handbook(load.council("barrow"), settings=replace(annual.settings, meetings=()))
    found = entries(calendar(annual, [cycle.fresh(annual, "protocol", NOW)]))[REVIEW]
    assert "not in the council's list" in found["DESCRIPTION"][0]


def test_nobodys_name_and_no_words_of_the_record_are_in_it():
    here = book()
    secret = outcome(date(2026, 11, 16), next=DUE, changes="Names somebody", approved_by="Somebody", minute="Secret 9")
    text = calendar(here, [cycle.recorded(kept(here), secret)]).decode().replace("\r\n ", "")
    assert not any(name in text for name, _ in PEOPLE.values())
    assert not any(word in text for word in ("Names somebody", "Somebody", "Secret", "ORGANIZER", "ATTENDEE", "bea"))


@pytest.mark.parametrize("council", load.councils())
def test_every_council_can_have_one(council):
    here = book(council)
    assert calendar(here, [kept(here)]).startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_document_that_is_not_linked_any_more_is_left_out():
    here = book(documents=(Linked(id="code", name="Code of Conduct", next=DUE),))
    assert calendar(book(), [kept(here, "code")]) == b""
