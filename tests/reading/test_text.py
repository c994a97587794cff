"""Plain text: paragraphs come out whole, whatever width, pages, columns or line ends the file has."""

import pytest

from content.reading.lines import Line, Paper
from content.reading.refusals import EMPTY, NO_DOCUMENT, TOO_MUCH, Unreadable
from content.reading.text import read
from tests.shared import shared

WRAPPED = """\
PROTOCOL ON WORKING TOGETHER

1. Purpose

1.1 This protocol says how members and officers of Little Hembury Parish
Council work together. It stands beside the code of conduct and
changes nothing in that.

1.2 Where it is silent, the clerk decides.

(a) members ask the clerk, and never the groundsman, who has enough to do
    without that;
(b) officers answer within 5 working days.
"""


def texts(paper: Paper) -> list[str]:
    return [line.text for line in paper.lines]


def lines(text: str) -> tuple[Line, ...]:
    return read(text.encode()).lines


def test_lines_cut_to_a_width_are_one_paragraph_each() -> None:
    assert texts(read(WRAPPED.encode())) == [
        "PROTOCOL ON WORKING TOGETHER",
        "1. Purpose",
        "1.1 This protocol says how members and officers of Little Hembury Parish Council work together. It stands "
        "beside the code of conduct and changes nothing in that.",
        "1.2 Where it is silent, the clerk decides.",
        "(a) members ask the clerk, and never the groundsman, who has enough to do without that;",
        "(b) officers answer within 5 working days.",
    ]


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"], ids=["windows", "old mac", "unix"])
def test_every_kind_of_line_end_ends_a_line(ends: str) -> None:
    assert texts(read(WRAPPED.replace("\n", ends).encode())) == texts(read(WRAPPED.encode()))


def test_a_blank_line_after_every_printed_line_parts_no_paragraph() -> None:
    doubled = WRAPPED.replace("\n\n", "\n").replace("\n", "\n\n").replace("1.2", "\n1.2")
    assert texts(read(doubled.encode())) == texts(read(WRAPPED.encode()))


def test_paragraphs_without_blank_lines_between_end_where_there_was_room_for_the_next_word() -> None:
    assert texts(read(WRAPPED.replace("\n\n", "\n").encode())) == texts(read(WRAPPED.encode()))


def test_where_each_line_is_a_paragraph_none_are_joined() -> None:
    each = [
        "Councillors",
        "Councillors set the policy of the council, agree what it may spend and hold it to account " * 3,
        "· to speak for all of the parish",
        "· to treat officers as partners",
        "Officers",
        "Officers carry out what was agreed, and say so plainly where they think that it was not wise " * 2,
    ]
    assert texts(read("\n".join(each).encode())) == [line.strip() for line in each]


def test_a_sentence_that_a_stray_line_end_broke_is_whole() -> None:
    found = lines(
        "It matters to both that these differences are respected, and that they work together in harmony. In\n"
        "turn officers respect the choice of the voters. " + "This holds for every councillor alike. " * 6
    )
    assert len(found) == 1
    assert "in harmony. In turn officers" in found[0].text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("the council may have co-\nopted members, and a councillor who was co-opted has a vote", "co-opted members"),
        ("the repre-\nsentatives of the parish, and each represents all of it", "the representatives of"),
        ("the sub\u00ad\nject of a concern, and the sub\u00adject alone", "the subject of a concern, and the subject"),
        ("the Member-\nOfficer protocol of this parish, as it stands", "Member-Officer protocol"),
        ("in the year 2026-\n27 and in those after it, as is usual", "2026-27"),
    ],
    ids=["its own hyphen", "a line's end", "a soft hyphen", "between two names", "between years"],
)
def test_a_word_that_a_line_end_broke_is_whole(text: str, whole: str) -> None:
    long = (
        "This is how it has been since the council was first elected, which is long ago and well remembered by\nall. "
    )
    assert any(whole in line.text for line in lines(long + "\n\nIn this parish " + text + ".\n"))


def test_a_number_alone_on_its_line_belongs_to_the_text_after_it() -> None:
    assert [line.text for line in lines("1.\nPurpose\n\n1.1\n\nThe clerk decides.\n\n•\nwith care\n")] == [
        "1. Purpose",
        "1.1 The clerk decides.",
        "• with care",
    ]


