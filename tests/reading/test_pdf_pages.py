"""What stands around a PDF's text, and what is set in columns and tables, is told from its paragraphs."""

import pytest

from content.reading.lines import Line
from content.reading.pdf import read
from tests.reading.pdfs import Page, wrap, written
from tests.reading.test_pdf_paragraphs import LONG, OTHER


def lines(*pages: Page) -> tuple[Line, ...]:
    return read(written(pages)).lines


def by_place(found: tuple[Line, ...], whence: str) -> list[str]:
    return [line.text for line in found if line.whence == whence]


#: What pages begin with: on no two the same, or it would be a header.
NUMBERED = (OTHER, f"As a rule, {OTHER}", f"In the summer months, {OTHER}")


def numbered(pages: int) -> list[Page]:
    """Pages with a header and a footer, and text that fills them."""
    made = []
    for number in range(1, pages + 1):
        page = Page()
        page.text(72, 800, "Otterby Parish Council")
        page.text(250, 40, f"Page {number} of {pages}")
        y = page.wrapped(72, 740, NUMBERED[number % 3]) - 8
        while y > 120:
            y = page.wrapped(72, y, LONG) - 8
        made.append(page)
    return made


def test_headers_and_footers_are_known_by_standing_on_every_page() -> None:
    found = lines(*numbered(3))
    assert by_place(found, "header") == ["Otterby Parish Council"] * 3
    assert by_place(found, "footer") == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]
    assert set(by_place(found, "body")) == {LONG, *NUMBERED}


def test_a_page_number_is_known_on_a_single_page() -> None:
    assert by_place(lines(*numbered(1)), "footer") == ["Page 1 of 1"]


def test_a_sentence_goes_on_across_the_foot_of_a_page() -> None:
    first, second = Page(), Page()
    printed = wrap(f"{LONG} {OTHER}", 70)
    for at, said in enumerate(printed[:2]):
        first.text(72, 112 - 12 * at, said)
    for at, said in enumerate(printed[2:]):
        second.text(72, 740 - 12 * at, said)
    for page, number in ((first, 1), (second, 2)):
        page.text(290, 40, str(number))
    found = lines(first, second)
    assert by_place(found, "body") == [f"{LONG} {OTHER}"]
    assert by_place(found, "footer") == ["1", "2"]


def test_headings_that_look_alike_on_two_pages_are_no_headers() -> None:
    first, second = Page(), Page()
    for page, heading in ((first, "1. Members"), (second, "2. Officers")):
        page.text(72, 770, heading)
        page.wrapped(72, 746, LONG)
    assert by_place(lines(first, second), "header") == []


def test_the_left_column_is_read_before_the_right() -> None:
    page = Page()
    page.text(72, 780, "A protocol for everybody in the parish who works for it or is elected", size=12)
    y = 740.0
    left = [LONG, OTHER, LONG]
    for said in left:
        y = page.wrapped(72, y, said, wide=33) - 6
    y = 740.0
    for said in reversed(left):
        y = page.wrapped(312, y, said, wide=33) - 6
    assert [line.text for line in lines(page)][1:] == [*left, *reversed(left)]


def test_hanging_numbers_are_no_column() -> None:
    page = Page()
    y = 740.0
    for number in range(1, 9):
        page.text(72, y, f"{number}.")
        y = page.wrapped(160, y, OTHER, wide=55) - 6
    assert [line.text for line in lines(page)] == [f"{number}. {OTHER}" for number in range(1, 9)]


def test_the_rows_of_a_ruled_table_keep_their_cells() -> None:
    page = Page()
    rows = [("Version", "Date", "Approved by"), ("1", "May 2021", "Full council"), ("2", "May 2023", "Full council")]
    for at, row in enumerate(rows):
        for x, cell in zip((76, 176, 276), row, strict=True):
            page.text(x, 686 - 20 * at, cell)
    for y in (700, 680, 660, 640):
        page.rule(72, y, 372, y)
    for x in (72, 172, 272, 372):
        page.rule(x, 640, x, 700)
    page.wrapped(72, 600, LONG)
    found = lines(page)
    assert [line.cells for line in found if line.whence == "table"] == rows
    assert by_place(found, "body") == [LONG]


