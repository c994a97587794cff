"""What a Word paragraph says and how it looks: every word that shows on paper, once, with what Word tells of it.

In: documents in the XML that Word writes. Out: lines. Never: a document of a real council.
"""

import pytest

from tests.reading.packed import level, lists, paragraph, run
from tests.reading.worded import STYLES, field, only, read, texts

_BREAK = "<w:r><w:br/></w:r>"
_BOLD = "<w:b/>"


# ---------------------------------------------------------------- text


def test_a_paragraph_s_runs_links_tabs_and_signs_come_in_their_order():
    body = paragraph(
        run("See")
        + "<w:r><w:tab/></w:r>"
        + f'<w:hyperlink w:anchor="x">{run("the code")}</w:hyperlink>'
        + "<w:r><w:noBreakHyphen/></w:r>"
        + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
        + run("so\u00adft\u00a0 end")
    )
    assert texts(body) == ["See\tthe code-✓soft end"]


def test_smart_tags_controls_and_what_was_put_in_are_read_and_what_was_taken_out_is_not():
    body = paragraph(
        f"<w:smartTag>{run('In ')}</w:smartTag>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('a control ')}</w:sdtContent></w:sdt>"
        f'<w:ins w:id="1" w:author="A">{run("put in")}</w:ins>'
        '<w:del w:id="2" w:author="A"><w:r><w:delText>taken out</w:delText></w:r></w:del>'
    )
    paper = read(body)
    assert [line.text for line in paper.lines] == ["In a control put in"]
    assert "tracked changes" in paper.warnings[0]


def test_a_paragraph_whose_end_was_taken_out_goes_on_in_the_next():
    first = paragraph(run("One "), about='<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>')
    assert texts(first + paragraph("sentence.")) == ["One sentence."]


def test_a_heading_that_runs_into_its_text_is_one_line_with_the_heading_s_number():
    lead = paragraph("Purpose.", list_id="1", level="0", about="<w:rPr><w:vanish/><w:specVanish/></w:rPr>")
    line = only(lead + paragraph("This protocol helps."), numbering=lists(level(0, "%1.")))
    assert (line.number, line.text) == ("1.", "Purpose. This protocol helps.")


def test_hidden_text_is_left_out_and_told():
    paper = read(paragraph(run("Shown.") + run("Not shown.", "<w:vanish/>")))
    assert [line.text for line in paper.lines] == ["Shown."]
    assert "hidden" in paper.warnings[0]


def test_fields_show_what_they_last_showed_and_not_their_codes():
    assert texts(paragraph(run("See clause ") + field("REF _x", "3.2") + run("."))) == ["See clause 3.2."]


