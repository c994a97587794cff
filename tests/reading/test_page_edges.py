"""What a council wrote itself is no page's header, though pages begin or end with the like of it."""

import pytest

from content.reading.pdf import read as read_pdf
from content.reading.repeating import alike, counts_page, stands_for_itself
from content.reading.text import read as read_text
from tests.reading.pdfs import Page, written
from tests.reading.test_pdf_paragraphs import LONG, OTHER

ALIKE = [
    ("1.1 The chair opens the meeting.", "2.1 The chair opens the meeting."),
    ("Stage 1", "Stage 2"),
    ("Stage 1: talking it over", "Stage 2: talking it over"),
    ("The clerk answers a letter within 5 days.", "The clerk answers a letter within 6 days."),
]
IDS = ["numbered clauses", "stages", "stages with words", "sentences"]


def paged(first: str, second: str) -> str:
    one = "\n\n".join(f"In {month} {LONG}" for month in ("January", "March", "May", "July"))
    two = "\n\n".join(f"In {month} {OTHER}" for month in ("April", "June", "August", "October"))
    return f"{first}\n\n{one}\n\f{second}\n\n{two}\n"


def pdf(first: str, second: str) -> bytes:
    pages = []
    for said in (first, second):
        page = Page()
        page.text(72, 800, said)
        page.wrapped(72, 760, LONG)
        pages.append(page)
    return written(pages)


@pytest.mark.parametrize(("first", "second"), ALIKE, ids=IDS)
def test_lines_at_the_top_of_pages_that_differ_by_their_own_number_are_no_header(first: str, second: str) -> None:
    assert {line.whence for line in read_text(paged(first, second).encode()).lines} == {"body"}
    assert {line.whence for line in read_pdf(pdf(first, second)).lines} == {"body"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Otterby Parish Council page 1 of 2", "Otterby Parish Council page 2 of 2"),
        ("Otterby Parish Council protocol 1", "Otterby Parish Council protocol 2"),
        ("Printed copies may be out of date.", "Printed copies may be out of date."),
        ("Otterby protocol v3Page 1 of 2", "Otterby protocol v3Page 2 of 2"),
    ],
    ids=["page of pages", "number at the end", "the very same sentence", "no gap before the page"],
)
def test_the_same_line_with_the_page_number_is_a_header(first: str, second: str) -> None:
    assert [line.text for line in read_text(paged(first, second).encode()).lines if line.whence == "header"] == [
        first,
        second,
    ]
    assert [line.text for line in read_pdf(pdf(first, second)).lines if line.whence == "header"] == [first, second]


def test_a_list_repeated_under_each_party_in_plain_text_is_no_header() -> None:
    text = "".join(
        f"{who}\n\nEach of them will, in all that is said and done for the parish and its people\n\n"
        "be courteous to everybody here\n\nKeep the hall in good order\n\n" + f"{LONG}\n\n" * 4
        for who in ("Members", "Officers", "Volunteers", "Visitors")
    )
    assert {line.whence for line in read_text(text.encode()).lines} == {"body"}


def test_what_sends_its_reader_to_a_page_is_no_footer() -> None:
    text = f"{LONG}\n\nThe form is set out on page 12.\n\n{LONG}\n\nThe form is set out on page 14.\n"
    assert {line.whence for line in read_text(text.encode()).lines} == {"body"}


def test_a_pages_number_is_counted_from_its_page_and_no_other_number_is() -> None:
    assert not alike("Otterby 2024 | 3", 3).isdisjoint(alike("Otterby 2024 | 4", 4))
    assert alike("Schedule 3", 3).isdisjoint(alike("Schedule 4", 4))
    assert counts_page("Otterby – page 3 of 9")
    assert not counts_page("The form stands on page 3")
    assert stands_for_itself("1.1 Purpose")
    assert not stands_for_itself("3 Otterby Parish Council")
