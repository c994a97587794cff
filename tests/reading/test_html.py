"""What is read from a web page: what a browser shows, with the numbers and bullets that it prints.

In: pages as people and word processors write them. Out: lines. Never: a page of a real council.
"""

import pytest

from content.reading import html
from content.reading.lines import Line


def lines(body: str, head: str = "") -> list[Line]:
    return list(html.read(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()).lines)


def texts(body: str, head: str = "") -> list[str]:
    return [line.text for line in lines(body, head)]


def shown(body: str, head: str = "") -> list[str]:
    return [f"{line.number or line.bullet} {line.text}".strip() for line in lines(body, head)]


def places(body: str, head: str = "") -> list[tuple[str, str]]:
    return [(line.text, line.whence) for line in lines(body, head)]


# ---------------------------------------------------------------- paragraphs


def test_headings_paragraphs_and_loose_text_are_lines():
    found = lines("<h1>Protocol</h1>Loose <b>text</b><p>1.1 A paragraph.</p><div>Another</div><h3>Roles</h3>")
    assert [(line.text, line.heading) for line in found] == [
        ("Protocol", 1),
        ("Loose text", 0),
        ("1.1 A paragraph.", 0),
        ("Another", 0),
        ("Roles", 3),
    ]


def test_white_space_entities_and_soft_hyphens_are_as_a_browser_shows_them():
    assert texts("<p>  One\n\ttwo&nbsp;&amp; th&shy;ree&#8203; co&#8209;opted </p>") == ["One two & three co-opted"]


def test_text_that_is_laid_out_by_hand_keeps_its_lines_apart():
    assert texts("<pre>1.1 The first clause.\n1.2 The second,\nwhich is wrapped.\n\n1.3 The third</pre>") == [
        "1.1 The first clause.",
        "1.2 The second, which is wrapped.",
        "1.3 The third",
    ]


def test_a_paragraph_is_bold_or_italic_if_all_of_it_is():
    found = lines(
        "<p><strong>One</strong> <b>two</b></p><p><b>One</b> two</p><p class=x>One</p><p><em>One</em></p>"
        '<h2 style="font-weight: normal">One</h2><p><span style="font-weight:700;font-size:14pt">One</span></p>',
        "<style>/* { */ .x { font-weight: bold }</style>",
    )
    assert [line.bold for line in found] == [True, False, True, False, False, True]
    assert [line.italic for line in found] == [False, False, False, True, False, False]
    assert found[-1].size == 14.0


def test_a_sentence_after_a_line_break_goes_on_with_its_item_and_a_wrapped_one_does_not():
    found = lines("<ol><li>The first sentence.<br>A second one.</li></ol><p>Town Hall<br>High Street</p>")
    assert [(line.text, line.number, line.goes_on) for line in found] == [
        ("The first sentence.", "1.", False),
        ("A second one.", "", True),
        ("Town Hall High Street", "", False),
    ]


def test_headings_marked_for_those_who_cannot_see_count():
    assert lines('<div role="heading" aria-level="3">Roles</div>')[0].heading == 3


def test_how_far_to_the_right_a_paragraph_stands_is_told_in_points():
    found = lines('<blockquote>One</blockquote><p style="margin-left:36.0pt;text-indent:-18.0pt">Two</p>')
    assert [line.indent for line in found] == [30.0, 18.0]


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("begun", "first"),
    [
        ("<ol>", "1. x"),
        ('<ol type="a">', "a. x"),
        ('<ol type="A" start="28">', "AB. x"),
        ('<ol type="i" start="4">', "iv. x"),
        ('<ol type="I">', "I. x"),
        ('<ol start="0">', "0. x"),
        ('<ol style="list-style-type: lower-alpha">', "a. x"),
        ('<ol style="list-style: upper-roman inside">', "I. x"),
        ('<ol style="list-style-type: decimal-leading-zero">', "01. x"),
        ('<ol style="list-style-type: none">', "x"),
        ("<ul>", "• x"),
        ('<ul type="square">', "▪ x"),
        ("<ul style=\"list-style-type: '– '\">", "– x"),
    ],
)
def test_the_first_item_of_a_list_has_what_a_browser_prints(begun: str, first: str):
    assert shown(f"{begun}<li>x</li></{begun[1:3]}>") == [first]


def test_lists_that_count_back_or_jump_are_numbered_as_printed():
    assert shown("<ol reversed><li>x<li>y</ol>") == ["2. x", "1. y"]
    assert shown("<ol><li>x<li value=5>y<li>z</ol>") == ["1. x", "5. y", "6. z"]


def test_lists_within_lists_are_deeper_and_their_items_go_on_after_them():
    found = lines(
        "<ol><li><p>Members will:</p><ul><li>listen;<ul><li>well</li></ul></li></ul><p>So will others.</p></li></ol>"
    )
    assert [(line.number or line.bullet, line.text, line.depth, line.goes_on) for line in found] == [
        ("1.", "Members will:", 0, False),
        ("◦", "listen;", 1, False),
        ("▪", "well", 2, False),
        ("", "So will others.", 0, True),
    ]


