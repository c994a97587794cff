"""That no clause is set aside for sounding like what stands around a document, in invented documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.reading.lines import Line, Paper
from content.reading.structure import outline
from tests.reading.noted import drawn, left, paper

BODY = "1. Aim\n1.1 To help everyone.\n1.2 To be read by all."
PROSE = "1. Aim\nIt helps everyone who works here.\n2. Outcome\nThe clerk writes to both of them."


def told(text, kind="docx"):
    """What is drawn, where only the title is set aside."""
    found = outline(paper(text.replace("→", "\t"), kind))
    assert [why for why, _ in left(found)] == ["title"]
    return drawn(found)


@pytest.mark.parametrize("kind", ["docx", "text"])
def test_a_clause_that_ends_with_a_page_is_no_page_number(kind):
    text = f"Protocol\n{BODY}\n1.3 The steps are set out on page 12.\n1.4 It is on the council's own web page too."
    assert told(text, kind).endswith("on page 12.\n= 1.4 It is on the council's own web page too.")
    assert told(f"Protocol\n{BODY}\nSee page 12.", kind).endswith("= See page 12. <1.2")


def test_several_tabs_after_a_number_make_no_table():
    text = "Protocol\n1. Aim\n1.1 Members are to:\n(a)→→be polite;\n(b)→→be kind.\n1.2→The clerk→→answers letters."
    assert told(text).endswith("- (a) be polite;\n- (b) be kind.\n= 1.2 The clerk answers letters.")


def test_headings_that_come_again_under_each_party_stay():
    text = (
        "T:Protocol\nH1:Hopes\nH2:The Council\nIt is fair to everyone who works here.\nH1:Concerns\nH2:The Council\n"
        "It hears them.\nH2:Complaints procedure\nWrite first.\nH1:Others\nH2:Complaints procedure\nWrite too.\n"
        "H2:Complaints procedure\nWrite again."
    )
    found = told(text)
    assert (found.count("## The Council"), found.count("## Complaints procedure")) == (2, 3)


@pytest.mark.parametrize("kind", ["docx", "text"])
def test_a_numbered_list_that_two_parties_have_alike_is_no_contents_list(kind):
    listed = "1. Politeness\n2. Promptness\n3. Kindness"
    found = told(f"Protocol\n{listed}\nThe same holds for officers:\n{listed}", kind)
    assert (found.count("1. Politeness"), found.count("3. Kindness")) == (2, 2)


def test_a_numbered_section_on_an_index_is_no_contents_list():
    assert "# 2. Index\n= 2.1 Words" in told(f"Protocol\n{BODY}\n2. Index\n2.1 Words are listed.\n2.2 Letters are not.")


@pytest.mark.parametrize("kind", ["html", "markdown"])
@pytest.mark.parametrize("heading", ["Social media", "Feedback", "Documents and information", "Contact", "Approvals"])
def test_bullets_under_the_last_heading_stay_though_they_have_no_stops(kind, heading):
    text = f"T:Protocol\nH1:Aim\nIt helps everyone here.\nH1:{heading}\nU[•]Ask the clerk before you answer"
    assert told(text, kind).endswith(f"# {heading}\n= Ask the clerk before you answer")


@pytest.mark.parametrize(
    "text",
    [
        "Signed copies of this protocol are kept by the clerk.",
        "Signatures are kept in the office safe",
        "Name: each officer wears a badge with it.",
    ],
    ids=["copies", "safe", "badge"],
)
def test_a_sentence_on_names_and_signatures_is_no_room_for_them(text):
    assert told(f"Protocol\n{BODY}\n{text}").endswith(f"= {text} <1.2")
    assert told(f"Protocol\n{BODY}\n2. Forms\n2.1 These go:\n(a) {text}").endswith(f"- (a) {text}")


def test_a_bullet_on_signed_forms_is_no_signature():
    found = told(
        f"Protocol\n{BODY}\n2. Forms\n2.1 These go:\nU[•]Signed forms go to the clerk\nU[•]Others to the chair"
    )
    assert "- • Signed forms go to the clerk" in found


LISTED = [
    "- signed by two councillors",
    "- signed by two members;",
    "- signed for in the book",
    "- name: Mr or Mrs and so on",
    "- loading of vans to be left to staff",
    "(b) signed for in the book",
]


@pytest.mark.parametrize("kind", ["docx", "html", "text"])
@pytest.mark.parametrize("line", LISTED)
def test_a_line_of_a_list_that_a_clause_leads_is_never_set_aside(line, kind):
    listed = f"(a) kept dry\n{line}\n(c) kept safe" if line[0] == "(" else f"- kept dry\n{line}\n- kept safe"
    for after in ("\n1.4 Others go to the chair.", ""):
        assert f"\n- {line}\n" in told(f"Protocol\n{BODY}\n1.3 A form is to be:\n{listed}{after}", kind)


def test_the_last_lines_of_a_list_are_no_record_for_their_names():
    found = told(f"Protocol\n{BODY}\n1.3 The file holds:\n- forms\n- contact details\n- approvals")
    assert found.endswith("- - contact details\n- - approvals")


@pytest.mark.parametrize("kind", ["docx", "text"])
def test_a_paragraph_on_who_signs_stays_unless_it_ends_the_document(kind):
    signs = "Signed by the Clerk or the Chair alone"
    assert signs in told(f"Protocol\nH1:Letters\nThey go out in a week.\n{signs}\nCopies of all are kept here.", kind)
    ended = outline(paper(f"Protocol\n{BODY}\n{signs}", kind))
    assert ("signature", signs) in left(ended)


def test_room_for_a_signature_is_set_aside_in_the_middle_too():
    text = f"Protocol\n{BODY}\nSigned: ……………………\nName:\n2. Forms\n2.1 They are kept by the clerk."
    assert [why for why, _ in left(outline(paper(text)))] == ["title", "signature", "signature"]


def test_bullets_under_who_signs_are_room_for_signatures():
    text = f"Protocol\n{BODY}\nSigned for the council:\n- Chair ..........\n- Clerk .........."
    assert [why for why, _ in left(outline(paper(text)))] == ["title", "signature", "signature", "signature"]


def test_a_table_of_whole_sentences_is_left_out_and_told_of_once():
    rows = (
        "Who complains ¦ What happens ¦ Who answers\n"
        "A member about the Clerk ¦ The Chair must hear it within ten days of the letter. ¦ The Chair\n"
        "The Clerk about a member ¦ The Chair must hear it within a week of it. ¦ The Chair"
    )
    found = outline(paper(f"Protocol\n{BODY}\n{rows}\n2. Forms\n2.1 They are kept."))
    assert [why for why, _ in left(found)] == ["title", "table", "table", "table"]
    assert found.warnings == (
        "A table has whole sentences in it: “The Chair must hear it within ten days of the letter.” They are not "
        "clauses; put what is a rule into the file by hand.",
    )


def test_no_record_of_reviews_and_no_table_of_names_is_told_of():
    review = "Version ¦ Date ¦ Changes\n1 ¦ May 2024 ¦ The part on letters was written again."
    names = "Clerk ¦ Ann Example ¦ Mondays\nChair ¦ Bob Example ¦ Fridays"
    for rows in (review, names):
        assert outline(paper(f"Protocol\n{BODY}\n{rows}")).warnings == ()


@pytest.mark.parametrize(
    "first", ["Write to clerk@anytown.example about anything.", "E-mail clerk@anytown.example first"]
)
def test_a_numbered_first_clause_with_an_address_is_no_letterhead(first):
    assert told(f"Protocol\n1. {first}\n2. Answers come in a week.").startswith(f"= 1. {first}")


@pytest.mark.parametrize(
    "text",
    [
        "We act in the interests of the town council",
        "Agreed by both, the outcome is written down by the clerk.",
        "Based on the above, every member signs the code of conduct.",
    ],
    ids=["interests", "agreed", "above"],
)
def test_the_last_paragraph_is_no_footer_for_its_words(text):
    assert told(f"Protocol\n{PROSE}\n{text}").endswith(f"\n= {text}")


def test_a_section_on_review_keeps_all_of_its_paragraphs():
    review = "This protocol will be reviewed by a group at the annual meeting in May 2027."
    text = f"Protocol\nH1:Aim\nIt helps everyone here.\nH1:Review\nMembers may suggest changes at any time.\n{review}"
    assert told(text).endswith(f"any time.\n= {review}")


def test_numbered_sentences_at_the_tops_of_pages_are_no_headers():
    text = (
        "T:Protocol\nP1:W[header]1.1 The clerk answers all of the letters.\nP2:W[header]2.1 The chair answers others.\n"
        "P3:W[header]2.2 The council hears of it."
    )
    assert told(text, "pdf").count("= ") == 3


def test_a_sentence_that_stands_on_every_page_of_a_pdf_is_a_header():
    header = "W[header]This copy is out of date once it is printed."
    found = outline(paper(f"T:Protocol\nP1:{header}\nP1:1.1 To help.\nP2:{header}\nP2:1.2 To be read.", "pdf"))
    assert drawn(found) == "= 1.1 To help.\n= 1.2 To be read."


def test_lists_are_no_deeper_than_anything_can_go_through():
    lines = [Line(text="We:"), *(Line(text=f"do {depth}", bullet="•", depth=depth) for depth in range(600))]
    found = drawn(outline(Paper(kind="html", lines=tuple(lines))))
    assert found.count("do ") == 600
    assert "-" * 20 + " •" in found
    assert "-" * 21 not in found


NUMBERED = st.builds(
    "{} {} {}".format,
    st.sampled_from(["1.1", "2.", "(a)", "12.3", "Page", "3)"]),
    st.sampled_from(
        [
            *("Agreed by both of them, the", "Signed by all, each", "Name: every one of the", "Based on this,"),
            *("See page 3, where the", "Contact us and the", "Approved forms and the", "Source papers of the"),
        ]
    ),
    st.sampled_from(["letters are kept by the clerk.", "answer is on page 12.", "rest is on our web page."]),
)
BESIDE = st.sampled_from(["Protocol", "Aim", "Review", "Contact", "Contents", "Page 2", "Signed: ______", "• soon", ""])


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "markdown", "text"])
@settings(max_examples=100, deadline=None)
@given(given=st.lists(st.one_of(NUMBERED, BESIDE), max_size=10), tags=st.lists(st.integers(0, 2), min_size=10))
def test_no_numbered_sentence_is_set_aside_but_by_the_format_s_own_word(kind, given, tags):
    lines = tuple(
        Line(text=text, heading=0 if text.endswith(".") else tag) for text, tag in zip(given, tags, strict=False)
    )
    aside = [text for _, text in left(outline(Paper(kind=kind, lines=lines)))]
    assert [text for text in aside if len(text.split()) >= 6 and text.endswith(".") and text[0] in "12(3"] == []
