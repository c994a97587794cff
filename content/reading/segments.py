"""The lines within a Markdown paragraph, without their marks, and which of them only look like one paragraph.

In: a parser's inline token. Out: `Segment`s; `Softly` puts them together again. Never: an unescaped mark in the text.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from content.reading.marked_up import breaks, is_tag
from content.reading.sentences import alone, dotted, final, lower
from content.reading.wrapped import Paragraphs, Printed

_REFERENCE = re.compile(r"(?<=\S)\[\^[^\]\s]+\](?!:)")
#: A line that is this short and ends without a stop was ended on purpose.
_SHORT = 35


class Segment(NamedTuple):
    """A line as it is written. `hard`: the break before it is one that Markdown prints. `bold`, `italic`: all words."""

    text: str
    bold: bool = False
    italic: bool = False
    hard: bool = False


def segments(token: Any) -> list[Segment]:
    """The lines of a paragraph, a heading or a cell that say something."""
    writing = _Writing()
    for child in token.children or ():
        writing.hear(child)
    writing.end(hard=False)
    return writing.found


class _Writing:
    def __init__(self) -> None:
        self.found: list[Segment] = []
        self._pieces: list[str] = []
        self._hard = False
        self._strong = self._emphasis = 0
        self._plain = self._upright = False

    def hear(self, child: Any) -> None:
        kind = child.type
        if kind in ("softbreak", "hardbreak"):
            self.end(hard=kind == "hardbreak")
        elif kind in ("strong_open", "strong_close"):
            self._strong += child.nesting
            if kind == "strong_close" and alone("".join(self._pieces).strip()):
                self._pieces.append(" ")
        elif kind in ("em_open", "em_close"):
            self._emphasis += child.nesting
        elif kind == "html_inline" and is_tag(child.content):
            if breaks(child.content):
                self.end(hard=True)
        elif child.content:
            self._write(child.content)

    def _write(self, text: str) -> None:
        if re.search(r"\w", text):
            self._plain = self._plain or not self._strong
            self._upright = self._upright or not self._emphasis
        self._pieces.append(text)

    def end(self, hard: bool) -> None:
        text = _REFERENCE.sub("", "".join(self._pieces)).strip()
        if text:
            self.found.append(Segment(text, not self._plain, not self._upright, self._hard))
        self._hard = hard or (self._hard and not text)
        self._pieces, self._plain, self._upright = [], False, False


class Softly:
    """Puts the lines of a paragraph together but where one of them begins a paragraph that has no blank line before it.

    A line break in Markdown is a blank; but people write clauses one to a line too.
    """

    def __init__(self, blocks: Sequence[Sequence[Segment]]) -> None:
        flow = [Printed(one.text, gap=int(not place)) for block in blocks for place, one in enumerate(block)]
        self._paragraphs = Paragraphs(flow)

    def groups(self, block: Sequence[Segment]) -> list[list[Segment]]:
        """The lines of each paragraph in a block."""
        found: list[list[Segment]] = []
        for segment in block:
            if found and self._carries_on(found[-1], segment):
                found[-1].append(segment)
            else:
                found.append([segment])
                self._paragraphs.note(segment.text)
        return found

    def _carries_on(self, so_far: Sequence[Segment], segment: Segment) -> bool:
        last = so_far[-1]
        before, line = Printed(last.text), Printed(segment.text)
        if dotted(last.text) or dotted(segment.text) or _row(last.text) or _row(segment.text):
            return False
        if len(so_far) == 1 and alone(last.text):
            return not alone(segment.text)
        if self._paragraphs.begins(before, line):
            return False
        full = self._paragraphs.full(before, line)
        if full or (lower(segment.text) and not final(last.text)):
            return True
        if segment.hard or (last.bold and not segment.bold and len(so_far) == 1):
            return False
        if self._paragraphs.habit.width:
            return self._paragraphs.nearly_full(before, line)
        return len(last.text) >= _SHORT and (lower(segment.text) or not final(last.text))


def _row(text: str) -> bool:
    return len(re.findall(r"\S\t+(?=\S)", text)) > 1
