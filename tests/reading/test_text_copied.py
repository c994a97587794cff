"""Text that was copied out of a PDF: markers apart from their texts, numbers alone on their lines, tabs for a table."""

import pytest

from content.reading.lines import Line
from content.reading.text import read

ITEMS = ["(a) read the papers;", "(b) ask the clerk; and", "(c) come in good time."]


def lines(text: str) -> tuple[Line, ...]:
    return read(text.encode()).lines


def texts(text: str) -> list[str]:
    return [line.text for line in lines(text)]


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["close", "apart"])
def test_markers_in_one_column_are_given_to_the_texts_in_another_in_order(between: str) -> None:
    column = between.join(["(a)", "(b)", "(c)"])
    told = "read the papers;\nask the clerk; and\ncome in good time.\n\n1.2\n\nThe clerk keeps a list."
    found = texts(f"Staff Protocol\n\n1.1\n\nA member shall:\n{column}\n\n{told}\n")
    assert found[-5:] == ["1.1 A member shall:", *ITEMS, "1.2 The clerk keeps a list."]


def test_texts_that_were_wrapped_get_one_marker_each() -> None:
    found = texts(
        "1.1\n\nThe purpose of this protocol, which every member has been sent, is to:\n(a)\n(b)\n\n"
        "explain what each of the members and the officers of the council may\nexpect; and\n"
        "say who is told when something that was agreed between the two of them\nbreaks down.\n\n"
        "1.2\n\nThe clerk keeps a list of all of the papers that were sent out to them.\n"
    )
    assert found[1:3] == [
        "(a) explain what each of the members and the officers of the council may expect; and",
        "(b) say who is told when something that was agreed between the two of them breaks down.",
    ]


def test_bullets_in_a_column_whose_texts_are_sentences_get_one_each() -> None:
    found = texts(
        "Three things matter:\n•\n•\n•\n\nRespect. We are polite.\nHonesty. We say so.\nCare. We look.\n\nThe end.\n"
    )
    assert found[1:4] == ["• Respect. We are polite.", "• Honesty. We say so.", "• Care. We look."]


def test_a_number_between_a_list_and_what_leads_it_waits_for_the_paragraph_that_is_no_item() -> None:
    rest = "(a) read the papers;\n(b) ask the clerk; and\n(c) come in good time.\nThe clerk keeps a list.\n"
    assert texts(f"1.1 A member shall:\n\n1.2\n\n{rest}") == [
        "1.1 A member shall:",
        *ITEMS,
        "1.2 The clerk keeps a list.",
    ]


def test_a_number_among_the_markers_waits_too() -> None:
    told = "read the papers;\nask the clerk; and\ncome in good time.\nThe clerk keeps a list.\n"
    found = texts(f"1.1 A member shall:\n(a)\n(b)\n(c)\n\n1.2\n\n{told}")
    assert found == ["1.1 A member shall:", *ITEMS, "1.2 The clerk keeps a list."]


def test_a_list_within_a_list_comes_before_the_marker_that_waits() -> None:
    found = texts(
        "1.1 A member shall:\n\n(a)\n\nask the clerk where the matter:\n\n(b)\n1.2\n\n(i)\n\ncosts money; or\n\n"
        "(ii)\n\ntakes time; and\n\nread the papers.\n\nThe clerk keeps a list.\n"
    )
    assert found[2:] == [
        "(i) costs money; or",
        "(ii) takes time; and",
        "(b) read the papers.",
        "1.2 The clerk keeps a list.",
    ]


def test_markers_that_do_not_come_out_even_stay_as_they_are() -> None:
    found = texts("A member shall:\n(a)\n(b)\n(c)\n\nread the papers.\n\n1.2 The clerk keeps a list.\n")
    assert " ".join(found).split() == "A member shall: (a) (b) (c) read the papers. 1.2 The clerk keeps a list.".split()


def test_a_clause_number_alone_at_the_top_of_a_page_is_no_page_number() -> None:
    told = ("The clerk keeps a list.", "Members read the papers.", "Officers answer in a week.")
    pages = [f"1.{page}\n\n{text}\n\nPage {page} of 3\n" for page, text in enumerate(told, start=1)]
    body = [line.text for line in lines("\f".join(pages)) if line.whence == "body"]
    assert body == [f"1.{page} {text}" for page, text in enumerate(told, start=1)]


def test_the_last_word_of_a_paragraph_is_no_footer_though_two_pages_end_with_it() -> None:
    page = "The clerk keeps a list of the papers that were sent out to all of the\nmembers.\n\nPage {} of 2\n"
    found = lines(page.format(1) + "\f" + page.format(2))
    assert {line.text for line in found if line.whence == "footer"} == {"Page 1 of 2", "Page 2 of 2"}


def test_lines_with_a_tab_in_the_middle_are_a_table_where_two_run_on() -> None:
    rows = "Members\tOfficers\nSet the policy\tAdvise on policy\n"
    found = lines(f"1.1 The roles are set out below.\n\n{rows}\n1.2 The clerk keeps a list.\n")
    assert [line.cells for line in found if line.whence == "table"] == [
        ("Members", "Officers"),
        ("Set the policy", "Advise on policy"),
    ]


@pytest.mark.parametrize("marks", [("1.1", "1.2"), ("(a)", "(b)"), ("•", "•")], ids=["numbers", "letters", "bullets"])
def test_numbers_with_a_tab_before_their_words_are_no_table(marks: tuple[str, str]) -> None:
    found = lines(f"{marks[0]}\tThe clerk keeps a list.\n{marks[1]}\tMembers read the papers.\n")
    assert [line.cells for line in found] == [(), ()]


def test_one_line_with_a_tab_is_no_table() -> None:
    assert [line.cells for line in lines("Adopted:\t4 March 2024\n\nThe clerk keeps a list.\n")] == [(), ()]


def test_the_end_of_a_sentence_with_a_list_in_it_is_a_line_of_its_own_after_a_blank_one() -> None:
    found = lines(
        "1.1 A member who has been sent one of the papers of the council shall\nnot at any time:\n\n"
        "(a) copy that paper for anybody who has not been sent it by the clerk\n\n"
        "and shall return every one of them to the clerk when he or she asks it\nof them.\n"
    )
    assert found[2].text.startswith("and shall")
    assert found[2].apart


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("what is said of the members in paragraphs (a) or", "(b) of the code of conduct holds for officers."),
        ("what is said of the members of the council in", "(a) or (b) of the code holds for the officers."),
        ("the clerk is to be told of what is said in Nos. 3 and", "4 Grounds of the code, which holds for officers."),
        ("the papers of the council come by post, by hand, or e.g.", "From the clerk, who brings them to the members."),
        (
            "the clerk, who is at work until some time near 5 p.m.",
            "on each of the days of the week, has a list of them.",
        ),
    ],
    ids=["over the end", "on the next line", "numbers", "e.g.", "p.m."],
)
def test_what_a_sentence_speaks_of_over_a_line_end_begins_nothing(first: str, second: str) -> None:
    sure = "1. The clerk keeps a list of the papers that go out to\nthe members, and each of them is asked to sign it."
    assert texts(f"{sure}\n\n(a) {first}\n{second}\n")[1:] == [f"(a) {first} {second}"]
