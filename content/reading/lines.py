"""What every reader makes of a document: its paragraphs in order, with all that the format tells of each.

In: nothing. Out: `Paper`, for `content.reading.structure`. Never: a guess: what a format does not tell is left empty.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

#: Where a paragraph stands. `header` and `footer` repeat on pages, `note` is a footnote, `contents` a contents list's
#: own field or style; `table` is a row of a table.
Whence: TypeAlias = Literal["body", "header", "footer", "note", "contents", "table"]


class Line(Struct, frozen=True, kw_only=True):
    """One paragraph as it is printed: lines that were only wrapped are joined, words broken at a line's end are whole.

    `text` is what is written, its white space as it was but for tabs, which stay, and runs of blanks, which are one;
    typed numbers and bullets are in it. `number` and `bullet` are what the format adds by itself: an automatic number
    as it is printed ("2.1", "(a)"), a list's glyph. `depth` is how deep in lists it is, 0 outermost, None where the
    format does not tell. `goes_on`: a further paragraph of the list item or numbered paragraph before it, by the
    format's own word.
    `heading` is the level of a heading by tag or style, 1 outermost, 0 for none; `title`: it is marked as the title.
    `bold` and `italic`: all of its words are. `size` is the size of its letters and `indent` that of its left edge, in
    points, 0 where unknown; `page` is counted from 1, 0 where unknown. `apart`: there is blank space before it.
    `cells` are those of a table's row, and `text` then all of them with tabs between.
    """

    text: str
    number: str = ""
    bullet: str = ""
    depth: int | None = None
    goes_on: bool = False
    heading: int = 0
    title: bool = False
    bold: bool = False
    italic: bool = False
    size: float = 0.0
    indent: float = 0.0
    page: int = 0
    apart: bool = False
    whence: Whence = "body"
    cells: tuple[str, ...] = ()


class Paper(Struct, frozen=True, kw_only=True):
    """A document that was read. `title` is what the file calls itself; empty where it says nothing.

    `warnings` are sentences for the clerk on what could not be read as it stands: pictures with text perhaps, text
    boxes, tracked changes that were taken as accepted.
    """

    kind: Literal["docx", "pdf", "html", "markdown", "text"]
    lines: tuple[Line, ...]
    title: str = ""
    warnings: tuple[str, ...] = ()
