"""Markdown: marks are gone, numbers are those that somebody typed, and lists are what the page shows."""

import pytest

from content.reading.lines import Line
from content.reading.markdown import read
from content.reading.refusals import EMPTY, NO_TEXT, TOO_MUCH, Unreadable


def lines(text: str) -> tuple[Line, ...]:
    return read(text.encode()).lines


def told(text: str) -> list[tuple[str, str, str]]:
    return [(line.number, line.bullet, line.text) for line in lines(text)]


def test_headings_of_both_kinds_have_their_level_and_no_marks() -> None:
    found = lines("# Protocol #\n\nPurpose\n=======\n\nRoles\n-----\n\n### 2.1 Members {#members}\n")
    assert [(line.heading, line.text) for line in found] == [
        (1, "Protocol"),
        (1, "Purpose"),
        (2, "Roles"),
        (3, "2.1 Members"),
    ]


def test_a_line_of_dashes_under_a_paragraph_makes_no_heading_of_it() -> None:
    found = lines("1.1 The clerk decides.\n---\n\nOfficers answer when they can, and members\nwait until then\n---\n")
    assert [line.heading for line in found] == [0, 0]


def test_front_matter_is_no_part_of_the_body_and_tells_the_title() -> None:
    paper = read(b"<!-- from a site -->\n---\ntitle: 'Working Together'\ntoc: true\n---\n\n1.1 The clerk decides.\n")
    assert paper.title == "Working Together"
    assert [(line.whence, line.text) for line in paper.lines] == [
        ("header", "title: 'Working Together'"),
        ("header", "toc: true"),
        ("body", "1.1 The clerk decides."),
    ]


def test_a_rule_at_the_beginning_is_no_front_matter() -> None:
    assert [line.text for line in lines("---\n\nThe clerk decides.\n\n---\n\nAlways.\n")] == [
        "The clerk decides.",
        "Always.",
    ]


def test_emphasis_is_taken_off_and_a_wholly_bold_paragraph_is_bold() -> None:
    found = lines(
        "**1.1** The *clerk* decides, \\*as always\\*.\n\n**NB**\n\n__Bold *all* over__\n\n*Leaning*\n\n**1.2**Close.\n"
    )
    assert [(line.text, line.bold, line.italic) for line in found] == [
        ("1.1 The clerk decides, *as always*.", False, False),
        ("NB", True, False),
        ("Bold all over", True, False),
        ("Leaning", False, True),
        ("1.2 Close.", False, False),
    ]


def test_numbers_of_lists_are_as_written_and_counted_where_all_are_the_same() -> None:
    assert told("1. one\n2. two\n4. four\n\ntext\n\n1) a\n1) b\n\ntext\n\n3. three\n") == [
        ("1.", "", "one"),
        ("2.", "", "two"),
        ("4.", "", "four"),
        ("", "", "text"),
        ("1)", "", "a"),
        ("2)", "", "b"),
        ("", "", "text"),
        ("3.", "", "three"),
    ]


def test_a_bullet_before_a_typed_number_or_letter_is_layout() -> None:
    assert told("- 1.1 Members ask:\n  - i. the clerk\n  - (b) the chair\n- 3 members are a quorum\n- 2. text\n") == [
        ("", "", "1.1 Members ask:"),
        ("", "", "i. the clerk"),
        ("", "", "(b) the chair"),
        ("", "-", "3 members are a quorum"),
        ("2.", "", "text"),
    ]


def test_depth_counts_the_lists_around_an_item() -> None:
    assert [line.depth for line in lines("- a\n  - b\n    - c\n- d\n\ntext\n")] == [0, 1, 2, 0, None]


def test_a_clause_that_only_its_indent_puts_into_a_list_stands_by_itself() -> None:
    found = lines(
        "1. first\n2. second\n\n   13.3 A clause of its own\n   over two lines.\n\n   More of it.\n\n## 14. Next\n"
    )
    assert [(line.text, line.number, line.goes_on) for line in found] == [
        ("first", "1.", False),
        ("second", "2.", False),
        ("13.3 A clause of its own over two lines.", "", False),
        ("More of it.", "", True),
        ("14. Next", "", False),
    ]


def test_a_clause_on_the_line_after_an_item_is_no_part_of_the_item() -> None:
    assert told("1.1 Members:\n- ask\n- wait\n1.2 Officers answer.\n1.3 That is all.\n") == [
        ("", "", "1.1 Members:"),
        ("", "-", "ask"),
        ("", "-", "wait"),
        ("", "", "1.2 Officers answer."),
        ("", "", "1.3 That is all."),
    ]


