"""Takes a Word file apart into the XML documents that it is packed from.

In: the file's bytes. Out: its parts by name, parsed, and what each refers to. Never: a part that defines entities or
has a document type (the format forbids both); anything that lies outside the file.
"""

import zipfile
import zlib
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import NamedTuple

from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from content.reading.refusals import BOMB, DAMAGED, ENCRYPTED, ENTITIES, Unreadable

#: A part of a document that is mostly words has a few million bytes at most.
_LARGEST = 64_000_000
#: "Strict" Word documents (ISO 29500-1) say the same in other namespaces.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)  # fmt: skip


class Relation(NamedTuple):
    """What one part refers to: `kind` is the last word of the relationship's type, as "header" or "numbering"."""

    kind: str
    name: str


class Parts:
    """The parts of a Word file. Raises `Unreadable` where it, or the part asked for, is damaged or unsafe."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError) as damaged:
            raise Unreadable(DAMAGED) from damaged
        # Part names are compared without case, and some programs write them with backslashes.
        self._names = {info.filename.replace("\\", "/").lower(): info for info in self._zip.infolist()}
        main = [each.name for each in self.relations("").values() if each.kind == "officeDocument"]
        self.main = next((name for name in main if self.has(name)), "word/document.xml")
        if not self.has(self.main):
            raise Unreadable(DAMAGED)

    def has(self, name: str) -> bool:
        """Whether there is such a part: documents refer to pictures and headers that were lost long ago."""
        return name.lower() in self._names

    def read(self, name: str) -> bytes:
        """A part's bytes."""
        info = self._names[name.lower()]
        if info.file_size > _LARGEST:
            raise Unreadable(BOMB)
        if info.flag_bits & 0x1:
            raise Unreadable(ENCRYPTED)
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as damaged:
            raise Unreadable(DAMAGED) from damaged

    def root(self, name: str) -> Element:
        """A part's outermost element."""
        written = self.read(name)
        for strict, usual in _STRICT:
            written = written.replace(strict, usual)
        if b"<!DOCTYPE" in written.replace(b"\0", b""):
            raise Unreadable(ENTITIES)
        try:
            parsed = parse_xml(written)
        except (SyntaxError, ValueError) as damaged:
            raise Unreadable(DAMAGED) from damaged
        if parsed.getroottree().docinfo.doctype:  # an encoding in which the check above finds nothing
            raise Unreadable(ENTITIES)
        return parsed

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part refers to within the file, by the id that it uses. `name` "" stands for the file itself."""
        listed = join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels")
        if not self.has(listed):
            return {}
        return {
            str(each.get("Id")): Relation(
                str(each.get("Type", "")).rpartition("/")[2],
                normpath(join("/", dirname(name), str(each.get("Target", "")).replace("\\", "/"))).lstrip("/"),
            )
            for each in self.root(listed).iterchildren("{*}Relationship")
            if each.get("TargetMode") != "External"
        }

    def title(self) -> str:
        """What the file calls itself; empty where it says nothing."""
        core = [each.name for each in self.relations("").values() if each.kind == "core-properties"]
        if not core or not self.has(core[0]):
            return ""
        return " ".join(str(self.root(core[0]).findtext("{*}title") or "").split())


def value(element: Element | None, name: str = "val") -> str | None:
    """An element's attribute in Word's own namespace; None where there is no such element or attribute."""
    found = None if element is None else element.get(qn(f"w:{name}"))
    return None if found is None else str(found)


def whole(text: str | None, default: int = 0) -> int:
    """A whole number that is written in an attribute; what is no number counts as absent."""
    try:
        return int(float(text)) if text is not None else default
    except (ValueError, OverflowError):
        return default


def is_on(flag: Element | None) -> bool:
    """Whether a property that is either on or off is there, and is not switched off."""
    return flag is not None and (value(flag) or "1") not in ("0", "false", "off")