def test_cells_that_stand_under_each_other_are_a_table_without_any_rules() -> None:
    page = Page()
    rows = [("Version", "Date", "Approved by"), ("1", "May 2021", "Full council"), ("2", "May 2023", "Full council")]
    for at, row in enumerate(rows):
        for x, cell in zip((76, 196, 316), row, strict=True):
            page.text(x, 686 - 20 * at, cell)
    assert [line.cells for line in lines(page)] == rows


def test_a_contents_list_keeps_its_lines_and_leaders() -> None:
    page = Page()
    wanted = [f"{number}. {name} {'.' * 30} {number}" for number, name in ((1, "Purpose"), (2, "Roles"), (3, "Review"))]
    for at, said in enumerate(wanted):
        page.text(72, 700 - 12 * at, said)
    assert [line.text for line in lines(page)] == wanted


def test_the_numbers_of_a_contents_list_with_drawn_leaders_stay_beside_their_headings() -> None:
    page = Page()
    page.text(72, 780, "Contents")
    names = ("Purpose", "Roles", "Papers", "Concerns", "Review", "Staff")
    for at, name in enumerate(names):
        page.text(72, 760 - 14 * at, f"{at + 1}. {name}")
        page.text(500, 760 - 14 * at, str(at + 2))
        for place in range(200):
            page.dot(170 + 1.6 * place, 760 - 14 * at, 0.8)
    page.wrapped(72, 640, LONG)
    rows = [("Members set the policy", "Officers advise them on it")] * 6
    table(page, rows)
    found = lines(page)
    assert [line.text.split() for line in found[1:7]] == [
        [f"{at + 1}.", name, str(at + 2)] for at, name in enumerate(names)
    ]
    assert [line.cells for line in found if line.cells] == rows


def table(page: Page, rows: list[tuple[str, str]]) -> None:
    """A ruled table that ends the page."""
    for at, row in enumerate(rows):
        for x, cell in zip((76, 306), row, strict=True):
            page.text(x, 66 + 20 * (len(rows) - 1 - at), cell)
    for at in range(len(rows) + 1):
        page.rule(72, 60 + 20 * at, 532, 60 + 20 * at)
    for x in (72, 302, 532):
        page.rule(x, 60, x, 60 + 20 * len(rows))


def test_a_footnote_is_a_note_and_its_mark_is_taken_out_of_the_text() -> None:
    page = Page()
    page.wrapped(72, 700, LONG)
    page.text(72, 640, "Members keep to the code")
    page.text(72 + 24 * 6, 644, "1", size=6)
    page.text(72 + 24 * 6 + 4, 640, " of conduct.")
    page.text(72, 80, "1", size=5)
    page.text(77, 77, "As adopted in May by the council of the parish.", size=8)
    found = lines(page)
    assert by_place(found, "body") == [LONG, "Members keep to the code of conduct."]
    assert by_place(found, "note") == ["1 As adopted in May by the council of the parish."]


def test_text_that_runs_up_the_page_is_not_lost() -> None:
    page = Page()
    page.wrapped(72, 700, LONG)
    page.turned(30, 200, "DRAFT")
    assert [line.text for line in lines(page)] == [LONG, "DRAFT"]


@pytest.mark.parametrize("rotate", [0, 90])
def test_a_page_whose_text_is_turned_is_read_as_it_is_meant(rotate: int) -> None:
    page = Page(rotate=rotate)
    for at, said in enumerate(wrap(LONG, 60)):
        page.turned(100 + 12 * at, 100, said)
    assert [line.text for line in lines(page)] == [LONG]


def test_what_was_filled_into_a_form_is_read_where_it_stands() -> None:
    page = Page()
    page.text(72, 700, "Adopted on:")
    page.field(150, 696, "16 May 2024")
    assert [line.text for line in lines(page)] == ["Adopted on: 16 May 2024"]


def test_the_files_own_title_is_told() -> None:
    page = Page()
    page.text(72, 700, "Anything at all")
    assert read(written([page], info="A protocol")).title == "A protocol"