def test_an_item_that_holds_only_a_list_prints_its_number_alone():
    assert shown("<ol><li><ol type=a><li>x</ol></ol>") == ["1.", "a. x"]


def test_the_style_sheet_of_a_page_counts_in_sections():
    sheet = (
        "<style>ol { counter-reset: item; list-style: none } li { counter-increment: item }"
        'li::before { content: counters(item, ".") " " }</style>'
    )
    body = "<ol><li>x<ol><li>y<li>z</ol><li>w</ol>"
    assert shown(body, sheet) == ["1 x", "1.1 y", "1.2 z", "2 w"]


def test_a_list_as_google_docs_writes_it():
    sheet = (
        "<style>.lst-kix_a-0>li{counter-increment:lst-ctn-kix_a-0}.lst-kix_a-1>li{counter-increment:lst-ctn-kix_a-1}"
        "ol.lst-kix_a-0.start{counter-reset:lst-ctn-kix_a-0 0}ol.lst-kix_a-1.start{counter-reset:lst-ctn-kix_a-1 0}"
        '.lst-kix_a-0>li:before{content:"" counter(lst-ctn-kix_a-0,decimal) ". "}'
        '.lst-kix_a-1>li:before{content:"" counter(lst-ctn-kix_a-0,decimal) "."'
        ' counter(lst-ctn-kix_a-1,lower-latin) " "}'
        'ol.lst-kix_a-0,ol.lst-kix_a-1,ul.lst-kix_b-0{list-style-type:none}.lst-kix_b-0>li:before{content:"\\0025cf  "}'
        ".c1{font-weight:700}</style>"
    )
    body = (
        '<p class="title"><span>Protocol</span></p><ol class="c0 lst-kix_a-0 start" start="1"><li class="c0">'
        '<span class="c1">Roles</span></li></ol><ol class="c0 lst-kix_a-1 start" start="1"><li>x</li><li>y</li></ol>'
        '<ul class="lst-kix_b-0 start"><li>z</li></ul><ol class="lst-kix_a-0" start="2"><li>Review</li></ol>'
        '<ol class="lst-kix_a-1 start" start="1"><li>w</li></ol>'
    )
    assert shown(body, sheet) == ["Protocol", "1. Roles", "1.a x", "1.b y", "● z", "2. Review", "2.a w"]
    found = lines(body, sheet)
    assert [line.depth for line in found] == [None, 0, 1, 1, 0, 0, 1]
    assert (found[0].title, found[1].bold) == (True, True)


def test_a_list_as_word_saves_it_for_the_web():
    body = (
        "<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level2 lfo1'>"
        "<![if !supportLists]><span><span style='mso-list:Ignore'>1.2<span style='font:7.0pt Times'>&nbsp;"
        "&nbsp;</span></span></span><![endif]>A clause.<o:p></o:p></p>"
        "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]>"
        "<span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt Times'>&nbsp; "
        "</span></span></span><![endif]>A point.</p>"
    )
    assert [(line.number, line.bullet, line.depth, line.text) for line in lines(body)] == [
        ("1.2", "", 1, "A clause."),
        ("", "•", 0, "A point."),
    ]


def test_terms_and_what_they_mean_are_lines_and_a_number_leads_its_text():
    assert texts("<dl><dt>Member</dt><dd>A councillor.</dd><dt>1.1</dt><dd>Members listen.</dd></dl>") == [
        "Member",
        "A councillor.",
        "1.1\tMembers listen.",
    ]


# ---------------------------------------------------------------- tables


def test_a_table_is_rows_of_cells_after_its_caption():
    found = lines("<table><caption>Reviews</caption><tr><th>Version<th>Date<tr><td>1<td>3 May<br>2021</table>")
    assert [(line.text, line.cells, line.whence) for line in found] == [
        ("Reviews", (), "body"),
        ("Version\tDate", ("Version", "Date"), "table"),
        ("1\t3 May 2021", ("1", "3 May 2021"), "table"),
    ]


def test_a_table_that_lays_out_a_page_is_ordinary_lines():
    beside = "<table><tr><td>1.1<td>Members listen to officers.<tr><td>1.2<td>Officers listen as well.</table>"
    assert places(beside) == [("1.1\tMembers listen to officers.", "body"), ("1.2\tOfficers listen as well.", "body")]
    within = "<table><tr><td><h2>Roles</h2><td><table><tr><td>Alone</table></table>"
    assert places(within) == [("Roles", "body"), ("Alone", "body")]


# ---------------------------------------------------------------- what is around the text

_TEXT = "<h1>Protocol</h1><p>" + "Members and officers listen to one another. " * 5 + "</p>"


