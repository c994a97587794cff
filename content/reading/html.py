"""Reads a web page, or a document saved as one, paragraph by paragraph as a browser shows it.

In: the page's bytes. Out: a `Paper`. Never: what is hidden, or is fetched from elsewhere.
"""

import codecs
import re
from collections.abc import Callable

from bs4 import BeautifulSoup

from content.reading.broken import tidy
from content.reading.decoded import decoded
from content.reading.lines import Paper
from content.reading.refusals import TOO_MUCH, Unreadable
from content.reading.stylesheet import Sheet
from content.reading.web_frames import Frames, Remark
from content.reading.web_places import Places
from content.reading.web_story import PageText

_REMARKS: dict[Remark, str] = {
    "pictures": "There are pictures in the page's text. Words in them can't be read: type in what belongs there.",
    "hidden": "Some of the page's text is hidden, perhaps until something is pressed. It was left out: "
    "check that nothing is missing.",
    "elsewhere": "The page shows a part of another page or document within it. That part was left out.",
    "changes": "The page marks words as taken out of the text. They were left out. "
    "Check that this is the wording that was adopted.",
}
#: A protocol of a hundred pages has some ten thousand; each takes a kilobyte or two of memory.
_MOST_TAGS = 150_000
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{3,30})", re.IGNORECASE)
_PROLOGUE = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
#: Encodings that pages claim and word processors ignore: what is really in such a page is found out from its letters.
_CLAIMED = frozenset(
    ("utf-8", "utf8", "ascii", "us-ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "utf-16")
)


def read(data: bytes, progress: Callable[[int, int], None] | None = None) -> Paper:
    """The page's paragraphs. What stands around its text on every page of the site is marked as header or footer.

    `progress` hears of it when the page is taken apart, and when it is read. Raises `Unreadable` where
    it is no text, or far more than a page.
    """
    text, warnings = _characters(data)
    text = _PROLOGUE.sub("", text, count=1)
    if text.count("<") > _MOST_TAGS:
        raise Unreadable(TOO_MUCH)
    page = BeautifulSoup(text if "<" in text else f"<pre>{text}</pre>", "lxml")
    if progress is not None:
        progress(1, 2)
    sheet = Sheet(page)
    places = Places(page, sheet)
    frames = Frames(sheet, places)
    lines = tuple(PageText(frames).lines(page))
    if progress is not None:
        progress(2, 2)
    warnings += tuple(sentence for remark, sentence in _REMARKS.items() if remark in frames.remarks)
    title = tidy(page.title.get_text().replace("\n", " ")) if page.title is not None else ""
    return Paper(kind="html", lines=lines, title=title, warnings=warnings)


def _characters(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The page's characters. What it claims is believed where its letters can't tell: a mark or UTF-8 can."""
    found = _CHARSET.search(data[:4096])
    claimed = found[1].decode("ascii").lower() if found else ""
    if claimed and claimed not in _CLAIMED and not data.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return decoded(data.decode(claimed).encode("utf-8", errors="replace"))
            except (UnicodeDecodeError, LookupError):
                return decoded(data)
    return decoded(data)