def test_a_number_that_a_sentence_mentions_at_a_line_begin_is_no_clause() -> None:
    found = lines(
        "2.1 A complaint is sent to the monitoring officer by the clerk within\n28 days of the event, as set out in "
        "paragraph\n3.2 of the code of conduct, and is answered by the monitoring\nofficer within a further 5 days.\n"
        "2.2 It is not spoken of before that.\n"
    )
    assert [line.text[:3] for line in found] == ["2.1", "2.2"]


def test_a_letter_that_a_sentence_mentions_at_a_line_begin_is_no_item() -> None:
    found = lines(
        "2.1 A complaint about the clerk is sent to the chair, who acts under (a) or\n"
        "(b) as the council has resolved, and says so to both of those whom it is\nabout:\n"
        "(a) by asking somebody from outside; or\n(b) by asking the staffing committee.\n"
    )
    assert [line.text[:3] for line in found] == ["2.1", "(a)", "(b)"]


def test_a_title_in_the_middle_over_two_lines_is_one() -> None:
    found = lines("          Protocol on Working\n               Together\n\n1. Purpose\n\nIt helps.\n")
    assert found[0].text == "Protocol on Working Together"


def test_a_heading_between_two_paragraphs_without_blank_lines_stands_by_itself() -> None:
    body = "Members set the policy of this council and hold it to account for all that\nit does, and officers help.\n"
    assert [line.text[:7] for line in lines(f"{body}The officers\n{body}")] == ["Members", "The off", "Members"]


def test_a_heading_of_capitals_is_not_joined_to_what_follows() -> None:
    long = "MEMBERS AND OFFICERS AND HOW THEY WORK TOGETHER EVERY DAY"
    body = "Members set the policy of this council and hold it to account for all\nthat it does, and officers help.\n"
    assert [line.text[:7] for line in lines(f"{long}\n{body}\nOFFICERS\n{body}")] == [
        "MEMBERS",
        "Members",
        "OFFICER",
        "Members",
    ]


def test_a_line_drawn_under_a_line_makes_it_a_heading_and_under_a_paragraph_does_not() -> None:
    found = lines(
        "Purpose\n=======\n\nIt helps.\n\nRoles\n-----\n\n"
        "Members set the policy of this council and hold it to account for all\nthat it does.\n-----\n\nMore.\n"
    )
    assert [(line.heading, line.text[:7]) for line in found] == [
        (1, "Purpose"),
        (0, "It help"),
        (2, "Roles"),
        (0, "Members"),
        (0, "More."),
    ]


def test_what_is_set_in_further_is_deeper_in_the_list() -> None:
    found = lines("1.1 Members:\n  (a) listen;\n    (i) to all;\n    (ii) always;\n  (b) ask.\n1.2 Officers answer.\n")
    assert [line.depth for line in found] == [None, 0, 1, 1, 0, None]


def test_a_paragraph_under_the_words_of_an_item_goes_on_with_it() -> None:
    found = lines("1.1   Members ask the clerk.\n\n      They do so in writing.\n\nThat is all.\n")
    assert [line.goes_on for line in found] == [False, True, False]


def pages(*bodies: str) -> str:
    return "\f".join(
        f"LITTLE HEMBURY PARISH COUNCIL\n\n{body}\n\n          Page {number} of {len(bodies)}\n"
        for number, body in enumerate(bodies, start=1)
    )


def test_what_repeats_on_pages_is_marked_so_and_a_clause_over_two_pages_is_whole() -> None:
    found = lines(
        pages(
            "1. Purpose\n\n1.1 This is to be read with the code of conduct, and with the",
            "standing orders of the council.\n\n1.2 It is reviewed every year.",
        )
    )
    assert [line.whence for line in found].count("header") == 2
    assert [line.whence for line in found].count("footer") == 2
    assert [line.text for line in found if line.whence == "body"] == [
        "1. Purpose",
        "1.1 This is to be read with the code of conduct, and with the standing orders of the council.",
        "1.2 It is reviewed every year.",
    ]
    assert {line.page for line in found} == {1, 2}


