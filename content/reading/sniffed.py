"""Tells from a file's own bytes what it is, and refuses what no reader should open.

In: bytes, and the file's name for what bytes can't tell. Out: a form that there is a reader for, or `Unreadable`.
Never: unpacks more than a document holds.
"""

import io
import re
import zipfile
import zlib
from typing import Literal, TypeAlias

from content.reading.refusals import (
    BOMB,
    DAMAGED,
    EMPTY,
    ENCRYPTED,
    ENTITIES,
    NO_DOCUMENT,
    OLD_WORD,
    OPEN_DOCUMENT,
    OTHER_ZIP,
    PICTURE,
    PROGRAM,
    RICH_TEXT,
    TOO_LARGE,
    Unreadable,
)

Form: TypeAlias = Literal["docx", "pdf", "html", "markdown", "text"]

LARGEST_FILE = 20 * 1024 * 1024
_MOST_ENTRIES = 3000
#: Pictures apart, what is in a Word file is text: a whole constitution comes to some 20 MB of it.
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_TEXT = 30 * 1024 * 1024
#: Word's own text shrinks to a twentieth at the most; what shrinks to less than this was made to.
_STEEPEST = 150
_SUSPECT = 4 * 1024 * 1024
_DECLARES = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")
_ENTITY = re.compile(rb"<\x00?!\x00?E\x00?N\x00?T\x00?I\x00?T\x00?Y")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MARKED_UP = re.compile(
    r"\s*<(p|div|h[1-6]|table|article|section|main|ul|ol|span|center|font|meta|title)\b[^<>]*>", re.I
)
#: What other files begin with, and what to say of them.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", RICH_TEXT),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\x1f\x8b", PROGRAM),
    (b"7z\xbc\xaf", PROGRAM),
    (b"Rar!", PROGRAM),
    (b"BZh", PROGRAM),
    (b"\xfd7zXZ", PROGRAM),
    (b"\xffWPC", NO_DOCUMENT),
)
#: Some of these could begin a text too: what is none has zeros in it.
_ALSO_TEXT = (b"MZ", b"BZh", b"GIF8", b"Rar!")


def sniffed(data: bytes, name: str) -> Form:
    """What the file is. Raises `Unreadable` for what can't be read, or should not be."""
    if len(data) > LARGEST_FILE:
        raise Unreadable(TOO_LARGE)
    if not data.strip(b"\x00 \t\r\n\f\xef\xbb\xbf"):
        raise Unreadable(EMPTY)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _packed(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # Word keeps encrypted .docx files in the old kind of file
        raise Unreadable(ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in data else OLD_WORD)
    _refuse_others(data)
    return _written(data, name)


def _refuse_others(data: bytes) -> None:
    for begins, why in _BEGINNINGS:
        if data.startswith(begins) and (begins not in _ALSO_TEXT or b"\x00" in data[:4096]):
            raise Unreadable(why)
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or (data[4:8] == b"ftyp" and b"\x00" in data[:12]):
        raise Unreadable(PICTURE)
    if data.startswith(b"BM") and b"\x00" in data[:16]:
        raise Unreadable(PICTURE)


def _written(data: bytes, name: str) -> Form:
    """A web page, Markdown or plain text."""
    ending = name.rpartition(".")[2].lower()
    head = data[:8192].replace(b"\x00", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xff\xfe ")
    web = bool(_HTML.match(head))
    if web or head.lower().startswith(("<?xml", "<!doctype")):
        if _ENTITY.search(data):
            raise Unreadable(ENTITIES)
        if not web:
            raise Unreadable(NO_DOCUMENT)
        return "html"
    if ending in ("html", "htm", "xhtml") or (ending not in ("md", "markdown", "txt") and _MARKED_UP.match(head)):
        return "html"
    return "markdown" if ending in ("md", "markdown", "mdown", "mkd") else "text"


def _packed(data: bytes) -> Form:
    """A Word document, or a refusal that says what it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            names = {entry.filename for entry in entries}
            _measure(entries, len(data))
            word = "[Content_Types].xml" in names and any(re.fullmatch(r"word/\w+\.xml", name) for name in names)
            if not word:
                raise Unreadable(OPEN_DOCUMENT if _is_open_document(packed, names) else OTHER_ZIP)
            _refuse_declarations(packed, entries)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, RuntimeError, KeyError):
        raise Unreadable(DAMAGED) from None
    return "docx"


def _measure(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Sizes as the file says: no reader unpacks more of an entry than that."""
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable(ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    text = sum(entry.file_size for entry in entries if _is_xml(entry.filename))
    steep = any(
        entry.file_size > _SUSPECT and entry.file_size > _STEEPEST * max(entry.compress_size, 1) for entry in entries
    )
    overlapping = sum(entry.compress_size for entry in entries) > size
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or text > _MOST_TEXT or steep or overlapping:
        raise Unreadable(BOMB)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _is_open_document(packed: zipfile.ZipFile, names: set[str]) -> bool:
    if "mimetype" in names:
        with packed.open("mimetype") as told:
            return b"opendocument.text" in told.read(200)
    return "content.xml" in names


def _refuse_declarations(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Word writes no document types and no entities: whoever did meant a reader to fetch or to repeat something."""
    for entry in entries:
        if _is_xml(entry.filename) and _DECLARES.search(packed.read(entry)):
            raise Unreadable(ENTITIES)