def test_what_is_outside_the_main_text_is_furniture_before_and_after_it():
    before = "<a href='#m'>Skip</a><nav><ul><li>Home</ul></nav>"
    body = f"{before}<div><main>{_TEXT}</main><p>Share</p></div><footer>Us</footer>"
    assert [whence for _, whence in places(body)] == ["header", "header", "body", "body", "footer", "footer"]


def test_furniture_is_known_where_no_main_text_is_marked():
    body = (
        '<header>Council</header><div id="nav">Home</div><div class="cookie-bar">Cookies?</div>'
        f"{_TEXT}<aside>News</aside><p>The last clause.</p><footer>Us</footer>"
    )
    assert [whence for _, whence in places(body)] == [
        "header", "header", "footer", "body", "body", "footer", "body", "footer",
    ]  # fmt: skip


def test_nothing_that_holds_most_of_the_page_is_furniture_or_hidden():
    form = f'<form id="aspnetForm">{_TEXT}</form>'
    assert {whence for _, whence in places(form)} == {"body"}
    assert {whence for _, whence in places(f"<aside>{_TEXT}</aside>")} == {"body"}
    assert len(texts(f'<div style="display:none">{_TEXT}</div>')) == 2
    assert {whence for _, whence in places(f"<main><h2>Tools</h2></main>{_TEXT}")} == {"body"}


def test_the_heading_of_an_article_is_part_of_it():
    assert places(f"<article><header><h1>Protocol</h1></header>{_TEXT}</article>")[0] == ("Protocol", "body")


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{}</p>",
        '<p style="display: none">{}</p>',
        '<p style="visibility:hidden">{}</p>',
        '<p aria-hidden="true">{}</p>',
        '<span class="sr-only">{}</span>',
        '<div class="gone">{}</div>',
        "<script>{}</script>",
        "<style>{}</style>",
        "<template>{}</template>",
        "<noscript>{}</noscript>",
        "<!-- {} -->",
        "<select><option>{}</select>",
    ],
)
def test_what_is_not_shown_is_left_out(hidden: str):
    sheet = "<style>@media print { p { display: none } } .gone { display: none }</style>"
    assert texts(f"{_TEXT}{hidden.format('Not shown.')}<p>Shown.</p>", sheet)[2:] == ["Shown."]


def test_hidden_sentences_pictures_and_frames_are_told():
    hidden = "<p hidden>One two three four five six seven.</p><img src=x><iframe src=y></iframe><del>Gone</del>"
    warnings = html.read(f"<body>{_TEXT}{hidden}</body>".encode()).warnings
    words = ("pictures", "hidden", "another page", "taken out")
    assert [word in warning for word, warning in zip(words, warnings, strict=True)] == [True] * 4


def test_what_opens_when_pressed_is_read():
    assert texts("<details><summary>1. Roles</summary>Members listen.</details>") == ["1. Roles", "Members listen."]


def test_a_list_of_links_into_the_page_is_its_contents():
    contents = "<ul><li><a href=#a>Roles</a><li><a href=#b>Review</a><li><a href=#c>Notes</a></ul>"
    assert [whence for _, whence in places(f"{contents}{_TEXT}")] == ["contents"] * 3 + ["body"] * 2


def test_notes_are_apart_and_their_marks_not_in_the_text():
    body = (
        f'{_TEXT}<p>By the Act<sup><a href="#fn1">1</a></sup>.</p>'
        '<section class="footnotes"><ol><li id="fn1">Of 1972. <a href="#fnref1">↩</a></li></ol></section>'
    )
    assert [(line.text, line.number, line.whence) for line in lines(body)[2:]] == [
        ("By the Act.", "", "body"),
        ("Of 1972.", "1.", "note"),
    ]


def test_signs_that_link_to_their_own_heading_are_no_text():
    assert texts('<h2 id="r">Roles<a class="headerlink" href="#r">¶</a></h2>') == ["Roles"]


# ---------------------------------------------------------------- what closes a page


def test_boxes_that_close_a_page_are_furniture_after_its_text_and_text_before_it():
    body = (
        '<div class="meta">Adopted in May 2024</div><h1>Protocol</h1><p>'
        + "Everybody here is polite to everybody else, on every day of the week. " * 4
        + '</p><p class="meta">Page last updated: 3 May</p><div class="share">Share on a site</div>'
        '<div class="footer"><p>© Oldtown Council</p><p>Website by us</p></div>'
    )
    whence = [place for _, place in places(body)]
    assert whence == ["body", "body", "body", "footer", "footer", "footer", "footer"]


def test_a_box_that_holds_most_of_a_page_is_its_text_whatever_it_is_called():
    body = f'<h1>Protocol</h1><div class="share"><p>{"Everybody here is polite. " * 20}</p></div>'
    assert [place for _, place in places(body)] == ["body", "body"]
