"""Whatever is in a file, reading it ends with its paragraphs or with a refusal, and no word of a sound one is lost."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.reading import markdown, text
from content.reading.lines import Line
from content.reading.opened import read
from content.reading.refusals import DAMAGED, Unreadable
from tests.reading.nasty import NASTY, SLOW, docx, paragraph, repacked, sound_pdf, spoilt
from tests.reading.protocols import own
from tests.reading.written import auto_docx, lists_html, paged_text, styles_docx, wrapped_text
from tests.reading.written import markdown as as_markdown

_FEW = settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
SOUND: dict[str, bytes] = {
    "wrapped.txt": wrapped_text(own()[0]),
    "paged.txt": paged_text(own()[0]),
    "a.md": as_markdown(own()[0]),
    "a.html": lists_html(own()[0]),
    "auto.docx": auto_docx(own()[0]),
    "styles.docx": styles_docx(own()[0]),
    "small.docx": docx(paragraph("1.1 The clerk decides.")),
    "small.pdf": sound_pdf(),
}


def ends(data: bytes, name: str) -> None:
    """Reading it gives paragraphs, or a refusal; anything else is an error that fails here.

    What is text is damaged by nothing: an error of our own in reading it would be told as damage.
    """
    why = ""
    try:
        assert read(data, name).lines
    except Unreadable as refused:
        why = str(refused)
    if name.endswith((".txt", ".md")):
        assert why != DAMAGED


@pytest.mark.parametrize("name", sorted(SOUND))
def test_a_broken_file_is_read_or_refused(name: str) -> None:
    for seed in range(25):
        ends(spoilt(SOUND[name], seed), name)


@pytest.mark.parametrize("name", [name for name in sorted(SOUND) if name.endswith(".docx")])
def test_a_word_file_with_a_broken_part_is_read_or_refused(name: str) -> None:
    for seed in range(25):
        ends(repacked(SOUND[name], seed), name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell how much memory a process took")
@pytest.mark.parametrize("what", sorted(set(NASTY) - SLOW))
def test_a_file_made_to_do_harm_is_read_or_refused_in_little_memory(what: str) -> None:
    command = [sys.executable, "-m", "tests.reading.hostile", what]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr


def letters(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]", text))


def shown(lines: tuple[Line, ...]) -> Counter[str]:
    return letters(" ".join(f"{line.number} {line.text}" for line in lines))


PLAIN = st.text(st.sampled_from("aebcdT N\t\n\n  -.,;:()1234/'“”*#_=|•\f\u00ad\u00a0\r"), max_size=400)


@given(PLAIN)
@_FEW
def test_no_letter_of_plain_text_is_lost_and_none_is_added(written: str) -> None:
    if letters(written) and not text.is_marked_up(written):
        assert shown(text.read(("A\n" + written).encode()).lines) == letters("A" + written)


@given(st.text(st.sampled_from("abcT \n\n  -+*#_>|=.)\\~`\t"), max_size=300))
@_FEW
def test_no_letter_of_markdown_is_lost_and_none_is_added(written: str) -> None:
    assert shown(markdown.read(("A\n\n" + written).encode()).lines) == letters("A" + written)


@given(st.binary(max_size=600), st.sampled_from(["a.txt", "a.md", "a.html", "a.docx", "a.pdf", "a"]))
@_FEW
def test_any_bytes_at_all_are_read_or_refused(data: bytes, name: str) -> None:
    ends(data, name)


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"PK\x03\x04", b"%PDF-1.7\n", b"<!doctype html>", b"\xef\xbb\xbf", b"\xff\xfe", b"---\n", b"\xd0\xcf"]
    ),
)
@_FEW
def test_any_bytes_after_a_known_beginning_are_read_or_refused(data: bytes, begins: bytes) -> None:
    ends(begins + data, "a")
