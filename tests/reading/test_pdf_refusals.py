"""A PDF that can't be read is refused with a sentence, and reading one ends."""

import random
from contextlib import suppress

import pytest

from content.reading.pdf import read
from content.reading.refusals import DAMAGED, ENCRYPTED, NO_TEXT, SCAN, TOO_MANY_PAGES, Unreadable
from tests.reading.pdfs import Page, written
from tests.reading.test_pdf_paragraphs import LONG

LOCKED = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + "11" * 32 + "> /U <" + "22" * 32 + "> >>"


def page_of_text() -> Page:
    page = Page()
    page.wrapped(72, 700, LONG)
    return page


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(data)
    return str(refused.value)


def test_a_scan_is_refused_as_one() -> None:
    page = Page(picture=True)
    page.text(280, 30, "1")
    assert refusal(written([page])) == SCAN


def test_pages_without_a_word_are_refused() -> None:
    assert refusal(written([Page()])) == NO_TEXT


def test_an_encrypted_file_is_refused() -> None:
    assert refusal(written([page_of_text()], encrypt=LOCKED)) == ENCRYPTED


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"%PDF-1.4\ntrailer << /Root 9 0 R >>\n", b"not a PDF at all"])
def test_broken_bytes_are_refused(data: bytes) -> None:
    assert refusal(data) == DAMAGED


def test_more_pages_than_any_protocol_has_are_refused() -> None:
    assert refusal(written([Page()] * 201)) == TOO_MANY_PAGES


def test_a_form_that_draws_itself_over_and_over_is_drawn_once_and_the_text_around_it_stands() -> None:
    page = page_of_text()
    page.text(72, 90, "Adopted in May.")
    page.form("BT /F0 10 Tf 72 500 Td (Drawn as a form.) Tj ET /Fm Do")
    assert sorted(line.text for line in read(written([page])).lines) == ["Adopted in May.", "Drawn as a form.", LONG]


def test_pictures_beside_text_are_told_of() -> None:
    paper = read(written([page_of_text(), Page(picture=True)]))
    assert paper.lines[0].text == LONG
    assert "page" in paper.warnings[0]


def test_progress_is_told_page_by_page() -> None:
    heard: list[tuple[int, int]] = []
    read(written([page_of_text()] * 3), lambda done, of: heard.append((done, of)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_bytes_changed_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 — the same damage every time
    data = bytearray(written([page_of_text(), page_of_text()]))
    for _ in range(chance.randrange(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if seed % 3 == 0:
        del data[chance.randrange(len(data)) :]
    with suppress(Unreadable):
        assert read(bytes(data)).kind == "pdf"


def test_letters_that_no_reader_can_name_are_warned_of_with_their_page() -> None:
    page = page_of_text()
    page.marks.append("BT /F0 10 Tf 72 500 Td (The \\001\\002 decides.) Tj ET")
    paper = read(written([page_of_text(), page]))
    assert "\ufffd" in paper.lines[-1].text
    assert any("2" in said and "\ufffd" in said for said in paper.warnings)
