"""The numbers that Word prints and that stand nowhere in its text.

In: numbering.xml as Word writes it, and paragraphs. Out: what is printed before each. Never: a number that was typed.
"""

import pytest

from content.reading import docx, numerals
from tests.reading.packed import level, lists, paragraph, run, word

_LEGAL = (level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter"), level(3, "(%4)", "lowerRoman"))
_START = '<w:lvlOverride w:ilvl="{}"><w:startOverride w:val="{}"/></w:lvlOverride>'
_HIDDEN = "<w:rPr><w:vanish/></w:rPr>"


def printed(data: bytes) -> list[str]:
    return [line.number or line.bullet for line in docx.read(data).lines]


def counted(numbering: str, places: str, styles: str = "") -> list[str]:
    """What is printed in a document with one paragraph for each place: a level, or a list and a level ("2:0")."""
    found = [place.rpartition(":") for place in places.split()]
    body = "".join(paragraph("Text.", list_id=of or "1", level=at) for of, _, at in found)
    return printed(word(body, numbering=numbering, styles=styles))


def test_levels_count_on_and_begin_anew_after_a_higher_one():
    assert counted(lists(*_LEGAL), "0 1 1 2 2 3 1 2 0 1") == "1. 1.1 1.2 (a) (b) (i) 1.3 (a) 2. 2.1".split()


def test_a_level_that_was_passed_over_counts_as_begun():
    assert counted(lists(*_LEGAL), "1 1 0 1") == "1.1 1.2 2. 2.1".split()
    assert counted(lists(level(0, "%1."), level(1, "%1.%2"), level(2, "%1.%2.%3")), "0 2 2 1 2") == (
        "1. 1.1.1 1.1.2 1.2 1.2.1".split()
    )


def test_all_lists_of_one_definition_count_on_together():
    assert counted(lists(*_LEGAL), "1:0 1:0 2:0 1:0") == "1. 2. 3. 4.".split()


def test_a_list_that_says_where_it_starts_does_so_the_first_time_only():
    assert (
        counted(lists(*_LEGAL, overrides=_START.format(0, 1)), "1:0 1:0 2:0 2:0 1:0 2:0") == "1. 2. 1. 2. 3. 4.".split()
    )


def test_a_gap_in_one_section_is_none_in_the_next():
    gap = lists(*_LEGAL, overrides=_START.format(1, 5))
    assert counted(gap, "1:0 1:1 2:1 2:1 2:0 2:1") == "1. 1.1 1.5 1.6 2. 2.1".split()


def test_a_list_of_its_own_can_look_otherwise_and_count_on():
    other = f'<w:lvlOverride w:ilvl="0">{level(0, "(%1)", "lowerLetter")}</w:lvlOverride>'
    assert counted(lists(*_LEGAL, overrides=other), "1:0 2:0 2:0 1:0") == "1. (b) (c) 4.".split()


def test_a_level_may_never_begin_anew():
    unbroken = lists(level(0, "%1."), level(1, "%2)", more='<w:lvlRestart w:val="0"/>'))
    assert counted(unbroken, "0 1 1 0 1") == "1. 1) 2) 2. 3)".split()


def test_a_level_may_begin_anew_only_after_one_far_above():
    far = lists(level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", more='<w:lvlRestart w:val="1"/>'))
    assert counted(far, "0 1 2 2 1 2 0 1 2") == "1. 1.1 (1) (2) 1.2 (3) 2. 2.1 (1)".split()


def test_a_level_may_show_the_roman_numbers_above_it_as_digits():
    articles = lists(level(0, "Article %1", "upperRoman"), level(1, "%1.%2", more="<w:isLgl/>"))
    assert counted(articles, "0 1 0 1") == ["Article I", "1.1", "Article II", "2.1"]


def test_a_level_starts_where_its_definition_says_each_time():
    assert counted(lists(level(0, "%1.", start=4), level(1, "%1.%2", start=0)), "0 1 0 1") == "4. 4.0 5. 5.0".split()


def test_a_level_may_print_words_and_no_number():
    assert counted(lists(level(0, "Foreword", "none"), level(1, "%2.")), "0 1") == ["Foreword", "1."]


def test_a_level_that_prints_nothing_is_no_list():
    (line,) = docx.read(word(paragraph("Text.", list_id="1", level="0"), numbering=lists(level(0, "", "none")))).lines
    assert (line.number, line.bullet, line.depth) == ("", "", None)


@pytest.mark.parametrize(
    ("form", "start", "text", "shown"),
    [
        ("decimalZero", 7, "%1", "07"),
        ("upperLetter", 26, "%1:", "Z:"),
        ("upperLetter", 27, "%1", "AA"),
        ("lowerLetter", 28, "(%1)", "(bb)"),
        ("lowerRoman", 9, "%1.", "ix."),
        ("upperRoman", 14, "Part %1", "Part XIV"),
        ("ordinal", 22, "%1", "22nd"),
        ("cardinalText", 21, "%1", "Twenty-one"),
        ("ordinalText", 20, "%1", "Twentieth"),
        ("ordinalText", 32, "%1", "Thirty-second"),
        ("numberInDash", 3, "%1", "- 3 -"),
        ("decimalEnclosedCircle", 2, "%1", "②"),
        ("chicago", 6, "%1", "††"),
        ("somethingNew", 5, "%1.", "5."),
    ],
)
def test_numbers_are_written_as_the_level_says(form: str, start: int, text: str, shown: str):
    assert counted(lists(level(0, text, form, start)), "0") == [shown]


def test_numbers_with_leading_zeros_are_in_a_choice_with_an_older_form():
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    at = f'<w:lvl w:ilvl="0"><w:start w:val="4"/>{custom}<w:lvlText w:val="%1"/></w:lvl>'
    assert counted(lists(at), "0 0") == ["004", "005"]


@pytest.mark.parametrize(
    ("glyph", "font", "shown"),
    [
        ("&#xF0B7;", "Symbol", "•"),
        ("&#xF0A7;", "Wingdings", "▪"),
        ("&#xF0D8;", "Wingdings", "➢"),
        ("&#xF0FC;", "Wingdings", "✓"),
        ("&#xF0FF;", "Wingdings", "•"),
        ("&#xF0B7;", "", "•"),
        ("o", "Courier New", "o"),
        ("–", "Calibri", "–"),
    ],
)
def test_bullets_are_the_signs_that_their_font_prints(glyph: str, font: str, shown: str):
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>' if font else ""
    body = paragraph("Text.", list_id="1", level="0")
    (line,) = docx.read(word(body, numbering=lists(level(0, glyph, "bullet", after=fonts)))).lines
    assert (line.number, line.bullet, line.depth) == ("", shown, 0)


_STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="N"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/>
  <w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="clause"/><w:basedOn w:val="H2"/></w:style>
<w:style w:type="paragraph" w:styleId="Bare"><w:name w:val="bare"/><w:basedOn w:val="H2"/>
  <w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="ListBullet2"><w:name w:val="List Bullet 2"/><w:basedOn w:val="N"/>
  <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="numbering" w:styleId="Legal"><w:name w:val="legal"/>
  <w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
"""
_TIED = lists(
    level(0, "%1.", more='<w:pStyle w:val="H1"/>'),
    level(1, "%1.%2", more='<w:pStyle w:val="H2"/>'),
    level(2, "(%3)", "lowerLetter"),
)


def test_styles_number_their_paragraphs_and_those_of_styles_based_on_them():
    body = "".join(paragraph("Text.", style=style) for style in ("H1", "H2", "Clause", "Bare", "H2", "H1", "Clause"))
    assert printed(word(body, numbering=_TIED, styles=_STYLES)) == ["1.", "1.1", "1.2", "", "1.3", "2.", "2.1"]


def test_a_paragraph_overrules_its_style_and_may_take_its_number_away():
    body = (
        paragraph("Text.", style="H1")
        + paragraph("Text.", style="H2", level="2", list_id="1")
        + paragraph("Text.", style="H2", list_id="0")
        + paragraph("Text.", style="H1", level="1")
        + paragraph("Text.", style="H2")
    )
    assert printed(word(body, numbering=_TIED, styles=_STYLES)) == ["1.", "(a)", "", "1.2", "1.3"]


def test_a_built_in_list_style_tells_how_deep_it_is():
    body = paragraph("Text.", style="ListBullet2")
    (line,) = docx.read(word(body, numbering=lists(level(0, "–", "bullet")), styles=_STYLES)).lines
    assert (line.bullet, line.depth) == ("–", 1)


def test_a_list_style_lends_its_levels_to_the_lists_that_name_it():
    linked = lists(
        *_LEGAL,
        more=f'<w:abstractNum w:abstractNumId="5"><w:styleLink w:val="Legal"/>{level(0, "[%1]")}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="6"><w:numStyleLink w:val="Legal"/></w:abstractNum>',
    ) + "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/></w:num>' for number, of in ((7, 5), (8, 6)))
    assert counted(linked, "8:0 7:0 8:0", _STYLES) == ["[1]", "[2]", "[3]"]


def test_lists_that_name_one_another_in_a_circle_number_nothing():
    circle = (
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="5"/></w:num>'
    )
    assert counted(circle, "7:0", _STYLES) == [""]


def test_a_list_that_is_not_defined_numbers_nothing():
    assert counted(lists(*_LEGAL), "9:0 1:8 1:0") == ["", "", "1."]


def test_a_hidden_paragraph_takes_a_number_with_it():
    body = (
        paragraph("Shown.", list_id="1", level="0")
        + paragraph(run("Not shown.", "<w:vanish/>"), list_id="1", level="0", about=_HIDDEN)
        + paragraph("Shown.", list_id="1", level="0")
    )
    assert printed(word(body, numbering=lists(*_LEGAL))) == ["1.", "3."]


def test_a_paragraph_that_was_taken_out_in_tracked_changes_takes_no_number():
    gone = '<w:del w:id="1" w:author="A"><w:r><w:delText>Gone.</w:delText></w:r></w:del>'
    body = (
        paragraph("Shown.", list_id="1", level="0")
        + paragraph(gone, list_id="1", level="0", about='<w:rPr><w:del w:id="2" w:author="A"/></w:rPr>')
        + paragraph("Shown.", list_id="1", level="0")
    )
    assert printed(word(body, numbering=lists(*_LEGAL))) == ["1.", "2."]


def test_an_empty_paragraph_prints_its_number_and_no_bullet():
    body = paragraph("", list_id="1", level="0") + paragraph("", list_id="1", level="1")
    lines = docx.read(word(body, numbering=lists(level(0, "%1."), level(1, "–", "bullet")))).lines
    assert [(line.number, line.text) for line in lines] == [("1.", "")]


def test_the_edge_of_a_numbered_paragraph_is_where_its_number_stands():
    hung = level(0, "%1.").replace("</w:lvl>", '<w:pPr><w:ind w:left="1440" w:hanging="720"/></w:pPr></w:lvl>')
    (line,) = docx.read(word(paragraph("Text.", list_id="1", level="0"), numbering=lists(hung))).lines
    assert line.indent == 36.0


def test_browsers_and_word_go_on_differently_after_z():
    assert (numerals.repeated(28), numerals.counted(28), numerals.counted(703)) == ("bb", "ab", "aaa")


def test_counts_that_cannot_be_written_so_are_digits():
    assert [numerals.roman(0), numerals.repeated(0), numerals.in_words(100), numerals.circled(21)] == [
        "0",
        "0",
        "100",
        "21",
    ]
