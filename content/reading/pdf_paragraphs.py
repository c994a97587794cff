"""Puts printed lines together to paragraphs: where one ends and the next begins.

In: the lines of a document in reading order, with the edges of their columns. Out: lists of lines, one a paragraph.
Never: joins what a number or bullet parts; changes a word.
"""

import re
from collections.abc import Sequence

from content.reading.pdf_lines import BULLETS, Printed
from content.reading.pdf_measures import Setting, centred, label, shapes, short, text_start
from content.reading.printed import Mark, mark

_NEAR = 3.0
_ENDED = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_CLOSED = re.compile(r"[.!?:][\"'”’)\]]*$")
#: How far, in letter sizes, a line's end may be off from where the letters' widths put it.
_ROUNDING = 0.06
_DEFINED = re.compile(r"[“\"‘'][^”\"’']{2,60}[”\"’'],? (?:means|includes|is|are|refers|has|have|shall|covers)\b")
_LEANING = frozenset(
    "section sections paragraph paragraphs para paras clause clauses rule rules part parts schedule appendix article "
    "regulation regulations order orders annex and to or in under of see with by no number per s ss item items page "
    "the a an than within at on for from between".split()
)


def paragraphs(lines: Sequence[Printed], usual: Setting) -> list[list[Printed]]:
    """The paragraphs; a table is one by itself."""
    found: list[list[Printed]] = []
    for line in lines:
        if found and not _begins(found[-1], line, usual):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def is_apart(before: Printed, line: Printed, usual: Setting) -> bool:
    """Whether there is blank space between two lines of a column."""
    if (before.page, before.stream) != (line.page, line.stream):
        return False
    if before.table is not None:
        return before.table.bottom - line.y > 1.5 * line.size
    lead = usual.lead(max(before.size, line.size))
    return before.y - line.y > lead + max(2.0, 0.15 * lead)


def _begins(paragraph: Sequence[Printed], line: Printed, usual: Setting) -> bool:
    """Whether a line begins a new paragraph."""
    last = paragraph[-1]
    if last.table or line.table or last.tabbed() or _unlike(paragraph, line):
        return True
    if (last.page, last.stream) != (line.page, line.stream):
        return _begins_elsewhere(paragraph, line, usual)
    if line.y > last.y or _spaced(paragraph, line, usual):
        return True
    if _marked(paragraph, line, usual):
        return True
    if _defines(line) and _CLOSED.search(last.text):
        return True
    room, goes_on = short(last, line), _goes_on(last, line)
    # Text that is a little narrower than the rest, as in a table's cell or a box, has lines that look short.
    little = 0.15 if goes_on else 0.0 if _ENDED.search(last.text) else 0.04
    if room > max(_ROUNDING * line.size, little * (line.right - line.left)):
        return True
    return not _under(paragraph, line, usual, goes_on=goes_on)


def _begins_elsewhere(paragraph: Sequence[Printed], line: Printed, usual: Setting) -> bool:
    """Whether the first line of a column or page begins a paragraph, or carries on that of the one before."""
    last = paragraph[-1]
    if _marked(paragraph, line, usual) or last.text.endswith(":"):
        return True
    if _goes_on(last, line):
        return False
    if short(last, line):
        return True
    if not _ENDED.search(last.text):
        return False
    start = _continued_at(paragraph)
    if start is not None and abs((line.x0 - line.left) - (start - paragraph[0].left)) > _NEAR + 1:
        return True
    hangs = start is not None and start - paragraph[0].left > _NEAR
    return not (hangs or last.justified or (usual.numbered and mark(paragraph[0].text) is not None))


def _defines(line: Printed) -> bool:
    """Whether a line begins by saying what a word means: lists of such sentences are often set without any space."""
    return bool(_DEFINED.match(line.text))


def _goes_on(last: Printed, line: Printed) -> bool:
    """Whether a sentence plainly goes on: it has not ended, and the next word has no capital."""
    text = line.text
    return not _ENDED.search(last.text) and (text[0].islower() or last.text[-1] in "-\u00ad,")


def _unlike(paragraph: Sequence[Printed], line: Printed) -> bool:
    """Whether a line is set in other letters than the paragraph before it."""
    last = paragraph[-1]
    larger, smaller = max(last.size, line.size), min(last.size, line.size)
    if larger > 1.12 * smaller:
        return True
    goes_on = _goes_on(last, line) and not short(last, line)
    bold = all(each.bold() for each in paragraph)
    if bold != line.bold() and not goes_on:
        # The end of a bold sentence may be light, and the other way about, where one word is: it is the same sentence.
        return bold or bool(_ENDED.search(last.text)) or bool(short(last, line)) or len(line.words) > 3
    capitals = all(_capitals(each) for each in paragraph)
    return capitals and not _capitals(line) and not _small(line)


def _small(line: Printed) -> bool:
    """Whether a line begins with a small letter."""
    return line.text[:1].islower()


def _capitals(line: Printed) -> bool:
    letters = [letter for letter in line.text if letter.isalpha()]
    return len(letters) > 3 and all(letter.isupper() for letter in letters)


