"""How the structure reads parts that are named and numbered, "Section 3: Roles", and what stands beside its lists."""

import pytest

from content.reading.parts import parted_name
from content.reading.structure import outline
from tests.reading.noted import drawn, left, paper


def told(text, kind="text", title=""):
    return drawn(outline(paper(text, kind, title)))


@pytest.mark.parametrize(
    ("printed", "ref", "words"),
    [
        ("Section 3: Roles", "Section 3", "Roles"),
        ("PART B – CONDUCT", "PART B", "CONDUCT"),
        ("Chapter 2. Gifts", "Chapter 2", "Gifts"),
        ("Schedule 1:Forms", "Schedule 1", "Forms"),
        ("Appendix A - Steps", "Appendix A", "Steps"),
        ("Article IV: Review", "Article IV", "Review"),
    ],
)
def test_a_word_and_a_number_before_a_heading_are_its_number(printed, ref, words):
    assert parted_name(printed) == (ref, words)


@pytest.mark.parametrize(
    "text",
    [
        "Appendix A",
        "Part 2 of the Act applies",
        "Part A-level work",
        "Section 3.2",
        "Parts 1: and 2",
        "Part time: work",
    ],
)
def test_a_word_and_a_number_that_nothing_parts_from_the_words_stay_text(text):
    assert parted_name(text) is None


TYPED = "Protocol\nB:Section 1: Aim\nIt is to help us all here.\nB:Section 2: End\nIt is reviewed each year in May."


def test_a_typed_name_and_a_generated_one_are_read_alike():
    generated = TYPED.replace("Section 1: ", "N[Section 1:|0]").replace("Section 2: ", "N[Section 2:|0]")
    for text in (TYPED, generated):
        titles = [(one.ref, one.text, one.level) for one in outline(paper(text, "docx")).body if hasattr(one, "level")]
        assert titles == [("Section 1", "Aim", 1), ("Section 2", "End", 1)]


def test_a_clause_that_word_numbers_as_an_article_keeps_its_number_and_its_words():
    text = "T:Protocol\nH1:Aim\nN[Article 1:|0]The clerk answers every letter.\nN[Article 2:|0]So does the chair."
    assert "= Article 1 The clerk answers every letter." in told(text, "docx")


def test_a_sentence_that_begins_with_a_section_s_name_stays_a_sentence():
    text = TYPED + "\nSection 2: the clerk keeps the papers of the council."
    assert told(text, "docx").endswith("\n= Section 2: the clerk keeps the papers of the council.")


def test_sections_stand_inside_parts_and_numbers_inside_sections():
    text = (
        "Protocol\nB:Part A: Basics\nB:Section 1: Aim\n1.1 It is to help us all.\nB:Section 2: Scope\n"
        "2.1 It is for us all.\nB:Part B: Practice\nB:Section 3: Letters\n3.1 They are answered.\n"
        "B:Appendix A: Forms\nThey are kept in the office for all."
    )
    heads = [line for line in told(text, "docx").split("\n") if line.startswith("#")]
    assert heads == [
        "# Part A Basics", "## Section 1 Aim", "## Section 2 Scope", "# Part B Practice", "## Section 3 Letters",
        "# Appendix A Forms",
    ]  # fmt: skip


def test_short_lines_between_two_clauses_of_a_section_are_no_headings():
    text = (
        "Protocol\n1. Roles\n1.1 The roles are below.\nMembers\nOfficers\nSet the policy\nGive advice on it\n"
        "1.2 The clerk keeps a list.\n2. End\n2.1 It ends."
    )
    found = told(text)
    assert "# Members" not in found
    assert "# 1. Roles\n= 1.1 The roles are below.\n= Members <1.1" in found


def test_headings_between_clauses_stay_where_the_document_has_several():
    text = (
        "Protocol\n1. Roles\n1.1 There are two.\nMembers\nThey decide together.\n1.2 They are elected.\nOfficers\n"
        "They give their advice.\n1.3 They are employed.\nThe clerk\n1.4 She leads them all.\n2. End\n2.1 It ends."
    )
    assert told(text).count("## ") == 3


def test_a_marker_that_carries_on_the_open_list_belongs_to_it():
    text = "H1:Asking\nThere are three ways:\n1. Ask the clerk.\n2. Ask the chair.\nBring a plan.\n3. Ask us all."
    assert told(text).endswith("- 1. Ask the clerk.\n- 2. Ask the chair. Bring a plan.\n- 3. Ask us all.")


def test_a_paragraph_that_begins_another_list_is_no_part_of_a_line():
    text = "Protocol\n1. Aim\n1.1 We are:\n(a) kind;\n(b) prompt.\nWe are not:\n(a) rude;\n(b) late.\n1.2 That is all."
    assert "- (b) prompt.\n= We are not: <1.1\n- (a) rude;" in told(text)