def test_a_head_that_repeats_without_form_feeds_is_found_where_it_cuts_a_sentence() -> None:
    head = "\n\nLittle Hembury Parish Council: Protocol\n\n"
    found = lines(
        f"{head}1.1 Members do not involve themselves in what is done day by day, which the clerk will{head}see to.\n\n"
        f"1.2 Officers answer.{head}1.3 That is all.\n"
    )
    assert [line.text for line in found if line.whence == "header"] == ["Little Hembury Parish Council: Protocol"] * 2
    assert any(line.text.endswith("which the clerk will see to.") for line in found)


def test_of_two_columns_the_left_one_is_read_before_the_right_one() -> None:
    left = [
        "1.1 Members set the policy of",
        "the council, and ask it what",
        "came of what it did before.",
        "",
        "1.2 They ask",
    ]
    left += ["the clerk, and nobody else,", "about the work of the other", "staff of the council. A"]
    right = [
        "member who is unsure asks.",
        "",
        "1.3 Officers answer within",
        "five working days of being",
        "asked, and say",
    ]
    right += ["why where they cannot. They", "are polite, as everybody is", "in this council."]
    found = lines("\n".join(f"{one:<36}{other}" for one, other in zip(left, right, strict=True)))
    assert [line.text[:3] for line in found] == ["1.1", "1.2", "1.3"]
    assert found[1].text.endswith("A member who is unsure asks.")


def test_rows_of_a_table_keep_their_cells() -> None:
    found = lines("Reviewed\n\nVersion\tDate\tBy whom\n1\t3 May 2024\tFull council\n2\t5 May 2025\tFull council\n")
    assert [line.cells for line in found if line.whence == "table"] == [
        ("Version", "Date", "By whom"),
        ("1", "3 May 2024", "Full council"),
        ("2", "5 May 2025", "Full council"),
    ]


def test_a_dash_before_a_typed_number_is_layout() -> None:
    found = lines("- 1.1 Members ask.\n- 1.2 Officers answer:\n  - at once\n  - in writing\n- 3 members are a quorum\n")
    assert [line.text for line in found] == [
        "1.1 Members ask.",
        "1.2 Officers answer:",
        "- at once",
        "- in writing",
        "- 3 members are a quorum",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_usual_encoding_is_told_from_the_bytes(encoding: str) -> None:
    text = "1.1 The council’s members “ask”; up to £50 – no more – may be spent.\n"
    assert texts(read(text.encode(encoding))) == [text.strip()]


def test_old_letters_pasted_into_utf8_are_kept_and_told_of() -> None:
    found = read("1.1 The council’s own “words”, and café.\n".encode() + "1.2 The clerk’s £50.\n".encode("cp1252"))
    assert texts(found) == ["1.1 The council’s own “words”, and café.", "1.2 The clerk’s £50."]
    assert found.warnings


def test_letters_spoilt_by_another_program_are_told_of() -> None:
    found = read("The councilâ€™s clerk and the clerkâ€™s staff.".encode())
    assert any("spoilt" in warning for warning in found.warnings)


def test_what_is_not_seen_is_gone_and_blanks_are_one() -> None:
    found = read("\ufeff1.1\u00a0The  clerk\u200b decides\u00ad.\x07\n".encode())
    assert texts(found) == ["1.1 The clerk decides."]


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", EMPTY), (b" \r\n\t", EMPTY), (bytes(range(32)) * 100 + b"abc", NO_DOCUMENT), (b"word " * 500_000, TOO_MUCH)],
    ids=["nothing", "blanks", "no text", "far too much"],
)
def test_what_is_no_protocol_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why[:40].replace("(", r"\(").replace(".", r"\.")):
        read(data)


@pytest.mark.parametrize("name", ["barrow", "southwell", "twywell", "leigh-on-sea", "crickhowell"])
def test_no_word_of_the_five_protocols_is_lost(name: str) -> None:
    text = shared(f"protocols/{name}.txt").read_text(encoding="utf-8")
    found = read(text.encode())
    for word in {word.strip("#*-·•\uf0b7") for word in text.split()} - {""}:
        assert any(word in line.text or word in line.number for line in found.lines), word


def test_a_letter_that_could_not_be_told_is_warned_of() -> None:
    assert "“�”" in "".join(read("The clerk\ufffds office decides.\n".encode()).warnings)
