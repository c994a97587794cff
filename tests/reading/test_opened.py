"""Opening a document: the content tells the reader, and what can't be read is refused in a clerk's words."""

import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from content.reading import refusals
from content.reading.apart import read_apart
from content.reading.opened import read
from content.reading.refusals import Unreadable
from tests.reading.nasty import CONTENT_TYPES, RELATIONS, bomb, docx, laughs, packed, paragraph, pdf, scan, sound_pdf

TEXT = b"1. Purpose\n\n1.1 The clerk decides.\n"
WEB = b"<!DOCTYPE html>\n<html><body><h1>Purpose</h1><p>1.1 The clerk decides.</p></body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (TEXT, "protocol.txt", "text"),
        (TEXT, "protocol", "text"),
        (b"# Purpose\n\n1.1 The clerk decides.\n", "protocol.md", "markdown"),
        (WEB, "protocol.html", "html"),
        (WEB, "protocol.txt", "html"),
        (WEB.decode().encode("utf-16"), "protocol.htm", "html"),
        (b"<h2>Purpose</h2>\n<p>1.1 The clerk decides.</p>", "protocol.htm", "html"),
        (docx(paragraph("1.1 The clerk decides.")), "protocol.docx", "docx"),
        (docx(paragraph("1.1 The clerk decides.")), "protocol.pdf", "docx"),
        (sound_pdf(), "protocol.pdf", "pdf"),
        (b"\n\n" + sound_pdf(), "protocol.txt", "pdf"),
    ],
    ids=[
        "text", "no ending", "Markdown", "a web page", "a web page under a wrong name", "a web page in UTF-16",
        "a part of a web page", "Word", "Word under a wrong name", "PDF", "PDF with blank lines before it",
    ],
)  # fmt: skip
def test_the_content_tells_which_reader_opens_it(data: bytes, name: str, kind: str) -> None:
    paper = read(data, name)
    assert paper.kind == kind
    assert any("The clerk decides." in line.text for line in paper.lines)


def open_document() -> bytes:
    return packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})


def locked() -> bytes:
    data = bytearray(docx(paragraph("x")))
    with zipfile.ZipFile(BytesIO(data)) as file:
        assert file.namelist()
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


REFUSED: list[tuple[str, bytes, str, str]] = [
    ("nothing", b"", "a.txt", refusals.EMPTY),
    ("blanks", b"\xef\xbb\xbf \n\n", "a.md", refusals.EMPTY),
    ("too large", b"x" * (20 * 1024 * 1024 + 1), "a.txt", refusals.TOO_LARGE),
    ("an old Word file", OLE, "a.doc", refusals.OLD_WORD),
    ("an old Word file under a new name", OLE, "a.docx", refusals.OLD_WORD),
    ("an encrypted Word file", OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", refusals.ENCRYPTED),
    ("a locked zip", locked(), "a.docx", refusals.ENCRYPTED),
    ("OpenDocument", open_document(), "a.odt", refusals.OPEN_DOCUMENT),
    ("a spreadsheet", packed({"[Content_Types].xml": b"<x/>", "xl/a.xml": b"<x/>"}), "a.xlsx", refusals.OTHER_ZIP),
    ("a packed file", packed({"a.txt": b"a"}), "a.zip", refusals.OTHER_ZIP),
    ("Rich Text", b"{\\rtf1\\ansi x}", "a.rtf", refusals.RICH_TEXT),
    ("a photograph", b"\xff\xd8\xff\xe0" + bytes(50), "a.jpg", refusals.PICTURE),
    ("a picture named as text", b"\x89PNG\r\n\x1a\n" + bytes(50), "a.txt", refusals.PICTURE),
    ("a picture from a telephone", bytes(3) + b"\x18ftypheic" + bytes(50), "a.heic", refusals.PICTURE),
    ("a program", b"MZ" + bytes(200), "a.docx", refusals.PROGRAM),
    ("a bomb", bomb(), "a.docx", refusals.BOMB),
    ("many laughs", docx(paragraph("&a9;"), before=laughs()), "a.docx", refusals.ENTITIES),
    ("laughs on a page", (laughs() + "<html><p>&a9;</p></html>").encode(), "a.html", refusals.ENTITIES),
    ("a cut zip", docx(paragraph("x"))[:300], "a.docx", refusals.DAMAGED),
    ("Word without words", docx("<w:p/>"), "a.docx", refusals.NO_TEXT),
    ("data", bytes(range(256)) * 40, "a.txt", refusals.NO_DOCUMENT),
    ("a feed", b"<?xml version='1.0'?><rss><a>b</a></rss>", "a.xml", refusals.NO_DOCUMENT),
]


@pytest.mark.parametrize(("data", "name", "why"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_can_not_be_read_is_refused_with_the_reason_and_the_mend(data: bytes, name: str, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data, name)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    "text",
    [
        "The clerk decides.\n\n" * 3_001,
        ("The clerk decides it all. " * 400 + "\n\n") * 60,
        "The clerk decides it all. " * 900,
    ],
    ids=["too many paragraphs", "too many letters", "a paragraph without end"],
)
def test_what_is_far_longer_than_any_protocol_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "a.txt")
    assert str(refused.value) == refusals.TOO_MUCH


def test_a_long_document_is_read() -> None:
    assert len(read(b"The clerk decides.\n\n" * 2_900, "a.txt").lines) == 2_900


@pytest.mark.parametrize(
    ("ran_into", "why"), [(RecursionError(), refusals.TANGLED), (MemoryError(), refusals.TOO_GREEDY)]
)
def test_what_runs_into_the_bounds_of_the_process_is_a_refusal(ran_into: Exception, why: str) -> None:
    with pytest.raises(Unreadable) as refused, refusals.within_bounds():
        raise ran_into
    assert str(refused.value) == why


def test_a_pdf_of_pictures_is_said_to_be_a_scan() -> None:
    with pytest.raises(Unreadable) as refused:
        read(scan(), "a.pdf")
    assert str(refused.value) == refusals.SCAN


def test_a_pdf_that_needs_a_password_is_said_to_be_protected() -> None:
    locks = b"<</Filter/Standard/V 2/R 3/Length 128/P -44/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    data = pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", locks)
    data = data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]")
    with pytest.raises(Unreadable) as refused:
        read(data, "a.pdf")
    assert str(refused.value) == refusals.ENCRYPTED


