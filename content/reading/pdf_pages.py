"""Goes through the pages of a PDF file, and takes what is printed from each.

In: the file's bytes. Out: a `Sheet` a page, and what the file says of itself. Never: a stack trace, whatever is in the
file: it is read, or refused with a sentence.
"""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from content.reading.decoded import UNREAD
from content.reading.pdf_forms import filled_in
from content.reading.pdf_glyphs import Glyph, Printing, Sheet
from content.reading.refusals import DAMAGED, ENCRYPTED, NO_TEXT, SCAN, TOO_MANY_PAGES, Unreadable

#: As many as are read within a few seconds: a constitution with everything in it can have more.
MOST_PAGES = 200
#: A page of a protocol has hundreds of letters; a scan may have a stamp or a page number over its pictures.
_FEW_LETTERS = 25

# It tells of everything that is odd in a file, and quotes from it.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)


@dataclass(slots=True)
class Sheets:
    """The pages of a file. `partly` are those that could not be read to their end, `worded` those with any words."""

    sheets: list[Sheet] = field(default_factory=list)
    title: str = ""
    partly: list[int] = field(default_factory=list)
    comments: int = 0
    worded: set[int] = field(default_factory=set)


def sheets(data: bytes, progress: Callable[[int, int], None] | None) -> Sheets:
    """The pages of a PDF file. Raises `Unreadable`.

    `progress` hears how many pages are read, of how many.
    """
    document = _opened(data)
    pages = _pages(document)
    resources = PDFResourceManager()
    printing = Printing(resources)
    interpreter = PDFPageInterpreter(resources, printing)
    found = Sheets(title=_title(document))
    for number, page in enumerate(pages, start=1):
        whole = _printed(interpreter, page)
        sheet = printing.sheet if printing.sheet.number == number else Sheet(number, 595, 842)
        printing.sheet.number = number
        if not whole:
            found.partly.append(number)
        found.comments += _fill_in(sheet, page)
        found.sheets.append(sheet)
        if sheet.glyphs or sheet.turned:
            found.worded.add(number)
        if progress is not None:
            progress(number, len(pages))
    _check(found)
    return found


def _opened(data: bytes) -> PDFDocument:
    try:
        return PDFDocument(PDFParser(io.BytesIO(data)), password="")
    except PDFEncryptionError:
        raise Unreadable(ENCRYPTED) from None
    except Exception:  # broken bytes raise whatever they come upon, and none of it would help a clerk
        raise Unreadable(DAMAGED) from None


def _pages(document: PDFDocument) -> list[PDFPage]:
    try:
        pages = list(islice(PDFPage.create_pages(document), MOST_PAGES + 1))
    except PDFEncryptionError:
        raise Unreadable(ENCRYPTED) from None
    except Exception:  # as above
        raise Unreadable(DAMAGED) from None
    if len(pages) > MOST_PAGES:
        raise Unreadable(TOO_MANY_PAGES)
    if not pages:
        raise Unreadable(DAMAGED)
    return pages


def _printed(interpreter: PDFPageInterpreter, page: PDFPage) -> bool:
    """Prints a page; whether that could be done to its end."""
    try:
        interpreter.process_page(page)
    except (Unreadable, MemoryError):
        raise
    except Exception:  # a broken page: what was printed of it until then stands
        return False
    return True


def _fill_in(sheet: Sheet, page: PDFPage) -> int:
    try:
        glyphs, comments = filled_in(page)
    except Exception:  # a broken form: the page itself stands
        return 0
    if page.rotate == 0:
        sheet.glyphs += glyphs
    else:
        sheet.turned.setdefault(4, []).extend(glyphs)
    return comments


def _title(document: PDFDocument) -> str:
    try:
        for info in document.info:
            value = resolve1(info.get("Title"))
            if isinstance(value, bytes) and (title := decode_text(value).strip()):
                return title[:300]
    except Exception:  # a broken title is none
        return ""
    return ""


def _all_glyphs(found: Sheets) -> Iterator[Glyph]:
    for sheet in found.sheets:
        yield from sheet.glyphs
        for glyphs in sheet.turned.values():
            yield from glyphs


def _check(found: Sheets) -> None:
    """Refuses what has no words: a scan, a broken file, or letters that no reader can name."""
    letters = [glyph.text for glyph in _all_glyphs(found) if glyph.text.strip()]
    named = [letter for letter in letters if letter != UNREAD]
    pictures = sum(sheet.pictures for sheet in found.sheets)
    if len(letters) > 2 * len(named):
        raise Unreadable(NO_TEXT)
    if pictures >= len(found.sheets) and len(named) < _FEW_LETTERS * len(found.sheets):
        raise Unreadable(SCAN)
    if not named:
        raise Unreadable(DAMAGED if found.partly else NO_TEXT)