def test_a_line_that_begins_with_a_year_is_no_item_of_a_list() -> None:
    assert told("2021. That was when the council began.\n") == [("", "", "2021. That was when the council began.")]


def test_lines_of_a_paragraph_are_joined_and_hard_breaks_part_what_is_short() -> None:
    assert [
        line.text
        for line in lines("Members ask the\nclerk, and only\nher.\n\nLittle Hembury  \nProtocol\\\nMay 2026\n")
    ] == [
        "Members ask the clerk, and only her.",
        "Little Hembury",
        "Protocol",
        "May 2026",
    ]


def test_what_people_set_in_by_four_columns_is_text_and_not_code() -> None:
    assert told("1.1 Members:\n\n    (a) ask; and\n\n    (b) wait.\n") == [
        ("", "", "1.1 Members:"),
        ("", "", "(a) ask; and"),
        ("", "", "(b) wait."),
    ]


def test_rows_of_a_table_keep_their_cells() -> None:
    found = lines("| Version | *Date* |\n|---|---|\n| 1 | 3 May<br>2024 |\n")
    assert [(line.whence, line.cells, line.text) for line in found] == [
        ("table", ("Version", "Date"), "Version\tDate"),
        ("table", ("1", "3 May 2024"), "1\t3 May 2024"),
    ]


def test_footnotes_are_notes_and_their_marks_are_gone() -> None:
    found = lines("The clerk[^1] decides.\n\n[^1]: Or a deputy.\n")
    assert [(line.whence, line.text) for line in found] == [("body", "The clerk decides."), ("note", "Or a deputy.")]


def test_links_and_pictures_give_their_words() -> None:
    assert [
        line.text for line in lines('See the [code](https://example.org "x"), ![a badge](b.png) and <https://a.org>.')
    ] == ["See the code, a badge and https://a.org."]


def test_comments_and_tags_are_gone_and_words_in_angle_brackets_stay() -> None:
    found = lines("<!-- unseen -->\n\nThe <b>clerk</b> of <name of council> decides.\n\n<div>\n<p>Boxed.</p>\n</div>\n")
    assert [line.text for line in found] == ["The clerk of <name of council> decides.", "Boxed."]


def test_a_comment_that_is_never_closed_hides_nothing() -> None:
    assert any("decides" in line.text for line in lines("<!-- oh\n\n1.1 The clerk decides.\n"))


def test_a_note_in_brackets_with_a_colon_is_wording() -> None:
    assert [line.text for line in lines("[Note]: reviewed\n\nThe clerk decides.\n")] == [
        "[Note]: reviewed",
        "The clerk decides.",
    ]


def test_a_head_that_repeats_is_marked_and_what_it_cut_is_whole() -> None:
    head = "\n\n# LITTLE HEMBURY PARISH COUNCIL\n\n"
    found = lines(
        f"{head}- 1.1 Members do not involve themselves in what is done, which the clerk will{head}see to.{head}End.\n"
    )
    assert [line.whence for line in found] == ["body", "body", "header", "header", "body"]
    assert found[1].text.endswith("the clerk will see to.")


@pytest.mark.parametrize(
    ("text", "why"),
    [("", EMPTY), ("---\n\n***\n", NO_TEXT), ("> " * 90 + "deep", TOO_MUCH), ("a" * 50_000, TOO_MUCH)],
    ids=["nothing", "no words", "too deep", "too long"],
)
def test_what_is_no_protocol_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text.encode())
    assert str(refused.value) == why


def test_bullets_repeated_under_each_heading_are_no_page_head() -> None:
    parts = "".join(
        f"## {who}\n\nEach of them will, in all that is said and done for the parish,\n\n"
        "- be courteous to everybody who works here\n- keep the hall in good order\n\n### Help from others\n\n"
        for who in ("Members", "Officers", "Volunteers", "Visitors")
    )
    assert {line.whence for line in lines(parts)} == {"body"}


def test_cells_beyond_those_of_a_table_head_are_kept() -> None:
    found = lines("| Who | What |\n|---|:--|\n| clerk | post | and the keys |\n\nAfter.\n\nA | B\n--|--\n1 | 2 | 3\n")
    assert [line.text.strip() for line in found] == [
        "Who\tWhat",
        "clerk\tpost\tand the keys",
        "After.",
        "A\tB",
        "1\t2\t3",
    ]