def test_an_ending_set_apart_after_a_list_is_of_the_whole_list():
    text = (
        "Protocol\n1. Aim\nA:1.1 Nobody shall:\nA:(a) copy a paper; or\nA:(b) keep a paper\n"
        "A:and all shall return it.\nA:1.2 That is all."
    )
    assert "- (b) keep a paper\n= and all shall return it. <1.1\n= 1.2" in told(text, "pdf")


def test_a_number_that_closes_a_bracket_begins_no_clause():
    text = "Protocol\n1. Aim\n7) The clerk pays (Regulation\n4.5) after telling the chair.\n8) That is all."
    assert "= 7) The clerk pays (Regulation 4.5) after telling the chair.\n= 8)" in told(text, "pdf")


def test_a_form_with_room_to_fill_in_is_a_table():
    text = "T:Protocol\nH1:Aim\nIt is to help us all here.\nName of the person ¦ \nWhat happened ¦ \nDate of it ¦ "
    found = outline(paper(text, "docx"))
    assert [why for why, _ in left(found)] == ["title", "table", "table", "table"]


def test_a_sentence_beside_an_empty_cell_stays():
    text = "T:Protocol\nH1:Aim\n1.1 ¦ It is to help.\nThe clerk answers every letter within a week of its coming. ¦ "
    assert "The clerk answers every letter" in told(text, "docx")


def test_the_line_under_the_council_s_name_and_over_an_introduction_is_the_title():
    text = (
        "OLDTOWN PARISH COUNCIL\nMembers and Staff: Side by Side\nThe council employs a clerk and a caretaker for a "
        "few hours each week of the year.\nWho does what\nThe clerk advises the council on it."
    )
    found = outline(paper(text))
    assert left(found) == [("title", "OLDTOWN PARISH COUNCIL"), ("title", "Members and Staff: Side by Side")]
    assert drawn(found).startswith("= The council employs")


def test_the_one_heading_of_a_page_that_bears_its_name_is_the_title():
    text = (
        "H1:Members and Staff: Side by Side\nThe council employs a clerk and a caretaker.\nB:Who does what\n"
        "The clerk advises the council.\nB:What if not\nThe chair decides on it."
    )
    found = told(text, "html", "Members and Staff: Side by Side | Oldtown Parish Council")
    assert found.startswith("= The council employs")
    assert "\n# Who does what" in found


@pytest.mark.parametrize(
    "line", ["Document owner: Town Clerk", "Policy owner – The Clerk", "Author: A. Clerk", "Status: Final"]
)
def test_a_line_on_who_owns_the_document_is_letterhead(line):
    text = f"Staff Protocol\n{line}\n1. Aim\n1.1 To help everyone.\n1.2 To be read."
    assert left(outline(paper(text)))[1:] == [("letterhead", line)]


def test_short_sentences_under_headings_begin_the_body():
    text = (
        "T:Protocol\nH1:Questions\nQuestions are welcome.\nH1:Answers\nAnswers are prompt.\nH1:Thanks\nThanks are, too."
    )
    assert told(text, "docx").startswith("# Questions\n= Questions are welcome.\n")


def test_a_numbered_sentence_with_an_address_is_no_letterhead():
    text = "Protocol\n1.1 Write to clerk@oldtown.example.\n1.2 The clerk answers every letter there is."
    assert told(text).startswith("= 1.1 Write to clerk@oldtown.example.")


def test_the_last_bullet_of_a_clause_s_list_stays_whatever_is_in_it():
    text = "T:Protocol\nH1:Aim\nThe clerk is found:\nU[•|0]in the office;\nU[•|0]at https://oldtown.example;"
    assert told(text, "docx").endswith("- • in the office;\n- • at https://oldtown.example;")


def test_a_review_sentence_without_a_date_is_a_clause_at_the_end_too():
    text = "T:Protocol\nH1:Aim\nIt is to help us all here.\nReviewed by the council, it is read out at every meeting."
    assert "= Reviewed by the council" in told(text, "docx")


def test_a_heading_that_comes_three_times_where_there_are_no_pages_is_no_header():
    text = "T:Protocol\n" + "".join(
        f"H1:{who}\nThey all do what they can.\nH2:Code of conduct\nThey keep to {what}.\n"
        for who, what in (
            ("Members", "one of their own"),
            ("Officers", "that of the council"),
            ("Others", "no other at all"),
        )
    )
    assert told(text, "docx").count("## Code of conduct") == 3


def test_no_word_of_a_generated_name_is_lost_or_printed_twice():
    found = outline(paper("T:Protocol\nH1:N[Section 1:|0]Aim\nN[Article 1 –|0]The clerk answers every letter.", "docx"))
    assert left(found) == [("title", "Protocol")]
    assert drawn(found) == "# Section 1 Aim\n= Article 1 The clerk answers every letter."
