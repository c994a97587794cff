"""What a document says of itself is read; what it does not say is not made up."""

import pytest

from bot.pack import day
from content.importing import days, named, whose
from content.importing.facts import facts
from content.reading.structure import Left
from tests.importing.made import clause, heading, outline, read
from tests.importing.truths import NAMES, outlined, truth


def told(*lines, why="adoption", body=()):
    return facts(outline(*body, left=tuple(Left(text=line, why=why) for line in lines)))


@pytest.mark.parametrize("name", NAMES)
def test_title_council_and_dates_are_what_a_careful_reader_found(name):
    right = truth(name)
    found = facts(outlined(right))
    assert found.document.title == (right["title"] or "not stated")
    if name != "whitbourne":  # named in its page headers alone, which the truth leaves out
        assert found.council == right["council"]
    dates = right["dates"]
    adopted = days.day(dates.get("adopted") or "")
    if adopted or not dates.get("versions"):
        assert found.document.adopted == (adopted or "not stated")
    for row, version in zip(dates.get("versions", ()), found.document.versions, strict=False):
        assert version.date == (days.day(row["date"]) or "unknown")
        assert version.approved_by == row["approved_by"]


@pytest.mark.parametrize(
    ("line", "adopted"),
    [
        ("Adopted by the council on 16th July 2019", "2019-07-16"),
        ("Approved: 3/4/2021", "2021-04-03"),
        ("Adopted on the 1st day of May 2020", "2020-05-01"),
        ("Adopted: 2024-02-29", "2024-02-29"),
        ("Adopted on ……………………", "blank"),
        ("Date of adoption: unknown ………", "unknown"),
        ("Adopted in September 2024", "not stated"),
        ("Adopted on 31 June 2024", "not stated"),
        ("Signed in the hall", "not stated"),
    ],
)
def test_a_day_is_a_whole_day_or_none(line, adopted):
    document = told(line).document
    assert document.adopted == adopted
    day(document.adopted)


@pytest.mark.parametrize("day", ["31/12/9999", "0001-01-01", "1 January 1001"])
def test_a_day_that_no_parish_council_can_have_is_none(day):
    assert days.day(f"Next review: {day}") is None


def test_a_month_alone_stays_in_its_own_words_and_is_pointed_out():
    found = told("Next review: September 2024")
    assert found.document.next_review == "not stated"
    assert [note.plain for note in found.notes] == ["Next review: September 2024"]
    assert "September 2024" in found.warnings[0]


def test_a_space_that_was_left_open_is_blank():
    assert told("Date of next review ……………………").document.next_review == "blank"
    assert told("Date of next review").document.next_review == "blank"
    assert told("Next review: 10 May 2027").document.next_review == "2027-05-10"


def test_whoever_signed_is_not_kept():
    found = told("Signed: Ada Lovelace (Chair)   Date of next review: 10 May 2027", why="signature")
    assert found.document.next_review == "2027-05-10"
    assert not any("Lovelace" in note.plain for note in found.notes)


def test_a_record_of_reviews_is_read_cell_by_cell():
    rows = (
        ("Version", "Approved on (date)", "Approved by", "Summary of changes"),
        ("2", "5 May 2025", "Full Council", ""),
    )
    left = tuple(Left(text="\t".join(row), why="review table", cells=row) for row in rows)
    (version,) = facts(outline(left=left)).document.versions
    assert (version.version, version.date, version.approved_by) == ("2", "2025-05-05", "Full Council")
    assert version.changes == "not stated"


@pytest.mark.parametrize(
    ("words", "nation"),
    [
        ("The Ombudsman for Wales may be asked.", "wales"),
        ("The Local Government (Wales) Measure 2011 holds.", "wales"),
        ("The Localism Act 2011 holds.", "england"),
        ("The parish council decides.", "england"),
        ("The Ash Borough Council decides.", "england"),
        ("The Ash County Borough Council decides.", None),
        ("The town council decides.", None),
        ("The Scottish Government decides; so does the parish council.", None),
    ],
)
def test_the_nation_is_what_the_words_tell(words, nation):
    assert told(body=(clause(None, words),)).nation == nation


@pytest.mark.parametrize(
    ("line", "council"),
    [
        ("NETHER STOWBOROUGH PARISH COUNCIL", "Nether Stowborough Parish Council"),
        ("Ash-under-Wold Town Council, The Old Forge", "Ash-under-Wold Town Council"),
        ("Adopted by Ash and Elm Parish Council", "Ash and Elm Parish Council"),
        ("The Parish Council", ""),
        ("Our Town Council and your Town Council", ""),
    ],
)
def test_a_council_is_called_by_its_own_name(line, council):
    assert told(line, why="letterhead").council == council


def test_other_documents_and_bodies_come_with_the_clauses_that_name_them():
    body = read(
        heading("Press", "1"),
        clause(
            "1.1",
            "See the Press and Media Policy 13.5 and the Code of Conduct.",
            "The Freedom of Information Act 2000.",
        ),
        clause("1.2", "Ask the Monitoring Officer or the SLCC under this Protocol."),
    ).pack.body
    assert {row.name: row.clauses for row in named.policies(body)} == {
        "Press and Media Policy 13.5": ("1.1",),
        "Code of Conduct": ("1.1",),
        "Freedom of Information Act 2000": ("1.1-b1",),
    }
    assert {row.name for row in named.bodies(body)} == {"Monitoring Officer", "Society of Local Council Clerks (SLCC)"}


@pytest.mark.parametrize(
    ("known", "named", "wording", "other"),
    [
        ("Ash Town Council", "Elm Town Council", "Elm Town Council asks its clerk.", "Elm Town Council"),
        ("Ash Town Council", "Elm Town Council", "The councils of Elm and Ash share a clerk.", ""),
        ("Ash Parish Council", "Ash Town Council", "Ash Town Council asks its clerk.", ""),
        ("Stow-on-the-Hill & Dale Parish Council", "Elm Town Council", "STOW ON THE HILL AND DALE", ""),
        ("Ash Town Council", "North Elm District Council", "North Elm District Council has an officer.", ""),
        ("Ash Town Council", "", "The clerk decides.", ""),
        ("Ash Town Council", "Ashford Town Council", "Ashford Town Council asks.", "Ashford Town Council"),
    ],
    ids=["another", "both", "a parish that is a town by now", "written otherwise", "the district alone", "none",
         "a longer name"],
)  # fmt: skip
def test_another_council_is_named_only_where_its_own_is_not(known, named, wording, other):
    assert whose.another(known, named, wording) == other
