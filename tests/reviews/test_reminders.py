"""`protocol-bot reminders` and `calendar`: what would be said to whom, and a file; neither changes anything."""

import asyncio
import json
import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import cycle, nudges
from bot.conversation import Command, Person, Place
from bot.records import Turn
from bot.settings import Linked, Reviews, Someone
from bot.workdays import today
from content import load
from deploy import on_reviews
from deploy.cli import main
from deploy.handbooks import handbook, seats
from deploy.kept import folder
from deploy.settings import made_up
from storage.store import SqlStore
from tests.core.council import settings
from tests.reviews.terms import MEETINGS, at

NOW = at(date(2026, 11, 22), 20)
FAR = (datetime.now(UTC) + timedelta(days=700)).date().isoformat()
SETTINGS = """
council: barrow
people:
  - {id: bea, name: Bea Hall, offices: [clerk], accounts: ["web:bea"]}
  - {id: dee, name: Dee Frost, offices: [chair], accounts: ["web:dee"]}
reviews: {cycle: 12}
"""


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as ended:
        status = int(ended.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


def book(**changes):
    own = settings(meetings=MEETINGS, **changes)
    return handbook(load.council("barrow"), seats(own, date(2026, 11, 22)), settings=own)


def told(here, *kept, until=date(2028, 12, 31)):
    return list(on_reviews.told(here, kept, NOW, until))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "protocol-bot.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    return file


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch) -> None:
    """A folder in which nothing is kept."""
    monkeypatch.chdir(tmp_path)


# ---------------------------------------------------------------- what would be said


def test_with_nothing_recorded_the_clerk_is_asked_for_a_date_and_later_again():
    found = told(book())
    assert [one["rung"] for one in found] == ["unset"] * 9
    assert {tuple(one["to"]) for one in found} == {("bea",)}
    assert found[0]["at"] == "2026-11-23T08:30:00+00:00"
    assert (found[0]["due"], found[0]["days"], found[0]["meeting"]) == (None, None, "2027-01-18")


def test_what_is_set_is_told_to_the_clerk_and_then_to_the_chair_and_the_group():
    here = book()
    kept = cycle.dated(cycle.fresh(here, "protocol", NOW), date(2027, 6, 23), NOW)
    found = told(here, kept, until=date(2027, 7, 21))
    assert [(one["rung"], one["days"], one["to"]) for one in found] == [
        ("lead", 90, ["bea"]),
        ("agenda", 56, ["bea"]),
        ("lead", 30, ["bea"]),
        ("lead", 7, ["bea"]),
        ("lead", 0, ["bea"]),
        ("late", -7, ["bea"]),
        ("late", -14, ["bea", "dee"]),
        ("late", -28, ["bea", "dee", "fay", "gus"]),
    ]


def test_what_comes_is_told_to_whoever_holds_the_office_on_that_day():
    people = (
        Someone(id="old", name="Old", offices=("clerk",), accounts=("test:old",), ends={"clerk": date(2026, 12, 31)}),
        Someone(id="dee", name="Dee Frost", offices=("chair",), accounts=("test:dee",)),
    )
    found = told(book(people=people, group=None, administrators=()), until=date(2027, 3, 1))
    assert [one["to"] for one in found] == [["old"], ["dee"]], "the chair stands in for the clerk"


def test_a_reminder_that_waited_while_nobody_ran_is_told_first_and_as_late():
    here = book()
    before = at(date(2026, 6, 1))
    kept = cycle.dated(cycle.fresh(here, "protocol", before), date(2026, 11, 18), before)
    kept = nudges.again(kept, cycle.terms(here, "protocol"), before)
    first, second, *_ = told(here, kept)
    assert (first["at"][:10], first["rung"], first["late"], first["days"]) == ("2026-11-23", "lead", True, -5)
    assert (second["at"][:10], second["rung"], second["late"]) == ("2026-11-25", "late", False)


def test_several_documents_are_told_in_the_order_of_time():
    linked = Reviews(documents=(Linked(id="code", name="Code of Conduct", next=date(2027, 6, 23)),), cycle=12)
    found = told(book(reviews=linked), until=date(2027, 12, 31))
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)
    assert {one["document"] for one in found} == {"protocol", "code"}
    assert {one["due"] for one in found} == {"2020-07-16", "2027-06-23"}


# ---------------------------------------------------------------- from the command line


@pytest.mark.usefixtures("nowhere")
def test_it_works_where_nothing_is_kept_and_makes_nothing(capsys, tmp_path):
    status, out, _ = run(capsys, "reminders", "--until", FAR, "--council", "barrow")
    assert status == 0
    assert "Barrow Parish Council: reminders of reviews until" in out
    assert "no date is set (in the document: blank)" in out
    assert "08:30  Ruth Ellison: " in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("nowhere")
def test_without_a_council_every_one_is_told(capsys):
    status, out, _ = run(capsys, "reminders", "--until", FAR, "--json")
    found = json.loads(out)
    assert status == 0
    assert {one["council"] for one in found} == set(load.councils())
    assert {one["rung"] for one in found} == {"unset"}


