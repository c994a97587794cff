"""A PDF's printed lines come back as the paragraphs that they are."""

import pytest

from content.reading.lines import Line
from content.reading.pdf import read
from content.reading.pdf_mending import Vocabulary, joined
from tests.reading.pdfs import COURIER, Page, wrap, written

LONG = (
    "Members and staff of the council treat one another with courtesy at all times and in all places, whether at a "
    "meeting, at the allotments or in a letter, and each of them answers within five working days."
)
OTHER = (
    "Requests for papers go to the office, which sends them on the same day where that can be done, and otherwise says "
    "in writing when they will be ready and who is looking for them."
)


def texts(*pages: Page) -> list[str]:
    return [line.text for line in lines(*pages)]


def lines(*pages: Page) -> tuple[Line, ...]:
    return read(written(pages)).lines


def test_a_wrapped_paragraph_comes_back_whole_and_blank_space_parts_it_from_the_next() -> None:
    page = Page()
    y = page.wrapped(72, 700, LONG)
    page.wrapped(72, y - 8, OTHER)
    assert texts(page) == [LONG, OTHER]
    assert [line.apart for line in lines(page)] == [False, True]


def test_a_number_in_the_hanging_column_belongs_to_the_line_right_of_it() -> None:
    page = Page()
    page.text(72, 700, "1.1")
    y = page.wrapped(110, 700, LONG, wide=60)
    page.text(72, y, "1.2")
    page.wrapped(110, y, OTHER, wide=60)
    assert texts(page) == [f"1.1 {LONG}", f"1.2 {OTHER}"]


def test_a_number_that_does_not_hang_begins_a_paragraph_all_the_same() -> None:
    page = Page()
    y = page.wrapped(72, 700, f"1.1 {LONG}")
    page.wrapped(72, y, f"1.2 {OTHER}")
    assert texts(page) == [f"1.1 {LONG}", f"1.2 {OTHER}"]


def test_a_number_that_a_sentence_mentions_at_the_beginning_of_a_line_begins_nothing() -> None:
    said = (
        "Whoever asks for papers is told why they are refused, as laid down in paragraph 3.2 The office keeps a list."
    )
    page = Page()
    page.text(72, 700, "4.1 " + said[: said.index("3.2")])
    page.text(72, 688, said[said.index("3.2") :])
    page.wrapped(72, 670, LONG, wide=86)
    assert texts(page)[0] == f"4.1 {said}"


def test_a_number_broken_in_a_narrow_column_is_whole_again() -> None:
    page = Page()
    page.text(72, 700, "3.4.")
    page.text(72, 688, "1")
    y = page.wrapped(102, 700, LONG, wide=60)
    page.text(72, y - 8, "3.4.")
    page.text(72, y - 20, "2")
    page.text(102, y - 8, "The clerk keeps a list.")
    assert texts(page) == [f"3.4.1 {LONG}", "3.4.2 The clerk keeps a list."]


def test_a_number_broken_at_the_end_of_a_page_is_whole_again() -> None:
    first, second = Page(), Page()
    first.text(72, 60, "3.4.")
    first.text(102, 60, "The clerk keeps a list.")
    second.text(72, 730, "1")
    second.text(72, 706, "3.4.2")
    second.wrapped(110, 706, LONG, wide=60)
    assert texts(first, second) == ["3.4.1 The clerk keeps a list.", f"3.4.2 {LONG}"]


def test_a_clause_right_under_its_heading_keeps_its_own_number() -> None:
    page = Page()
    page.text(72, 700, "1.")
    page.text(96, 700, "Members")
    page.text(72, 688, "1.1")
    page.text(96, 688, "They keep to the code.")
    assert texts(page) == ["1. Members", "1.1 They keep to the code."]


def test_a_number_that_touches_its_text_is_parted_from_it() -> None:
    page = Page()
    page.text(72, 700, "3.4.1.1The clerk keeps a list.")
    page.text(72, 680, "2.1A Members keep to the code.")
    assert texts(page) == ["3.4.1.1 The clerk keeps a list.", "2.1A Members keep to the code."]


def test_a_number_within_brackets_that_a_full_line_leaves_open_begins_nothing() -> None:
    said = "The clerk may order what is needed at once (Financial Regulation"
    page = Page()
    page.text(72, 700, "7)")
    page.text(108, 700, said)
    page.text(72, 688, "4.5) after telling the chair.")
    page.wrapped(72, 664, f"8) {OTHER}", wide=len(said) + 6)
    assert texts(page) == [f"7) {said} 4.5) after telling the chair.", f"8) {OTHER}"]


def test_a_heading_that_fills_its_line_goes_on_in_the_next_even_after_a_colon() -> None:
    page = Page()
    page.text(72, 700, "6.", font="Courier-Bold")
    page.text(108, 700, "THE RELATIONSHIP BETWEEN MEMBERS AND OFFICERS OF THE PARISH:", font="Courier-Bold")
    page.text(72, 688, "GENERAL", font="Courier-Bold")
    y = 664.0
    for number in range(1, 6):
        page.text(72, y, f"6.{number}")
        y = page.wrapped(108, y, LONG, wide=60) - 12
    assert texts(page)[0] == "6. THE RELATIONSHIP BETWEEN MEMBERS AND OFFICERS OF THE PARISH: GENERAL"


def test_what_ends_the_sentence_behind_a_list_is_a_line_of_its_own() -> None:
    page = Page()
    y = page.wrapped(72, 700, LONG) - 8
    page.text(72, y, "A member shall:")
    item = "(a) keep a paper for as long as it is needed in the work of a committee and of its"
    page.text(90, y - 20, item[:70].strip())
    page.text(114, y - 32, "committee or working party where the council has set one up in a year")
    page.text(72, y - 54, "and shall return it to the clerk on request.")
    assert texts(page)[-1] == "and shall return it to the clerk on request."


