"""Finds the footnotes and endnotes that a Word document refers to, and the number that is printed for each.

In: the marks in the text, in their order. Out: numbers and notes. Never: a note that nothing refers to: it
is not printed.
"""

from collections.abc import Callable

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from content.reading import numerals
from content.reading.word_parts import value, whole
from content.reading.word_runs import Note

_WRITTEN: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "lowerRoman": numerals.roman,
    "upperRoman": lambda count: numerals.roman(count).upper(),
    "lowerLetter": numerals.repeated,
    "upperLetter": lambda count: numerals.repeated(count).upper(),
    "chicago": numerals.sign,
}
_USUAL = {"footnote": "decimal", "endnote": "lowerRoman"}


class Notes:
    """The notes of one document, counted on with each mark."""

    def __init__(self, roots: dict[str, Element | None], settings: Element | None) -> None:
        self._notes = {
            (kind, value(note, "id") or ""): note
            for kind, root in roots.items()
            if root is not None
            for note in root.iterchildren(qn(f"w:{kind}"))
        }
        self._formats = {kind: _said(settings, kind, "numFmt") or usual for kind, usual in _USUAL.items()}
        self._next = {kind: whole(_said(settings, kind, "numStart"), 1) for kind in _USUAL}
        self._referred: list[tuple[str, Element]] = []

    def mark(self, note: Note) -> None:
        """The text refers to this note here. Notes whose sign is typed are not counted."""
        number = ""
        if not note.marked:
            number = _WRITTEN.get(self._formats[note.kind], str)(self._next[note.kind])
            self._next[note.kind] += 1
        found = self._notes.get((note.kind, note.id))
        if found is not None:
            self._referred.append((number, found))

    def referred(self) -> list[tuple[str, Element]]:
        """The notes and their printed numbers, in the order in which they are referred to."""
        return self._referred


def _said(settings: Element | None, kind: str, tag: str) -> str | None:
    return None if settings is None else value(settings.find(f"{qn(f'w:{kind}Pr')}/{qn(f'w:{tag}')}"))
