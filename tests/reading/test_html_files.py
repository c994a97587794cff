"""Web pages as files: what they say of themselves, their letters, and such as are made to do harm.

In: pages' bytes. Out: lines, or a refusal. Never: a page of a real council.
"""

import pytest

from content.reading import html
from content.reading.refusals import Unreadable


def test_a_page_says_what_it_is_called():
    paper = html.read(b"<html><head><title>A\n Protocol</title></head><body>Text</body></html>")
    assert (paper.kind, paper.title) == ("html", "A Protocol")


@pytest.mark.parametrize(
    ("claimed", "written"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("utf-8", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-8", "utf-8-sig"),
        ("utf-8", "utf-16"),
        ("iso-8859-1", "utf-16-le"),
        ("macintosh", "mac_roman"),
        ("no-such-thing", "cp1252"),
    ],
)
def test_letters_are_right_whatever_the_page_claims(claimed: str, written: str):
    page = f'<html><head><meta charset="{claimed}"></head><body><p>The council’s “£500” – café</p></body></html>'
    assert html.read(page.encode(written)).lines[0].text == "The council’s “£500” – café"


def test_a_page_written_as_xml_is_read_and_its_entities_are_not_followed():
    page = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Text &x;</p></body></html>'
    )
    assert "Text" in html.read(page.encode()).lines[-1].text
    assert "&x;" in html.read(page.encode()).lines[-1].text


def test_text_without_any_tag_is_read():
    assert [line.text for line in html.read(b"Text & more").lines] == ["Text & more"]


def test_what_is_no_text_is_refused():
    with pytest.raises(Unreadable):
        html.read(bytes(range(32)) * 50)


@pytest.mark.parametrize(
    "tag", ["div", "b", "ul", "ol><li", "table><tr><td", "blockquote", "nav", "main", "section hidden"]
)
def test_a_page_nested_without_end_is_read(tag: str):
    found = html.read(f"<body>{f'<{tag}>' * 3000}The inmost words.</body>".encode()).lines
    assert found[-1].text == "The inmost words."


@pytest.mark.parametrize(
    "sheet",
    [
        "a" * 300_000,
        "/*" * 150_000,
        "@media " * 40_000,
        "a{" * 150_000,
        '"' * 300_000,
        "a b>" * 70_000 + "{display:none}",
    ],
    ids=["letters", "comments", "media", "braces", "quotes", "selectors"],
)
def test_a_style_sheet_made_to_do_harm_does_not_hold_the_reader_up(sheet: str):
    assert [line.text for line in html.read(f"<style>{sheet}</style><p>Text</p>".encode()).lines] == ["Text"]


def test_progress_is_told_to_its_end():
    heard: list[tuple[int, int]] = []
    html.read(b"<p>Text", lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


def test_what_stands_after_the_body_s_end_is_read_too():
    page = b"<html><head><title>Site</title></head><body><p>One.</p></body><p>Two.</p></html><p>Three.</p>"
    assert [line.text for line in html.read(page).lines] == ["One.", "Two.", "Three."]


def test_an_open_dialogue_is_shown_and_a_closed_one_is_not():
    page = b"<p>One.</p><dialog open><p>Two.</p></dialog><dialog><p>Three.</p></dialog>"
    assert [line.text for line in html.read(page).lines] == ["One.", "Two."]


def test_labels_and_buttons_side_by_side_are_words_apart():
    page = b"<p><label>Name</label><button>Send</button></p>"
    assert [line.text for line in html.read(page).lines] == ["Name Send"]


def test_a_box_within_the_text_that_holds_a_sentence_is_of_the_text():
    page = (
        b"<article><h1>Protocol</h1><p>It helps everyone who works here.</p><aside><p>Officers answer every letter "
        b"within a week.</p></aside><aside><a href=x>More on all that we do here.</a></aside><footer><p>3. Members "
        b"sign this when they take office.</p></footer></article>"
    )
    assert [line.whence for line in html.read(page).lines] == ["body", "body", "body", "footer", "body"]