def test_sentences_that_say_what_words_mean_are_parted_without_any_space() -> None:
    first = "“Member” means whoever sits on the council or on a committee of it."
    page = Page()
    y = page.wrapped(72, 700, LONG)
    page.text(72, y, first)
    page.text(72, y - 12, "“Officer” means whoever the council pays.")
    assert texts(page) == [LONG, first, "“Officer” means whoever the council pays."]


def test_the_second_hyphen_of_western_fonts_breaks_words_too() -> None:
    page = Page()
    page.text(72, 700, "The clerk is respon\u00ad")
    page.text(72, 688, "sible for the papers.")
    assert texts(page) == ["The clerk is responsible for the papers."]


def test_a_label_that_the_council_made_for_itself_begins_a_paragraph() -> None:
    page = Page()
    y = 700.0
    for number in range(1, 6):
        page.text(72, y, f"Rule {number}")
        y = page.wrapped(130, y, LONG, wide=60)
    assert texts(page) == [f"Rule {number} {LONG}" for number in range(1, 6)]


def test_a_label_broken_in_a_narrow_column_is_whole_again() -> None:
    page = Page()
    page.text(72, 700, "Rule")
    page.text(72, 688, "3.1")
    page.wrapped(120, 700, LONG, wide=60)
    assert texts(page) == [f"Rule 3.1 {LONG}"]


@pytest.mark.parametrize("wide", [40, 55, 75])
def test_without_any_space_between_them_short_last_lines_part_paragraphs(wide: int) -> None:
    page = Page()
    y = page.wrapped(72, 700, LONG, wide=wide)
    page.wrapped(72, y, OTHER, wide=wide)
    assert len(wrap(LONG, wide)[-1]) + len("Requests") < wide
    assert texts(page) == [LONG, OTHER]


def test_a_blank_at_the_first_line_begins_a_paragraph() -> None:
    page = Page()
    y = 700.0
    for said in (LONG, OTHER, LONG, OTHER):
        first = wrap(said, 66)[0]
        page.text(96, y, first)
        y = page.wrapped(72, y - 12, said.removeprefix(first).strip(), wide=70)
    assert texts(page) == [LONG, OTHER, LONG, OTHER]


def test_a_bold_heading_is_parted_from_its_text_and_known_as_bold() -> None:
    page = Page()
    page.text(72, 700, "1. How we work together", font="Courier-Bold")
    page.wrapped(72, 688, LONG)
    assert [(line.text, line.bold) for line in lines(page)] == [("1. How we work together", True), (LONG, False)]


def test_letters_of_another_size_begin_a_paragraph() -> None:
    page = Page()
    page.text(72, 700, "General Principles", size=14)
    page.wrapped(72, 686, LONG)
    assert [(line.text, line.size) for line in lines(page)] == [("General Principles", 14.0), (LONG, 10.0)]


def test_italic_letters_are_known_by_their_font() -> None:
    page = Page()
    page.wrapped(72, 700, LONG, font="Courier-Oblique")
    assert lines(page)[0].italic


def test_bullets_stay_in_the_text_and_an_item_is_whole() -> None:
    page = Page()
    page.text(72, 700, "Members:")
    for y, said in ((688, "•"), (664, "•")):
        page.text(84, y, said)
        page.wrapped(98, y, "read the papers before a meeting and ask for what is missing in good time", wide=50)
    item = "• read the papers before a meeting and ask for what is missing in good time"
    assert texts(page) == ["Members:", item, item]


def test_a_bullet_that_is_drawn_is_a_bullet() -> None:
    page = Page()
    page.text(72, 700, "Members:")
    page.dot(84, 690)
    page.text(98, 688, "read the papers")
    assert texts(page) == ["Members:", "• read the papers"]


def test_words_broken_at_the_end_of_a_line_are_whole_and_dashes_stay() -> None:
    page = Page()
    for at, said in enumerate(
        (
            "The clerk is respon-",
            "sible for the papers – and the non-",
            "voting members are co-",
            "opted each May: see 2019–",
            "20.",
        )
    ):
        page.text(72, 700 - 12 * at, said)
    assert texts(page) == [
        "The clerk is responsible for the papers – and the non-voting members are co-opted each May: see 2019–20."
    ]


def test_typographic_quotes_stay_and_joined_letters_are_parted() -> None:
    page = Page()
    page.text(72, 700, "The council’s “protocol” is kept.")
    page.text(72, 680, "The of\ufb01ce is open.", font="Helvetica")
    assert texts(page) == ["The council’s “protocol” is kept.", "The office is open."]


def test_soft_hyphens_are_gone() -> None:
    assert joined(["The pro\u00adto\u00adcol is re\u00ad", "viewed."], Vocabulary(())) == "The protocol is reviewed."


def test_raised_letters_stay_in_their_line() -> None:
    page = Page()
    page.text(72, 700, "Adopted on 21")
    page.text(72 + 13 * 10 * COURIER, 704, "st", size=6)
    page.text(72 + 14 * 10 * COURIER + 4, 700, "May 2024.")
    assert texts(page) == ["Adopted on 21st May 2024."]


def test_letters_that_are_set_wide_are_still_words() -> None:
    page = Page()
    for at, letter in enumerate("PARISH COUNCIL"):
        if letter != " ":
            page.text(72 + at * 11, 700, letter)
    assert texts(page) == ["PARISH COUNCIL"]


def test_letters_printed_twice_to_look_bold_are_read_once() -> None:
    page = Page()
    page.text(72, 700, "Principles")
    page.text(72.4, 700, "Principles")
    assert [(line.text, line.bold) for line in lines(page)] == [("Principles", True)]