def _spaced(paragraph: Sequence[Printed], line: Printed, usual: Setting) -> bool:
    """Whether more space is above a line than between those of the paragraph."""
    last = paragraph[-1]
    same = len(paragraph) > 1 and (paragraph[-2].page, paragraph[-2].stream) == (last.page, last.stream)
    lead = paragraph[-2].y - last.y if same else usual.lead(max(last.size, line.size))
    gap = last.y - line.y
    if gap <= lead + max(2.0, 0.15 * lead):
        return False
    # A line with a raised mark or a taller letter in it stands further off, and so do all in another part's spacing.
    unfinished = _goes_on(last, line) and not short(last, line) and not _back(paragraph, line, usual)
    return not (unfinished and gap < 2.2 * lead)


def _back(paragraph: Sequence[Printed], line: Printed, usual: Setting) -> bool:
    """Whether a line stands left of the list item before it: what ends the sentence behind a list does."""
    further = len(paragraph) > 1 or not usual.indented
    item = mark(paragraph[0].text) is not None or paragraph[0].words[0].text in BULLETS
    return item and further and all(each.x0 - line.x0 > _NEAR for each in paragraph)


def _marked(paragraph: Sequence[Printed], line: Printed, usual: Setting) -> bool:
    """Whether a line begins with a number, letter or bullet of its own, and not with one that a sentence mentions."""
    found = mark(line.text)
    if _within_brackets(paragraph[-1], line):
        return False
    if label(line) or line.words[0].text in BULLETS:
        return True
    last = paragraph[-1]
    if found is None:
        named = any(shape in usual.labels for shape in shapes(line))
        ended = _ENDED.search(last.text) or short(last, line) or _title(last)
        return named and bool(ended or _set_off(paragraph, line))
    full, bare = not short(last, line), re.fullmatch(r"\d+", found.ref)
    if _set_off(paragraph, line):
        return not bare or found.rest[:1].isupper() or not full
    if bare:
        return not full and found.rest[:1].isupper()
    if not full:
        return True
    leans = last.words[-1].text.lower().strip("(,") in _LEANING
    if found.sort == "number":
        return not leans and (bool(_ENDED.search(last.text)) or _title(last) or not _goes_small(found))
    return not leans and (bool(_ENDED.search(last.text)) or last.text.endswith((",", " and", " or")))


def _within_brackets(last: Printed, line: Printed) -> bool:
    """Whether a bracket is open at the end of a full line and this one closes it: the number in it begins nothing."""
    opened = last.text.rfind("(") > last.text.rfind(")")
    closes = re.match(r"[^()]*\)", line.text)
    return opened and bool(closes) and not short(last, line)


def _goes_small(found: Mark) -> bool:
    """Whether what follows a mark begins with a small letter, or with nothing."""
    return not found.rest or found.rest[0].islower()


def _title(line: Printed) -> bool:
    return line.bold() or _capitals(line)


def _set_off(paragraph: Sequence[Printed], line: Printed) -> bool:
    """Whether a line begins elsewhere than the paragraph's next line would."""
    if (paragraph[-1].page, paragraph[-1].stream) != (line.page, line.stream):
        start = _continued_at(paragraph)
        return start is not None and abs((line.x0 - line.left) - (start - paragraph[0].left)) > _NEAR
    if len(paragraph) > 1:
        return abs(line.x0 - paragraph[-1].x0) > _NEAR
    first = paragraph[0]
    if label(first) or mark(first.text):
        return abs(line.x0 - text_start(first)) > _NEAR and (bool(label(first)) or abs(line.x0 - first.x0) > _NEAR)
    return abs(line.x0 - first.x0) > _NEAR and not centred(first)


def _continued_at(paragraph: Sequence[Printed]) -> float | None:
    """Where the second and further lines of a paragraph begin, moved to its first page's margin; None if unknown."""
    if len(paragraph) > 1:
        return paragraph[-1].x0 - paragraph[-1].left + paragraph[0].left
    return None if label(paragraph[0]) or mark(paragraph[0].text) else paragraph[0].x0


def _under(paragraph: Sequence[Printed], line: Printed, usual: Setting, *, goes_on: bool) -> bool:
    """Whether a line stands where the paragraph's next line would."""
    last = paragraph[-1]
    if centred(last) and centred(line):
        return True
    if len(paragraph) > 1:
        return abs(line.x0 - last.x0) <= _NEAR or goes_on
    first = paragraph[0]
    if not label(first) and mark(first.text) is None and not any(shape in usual.labels for shape in shapes(first)):
        indented = first.x0 - line.x0 > _NEAR and usual.indented and line.x0 - line.left <= _NEAR
        deeper = line.x0 > first.x0 and not usual.indented and not _ENDED.search(last.text)
        return abs(line.x0 - first.x0) <= _NEAR or indented or deeper or goes_on
    start = text_start(first)
    if abs(line.x0 - start) <= _NEAR:
        return True
    if _title(first) and _title(line):
        return True
    if abs(line.x0 - first.x0) <= _NEAR and label(first) and usual.hanging > 3 * usual.flush:
        return goes_on or not _CLOSED.search(last.text)
    # A typed number or bullet with a mere blank after it is often narrower than the room that was made for it.
    between = first.x0 - _NEAR <= line.x0 <= start + (_NEAR if label(first) else 4 * first.size)
    return between or (line.x0 < first.x0 and usual.indented) or goes_on
