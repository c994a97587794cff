"""What the structure makes of the numbers, lists and paragraphs of invented documents."""

from content.reading.structure import outline
from tests.reading.noted import drawn, paper


def told(text, kind="text"):
    return drawn(outline(paper(text, kind)))


def test_automatic_numbers_make_headings_clauses_and_lists_within_lists():
    assert told(
        """
T:Staff Protocol
H1:N[1.|0]Purpose
N[1.1|1]This protocol helps everyone.
N[1.2|1]Members may:
N[(a)|2]ask; or
N[(b)|2]be told:
N[(i)|3]at once; or
N[(ii)|3]later.
N[1.3|1]It is short.
""",
        "docx",
    ) == "\n".join(
        [
            "# 1. Purpose",
            "= 1.1 This protocol helps everyone.",
            "= 1.2 Members may:",
            "- (a) ask; or",
            "- (b) be told:",
            "-- (i) at once; or",
            "-- (ii) later.",
            "= 1.3 It is short.",
        ]
    )


def test_typed_numbers_make_the_same_outline():
    assert told(
        """
Staff Protocol
1. Purpose
1.1 This protocol helps everyone.
1.2 Members may:
(a) ask; or
(b) be told:
(i) at once; or
(ii) later.
1.3 It is short.
"""
    ).endswith("- (b) be told:\n-- (i) at once; or\n-- (ii) later.\n= 1.3 It is short.")


def test_a_number_alone_on_its_line_belongs_to_the_text_on_the_next():
    assert told(
        """
Protocol
1
Purpose
1.1
This protocol helps members and officers.
2
Conduct
2.1
Everyone is polite.
(a)
at meetings
"""
    ) == "\n".join(
        [
            "# 1 Purpose",
            "= 1.1 This protocol helps members and officers.",
            "# 2 Conduct",
            "= 2.1 Everyone is polite.",
            "- (a) at meetings",
        ]
    )


def test_gaps_and_doubles_in_the_numbers_stay_as_they_are_printed():
    text = (
        "Protocol\n3. Conduct\n3.1 Be kind.\n3.3 Be prompt.\n3.3 Be fair.\n3.4) Officers\n"
        "They are kind, prompt and fair."
    )
    assert told(text) == (
        "# 3. Conduct\n= 3.1 Be kind.\n= 3.3 Be prompt.\n= 3.3 Be fair.\n## 3.4) Officers\n"
        "= They are kind, prompt and fair."
    )


def test_a_section_numbered_nought_stands_over_its_clauses():
    assert told("Protocol\n1.0 PURPOSE\n1.1 It helps us.\n2.0 CONDUCT\n2.1 Be kind.").startswith("# 1.0 PURPOSE\n= 1.1")


def test_numbers_that_begin_with_a_letter_are_numbers():
    assert told("Protocol\nA. General\nA1 It is for all.\nA2 It is short.\nB. Members\nB1 They decide.") == (
        "# A. General\n= A1 It is for all.\n= A2 It is short.\n# B. Members\n= B1 They decide."
    )
    assert told("Protocol\nB. Members\nB.2 They decide.\nB.3 They listen.").endswith(
        "= B.2 They decide.\n= B.3 They listen."
    )


def test_paragraphs_that_count_from_one_in_every_section_are_clauses():
    text = "T:Protocol\nH1:Purpose\nN[1.|0]It helps.\nN[2.|0]It is short.\nH1:Conduct\nN[1.|0]Be kind.\nN[2.|0]Be fair."
    assert told(text, "docx") == (
        "# Purpose\n= 1. It helps.\n= 2. It is short.\n# Conduct\n= 1. Be kind.\n= 2. Be fair."
    )
    typed = "Protocol\n1. Purpose\n1. It helps us.\n2. It is short.\n2. Conduct\n1. Be kind to all."
    assert told(typed) == "# 1. Purpose\n= 1. It helps us.\n= 2. It is short.\n# 2. Conduct\n= 1. Be kind to all."


def test_paragraphs_numbered_straight_through_are_clauses_under_their_headings():
    assert told(
        """
STAFF PROTOCOL
Purpose
1. This protocol helps everyone.
2. It is reviewed every year.
Concerns
3. A councillor with a concern should:
a. speak to the clerk
b. then write to the chair
4. Nobody is to raise it in public.
"""
    ) == "\n".join(
        [
            "# Purpose",
            "= 1. This protocol helps everyone.",
            "= 2. It is reviewed every year.",
            "# Concerns",
            "= 3. A councillor with a concern should:",
            "- a. speak to the clerk",
            "- b. then write to the chair",
            "= 4. Nobody is to raise it in public.",
        ]
    )


def test_whole_numbers_under_a_colon_are_a_list_and_not_sections():
    assert told(
        """
Protocol
2. Conduct
Everyone is polite to everyone else.
3. Concerns
The steps are these:
1. Talk to the clerk
2. Write to the chair
3. Go to the committee
4. Review
This protocol is looked at again every year.
"""
    ) == "\n".join(
        [
            "# 2. Conduct",
            "= Everyone is polite to everyone else.",
            "# 3. Concerns",
            "= The steps are these:",
            "- 1. Talk to the clerk",
            "- 2. Write to the chair",
            "- 3. Go to the committee",
            "# 4. Review",
            "= This protocol is looked at again every year.",
        ]
    )