def test_macros_are_left_alone() -> None:
    types = CONTENT_TYPES.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    ).replace("</Types>", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>')
    with zipfile.ZipFile(BytesIO(docx(paragraph("1.1 The clerk decides.")))) as file:
        document = file.read("word/document.xml")
    data = packed(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": RELATIONS.encode(),
            "word/document.xml": document,
            "word/vbaProject.bin": b"Sub AutoOpen",
        }
    )
    assert [line.text for line in read(data, "protocol.docm").lines] == ["1.1 The clerk decides."]


def test_a_refusal_says_nothing_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "grievance of a named person.docx"
    file.write_bytes(b"PK\x03\x04 secret words")
    with pytest.raises(Unreadable) as refused:
        read_apart(file)
    assert "secret" not in str(refused.value)
    assert "named" not in str(refused.value)


def test_a_document_read_apart_is_the_same_as_read_here(tmp_path: Path) -> None:
    file = tmp_path / "protocol.md"
    file.write_bytes(b"# Purpose\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    heard: list[tuple[int, int]] = []
    assert read_apart(file, lambda done, of: heard.append((done, of))) == read(file.read_bytes(), file.name)
    assert heard
    assert all(done <= of for done, of in heard)


@pytest.mark.parametrize(("data", "name", "why"), [one[1:] for one in REFUSED[:1] + REFUSED[2:3] + REFUSED[15:19]],
                         ids=[one[0] for one in REFUSED[:1] + REFUSED[2:3] + REFUSED[15:19]])  # fmt: skip
def test_what_is_refused_here_is_refused_apart(data: bytes, name: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        read_apart(file)
    assert str(refused.value) == why


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere.pdf", tmp_path):
        with pytest.raises(Unreadable, match="could not be opened"):
            read_apart(file)


def test_reading_that_takes_too_long_is_stopped_and_leaves_no_process(tmp_path: Path) -> None:
    file = tmp_path / "slow.pdf"
    file.write_bytes(sound_pdf(b"BT /F1 9 Tf " + b"(" * 1_000_000))
    with pytest.raises(Unreadable) as refused:
        read_apart(file, seconds=0.8)
    assert str(refused.value) == refusals.TOO_LONG
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_somebody_who_stops_listening_stops_the_reading(tmp_path: Path) -> None:
    file = tmp_path / "protocol.txt"
    file.write_bytes(TEXT)

    def enough(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_apart(file, enough)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_reading_begins_even_where_no_file_may_be_written(tmp_path: Path) -> None:
    file = tmp_path / "protocol.docx"
    file.write_bytes(docx(paragraph("1.1 The clerk decides.")))
    tmp_path.chmod(0o500)
    assert read_apart(file).lines
    assert [one.name for one in tmp_path.iterdir()] == ["protocol.docx"]


@pytest.mark.parametrize(
    ("name", "library"), [("a.md", "markdown_it"), ("a.docx", "docx"), ("a.pdf", "pdfminer"), ("a.html", "bs4")]
)
def test_without_the_libraries_it_says_what_to_install(name: str, library: str) -> None:
    begins = {"a.md": b"# x", "a.docx": docx(paragraph("x")), "a.pdf": sound_pdf(), "a.html": WEB}[name]
    program = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from content.reading.opened import read\n"
        "from content.reading.refusals import Unreadable\n"
        f"try: read({begins!r}, {name!r})\n"
        "except Unreadable as refused: print(refused)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == refusals.NOT_INSTALLED


def test_plain_text_is_read_without_any_library() -> None:
    program = (
        "import sys\n"
        "for name in ('markdown_it', 'docx', 'pdfminer', 'bs4', 'lxml'): sys.modules[name] = None\n"
        "from content.reading.opened import read\n"
        f"print(len(read({TEXT!r}, 'a.txt').lines))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2"
