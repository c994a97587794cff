"""What the structure takes for headings in invented documents, and how deep."""

from content.reading.structure import outline
from tests.reading.noted import drawn, paper


def told(text, kind="text"):
    return drawn(outline(paper(text, kind)))


def heads(text, kind="text"):
    return [line for line in told(text, kind).split("\n") if line.startswith("#")]


def test_short_lines_over_text_are_headings_where_nothing_else_tells():
    text = (
        "Staff Protocol\nPurpose\nIt helps members and officers to work together.\nConduct\n"
        "Everyone is polite to everyone else."
    )
    assert heads(text) == ["# Purpose", "# Conduct"]


def test_bold_lines_are_headings_where_the_text_is_not_bold():
    text = (
        "B:Staff Protocol\nB:Purpose\nIt helps us to work together well\nB:Conduct\nEveryone is polite\n"
        "Everyone is prompt"
    )
    assert heads(text, "docx") == ["# Purpose", "# Conduct"]


def test_a_short_line_is_no_heading_where_the_headings_are_bold():
    text = (
        "B:Staff Protocol\nB:Purpose\nIt helps us to work together well\nEveryone is prompt\nB:Conduct\n"
        "Everyone is polite to everyone."
    )
    assert "= Everyone is prompt" in told(text, "docx")


def test_larger_letters_stand_over_smaller_ones():
    text = (
        "S20:Protocol\nS14:B:Roles\nS12:B:Cabinet\nS10:It decides what the council does.\nS14:B:Review\n"
        "S10:It is reviewed each year."
    )
    assert heads(text, "pdf") == ["# Roles", "## Cabinet", "# Review"]


def test_size_tells_more_than_capitals():
    text = (
        "S20:Protocol\nS14:B:ROLES\nS12:B:Members\nS10:They decide what is done.\nS14:B:Relations\n"
        "S10:They are good, and kept so.\n"
        "S14:B:REVIEW\nS10:It is reviewed each year."
    )
    assert heads(text, "pdf") == ["# ROLES", "## Members", "# Relations", "# REVIEW"]


def test_capitals_stand_over_small_letters():
    text = (
        "STAFF PROTOCOL\nINFORMATION\nRequests for papers\nRequests are made to the clerk in writing.\n"
        "Private papers\n"
        "They are not copied for anybody else.\nDISPUTES\nThe chair settles them wherever that is possible."
    )
    assert heads(text) == ["# INFORMATION", "## Requests for papers", "## Private papers", "# DISPUTES"]


def test_headings_that_only_name_people_stand_under_the_one_on_roles():
    text = (
        "Protocol\nRoles and Responsibilities\nMembers\nThey decide what the council does.\n"
        "Clerk (and other officers)\n"
        "They advise the council on what it does.\nReview\nThis is looked at again every year."
    )
    assert heads(text) == ["# Roles and Responsibilities", "## Members", "## Clerk (and other officers)", "# Review"]


def test_the_depth_of_numbers_tells_the_level_whatever_the_tags_say():
    text = "H1:Protocol\nH2:1. Roles\n1.1 There are two.\nH2:1.2 Members\nThey decide.\nH3:2. Review\n2.1 It is yearly."
    assert heads(text, "markdown") == ["# 1. Roles", "## 1.2 Members", "# 2. Review"]


def test_an_unnumbered_heading_stands_in_the_section_whose_numbers_go_on_after_it():
    text = (
        "B:Protocol\nB:1. Aim\n1.1 To help.\nB:2. Concerns\nB:Members\n2.1 Members write.\nB:Officers\n"
        "2.2 Officers speak."
    )
    assert heads(text, "docx") == ["# 1. Aim", "# 2. Concerns", "## Members", "## Officers"]


def test_an_unnumbered_introduction_stands_beside_the_numbered_sections():
    text = (
        "Protocol\nINTRODUCTION\nThis is for everyone who works here.\n1) ROLES\n1.1 Members decide.\n2) Review\n"
        "2.1 It is yearly."
    )
    assert heads(text) == ["# INTRODUCTION", "# 1) ROLES", "# 2) Review"]


def test_an_appendix_stands_beside_the_sections():
    text = (
        "Protocol\n1. Aim\n1.1 To help.\n2. Review\n2.1 It is yearly.\nAppendix A – Steps\n1. Talk first.\n"
        "2. Then write."
    )
    assert told(text).endswith("# Appendix A Steps\n= 1. Talk first.\n= 2. Then write.")