def test_sub_numbers_under_a_colon_are_its_list():
    assert told("Protocol\n1. Roles\n1.1 The clerk will:\n1.1.1 advise;\n1.1.2 keep records.\n1.2 Members decide.") == (
        "# 1. Roles\n= 1.1 The clerk will:\n- 1.1.1 advise;\n- 1.1.2 keep records.\n= 1.2 Members decide."
    )


def test_a_letter_i_after_h_is_a_letter():
    text = "Protocol\n1. Conduct\n1.1 Members do not:\n(g) swear\n(h) gossip\n(i) bully\n(j) sulk"
    assert told(text).endswith("- (g) swear\n- (h) gossip\n- (i) bully\n- (j) sulk")


def test_another_glyph_is_a_list_within_the_list():
    text = "Protocol\nConduct\nCouncillors should:\n• be polite\no in meetings\no elsewhere\n• be prompt"
    assert told(text).endswith("- • be polite\n-- o in meetings\n-- o elsewhere\n- • be prompt")


def test_bullets_of_one_glyph_that_stand_further_in_are_a_list_within_the_list():
    text = (
        "Protocol\nConduct\nCouncillors should:\n@28:• be polite:\n@57:• in meetings\n@57:• elsewhere\n@28:• be prompt"
    )
    assert told(text).endswith("- • be polite:\n-- • in meetings\n-- • elsewhere\n- • be prompt")


def test_a_bullet_before_a_number_is_a_converter_s():
    assert told("Protocol\n1. Roles\n- 1.1 Members may:\n - ask;\n - listen.\n- 1.2 Officers advise.") == (
        "# 1. Roles\n= 1.1 Members may:\n- - ask;\n- - listen.\n= 1.2 Officers advise."
    )


def test_a_first_bullet_that_announces_the_others_is_what_leads_them():
    text = (
        "Protocol\n2.2) Members\n• Members have two duties:\n• To decide;\n• To listen.\n2.3) Officers\n"
        "Officers advise the council."
    )
    assert told(text).startswith("# 2.2) Members\n= Members have two duties:\n- • To decide;\n- • To listen.\n# 2.3)")


def test_bullets_straight_under_a_heading_are_clauses():
    assert told(
        "Our Protocol\nMembers\n• Members decide policy.\n• Members listen.\nStaff\n• Staff advise the council."
    ) == ("# Members\n= Members decide policy.\n= Members listen.\n# Staff\n= Staff advise the council.")


def test_an_unnumbered_paragraph_carries_on_the_numbered_clause_before_it():
    text = "Protocol\n5. Concerns\n5.1 Talk first.\nThe Monitoring Officer may help.\n5.2 Then write."
    assert "= The Monitoring Officer may help. <5.1" in told(text)


def test_the_end_of_a_sentence_after_a_list_is_a_paragraph_of_the_clause():
    text = (
        "T:Protocol\nH1:1. Papers\n1.1 A member may see papers if:\n(a) they need to; or\n"
        "(b) the council says so,\nunless the law forbids it."
    )
    assert told(text, "docx").endswith("- (b) the council says so,\n= unless the law forbids it. <1.1")


def test_a_further_paragraph_of_a_list_s_line_stays_with_it():
    text = (
        "H1:Protocol\nH2:Conduct\nN[1.|0]Members are:\nU[•|1]kind\nG:N[|1]That means patience.\nN[2.|0]So are officers."
    )
    lines = paper(text, "html").lines
    assert lines[4].goes_on
    assert "- • kind That means patience." in told(text, "html")


def test_a_number_printed_as_a_heading_that_leads_a_list_is_a_clause():
    text = "H1:Protocol\nH2:3. Expectations\nH3:3.1 All councillors can expect:\nU[-|0]advice\nU[-|0]respect"
    assert told(text, "markdown") == "# 3. Expectations\n= 3.1 All councillors can expect:\n- - advice\n- - respect"


def test_a_number_in_a_table_s_first_column_is_the_clause_s():
    text = "T:Protocol\n1. ¦ Purpose\n1.1 ¦ It helps us all.\n1.2 ¦ It is short.\n2. ¦ Conduct\n2.1 ¦ Be kind."
    assert (
        told(text, "docx") == "# 1. Purpose\n= 1.1 It helps us all.\n= 1.2 It is short.\n# 2. Conduct\n= 2.1 Be kind."
    )


def test_a_typed_number_goes_before_an_automatic_one():
    found = outline(
        paper("T:Protocol\nH1:N[1.|0]Roles\nN[2.5|1]3.1 Members decide.\nN[2.6|1]3.2 Officers advise.", "docx")
    )
    assert drawn(found) == "# 1. Roles\n= 3.1 Members decide.\n= 3.2 Officers advise."
    assert [one.text for one in found.left if one.why == "artefact"] == ["2.5", "2.6"]


def test_a_count_or_a_date_at_the_beginning_is_no_number():
    text = (
        "Protocol\n1. Purpose\n1.1 It helps us.\n9 May 2024 is the day it began to be used by the council.\n"
        "3 councillors may call a meeting."
    )
    assert told(text).count("= 9 May 2024") == 1
    assert "= 3 councillors may call a meeting." in told(text)


def test_a_number_put_in_with_a_letter_is_a_number():
    assert told("Protocol\n2. Roles\n2.1 Members decide.\n2.1A The mayor presides.").endswith(
        "= 2.1A The mayor presides."
    )


def test_a_number_that_touches_its_text_is_a_number():
    assert told("Protocol\n2. Roles\n2.1 Members decide.\n2.2The mayor presides.").endswith("= 2.2 The mayor presides.")
