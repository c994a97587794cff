"""What the structure sets aside around the body of invented documents, and that it drops nothing."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.reading.lines import Line, Paper
from content.reading.structure import Entry, Outline, Passage, outline
from tests.reading.noted import drawn, left, paper

BODY = "1. Aim\n1.1 To help everyone.\n1.2 To be read by all."


def aside(text, kind="text", title=""):
    return left(outline(paper(text, kind, title)))


def test_title_page_and_adoption_lines_stand_before_the_body():
    assert aside(
        f"Anytown Parish Council\nCouncillor and Officer Protocol\nVersion: 2.1\nAdopted: 12 May 2023\n{BODY}"
    ) == [
        ("title", "Anytown Parish Council"),
        ("title", "Councillor and Officer Protocol"),
        ("adoption", "Version: 2.1"),
        ("adoption", "Adopted: 12 May 2023"),
    ]


def test_a_line_on_its_dates_under_the_first_heading_is_no_clause():
    text = (
        "H1:Working together\nLast amended by Council: 19 October 2021\nH1:1. Aim\n1.1 To help.\nH1:2. End\n2.1 Done."
    )
    assert ("adoption", "Last amended by Council: 19 October 2021") in aside(text, "markdown")


def test_a_letterhead_has_addresses_and_office_holders():
    text = (
        "Anytown Town Council\nThe Old School, Anytown AB1 2CD - Tel: 01632 960001\nChairman: Cllr Ann Other\n"
        f"Member Protocol\n{BODY}"
    )
    assert [why for why, _ in aside(text)] == ["title", "letterhead", "letterhead", "title"]


def test_a_sentence_with_an_address_in_it_is_no_letterhead():
    text = "Protocol\nThe clerk is to be written to at clerk@anytown.example and answers.\nIt helps us."
    assert aside(text) == [("title", "Protocol")]


def test_a_title_printed_twice_is_a_title_both_times():
    text = (
        f"Loading images...\nProtocol on Staff\nAdopted by the Staff Committee 3 May 2022\nProtocol for Staff\n{BODY}"
    )
    assert [why for why, _ in aside(text)] == ["web page", "title", "adoption", "title"]


def test_an_introduction_is_no_title():
    text = (
        "Staff Protocol\nPurpose of this protocol\nThis protocol helps everyone who works here.\nScope\n"
        "It is for all of us here."
    )
    assert drawn(outline(paper(text))).startswith("# Purpose of this protocol\n")


def test_a_contents_list_with_leaders_makes_no_headings():
    text = (
        f"Protocol\nContents\n1. Aim ..... 2\n2. Roles and their\nduties ......... 2\n3. Review\t3\n{BODY}\n"
        "2. Roles\n2.1 There are two."
    )
    found = outline(paper(text))
    assert [why for why, _ in left(found)] == ["title"] + ["contents"] * 5
    assert drawn(found).startswith("# 1. Aim\n= 1.1")


def test_a_contents_list_without_page_numbers_is_known_by_what_comes_again():
    text = (
        f"Protocol\nAim\nRoles\nReview\n{BODY.replace('1. ', '')}\nRoles\nThere are two of them here.\nReview\n"
        "It is yearly for all."
    )
    assert [why for why, _ in aside(text)] == ["title", "contents", "contents", "contents"]


def test_a_page_header_that_cuts_a_sentence_leaves_it_whole():
    text = (
        "ANYTOWN STAFF PROTOCOL\n1. Aim\n1.1 This helps everyone who works with the council to\n"
        "ANYTOWN STAFF PROTOCOL\nPage 2\n"
        "understand one another.\n1.2 It is short."
    )
    found = outline(paper(text))
    assert "= 1.1 This helps everyone who works with the council to understand one another." in drawn(found)
    assert [why for why, _ in left(found)] == ["title", "header", "page number"]


def test_a_title_that_markdown_repeats_as_a_heading_is_a_page_header():
    text = (
        "H1:Anytown Protocol\nH2:1. Aim\n1.1 To help.\nH1:Anytown Protocol\n1.2 To be read.\nH2:Anytown Protocol\n"
        "H2:2. End\n2.1 Done."
    )
    found = outline(paper(text, "markdown"))
    assert drawn(found) == "# 1. Aim\n= 1.1 To help.\n= 1.2 To be read.\n# 2. End\n= 2.1 Done."
    assert [why for why, _ in left(found)] == ["title", "header", "header"]


def test_a_heading_that_comes_again_in_another_section_stays():
    text = (
        "T:Protocol\nH1:1. Hopes\nH2:Members\nAdvice.\nH1:2. Concerns\nH2:Members\nThey write.\nH1:3. End\n"
        "H2:Members\nDone."
    )
    assert drawn(outline(paper(text, "docx"))).count("## Members") == 3


def test_what_the_format_calls_a_header_or_a_note_is_left_out():
    text = f"W[header]Anytown\n{BODY}\nW[note]See the Act.\nW[footer]Page 1 of 1"
    assert [why for why, _ in aside(text, "docx")] == ["header", "footnote", "footer"]


def test_a_sentence_of_a_text_file_is_no_header_though_it_comes_again():
    text = (
        "Protocol\n1. Aim\nW[header]The clerk answers within five days.\n2. End\n"
        "W[header]The clerk answers within five days."
    )
    assert drawn(outline(paper(text))).count("= The clerk answers") == 2


def test_signature_review_and_source_lines_stand_after_the_body():
    text = (
        f"Protocol\n{BODY}\nSigned: ……………………… Chairman\nDate: ____________\nDate of next review ………………\n"
        "Taken from the “Model Guide for Councils”\nAnytown Parish Council"
    )
    assert [why for why, _ in aside(text)] == ["title", "signature", "signature", "signature", "source", "footer"]


def test_a_review_clause_is_the_council_s_wording_and_stays():
    text = "H1:Protocol\nH2:1. Aim\n1.1 To help.\nH2:2. Review\nThis protocol will be reviewed in May 2026."
    assert drawn(outline(paper(text, "docx"))).endswith("# 2. Review\n= This protocol will be reviewed in May 2026.")
    numbered = f"Protocol\n{BODY}\n2. Review\n2.1 This protocol was adopted on 3 May 2022."
    assert drawn(outline(paper(numbered))).endswith("= 2.1 This protocol was adopted on 3 May 2022.")


def test_a_table_of_versions_goes_with_its_heading():
    text = (
        f"H1:Protocol\n{BODY}\nH3:Review and Amendment Record\nVersion ¦ Date ¦ Approved by\n1 ¦ 3 May 2022 ¦ Council"
    )
    assert aside(text, "docx")[1:] == [
        ("review table", "Review and Amendment Record"),
        ("review table", "Version Date Approved by"),
        ("review table", "1 3 May 2022 Council"),
    ]


def test_another_table_is_named_a_table():
    found = outline(paper(f"T:Protocol\n{BODY}\nWho ¦ What ¦ When\nClerk ¦ Answers ¦ In a week", "docx"))
    assert [(one.why, one.cells) for one in found.left if one.cells] == [
        ("table", ("Who", "What", "When")),
        ("table", ("Clerk", "Answers", "In a week")),
    ]


def test_what_belongs_to_the_web_page_is_left_out():
    text = (
        "Skip to main content\nU[|0]Home\nU[|0]Your council\nH1:Staff Protocol\nH2:On this page\nU[|0]Aim\n"
        "H2:Aim\n"
        "This helps everyone who works here.\nH2:Related pages\nU[|0]Standing orders\nShare this page\n© Anytown"
    )
    found = outline(paper(text, "html"))
    assert drawn(found) == "# Aim\n= This helps everyone who works here."


def test_what_a_word_processor_left_behind_is_named_an_artefact():
    text = f"Protocol\n[bookmark: _GoBack]Adopted by Anytown Council on 3 May 2022\n{BODY}"
    assert aside(text)[1:] == [
        ("adoption", "Adopted by Anytown Council on 3 May 2022"),
        ("artefact", "[bookmark: _GoBack]"),
    ]


def test_a_number_without_any_text_cannot_be_placed():
    found = outline(paper(f"Protocol\n{BODY}\n1.3"))
    assert left(found)[-1] == ("unplaced", "1.3")


def test_no_line_is_so_long_that_reading_it_hangs():
    long = [
        "." * 60_000,
        "Chair " + "_ " * 30_000 + "x",
        "<!--" * 20_000,
        "[bookmark:" * 9_000,
        "1. " * 20_000,
        "•" * 60_000,
    ]
    assert outline(Paper(kind="text", lines=tuple(Line(text=text) for text in long))).body


def test_a_paper_without_a_body_is_kept_too():
    assert outline(paper("")) == Outline(body=(), left=())
    assert drawn(outline(paper("Just a line"))) == "= Just a line"


TEXTS = st.sampled_from(
    [
        *(
            "1. Aim",
            "1.1 To help.",
            "(a) kindly;",
            "(i) now",
            "• soon",
            "Aim",
            "AIM",
            "A. General",
            "The members of the council are kind.",
        ),
        *(
            "Page 2",
            "2",
            "Contents",
            "1. Aim ..... 2",
            "Anytown Council",
            "Staff Protocol",
            "Adopted on 3 May 2022",
            "…………",
            "---",
        ),
        *(
            "Signed: ________ Chair",
            "Date\tVersion\tMinute",
            "who work here,",
            "Members can expect:",
            "[bookmark: a]",
            "© us",
            "ii.",
            "3",
        ),
    ]
)
LINES = st.builds(
    Line,
    text=TEXTS,
    number=st.sampled_from(["", "", "1.", "1.1", "(a)", "§"]),
    bullet=st.sampled_from(["", "", "•"]),
    depth=st.sampled_from([None, 0, 1, 2]),
    goes_on=st.booleans(),
    heading=st.sampled_from([0, 0, 1, 2]),
    bold=st.booleans(),
    apart=st.booleans(),
    size=st.sampled_from([0.0, 10.0, 14.0]),
    indent=st.sampled_from([0.0, 20.0]),
    whence=st.sampled_from(["body", "body", "body", "header", "table"]),
)


def words(text):
    return Counter(re.findall(r"[^\W_]+", text))


def kept(found):
    def entries(given: tuple[Entry, ...]):
        for entry in given:
            yield from (entry.ref or "", entry.text)
            yield from entries(entry.entries)

    for piece in found.body:
        yield from (piece.ref or "", piece.text)
        if isinstance(piece, Passage):
            yield from entries(piece.entries)
    yield from (one.text for one in found.left)


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "markdown", "text"])
@settings(max_examples=100, deadline=None)
@given(lines=st.lists(LINES, max_size=14))
def test_every_word_of_every_line_is_in_the_outline_or_left_out_by_name(kind, lines):
    found = outline(Paper(kind=kind, lines=tuple(lines)))
    wanted = sum((words(f"{line.number} {line.text}") for line in lines), Counter())
    assert sum((words(text) for text in kept(found)), Counter()) == wanted