def test_parts_stand_over_the_numbered_sections():
    text = (
        "T:Protocol\nH1:Part A – General\nH2:1. Aim\n1.1 To help.\nH1:Part B – Roles\nH2:2. Members\n2.1 They decide."
    )
    assert heads(text, "docx") == ["# Part A General", "## 1. Aim", "# Part B Roles", "## 2. Members"]


def test_roman_numbers_in_capitals_head_sections():
    text = "Protocol\nI. AIM\n1. It is to help.\n2. It is for all.\nII. ROLES\n3. Members decide."
    assert heads(text) == ["# I. AIM", "# II. ROLES"]


def test_lettered_headings_stand_under_numbered_ones():
    text = (
        "S14:B:Protocol\nB:1. Roles\nB:a) Members\nThey decide what is done.\nB:b) Officers\nThey advise.\n"
        "B:2. Review\nIt is yearly."
    )
    assert heads(text, "docx") == ["# 1. Roles", "## a) Members", "## b) Officers", "# 2. Review"]


def test_questions_are_headings():
    text = (
        "Protocol for staff\nWho should I ask?\nAsk the clerk, who will answer.\nWhat if we fall out?\n"
        "Talk first. Then write to the chair."
    )
    assert heads(text) == ["# Who should I ask?", "# What if we fall out?"]


def test_a_tag_that_every_clause_has_makes_no_heading():
    text = (
        "T:Protocol\nH1:N[1.|0]Roles\nH2:N[1.1|1]Members decide what the council does.\nH2:N[1.2|1]Members must:\n"
        "H3:N[(a)|2]be kind; and\nH3:N[(b)|2]declare interests\nH2:N[1.3|1]Officers advise."
    )
    assert heads(text, "docx") == ["# 1. Roles"]


def test_a_numbered_heading_may_end_with_a_stop():
    assert heads("Protocol\n1. Aim.\n1.1 To help.\n2. Roles.\n2.1 Members decide.") == ["# 1. Aim.", "# 2. Roles."]


def test_defined_terms_one_after_another_are_no_headings():
    text = (
        "Protocol\nDefinitions\nClerk: the proper officer of the council\n"
        "Member: an elected or co-opted councillor\n"
        "Staff: anyone whom the council employs\nRelations\nMembers and officers work together with respect."
    )
    assert heads(text) == ["# Definitions", "# Relations"]


def test_a_line_that_ends_in_a_colon_over_a_list_is_a_clause():
    text = "S16:B:Protocol\nB:Aim\nIt is to help everyone.\nB:Roles\nB:Members can expect:\nU[•|0]advice\nU[•|0]respect"
    assert told(text, "docx").endswith("# Roles\n= Members can expect:\n- • advice\n- • respect")


def test_a_line_that_says_what_follows_is_a_clause():
    text = "Protocol\n2. Roles\n2.1 The roles can be summarised as follows:\nMembers decide and officers advise them."
    assert "= 2.1 The roles can be summarised as follows:" in told(text)


def test_a_short_line_with_nothing_under_it_is_a_clause():
    text = (
        "Protocol\nAIM\nIt is to help everyone at work.\nLETTERS\nSee the policy on letters\nPRESS\n"
        "See the policy on the press\n"
        "REVIEW\nThis is looked at again each year."
    )
    assert heads(text) == ["# AIM", "# LETTERS", "# PRESS", "# REVIEW"]


def test_a_heading_too_long_for_its_line_is_one():
    text = (
        "Staff Protocol\nA:1. Relations between members and its\n@24:senior officers\nA:1.1 They are good.\n"
        "A:1.2 They stay so."
    )
    assert heads(text) == ["# 1. Relations between members and its senior officers"]


def test_bold_italics_stand_under_bold():
    text = (
        "S16:B:Protocol\nB:Roles\nB:I:Cabinet\nIt decides what is done.\nB:I:Scrutiny\nIt looks on.\n"
        "B:Review\nIt is yearly."
    )
    assert heads(text, "docx") == ["# Roles", "## Cabinet", "## Scrutiny", "# Review"]


def test_a_heading_with_no_text_of_its_own_stands_over_the_next_in_plain_text():
    text = (
        "Protocol\nAim\nThis helps everyone who works here.\nWhen things go wrong\nStage one\nTalk to one another.\n"
        "Stage two\nWrite to the clerk about it.\nReview\nThis is looked at again each year."
    )
    assert heads(text) == ["# Aim", "# When things go wrong", "## Stage one", "## Stage two", "# Review"]