@pytest.mark.usefixtures("nowhere")
def test_with_a_cycle_in_its_settings_barrow_is_told_since_when_it_is_overdue(capsys, own):
    status, out, _ = run(capsys, "reminders", "--until", FAR, "--settings", own)
    assert status == 0
    assert "overdue since 16 July 2020 (by the council's cycle)" in out
    assert "Bea Hall, Dee Frost: " in out


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--until", "31 Feb"), "'31 Feb' is no day that a calendar has"),
        (("--until", "2020-01-01"), "2020-01-01 is over. Name a day from today on."),
        (("--until", "9999-12-31"), "is too far ahead. Name a day within 10 years."),
        (("--until", FAR, "--council", "nowhere"), "No protocol of 'nowhere' comes with the bot."),
        (("--until", FAR, "--data", "not-there"), "Nothing is kept in not-there."),
        ((), "--until"),
    ],
)
def test_what_can_t_be_is_said_in_a_sentence(capsys, arguments, said):
    status, out, err = run(capsys, "reminders", *arguments)
    assert (status, out) == (2, "")
    assert said in err


def recorded(data: Path) -> None:
    """A folder in which the clerk of Barrow set a date."""
    where = Place("web", "barrow", "bea", private=True)
    event = Command(id="1", who=Person("web", "barrow", "bea"), where=where, at=NOW, text="review")
    here = handbook(load.council("barrow"), settings=made_up.settings_of("barrow"))
    kept = cycle.dated(cycle.fresh(here, "protocol", NOW), today(datetime.now(UTC)) + timedelta(days=400), NOW)
    kept = nudges.again(kept, cycle.terms(here, "protocol"), NOW)

    async def keep() -> None:
        async with folder.opened(folder.made(data)) as memory:
            await SqlStore(memory).keep("barrow", event, Turn(keep=(kept,)))

    asyncio.run(keep())


def rows(data: Path) -> list[tuple]:
    with sqlite3.connect(data / folder.FILE) as connection:
        tables = ("SELECT * FROM reviews", "SELECT * FROM promises", "SELECT * FROM outbox")
        return [row for table in tables for row in connection.execute(table)]


def test_what_is_recorded_counts_and_nothing_is_changed(capsys, tmp_path):
    data = tmp_path / "data"
    recorded(data)
    before = rows(data)
    status, out, _ = run(capsys, "reminders", "--until", FAR, "--council", "barrow", "--data", data, "--json")
    assert status == 0
    assert [one["days"] for one in json.loads(out)][-1] < 0
    assert {one["due"] for one in json.loads(out)} == {(today(datetime.now(UTC)) + timedelta(days=400)).isoformat()}
    assert before
    assert rows(data) == before


def test_the_calendar_is_written_and_again_the_same(capsys, tmp_path):
    data, out = tmp_path / "data", tmp_path / "reviews.ics"
    recorded(data)
    written = []
    for _ in range(2):
        status, told, _ = run(capsys, "calendar", "--council", "barrow", "--data", data, "--out", out)
        assert status == 0
        assert "is written" in told
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert b"UID:review.barrow.protocol@protocol-bot\r\nSEQUENCE:2\r\n" in written[0]
    assert b"DTSTAMP:20261122T200000Z" in written[0], "when it was last changed, not when it is written"


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "a.ics"), "A calendar file is for one council."),
        (("--settings", "protocol-bot.yaml", "--out", "no/such/folder/a.ics"), "can't be written"),
        (
            ("--council", "twywell", "--settings", "protocol-bot.yaml", "--out", "a.ics"),
            "is for barrow, not for twywell",
        ),
    ],
)
def test_a_calendar_that_can_t_be_is_said_in_a_sentence(capsys, own, arguments, said):
    status, _, err = run(capsys, "calendar", *arguments)
    assert status == 2
    assert said in err
    assert not Path("a.ics").exists()


@pytest.mark.usefixtures("nowhere")
def test_a_calendar_without_a_date_is_not_written_for_an_empty_one_is_none(capsys):
    status, told, _ = run(capsys, "calendar", "--council", "barrow", "--out", "a.ics")
    assert status == 0
    assert "There is no date yet to put into a calendar, so a.ics was not written." in told
    assert not Path("a.ics").exists()


@pytest.mark.usefixtures("nowhere")
def test_a_calendar_of_settings_alone_says_that_it_can_not_follow_an_older_one(capsys, own):
    status, told, _ = run(capsys, "calendar", "--settings", own, "--out", "a.ics")
    assert status == 0
    assert "take the entries of an older one out of it first" in told


def test_what_the_settings_changed_since_the_daily_plan_moves_the_sequence_on(capsys, tmp_path, own):
    data, out = tmp_path / "data", tmp_path / "a.ics"
    recorded(data)
    file = own.with_name("other.yaml")
    meeting = today(datetime.now(UTC)) + timedelta(days=390)
    file.write_text(f"{SETTINGS}meetings: [{meeting}]\n", encoding="utf-8")
    sequences = []
    for settings_file in (own, file):
        run(capsys, "calendar", "--settings", settings_file, "--data", data, "--out", out)
        sequences.append(re.findall(rb"SEQUENCE:(\d+)", out.read_bytes()))
    assert sequences == [[b"2", b"2"], [b"3", b"3"]]


def test_where_no_date_is_set_no_meeting_is_said_to_need_it():
    lines = "\n".join(on_reviews.shown(book(), [], NOW, date(2027, 12, 31)))
    assert "no date is set: please set one" in lines
    assert "needs it by" not in lines