def test_a_field_within_a_field_s_code_does_not_show():
    inner = field("MERGEFIELD x", "not shown")
    outer = (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run("shown")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(paragraph(outer)) == ["shown"]


def test_a_field_that_never_ends_hides_nothing():
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    lines = read(paragraph(begun) + paragraph("The first clause.")).lines
    assert [(line.text, line.whence) for line in lines] == [("The first clause.", "body")]


def test_a_ticked_box_is_a_sign():
    box = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar>'
        "</w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(paragraph(box + run(" Read"))) == ["☒ Read"]


def test_a_formula_is_read():
    maths = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    assert texts(paragraph(run("2") + f"<m:oMath {maths}><m:r><m:t>+2</m:t></m:r></m:oMath>")) == ["2+2"]


# ---------------------------------------------------------------- line breaks


def test_a_sentence_after_a_line_break_is_a_line_that_goes_on():
    body = paragraph(run("1.1 The first sentence.") + _BREAK + run("A second one."))
    assert [(line.text, line.goes_on) for line in read(body).lines] == [
        ("1.1 The first sentence.", False),
        ("A second one.", True),
    ]


def test_a_line_broken_by_hand_within_a_sentence_is_whole():
    assert texts(paragraph(run("Within") + _BREAK + run("14 days of the") + _BREAK + run("Council’s letter."))) == [
        "Within 14 days of the Council’s letter."
    ]


def test_a_list_typed_into_one_paragraph_is_a_line_each():
    body = paragraph(
        run("They must:") + _BREAK + run("(a) listen") + _BREAK + run("(b) answer") + _BREAK + run("• smile")
    )
    assert texts(body) == ["They must:", "(a) listen", "(b) answer", "• smile"]


def test_a_bold_line_above_its_text_in_one_paragraph_is_a_line_of_its_own():
    lines = read(paragraph(run("Purpose", _BOLD) + _BREAK + run("this protocol helps."))).lines
    assert [(line.text, line.bold) for line in lines] == [("Purpose", True), ("this protocol helps.", False)]


def test_an_empty_line_within_a_paragraph_parts_it():
    assert texts(paragraph(run("One") + _BREAK + _BREAK + run("two"))) == ["One", "two"]


def test_a_heading_in_two_lines_is_one():
    body = paragraph(run("Relations.") + _BREAK + run("Between whom?"), about='<w:outlineLvl w:val="0"/>')
    assert texts(body) == ["Relations. Between whom?"]


# ---------------------------------------------------------------- looks


@pytest.mark.parametrize(
    ("style", "heading", "title"),
    [("berschrift1", 1, False), ("Sub", 2, False), ("Local", 3, False), ("Title", 0, True), ("Heading4", 4, False)],
)
def test_headings_are_known_by_their_style_in_any_language(style: str, heading: int, title: bool):
    line = only(paragraph("Text.", style=style), styles=STYLES)
    assert (line.heading, line.title) == (heading, title)


def test_an_outline_level_of_its_own_makes_a_heading_or_takes_it_away():
    assert only(paragraph("Text.", about='<w:outlineLvl w:val="2"/>'), styles=STYLES).heading == 3
    assert only(paragraph("Text.", style="Sub", about='<w:outlineLvl w:val="9"/>'), styles=STYLES).heading == 0


@pytest.mark.parametrize(
    ("style", "about", "bold"),
    [
        ("", "", False),
        ("", "<w:b/>", True),
        ("", '<w:b w:val="0"/>', False),
        ("berschrift1", "", True),
        ("berschrift1", '<w:b w:val="false"/>', False),
        ("", '<w:rStyle w:val="Strong"/>', True),
        ("berschrift1", '<w:rStyle w:val="Strong"/>', False),
    ],
    ids=["plain", "run", "run off", "style", "style, run off", "letters' style", "both styles toggle"],
)
def test_bold_is_worked_out_from_runs_and_styles(style: str, about: str, bold: bool):
    assert only(paragraph(run("Text.", about), style=style), styles=STYLES).bold is bold


def test_a_line_is_bold_only_if_all_of_its_words_are():
    assert not only(paragraph(run("One ", _BOLD) + run("two."))).bold
    assert only(paragraph(run("One", _BOLD) + run(" ") + run("two.", _BOLD))).bold


def test_sizes_are_points_and_those_of_most_letters():
    line = only(paragraph(run("1", '<w:sz w:val="16"/>') + run(" Most of it.")), styles=STYLES)
    assert (line.size, only(paragraph("Text.", style="berschrift1"), styles=STYLES).size) == (11.0, 16.0)


def test_blank_space_before_a_paragraph_is_told():
    plain, close = paragraph("Text."), paragraph("Text.", style="Close")
    lines = read(plain + plain + close + close + "<w:p/>" + close, styles=STYLES).lines
    assert [line.apart for line in lines] == [False, True, True, False, True]
    assert lines[2].indent == 36.0


def test_a_style_for_going_on_with_a_list_is_believed():
    assert only(paragraph("Text.", style="ListContinue"), styles=STYLES).goes_on


def test_styles_based_on_one_another_in_a_circle_do_not_hang():
    assert only(paragraph("Text.", style="Round1"), styles=STYLES).text == "Text."


def test_pages_are_those_that_word_noted():
    noted = "<w:r><w:lastRenderedPageBreak/></w:r>"
    body = paragraph("One.") + paragraph('<w:r><w:br w:type="page"/></w:r>') + paragraph(noted + run("Two."))
    assert [line.page for line in read(body).lines] == [1, 2]
    assert only(paragraph("One.")).page == 0
